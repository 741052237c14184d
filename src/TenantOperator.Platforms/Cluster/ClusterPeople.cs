using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Cluster;

/// <summary>People as a cluster knows them.</summary>
public static class ClusterPeople
{
    /// <summary>The name by which the cluster knows a person.</summary>
    public static string UsernameOf(TenantPlatform? platform, TenantUser user) =>
        (platform?.Spec.Cluster?.UsernamePrefix ?? "") + (user.Spec.Cluster?.Username ?? user.Spec.Email.ToLowerInvariant());
}
