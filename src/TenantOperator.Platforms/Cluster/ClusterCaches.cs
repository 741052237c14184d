using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>The caches of what the cluster platform makes.</summary>
public sealed record ClusterCaches(
    ResourceCache<NamespaceChild> Namespaces,
    ResourceCache<QuotaChild> Quotas,
    ResourceCache<LimitRangeChild> LimitRanges,
    ResourceCache<NetworkPolicyChild> NetworkPolicies,
    ResourceCache<RoleBindingChild> RoleBindings)
{
    private const string OwnOnly = Labels.ManagedBy + "=" + OperatorIdentity.Name;

    /// <summary>The namespaces alone, which an operator needs for its accounts even where no tenant lives in the cluster.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="only">Read these by their names, and watch none: roles in these namespaces suffice for that. Null: all.</param>
    public static OperatorBuilder RegisterNamespaces(OperatorBuilder builder, IReadOnlyList<string>? only = null) => builder
        .AddCache<ChildWire, NamespaceChild>(new ResourceType("", "v1", "Namespace", "namespaces", Namespaced: false), cache =>
        {
            cache.Names = only;
            cache.Project = NamespaceChild.From;
        });

    /// <summary>Registers the caches: all namespaces, since their names and uids matter, and of the rest only what is ours.</summary>
    public static OperatorBuilder Register(OperatorBuilder builder) => RegisterNamespaces(builder)
        .AddCache<ChildWire, QuotaChild>(new ResourceType("", "v1", "ResourceQuota", "resourcequotas"), cache =>
        {
            // Tenants' namespaces are others than the accounts that are watched.
            cache.Namespaces = [];
            cache.LabelSelector = OwnOnly;
            cache.Project = QuotaChild.From;
        })
        .AddCache<ChildWire, LimitRangeChild>(new ResourceType("", "v1", "LimitRange", "limitranges"), cache =>
        {
            cache.Namespaces = [];
            cache.LabelSelector = OwnOnly;
            cache.Project = LimitRangeChild.From;
        })
        .AddCache<ChildWire, NetworkPolicyChild>(new ResourceType("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"), cache =>
        {
            cache.Namespaces = [];
            cache.LabelSelector = OwnOnly;
            cache.Project = NetworkPolicyChild.From;
        })
        .AddCache<ChildWire, RoleBindingChild>(new ResourceType("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"), cache =>
        {
            cache.Namespaces = [];
            cache.LabelSelector = OwnOnly;
            cache.Project = RoleBindingChild.From;
        });
}
