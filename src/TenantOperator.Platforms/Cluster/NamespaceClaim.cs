using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Cluster;

/// <summary>Whether a namespace may become, or is, the namespace of a tenant.</summary>
internal abstract record NamespaceClaim
{
    private NamespaceClaim()
    {
    }

    /// <summary>Nobody has the name.</summary>
    internal sealed record Free : NamespaceClaim;

    /// <summary>It is this tenant's, or was left behind by one of this name in this account and may be taken up again.</summary>
    internal sealed record Ours(bool TakenUp) : NamespaceClaim;

    /// <summary>It is going away; the name is free afterwards.</summary>
    internal sealed record Terminating : NamespaceClaim;

    /// <summary>It is not this tenant's, and never will be by our doing.</summary>
    internal sealed record Taken(string Message) : NamespaceClaim;

    /// <summary>
    /// The rule: a namespace is ours only if it carries the mark of this account, by name and uid, and of this tenant by name. No field of a
    /// Tenant can make a namespace ours that was not marked by us before. The tenant's uid may differ: then a Tenant of the same name was
    /// deleted and its namespace kept, unless that older Tenant is still alive.
    /// </summary>
    public static NamespaceClaim Decide(TenantWish wish, NamespaceChild? observed, Func<string, bool> isLivingTenant)
    {
        if (observed is null)
        {
            return new Free();
        }

        var name = observed.Key.Name;
        var account = wish.Tenant.Metadata.NamespaceProperty;
        if (!observed.Mark.IsAny)
        {
            return new Taken($"Namespace \"{name}\" exists and was not made for this Tenant, so it is left alone. "
                + "Choose another name in spec.cluster.namespace of a new Tenant, or remove that namespace.");
        }

        // A uid is given once: where it stands, a label that somebody changed beside it proves nothing.
        var sameObject = observed.Mark.TenantUid == wish.Tenant.Metadata.Uid;
        if (!sameObject && (observed.Mark.Account != account || observed.Mark.AccountUid != wish.AccountUid || observed.Mark.Tenant != wish.Tenant.Metadata.Name))
        {
            return new Taken(observed.Mark.Account == account && observed.Mark.Tenant == wish.Tenant.Metadata.Name
                ? $"Namespace \"{name}\" was made for a Tenant of this name in an account of this name that is gone, so it is left alone. If this is the same account, restored, have a cluster admin say so: kubectl label namespace {name} {Labels.AccountUid}={wish.AccountUid} --overwrite"
                : $"Namespace \"{name}\" belongs to another tenant, so it is left alone. Choose another name in spec.cluster.namespace of a new Tenant.");
        }

        if (!sameObject && isLivingTenant(observed.Mark.TenantUid))
        {
            return new Taken($"Namespace \"{name}\" belongs to another living Tenant, so it is left alone.");
        }

        return observed.Terminating ? new Terminating() : new Ours(TakenUp: !sameObject);
    }
}
