using System.Text.Json;
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

        // Only what was as wished before can have drifted.
        var wasSynced = Find(old, TenantConditions.Synced) is { Status: ConditionStatus.True } synced && synced.ObservedGeneration == pass.Tenant.Metadata.Generation;
        List<string> drifted = [.. pass.Observation?.Drifted ?? [], .. IsRosterAsBefore(old, pass) ? pass.Roster!.Drifted : []];
        if (wasSynced && drifted.Count > 0 && pass.Suspended == (wasSuspended?.Status == ConditionStatus.True) && SameSettings(old!.Effective, now.Effective))
        {
            yield return new(EventType.Normal, TenantReasons.DriftCorrected, "Correct", $"Changed outside and put back: {string.Join(", ", drifted)}.");
        }
    }

    // People who came, left or got another role change bindings too, and that is no drift.
    private static bool IsRosterAsBefore(TenantStatus? old, TenantPass pass) =>
        pass.Roster is { } roster
        && old?.Users?.Synced == roster.Members.Count
        && pass.RosterPlan!.Members.All(member =>
            member.User.Status is { } status
            && status.ObservedGeneration == member.User.Metadata.Generation
            && status.Role is not null && status.Role == roster.Members.GetValueOrDefault(member.User.Metadata.Name)?.Role);

    // A package that grew changes a quota too, and that is no drift.
    private static bool SameSettings(EffectiveSettings? old, EffectiveSettings? now) =>
        MergeDiff.Between(JsonSerializer.SerializeToNode(old, RuntimeJson.Options), JsonSerializer.SerializeToNode(now, RuntimeJson.Options)) is null;

    private static Condition? Find(TenantStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}
