using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Users;

/// <summary>Tells people without a tenant so. Everything else about a person is done by the pass over the tenant, which syncs its whole roster at once.</summary>
internal sealed class TenantUserController(TenantCaches caches, TenantUserStatusWriter statuses, WriteGate gate, IOperatorQueue<Tenant> tenants, TimeProvider clock)
    : IEntityController<TenantUser>, IEntityFinalizer<TenantUser>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantUser entity, CancellationToken cancellationToken)
    {
        if (WhyNot(entity) is { } problem)
        {
            var status = TenantUserStatusRules.ForAbsentTenant(entity, problem.Status, problem.Reason, problem.Message, clock.GetUtcNow());
            if (!ReferenceEquals(status, entity.Status))
            {
                await statuses.WriteAsync(entity, status, cancellationToken);
            }
        }
        else if (entity.Spec.Paused != true && ReasonOf(entity) is TenantUserReasons.TenantNotFound or TenantUserReasons.WaitingForTenant or TenantUserReasons.Paused)
        {
            // The pass over the tenant may have ended just before that was written, and would not come again by itself.
            tenants.Enqueue(new(entity.Metadata.NamespaceProperty, entity.Spec.TenantRef.Name));
        }

        return ReconciliationResult.Success();
    }

    /// <summary>The pass over the tenant lets go of its people. Without a tenant that could, there is no access left to decide about.</summary>
    public async Task<ReconciliationResult> FinalizeAsync(TenantUser entity, CancellationToken cancellationToken)
    {
        var tenant = caches.Tenants.Find(new(entity.Metadata.NamespaceProperty, entity.Spec.TenantRef.Name));
        if (tenant is null || tenant.IsBeingDeleted() || tenant.Status?.Phase == TenantPhase.Missing)
        {
            await gate.UpdateMetadataAsync(caches.Users, entity, new MetadataChange { RemoveFinalizers = [Finalizers.TenantUser] }, cancellationToken);
        }

        return ReconciliationResult.Success();
    }

    private static string? ReasonOf(TenantUser user) => user.Status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready)?.Reason;

    private (ConditionStatus Status, string Reason, string Message)? WhyNot(TenantUser user)
    {
        var name = user.Spec.TenantRef.Name;
        var ns = user.Metadata.NamespaceProperty;
        var tenant = caches.Tenants.Find(new(ns, name));
        if (tenant is null)
        {
            return (ConditionStatus.False, TenantUserReasons.TenantNotFound,
                $"Tenant \"{name}\" does not exist in namespace \"{ns}\". Apply it, and this person is added by itself; or see which exist: kubectl get tenants -n {ns}");
        }

        if (tenant.IsBeingDeleted())
        {
            return (ConditionStatus.False, TenantUserReasons.WaitingForTenant, $"Tenant \"{name}\" is being deleted, and access with it. Apply it again to give access back.");
        }

        var ready = tenant.Status?.Conditions?.FirstOrDefault(each => each.Type == CommonConditions.Ready);
        if (ready?.Reason is TenantReasons.Paused or TenantReasons.Observing)
        {
            return (ConditionStatus.Unknown, TenantUserReasons.Paused, $"Nothing is changed for people of Tenant \"{name}\" now: {ready.Message}");
        }

        if (ready?.Status != ConditionStatus.False)
        {
            return null;
        }

        if (tenant.Status!.ExternalId is null)
        {
            return (ConditionStatus.False, TenantUserReasons.WaitingForTenant, $"Tenant \"{name}\" is not made yet: {ready.Message}");
        }

        // A pass that got as far as the people reports on each of them. One that did not leaves those without a word who came since, and all of them with a
        // word that is no longer true when the tenant is gone.
        var unheard = user.Status?.ObservedGeneration != user.Metadata.Generation && ready.Reason != TenantReasons.WaitingForPackage;
        return unheard || ready.Reason is TenantReasons.RemoteMissing or TenantReasons.NamespaceTerminating
            ? (ConditionStatus.False, TenantUserReasons.WaitingForTenant, $"Nothing can be done for people of Tenant \"{name}\" now: {ready.Message}")
            : null;
    }
}
