using k8s.Models;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Tests;

/// <summary>Objects whose defaults are valid.</summary>
internal static class A
{
    public static readonly DateTimeOffset Now = new(2031, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Tenant Tenant(string name = "acme", TenantSpec? spec = null, TenantStatus? status = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "contoso", Generation = 1, Uid = "uid-" + name, CreationTimestamp = Now.UtcDateTime.AddMinutes(-90) },
        Spec = spec ?? new(),
        Status = status,
    };

    public static TenantPlatform Platform(string name = "default", TenantPlatformSpec? spec = null, TenantPlatformStatus? status = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "contoso", Generation = 1 },
        Spec = spec ?? new() { Cluster = new() },
        Status = status,
    };

    public static Condition Condition(string type, ConditionStatus status, string reason, string message = "As it is.") =>
        new() { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = Now.AddMinutes(-5) };

    public static TenantStatus Status(params Condition[] conditions) => new() { ObservedGeneration = 1, Conditions = conditions };

    public static TenantStatus Ready { get; } = Status(Condition("Ready", ConditionStatus.True, TenantReasons.Active, "The tenant is ready."));
}
