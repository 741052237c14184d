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
            // Whoever makes sign-in weaker outside should be asked about it.
            var weaker = corrected.Any(field => field.StartsWith("security.", StringComparison.Ordinal));
            yield return new(
                weaker ? EventType.Warning : EventType.Normal,
                weaker ? TenantReasons.SecurityDrift : TenantReasons.DriftCorrected,
                "Correct",
                $"Changed outside and put back: {string.Join(", ", corrected)}.");
        }

        if (Find(now, TenantConditions.ExpiringSoon) is { } soon && Find(old, TenantConditions.ExpiringSoon) is null)
        {
            yield return new(EventType.Warning, soon.Reason, "ReadTenant", soon.Message);
        }

        foreach (var happening in OfRemote(old?.Remote, now.Remote).Concat(pass.Observation?.Warnings.Select(warning => new Happening(EventType.Warning, warning.Reason, "Create", warning.Note)) ?? []))
        {
            yield return happening;
        }

        if (pass.RosterDiff is { Pruned: > 0 } pruned)
        {
            yield return new(EventType.Normal, TenantUserReasons.UserRemoved, "Prune", $"{Counted.People(pruned.Pruned)} without a TenantUser lost access, as spec.pruneUsers says.");
        }

        if (now.Users?.Unmanaged is { } unmanaged && unmanaged > (old?.Users?.Unmanaged ?? 0))
        {
            yield return new(
                EventType.Warning,
                TenantReasons.UnmanagedUsers,
                "SyncUsers",
                $"{Counted.People(unmanaged)} without a TenantUser can get in, and that is left as it is. Make a TenantUser for each, or set spec.pruneUsers: true to take the access away.");
        }
    }

    // What the platform's own site, or a creation, has brought about.
    private static IEnumerable<Happening> OfRemote(RemoteTenant? old, RemoteTenant? now)
    {
        if (now?.Origin == RemoteOrigin.Adopted && old?.Origin is null)
        {
            yield return new(EventType.Normal, TenantReasons.TenantAdopted, "Adopt", "The tenant existed on the platform and was taken up; it is made as declared from now on.");
        }

        if (now?.PurchaseOccurred == true && old?.PurchaseOccurred != true)
        {
            yield return new(EventType.Warning, TenantReasons.PurchaseOccurred, "Create", "Making the tenant bought a package, since none was unassigned. It costs money.");
        }

        if (old?.PrimaryPackage is { } former && now?.PrimaryPackage is { } package && package != former)
        {
            yield return new(EventType.Normal, TenantReasons.PackageChangedExternally, "ReadTenant", $"The package on the platform was \"{former}\" and is \"{package}\". It was changed there, and is left as it is.");
        }

        if (old?.PartnerId is { } partner && now?.PartnerId is { } other && other != partner)
        {
            yield return new(EventType.Warning, TenantReasons.PartnerTransfer, "ReadTenant", $"The tenant belonged to partner \"{partner}\" and belongs to \"{other}\" now.");
        }
    }

    private static Condition? Find(TenantStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
}
