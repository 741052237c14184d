using System.Reflection;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Manifests;

/// <summary>The condition types and reasons of a kind, as constants.</summary>
internal sealed record ReasonWords(string Kind, Type Conditions, Type Reasons)
{
    /// <summary>In the order in which people look for them.</summary>
    public static IReadOnlyList<ReasonWords> All { get; } =
    [
        new(nameof(Tenant), typeof(TenantConditions), typeof(TenantReasons)),
        new(nameof(TenantUser), typeof(TenantUserConditions), typeof(TenantUserReasons)),
        new(nameof(TenantPackage), typeof(TenantPackageConditions), typeof(TenantPackageReasons)),
        new(nameof(TenantPlatform), typeof(TenantPlatformConditions), typeof(TenantPlatformReasons)),
        new(nameof(TenantTemplate), typeof(TenantTemplateConditions), typeof(TenantTemplateReasons)),
    ];

    public static ReasonWords? Of(string kind) => All.FirstOrDefault(words => words.Kind == kind);

    public static IEnumerable<FieldInfo> ConstantsOf(Type words) => words.GetFields(BindingFlags.Public | BindingFlags.Static);
}
