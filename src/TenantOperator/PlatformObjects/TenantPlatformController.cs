using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Usage;

namespace TenantOperator.PlatformObjects;

/// <summary>Shows whether a platform can be used, and how many tenants it has.</summary>
internal sealed class TenantPlatformController(
    TenantCaches caches, PlatformDirectory directory, ClusterPlatformOptions cluster, MassDeletionGuard guard, UsageVerdicts usage, WriteGate gate, IEventRecorder events,
    TimeProvider clock)
    : IEntityController<TenantPlatform>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantPlatform entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is null)
        {
            var key = ObjectKey.Of(entity.Metadata);
            var tenants = caches.Tenants.ByIndex(TenantCaches.ByPlatform, key.ToString());
            var status = PlatformStatusRules.Next(entity, tenants, directory.Supports(PlatformDirectory.TypeOf(entity.Spec)), cluster.AllowedClusterRoles, guard.CountOf(key), clock.GetUtcNow());
            if (status.DeletionBreakerOpen == true && entity.Status?.DeletionBreakerOpen != true)
            {
                events.Record(entity.Reference(), EventType.Warning, TenantPlatformReasons.DeletionBreakerOpen, "Delete", MassDeletionGuard.WhyOpen(guard.CountOf(key), key, exists: true));
            }

            status = UsageConditionRules.Next(status, entity, usage.Find(key), clock.GetUtcNow());
            if (UsageConditionRules.Between(entity.Status, status) is { } news)
            {
                events.Record(entity.Reference(), news.Type, news.Reason, news.Action, news.Note);
            }

            await gate.UpdateStatusAsync(caches.Platforms, entity, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
        }

        return ReconciliationResult.Success();
    }
}

/// <summary>The status of a platform. Pure.</summary>
internal static class PlatformStatusRules
{
    public static TenantPlatformStatus Next(
        TenantPlatform platform, IReadOnlyCollection<Tenant> tenants, bool supported, IReadOnlySet<string> allowedRoles, DeletionCount deletions, DateTimeOffset now)
    {
        var conditions = new ConditionSet(platform.Status?.Conditions, platform.Metadata.Generation, now);
        var type = PlatformDirectory.TypeOf(platform.Spec);
        SetReady(conditions, platform, type, supported, allowedRoles);
        if (type == PlatformType.Cluster)
        {
            conditions.True(TenantPlatformConditions.CredentialsValid, TenantPlatformReasons.CredentialsNotRequired, "This platform is the cluster itself; it needs no credentials.");
        }

        if (deletions.IsOpen)
        {
            conditions.True(TenantPlatformConditions.DeletionsHeld, TenantPlatformReasons.DeletionBreakerOpen, MassDeletionGuard.WhyOpen(deletions, ObjectKey.Of(platform.Metadata), exists: true));
        }

        return (platform.Status ?? new TenantPlatformStatus()) with
        {
            ObservedGeneration = platform.Metadata.Generation,
            Conditions = conditions.ToList(),
            Type = type,
            DeletionBreakerOpen = deletions.IsOpen ? true : null,
            Tenants = (platform.Status?.Tenants ?? new PlatformTenantCounts()) with
            {
                Managed = tenants.Count,
                Ready = tenants.Count(tenant => tenant.Status?.Conditions?.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }) == true),
            },
            LastHandledReconcileAt = platform.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true
                ? asked
                : platform.Status?.LastHandledReconcileAt,
        };
    }

    private static void SetReady(ConditionSet conditions, TenantPlatform platform, PlatformType type, bool supported, IReadOnlySet<string> allowedRoles)
    {
        var roles = platform.Spec.Cluster?.Roles;
        if (!supported)
        {
            conditions.False(
                CommonConditions.Ready,
                TenantPlatformReasons.Progressing,
                $"This version of the operator cannot manage platforms of type {PlatformDirectory.Word(type)} yet. Its tenants wait; nothing was changed there.");
        }
        else if (new[] { roles?.Admin, roles?.Developer, roles?.Analyst, roles?.Member }.FirstOrDefault(role => role is not null && !allowedRoles.Contains(role)) is { } forbidden)
        {
            conditions.False(
                CommonConditions.Ready,
                TenantPlatformReasons.RoleNotAllowed,
                $"ClusterRole \"{forbidden}\" in spec.cluster.roles may not be handed out by this operator. Name one of {string.Join(", ", allowedRoles.Order(StringComparer.Ordinal))}, "
                + "or start the operator with --cluster-roles.");
        }
        else if (platform.Spec.Paused == true)
        {
            conditions.True(CommonConditions.Ready, TenantPlatformReasons.Paused, "spec.paused stops all changes to tenants of this platform.");
        }
        else if (platform.Spec.Mode == PlatformMode.Observe)
        {
            conditions.True(CommonConditions.Ready, TenantPlatformReasons.Observing, "spec.mode is Observe: tenants of this platform are not changed.");
        }
        else
        {
            conditions.True(CommonConditions.Ready, TenantPlatformReasons.Available, "The platform can be used.");
        }
    }
}
