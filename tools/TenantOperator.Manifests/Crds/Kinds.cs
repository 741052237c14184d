using System.Text.Json;
using k8s;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Manifests.Crds;

/// <summary>The kinds that are served, in the order in which they depend on each other.</summary>
internal static class Kinds
{
    public static readonly IReadOnlyList<Type> All =
    [
        typeof(TenantPlatform), typeof(TenantPackage), typeof(TenantTemplate), typeof(Tenant), typeof(TenantUser), typeof(PackageAllocation),
    ];

    /// <summary>The options KubernetesClient reads and writes with, so that a schema cannot disagree with what is sent.</summary>
    public static JsonSerializerOptions WireOptions()
    {
        JsonSerializerOptions? options = null;
        KubernetesJson.AddJsonOptions(found => options = found);
        return options ?? throw new InvalidOperationException("KubernetesClient did not hand out its JSON options.");
    }
}
