using k8s.Models;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Tests.Cluster;

/// <summary>Wishes and people for tests of plans: valid as they come.</summary>
internal static class A
{
    public static TenantWish Wish(EffectiveCluster? cluster = null, bool suspended = false, ClusterPlatform? platform = null, string uid = "tenant-uid") => new()
    {
        Tenant = new Tenant { Metadata = new V1ObjectMeta { Name = "acme", NamespaceProperty = "contoso", Uid = uid } },
        AccountUid = "account-uid",
        Platform = platform is null ? null : new TenantPlatform { Metadata = new V1ObjectMeta { Name = "default" }, Spec = new TenantPlatformSpec { Cluster = platform } },
        Effective = new EffectiveSettings { Name = "acme", DisplayName = "Acme", Cluster = (cluster ?? new EffectiveCluster()) with { Namespace = "contoso-acme" } },
        Suspended = suspended,
    };

    public static MemberWish Member(string email, params TenantRole[] roles) => new(
        new TenantUser { Metadata = new V1ObjectMeta { Name = email.Split('@')[0] }, Spec = new TenantUserSpec { TenantRef = new TenantReference { Name = "acme" }, Email = email } }, roles);

    public static Dictionary<string, Quantity> Amounts(params (string Name, string Amount)[] amounts) =>
        amounts.ToDictionary(amount => amount.Name, amount => new Quantity(amount.Amount), StringComparer.Ordinal);
}
