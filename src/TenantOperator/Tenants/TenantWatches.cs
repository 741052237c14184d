using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Which changes of other objects are a reason to look at a tenant again. They only put names into the queue.</summary>
internal static class TenantWatches
{
    public static void Configure(ControllerOptions<Tenant> options, OperatorArguments arguments)
    {
        options.Workers = arguments.Workers;
        options.Watches<TenantUser>(change => TenantsOf(change.Old, change.New));
        options.WatchesWith<TenantPlatform, TenantCaches>((caches, change) =>
            SpecChanged(change.Old?.Metadata.Generation, change.New?.Metadata.Generation) ? KeysOf(caches.Tenants.ByIndex(TenantCaches.ByPlatform, change.Key.ToString()))
            : ConfirmationOf(change.Old) != ConfirmationOf(change.New) ? KeysOf(caches.Tenants.ByIndex(TenantCaches.ByPlatform, change.Key.ToString()).Where(tenant => tenant.IsBeingDeleted()))
            : []);
        options.WatchesWith<TenantTemplate, TenantCaches>((caches, change) =>
            SpecChanged(change.Old?.Metadata.Generation, change.New?.Metadata.Generation)
                ? KeysOf(caches.Tenants.ByIndex(TenantCaches.ByTemplate, change.Key.ToString()).Where(tenant => tenant.Metadata.Annotations?.ContainsKey(Annotations.AppliedTemplate) != true))
                : []);
        options.WatchesWith<TenantPackage, TenantCaches>((caches, change) =>
            SpecChanged(change.Old?.Metadata.Generation, change.New?.Metadata.Generation) ? KeysOf(caches.Tenants.ByIndex(TenantCaches.ByPackage, change.Key.ToString())) : []);

        // A unit that somebody deleted is claimed anew by its holder; one that another process claimed may be one too many; one that was edited is put right.
        options.Watches<PackageAllocation>(change => [new(change.Key.Namespace, (change.New ?? change.Old)!.Spec.Holder.Name)]);

        if (!arguments.ClusterPlatform)
        {
            return;
        }

        options.Watches<NamespaceChild>(change => OwnersOf(change.Old?.Mark, change.New?.Mark));
        options.WatchesWith<QuotaChild, TenantCaches>((caches, change) => OwnersOf(caches, change.Key, change.Old, change.New));
        options.WatchesWith<LimitRangeChild, TenantCaches>((caches, change) => OwnersOf(caches, change.Key, change.Old, change.New));
        options.WatchesWith<NetworkPolicyChild, TenantCaches>((caches, change) => OwnersOf(caches, change.Key, change.Old, change.New));
        options.WatchesWith<RoleBindingChild, TenantCaches>((caches, change) => OwnersOf(caches, change.Key, change.Old, change.New));
    }

    private static string? ConfirmationOf(TenantPlatform? platform) => platform?.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotations.ConfirmDeletions, out var count) ? count : null;

    private static bool SpecChanged(long? old, long? now) => old != now;

    private static IEnumerable<ObjectKey> KeysOf(IEnumerable<Tenant> tenants) => tenants.Select(tenant => ObjectKey.Of(tenant.Metadata));

    // A status that we wrote ourselves never comes here; what is left changed a spec, a label or the object's existence.
    private static IEnumerable<ObjectKey> TenantsOf(params ReadOnlySpan<TenantUser?> users)
    {
        var keys = new List<ObjectKey>(1);
        foreach (var user in users)
        {
            if (user is not null && !keys.Contains(new(user.Metadata.NamespaceProperty, user.Spec.TenantRef.Name)))
            {
                keys.Add(new(user.Metadata.NamespaceProperty, user.Spec.TenantRef.Name));
            }
        }

        return keys;
    }

    private static IEnumerable<ObjectKey> OwnersOf(params ReadOnlySpan<TenantMark?> marks)
    {
        var keys = new List<ObjectKey>(1);
        foreach (var mark in marks)
        {
            if (mark?.TenantKey is { } key && !keys.Contains(key))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    // Whose namespace it is says the namespace; the labels of the child may be what somebody changed.
    private static IEnumerable<ObjectKey> OwnersOf(TenantCaches caches, ObjectKey key, ClusterChild? old, ClusterChild? now) =>
        old is not null && now is not null && old with { Version = default, Key = key } == now with { Version = default, Key = key }
            ? []
            : OwnersOf(caches.Namespaces.Find(new("", key.Namespace))?.Mark, old?.Mark, now?.Mark);
}
