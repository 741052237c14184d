using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Users;

/// <summary>Tells people without a tenant so. Everything else about a person is done by the pass over the tenant, which syncs its whole roster at once.</summary>
internal sealed class TenantUserController(TenantCaches caches, TenantUserStatusWriter statuses, TimeProvider clock) : IEntityController<TenantUser>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantUser entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is null && WhyNot(entity) is { } problem)
        {
            var status = TenantUserStatusRules.ForAbsentTenant(entity, problem.Reason, problem.Message, clock.GetUtcNow());
            if (!ReferenceEquals(status, entity.Status))
            {
                await statuses.WriteAsync(entity, status, cancellationToken);
            }
        }

        return ReconciliationResult.Success();
    }

    private (string Reason, string Message)? WhyNot(TenantUser user)
    {
        var name = user.Spec.TenantRef.Name;
        var ns = user.Metadata.NamespaceProperty;
        var tenant = caches.Tenants.Find(new(ns, name));
        if (tenant is null)
        {
            return (TenantUserReasons.TenantNotFound,
                $"Tenant \"{name}\" does not exist in namespace \"{ns}\". Apply it, and this person is added by itself; or see which exist: kubectl get tenants -n {ns}");
        }

        if (tenant.IsBeingDeleted())
        {
            return (TenantUserReasons.WaitingForTenant, $"Tenant \"{name}\" is being deleted, and access with it. Apply it again to give access back.");
        }

        // Until the tenant's first complete pass nobody else reports; afterwards every pass does.
        return tenant.Status?.Conditions?.FirstOrDefault(each => each.Type == CommonConditions.Ready) is { Status: ConditionStatus.False } ready && tenant.Status.ExternalId is null
            ? (TenantUserReasons.WaitingForTenant, $"Tenant \"{name}\" is not made yet: {ready.Message}")
            : null;
    }
}
