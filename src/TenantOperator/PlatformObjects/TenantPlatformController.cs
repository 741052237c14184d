using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Usage;

namespace TenantOperator.PlatformObjects;

/// <summary>Shows whether a platform can be used, and how many tenants it has.</summary>
internal sealed class TenantPlatformController(
    TenantCaches caches, PlatformDirectory directory, PlatformChecks checks, ClusterPlatformOptions cluster, MassDeletionGuard guard, UsageVerdicts usage, WriteGate gate, IEventRecorder events,
    IOperatorQueue<Tenant> queue, TimeProvider clock)
    : IEntityController<TenantPlatform>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantPlatform entity, CancellationToken cancellationToken)
    {
        TimeSpan? lookAgain = null;
        if (entity.Metadata.DeletionTimestamp is null)
        {
            var key = ObjectKey.Of(entity.Metadata);
            var tenants = caches.Tenants.ByIndex(TenantCaches.ByPlatform, key.ToString());
            PlatformObservation? observed = null;
            var adapter = directory.AdapterFor(PlatformDirectory.TypeOf(entity.Spec));
            if (adapter is not null && entity.Spec.Paused != true)
            {
                (observed, lookAgain) = await checks.CheckAsync(entity, adapter, cancellationToken);
            }

            var status = PlatformStatusRules.Next(entity, tenants, adapter is not null, observed, cluster.AllowedClusterRoles, guard.CountOf(key), clock.GetUtcNow());
            if (status.DeletionBreakerOpen == true && entity.Status?.DeletionBreakerOpen != true)
            {
                events.Record(entity.Reference(), EventType.Warning, TenantPlatformReasons.DeletionBreakerOpen, "Delete", MassDeletionGuard.WhyOpen(guard.CountOf(key), key, exists: true));
            }

            foreach (var (type, reason, note) in PlatformStatusRules.News(entity.Status, status))
            {
                events.Record(entity.Reference(), type, reason, "ReadAccount", note);
            }

            status = UsageConditionRules.Next(status, entity, usage.Find(key), clock.GetUtcNow());
            if (UsageConditionRules.Between(entity.Status, status) is { } news)
            {
                events.Record(entity.Reference(), news.Type, news.Reason, news.Action, news.Note);
            }

            // They were told to wait for the platform, and nothing else will tell them.
            if (observed?.Outcome is PlatformOutcome.Done && ReadyOf(entity.Status) is { Status: ConditionStatus.False, Reason: not TenantPlatformReasons.RoleNotAllowed })
            {
                foreach (var tenant in tenants.Where(tenant => tenant.Status?.Phase != TenantPhase.Active || tenant.Status.Conditions?.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.False }) == true))
                {
                    queue.Enqueue(ObjectKey.Of(tenant.Metadata));
                }
            }

            await gate.UpdateStatusAsync(caches.Platforms, entity, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
        }

        return ReconciliationResult.Success(lookAgain);
    }

    private static Condition? ReadyOf(TenantPlatformStatus? status) => status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready);
}

/// <summary>The status of a platform. Pure.</summary>
internal static class PlatformStatusRules
{
    public static TenantPlatformStatus Next(
        TenantPlatform platform, IReadOnlyCollection<Tenant> tenants, bool supported, PlatformObservation? observed, IReadOnlySet<string> allowedRoles, DeletionCount deletions, DateTimeOffset now)
    {
        var conditions = new ConditionSet(platform.Status?.Conditions, platform.Metadata.Generation, now);
        var type = PlatformDirectory.TypeOf(platform.Spec);
        SetReady(conditions, platform, type, supported, observed, allowedRoles);
        SetProgress(conditions, observed, deletions, platform);
        if (type == PlatformType.Cluster)
        {
            conditions.True(TenantPlatformConditions.CredentialsValid, TenantPlatformReasons.CredentialsNotRequired, "This platform is the cluster itself; it needs no credentials.");
        }
        else
        {
            SetConnection(conditions, observed, now);
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
            Account = observed?.Account ?? platform.Status?.Account,
            LastVerified = observed?.Outcome is PlatformOutcome.Done && WasAccepted(platform) is not true ? now : platform.Status?.LastVerified,
            ThrottledUntil = observed is null ? platform.Status?.ThrottledUntil : observed.ThrottledUntil,
            DeletionBreakerOpen = deletions.IsOpen ? true : null,
            DeletionsToConfirm = deletions.IsOpen ? deletions.Count : null,
            Tenants = (platform.Status?.Tenants ?? new PlatformTenantCounts()) with
            {
                Managed = tenants.Count,
                Unmanaged = UnmanagedOf(platform, observed, tenants),
                Ready = tenants.Count(tenant => tenant.Status?.Conditions?.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }) == true),
            },
            LastHandledReconcileAt = platform.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true
                ? asked
                : platform.Status?.LastHandledReconcileAt,
        };
    }

    /// <summary>What of the account on the platform is worth an Event.</summary>
    public static IEnumerable<(EventType Type, string Reason, string Note)> News(TenantPlatformStatus? old, TenantPlatformStatus now)
    {
        if (now.Account is { CreditsUsed: { } used, CreditLimit: > 0 and var limit } account && IsLow(account) && !IsLow(old?.Account))
        {
            yield return (EventType.Warning, TenantPlatformReasons.AccountCreditsLow, $"The account on the platform has spent {used} of its {limit} credits. When all are spent, its tenants have none.");
        }

        if (now.Tenants?.Unmanaged is > 0 and var unmanaged && unmanaged > (old?.Tenants?.Unmanaged ?? 0))
        {
            yield return (EventType.Normal, TenantPlatformReasons.TenantsDiscovered, $"{Counted.Tenants(unmanaged)} on the platform {(unmanaged == 1 ? "has" : "have")} no Tenant here. Nothing is changed there; to take one up, apply a Tenant with its id in spec.externalId.");
        }

        static bool IsLow(PlatformAccount? account) => account is { CreditsUsed: { } used, CreditLimit: > 0 and var limit } && used >= limit * 0.8;
    }

    // Once no call is accepted only a person can help, but a Secret that is missing may yet be applied.
    private static void SetProgress(ConditionSet conditions, PlatformObservation? observed, DeletionCount deletions, TenantPlatform platform)
    {
        var ready = conditions.Find(CommonConditions.Ready)!;
        if (deletions.IsOpen)
        {
            conditions.True(CommonConditions.Stalled, TenantPlatformReasons.DeletionBreakerOpen, MassDeletionGuard.WhyOpen(deletions, ObjectKey.Of(platform.Metadata), exists: true));
        }
        else if (ready.Reason is TenantPlatformReasons.RoleNotAllowed or TenantPlatformReasons.NotServed || observed?.Outcome is PlatformOutcome.Refused
            || (observed?.Outcome is PlatformOutcome.Unauthorized && ready.Reason is not (TenantPlatformReasons.SecretMissing or TenantPlatformReasons.SecretKeyMissing)))
        {
            conditions.True(CommonConditions.Stalled, ready.Reason, ready.Message);
        }
        else if (ready is { Status: ConditionStatus.False, Reason: TenantPlatformReasons.Unreachable })
        {
            conditions.True(CommonConditions.Reconciling, ready.Reason, "It is asked again by itself.");
        }
    }

    // Counted on the platform, if that is wished for; never taken in by themselves.
    private static int? UnmanagedOf(TenantPlatform platform, PlatformObservation? observed, IReadOnlyCollection<Tenant> tenants) => observed is null ? platform.Status?.Tenants?.Unmanaged
        : observed.TenantIds is { } ids ? ids.Except(tenants.Select(CreationAttempts.KnownIdOf).OfType<string>(), StringComparer.Ordinal).Count()
        : null;

    // Since the spec is what it is.
    private static bool WasAccepted(TenantPlatform platform) => platform.Status?.LastVerified is not null && platform.Status.ObservedGeneration == platform.Metadata.Generation
        && platform.Status.Conditions?.Any(condition => condition is { Type: TenantPlatformConditions.CredentialsValid, Status: ConditionStatus.True }) == true;

    private static void SetConnection(ConditionSet conditions, PlatformObservation? observed, DateTimeOffset now)
    {
        switch (observed?.Outcome)
        {
            case PlatformOutcome.Done:
                conditions.True(TenantPlatformConditions.CredentialsValid, TenantPlatformReasons.CredentialsAccepted, "The platform accepts the credentials.");
                break;
            case PlatformOutcome.Unauthorized denied:
                conditions.False(TenantPlatformConditions.CredentialsValid, denied.Reason, denied.Message);
                break;
            default:
                conditions.Keep(TenantPlatformConditions.CredentialsValid);
                break;
        }

        if (observed is null)
        {
            conditions.Keep(TenantPlatformConditions.Throttled);
        }
        else if (observed.ThrottledUntil > now)
        {
            conditions.True(TenantPlatformConditions.Throttled, TenantPlatformReasons.RateLimited, "No calls are made for a while, because the platform asked for that or failed again and again.");
        }
        else
        {
            conditions.False(TenantPlatformConditions.Throttled, TenantPlatformReasons.NotThrottled, "Calls go through at the pace of spec.");
        }
    }

    private static void SetReady(ConditionSet conditions, TenantPlatform platform, PlatformType type, bool supported, PlatformObservation? observed, IReadOnlySet<string> allowedRoles)
    {
        var roles = platform.Spec.Cluster?.Roles;
        if (!supported)
        {
            conditions.False(
                CommonConditions.Ready,
                TenantPlatformReasons.NotServed,
                $"This operator was told not to serve tenants on platforms of type {PlatformDirectory.Word(type)}. Nothing is changed there. Start it without --cluster-platform=false, or make a TenantPlatform of a remote platform.");
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
        else if (observed?.Outcome is PlatformOutcome.Unauthorized denied)
        {
            conditions.False(CommonConditions.Ready, denied.Reason, denied.Message);
        }
        else if (observed is not null && StepOutcome.Of(observed.Outcome) is not StepOutcome.Continue and var stop)
        {
            conditions.False(CommonConditions.Ready, TenantPlatformReasons.Unreachable, WordsOf(stop));
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

    private static string WordsOf(StepOutcome stop) => stop switch
    {
        StepOutcome.Waiting waiting => waiting.Message,
        StepOutcome.Blocked blocked => blocked.Message,
        _ => "The platform does not answer.",
    };
}
