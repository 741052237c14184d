using k8s.Models;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Support;

/// <summary>Objects for tests of rules: valid as they come, changed with <c>with</c> where a test cares.</summary>
internal static class A
{
    public const string Account = "contoso";

    public static DateTimeOffset Noon { get; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static Tenant Tenant(string name = "acme", TenantSpec? spec = null, TenantStatus? status = null, DateTime? created = null, DateTime? deleted = null) => new()
    {
        Metadata = Meta(name, created, deleted),
        Spec = spec ?? new TenantSpec(),
        Status = status,
    };

    public static TenantPackage Package(string name, TenantPackageSpec? spec = null, TenantPackageStatus? status = null) =>
        new() { Metadata = Meta(name), Spec = spec ?? new TenantPackageSpec { Type = PackageType.Primary }, Status = status };

    public static TenantPlatform Platform(ClusterPlatform? cluster = null, string name = "default") =>
        new() { Metadata = Meta(name), Spec = new TenantPlatformSpec { Cluster = cluster ?? new ClusterPlatform() } };

    public static TenantUser User(
        string name, string? email = null, TenantRole[]? roles = null, bool? active = null, int age = 0, TenantUserStatus? status = null, string tenant = "acme") => new()
        {
            Metadata = Meta(name, Noon.UtcDateTime.AddMinutes(-age)),
            Spec = new TenantUserSpec { TenantRef = new TenantReference { Name = tenant }, Email = email ?? name + "@acme.example", Roles = roles, Active = active },
            Status = status,
        };

    public static Dictionary<string, Quantity> Amounts(params (string Name, string Amount)[] amounts) =>
        amounts.ToDictionary(amount => amount.Name, amount => new Quantity(amount.Amount), StringComparer.Ordinal);

    private static V1ObjectMeta Meta(string name, DateTime? created = null, DateTime? deleted = null) => new()
    {
        Name = name,
        NamespaceProperty = Account,
        Uid = "uid-of-" + name,
        Generation = 1,
        ResourceVersion = "1",
        CreationTimestamp = created ?? Noon.UtcDateTime,
        DeletionTimestamp = deleted,
    };
}
