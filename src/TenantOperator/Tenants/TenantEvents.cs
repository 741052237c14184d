using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Something worth an Event.</summary>
internal sealed record Happening(EventType Type, string Reason, string Action, string Note);

/// <summary>
/// Which Events a pass is worth: changes of conditions, and what was put back. A tenant that simply becomes Ready the first time is told by its status alone; an
/// Event for each would make ten thousand writes that nobody reads. Pure.
/// </summary>
internal static class TenantEvents
{
    public static IEnumerable<Happening> Between(TenantStatus? old, TenantStatus now, TenantPass pass)
    {
        var ready = Find(now, CommonConditions.Ready)!;
        var before = Find(old, CommonConditions.Ready);
        if (before?.Reason != ready.Reason)
        {
            if (ready.Status == ConditionStatus.False && !pass.Tenant.IsBeingDeleted())
            {
                yield return new(EventType.Warning, ready.Reason, "Reconcile", ready.Message);
            }
            else if (ready is { Status: ConditionStatus.True, Reason: TenantReasons.Active } && before?.Status == ConditionStatus.False)
            {
                yield return new(EventType.Normal, ready.Reason, "Reconcile", ready.Message);
            }
        }

        var suspended = Find(now, TenantConditions.Suspended)!;
        var wasSuspended = Find(old, TenantConditions.Suspended);
        if (suspended.Status == ConditionStatus.True && wasSuspended?.Status != ConditionStatus.True)
        {
            yield return new(EventType.Normal, TenantReasons.Suspended, "Suspend", suspended.Message);
        }
        else if (suspended.Status == ConditionStatus.False && wasSuspended?.Status == ConditionStatus.True)
        {
            yield return new(EventType.Normal, TenantReasons.Resumed, "Resume", "The tenant is no longer suspended: access was given back.");
        }

        var limits = Find(now, TenantConditions.WithinLimits);
        if (limits is { Status: ConditionStatus.False } && UsageRules.IsWorse(old?.Usage, now.Usage))
        {
            yield return new(EventType.Warning, limits.Reason, "ReadUsage", limits.Message);
        }

        if (Find(now, TenantConditions.DeletionBlocked) is { } blocked && Find(old, TenantConditions.DeletionBlocked)?.Reason != blocked.Reason)
        {
            yield return new(EventType.Warning, blocked.Reason, "Delete", blocked.Message);
        }

        if (Find(now, TenantConditions.Drifted) is { Status: ConditionStatus.True } left && Find(old, TenantConditions.Drifted)?.Message != left.Message)
        {
            yield return new(EventType.Warning, left.Reason, "Compare", left.Message);
        }

        if (pass.Corrected is { Count: > 0 } corrected)
        {
            yield return new(EventType.Normal, TenantReasons.DriftCorrected, "Correct", $"Changed outside and put back: {string.Join(", ", corrected)}.");
        }

        if (pass.RosterDiff is { Pruned: > 0 } pruned)
        {
            yield return new(EventType.Normal, TenantUserReasons.UserRemoved, "Prune", $"{People(pruned.Pruned)} without a TenantUser lost access, as spec.pruneUsers says.");
        }

        if (now.Users?.Unmanaged is { } unmanaged && unmanaged > (old?.Users?.Unmanaged ?? 0))
        {
            yield return new(
                EventType.Warning,
                TenantReasons.UnmanagedUsers,
                "SyncUsers",
                $"{People(unmanaged)} without a TenantUser can get in, and that is left as it is. Make a TenantUser for each, or set spec.pruneUsers: true to take the access away.");
        }
    }

    private static string People(int count) => count == 1 ? "1 person" : $"{count} people";

    private static Condition? Find(TenantStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}
