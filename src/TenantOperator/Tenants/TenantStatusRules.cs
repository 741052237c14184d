using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Users;

namespace TenantOperator.Tenants;

/// <summary>The status of a tenant after a pass: a pure function of the old status, what the pass found, and how it ended. Nothing in it changes by itself.</summary>
internal static class TenantStatusRules
{
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    // What the schema allows in a list of fields.
    private const int MostFields = 64;

    public static TenantStatus Next(TenantPass pass, StepOutcome outcome, DateTimeOffset now)
    {
        var tenant = pass.Tenant;
        var old = tenant.Status ?? new TenantStatus();
        var conditions = new ConditionSet(old.Conditions, tenant.Metadata.Generation, now);
        var usage = UsageRules.Next(old.Usage, pass, now);

        SetReady(conditions, pass, outcome);
        SetProgress(conditions, pass, outcome);
        SetTemplate(conditions, pass, outcome);
        SetPackage(conditions, pass, outcome);
        SetSynced(conditions, pass, outcome);
        SetUsers(conditions, pass, outcome);
        UsageRules.SetWithinLimits(conditions, usage);
        SetDrifted(conditions, pass, outcome);
        SetSuspended(conditions, pass, old);
        SetDeletion(conditions, pass, outcome);
        SetExpiringSoon(conditions, pass, old, now);

        return old with
        {
            ObservedGeneration = tenant.Metadata.Generation,
            Phase = PhaseOf(pass, outcome, old),
            Conditions = conditions.ToList(),
            ExternalId = pass.Observation?.ExternalId ?? old.ExternalId,
            Platform = pass.Adapter is null ? old.Platform : new PlatformStatus { Name = pass.Platform?.Metadata.Name, Type = pass.Adapter.Type },
            Effective = pass.Settings is { } settings ? Shown(settings.Effective) : old.Effective,
            Template = pass.Template is { } copy
                ? new AppliedTemplate { Name = copy.Name, Uid = copy.Uid, Generation = copy.Generation, AppliedAt = copy.AppliedAt }
                : old.Template,
            Packages = pass.Units.Count > 0 ? pass.Units : pass.Settings is null || tenant.IsBeingDeleted() ? old.Packages : null,
            Users = UsersOf(pass, outcome, old),
            Usage = usage,
            Remote = pass.Observation?.Remote ?? old.Remote,
            Deletion = tenant.IsBeingDeleted() ? pass.Deletion ?? old.Deletion : null,
            UnsupportedFields = UnsupportedFields(pass, old),
            DriftedFields = pass.Drifted is not { } drifted ? old.DriftedFields : drifted.Count == 0 ? null : [.. drifted.Distinct(StringComparer.Ordinal).Take(MostFields)],
            LastHandledReconcileAt = tenant.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true ? asked : old.LastHandledReconcileAt,
        };
    }

    // A namespace whose name is too long is no namespace: Ready says so, and the status could not hold it.
    private static EffectiveSettings Shown(EffectiveSettings effective) => effective.Cluster?.Namespace is { Length: > 63 }
        ? effective with { Cluster = effective.Cluster with { Namespace = null } }
        : effective;

    private static void SetReady(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (pass.Tenant.IsBeingDeleted())
        {
            var why = Said(outcome)?.Message ?? "The tenant is being let go of as its deletionPolicy says.";
            conditions.False(CommonConditions.Ready, Said(outcome)?.Reason ?? TenantReasons.Deleting, why);
            return;
        }

        switch (outcome)
        {
            case StepOutcome.Continue when pass.Suspended:
                conditions.True(CommonConditions.Ready, TenantReasons.Suspended, SuspensionMessage(pass));
                break;
            case StepOutcome.Continue when pass.Observation is { Phase: TenantPhase.Unknown, Remote.Status: { } word }:
                conditions.True(CommonConditions.Ready, TenantReasons.StatusNotRecognised, $"Everything is as declared. The platform reports the state \"{word}\", which this version of the operator does not know.");
                break;
            case StepOutcome.Continue:
                conditions.True(CommonConditions.Ready, TenantReasons.Active, ActiveMessage(pass));
                break;
            case StepOutcome.Blocked { Reason: TenantReasons.Paused or TenantReasons.Observing } paused:
                conditions.Unknown(CommonConditions.Ready, paused.Reason, paused.Message);
                break;
            case StepOutcome.Failed failed:
                conditions.False(CommonConditions.Ready, TenantReasons.UpdateFailed, FailureMessage(failed));
                break;
            default:
                conditions.False(CommonConditions.Ready, Said(outcome)!.Value.Reason, Said(outcome)!.Value.Message);
                break;
        }
    }

    private static void SetProgress(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        switch (outcome)
        {
            case StepOutcome.Continue when pass.RosterDiff?.Held is { } held:
                conditions.True(CommonConditions.Stalled, TenantReasons.TooManyRemovals, TooManyRemovalsMessage(held));
                break;
            case StepOutcome.Continue when pass.Tenant.IsBeingDeleted():
                conditions.True(CommonConditions.Reconciling, TenantReasons.Deleting, "The tenant is being let go of.");
                break;
            default:
                conditions.Progress(outcome);
                break;
        }
    }

    private static void SetTemplate(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (pass.Tenant.Spec.TemplateRef is null)
        {
            conditions.True(TenantConditions.TemplateResolved, TenantReasons.TemplateNotRequired, "No template is named.");
        }
        else if (pass.Template is { } copy)
        {
            conditions.True(
                TenantConditions.TemplateResolved,
                TenantReasons.TemplateApplied,
                $"The values of TenantTemplate \"{copy.Name}\" were copied at generation {copy.Generation}; later changes of it do not reach this tenant.");
        }
        else if (outcome is StepOutcome.Blocked { Reason: TenantReasons.TemplateNotFound or TenantReasons.TemplateInvalid } blocked)
        {
            conditions.False(TenantConditions.TemplateResolved, blocked.Reason, blocked.Message);
        }
        else
        {
            conditions.Keep(TenantConditions.TemplateResolved);
        }
    }

    private static void SetPackage(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (pass.WaitsForPackage is { } why)
        {
            conditions.False(TenantConditions.PackageAllocated, TenantReasons.NoUnassignedPackage, why);
        }
        else if (pass.BelowUsage is { } numbers && pass.Units.Any(unit => unit is { State: PackageUnitState.Waiting, Type: PackageType.Primary }))
        {
            conditions.False(TenantConditions.PackageAllocated, TenantReasons.BelowUsage, BelowUsageMessage(numbers));
        }
        else if (pass.Observes)
        {
            conditions.Unknown(TenantConditions.PackageAllocated, TenantReasons.Observing, "No unit is taken in mode Observe.");
        }
        else if (outcome is StepOutcome.Blocked { Reason: TenantReasons.PackageNotFound or TenantReasons.PackageTypeMismatch } blocked)
        {
            conditions.False(TenantConditions.PackageAllocated, blocked.Reason, blocked.Message);
        }
        else if (pass.Settings is null || pass.Tenant.IsBeingDeleted())
        {
            conditions.Keep(TenantConditions.PackageAllocated);
        }
        else if (pass.Units.Count == 0)
        {
            conditions.True(TenantConditions.PackageAllocated, TenantReasons.PackageNotRequired, "No package is named.");
        }
        else
        {
            conditions.True(
                TenantConditions.PackageAllocated,
                TenantReasons.PackageAllocated,
                $"Held: {string.Join(", ", pass.Units.Where(unit => unit.Allocation is not null).Select(unit => unit.Allocation))}.");
        }
    }

    private static void SetSynced(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (pass.Observation is not { } observation)
        {
            conditions.Keep(TenantConditions.Synced);
        }
        else if (StepOutcome.Of(observation.Outcome) is not StepOutcome.Continue and var stop)
        {
            conditions.False(TenantConditions.Synced, Said(stop)!.Value.Reason, Said(stop)!.Value.Message);
        }
        else if (pass.BelowUsage is { } numbers)
        {
            conditions.False(TenantConditions.Synced, TenantReasons.BelowUsage, BelowUsageMessage(numbers));
        }
        else if (pass.RosterPlan?.AboveLimit is > 0 and var above)
        {
            conditions.False(
                TenantConditions.Synced,
                TenantReasons.BelowUsage,
                $"{above} more {(above == 1 ? "person is" : "people are")} in the tenant than its limits have seats for, and nobody is sent away for that. Remove or deactivate TenantUsers, raise the limit, or set spec.allowBelowUsage: true.");
        }
        else if (pass.Drifted is { Count: > 0 } drifted)
        {
            conditions.False(TenantConditions.Synced, pass.Observes ? TenantReasons.Observing : TenantReasons.DriftReported, DriftMessage(pass, drifted));
        }
        else if (pass.Settings!.Denied is [var denied, ..])
        {
            conditions.False(TenantConditions.Synced, denied.Reason, denied.Message);
        }
        else if (observation.Unsupported is { Count: > 0 } fields)
        {
            conditions.False(
                TenantConditions.Synced, TenantReasons.UnsupportedFields, $"The platform cannot carry out {string.Join(", ", fields.Distinct(StringComparer.Ordinal))}. Everything else is as declared. Remove what has no effect, or change it in the platform's own site.");
        }
        else if (outcome is StepOutcome.Failed failed && pass.Roster is null)
        {
            conditions.False(TenantConditions.Synced, TenantReasons.UpdateFailed, FailureMessage(failed));
        }
        else
        {
            conditions.True(TenantConditions.Synced, TenantReasons.Synced, "The platform has everything the spec manages.");
        }
    }

    private static void SetUsers(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (IsRemoteMissing(outcome, out var why))
        {
            conditions.False(TenantConditions.UsersSynced, TenantReasons.RemoteMissing, why);
        }
        else if (pass.Roster is not { } roster)
        {
            conditions.Keep(TenantConditions.UsersSynced);
        }
        else if (StepOutcome.Of(roster.Outcome) is not StepOutcome.Continue and var stop)
        {
            conditions.False(TenantConditions.UsersSynced, Said(stop)!.Value.Reason, Said(stop)!.Value.Message);
        }
        else if (pass.RosterDiff?.Held is { } held)
        {
            conditions.False(TenantConditions.UsersSynced, TenantReasons.TooManyRemovals, TooManyRemovalsMessage(held));
        }
        else if (pass.RosterDiff?.LastAdminKept == true)
        {
            conditions.False(
                TenantConditions.UsersSynced,
                TenantReasons.LastAdmin,
                "The last admin is not removed or demoted, so that somebody can still get in. Give another TenantUser the role Admin, and the rest follows by itself.");
        }
        else if (pass.RosterPlan!.LeftOut.FirstOrDefault(IsMissing) is { } first)
        {
            var count = pass.RosterPlan.LeftOut.Count(IsMissing);
            conditions.False(
                TenantConditions.UsersSynced,
                first.Waiting ? TenantReasons.CapacityExhausted : TenantReasons.SomeUsersFailed,
                $"{count} of {pass.RosterPlan.Members.Count + pass.RosterPlan.LeftOut.Count} people are not in the tenant; the first is TenantUser \"{first.User.Metadata.Name}\": {first.Message}");
        }
        else if (pass.RosterPlan.Members.FirstOrDefault(member => NotGivenTo(member) is not null) is { } without)
        {
            conditions.False(
                TenantConditions.UsersSynced,
                TenantReasons.SomeUsersFailed,
                $"{pass.RosterPlan.Members.Count(member => NotGivenTo(member) is not null)} of {pass.RosterPlan.Members.Count} people do not have the access that is declared; the first is TenantUser \"{without.User.Metadata.Name}\": {NotGivenTo(without)}");
        }
        else
        {
            conditions.True(TenantConditions.UsersSynced, TenantReasons.UsersSynced, WhyNobody(pass) ?? pass.RosterPlan.Members.Count switch
            {
                0 => "No active person is declared.",
                1 => "The only active person has the access that is declared.",
                var count => $"All {count} active people have the access that is declared.",
            });
        }

        string? NotGivenTo(MemberWish member) => pass.Roster!.Members.TryGetValue(member.User.Metadata.Name, out var observed) && observed.Outcome is not PlatformOutcome.Done
            ? Said(StepOutcome.Of(observed.Outcome))?.Message ?? "It is tried again by itself."
            : null;
    }

    // Whoever is off or paused is as declared.
    private static bool IsMissing(LeftOut person) => person.Reason is not (TenantUserReasons.Inactive or TenantUserReasons.Paused);

    private static void SetDrifted(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (IsRemoteMissing(outcome, out var why))
        {
            conditions.Unknown(TenantConditions.Drifted, TenantReasons.RemoteMissing, why);
        }
        else if (pass.Drifted is not { } drifted)
        {
            conditions.Keep(TenantConditions.Drifted);
        }
        else if (drifted.Count > 0)
        {
            conditions.True(TenantConditions.Drifted, pass.Observes ? TenantReasons.Observing : TenantReasons.DriftReported, DriftMessage(pass, drifted));
        }
        else
        {
            conditions.False(TenantConditions.Drifted, TenantReasons.NoDrift, "Nothing differs from what is declared.");
        }
    }

    private static string DriftMessage(TenantPass pass, IReadOnlyList<string> drifted) => pass.Observes
        ? $"Not as declared, and left as it is because the platform is in mode Observe: {string.Join(", ", drifted)}."
        : $"Changed outside, and left as it is because spec.driftPolicy is Report: {string.Join(", ", drifted)}.";

    private static string BelowUsageMessage(string numbers) =>
        $"A limit would be lowered under what is in use, so the former limits stay: {numbers}. Free some first, or set spec.allowBelowUsage: true.";

    private static string TooManyRemovalsMessage(HeldRemovals held) =>
        $"{Counted.People(held.Wanted)} would lose their access at once, and {held.Allowed} may, so the rest of them are held. If all are meant: set spec.maxRemovals to {held.Wanted} or more. If not: apply their TenantUsers again.";

    private static void SetSuspended(ConditionSet conditions, TenantPass pass, TenantStatus old)
    {
        // Access is not back before the platform has said so.
        if (!pass.Suspended && !pass.SuspensionDenied && pass.Observation?.Outcome is not PlatformOutcome.Done
            && old.Conditions?.Any(condition => condition is { Type: TenantConditions.Suspended, Status: ConditionStatus.True }) == true)
        {
            conditions.Keep(TenantConditions.Suspended);
            return;
        }

        if (pass.Suspended)
        {
            conditions.True(TenantConditions.Suspended, TenantReasons.Suspended, SuspensionMessage(pass));
        }
        else
        {
            conditions.False(TenantConditions.Suspended, TenantReasons.NotSuspended, "The tenant is not suspended.");
        }
    }

    private static void SetDeletion(ConditionSet conditions, TenantPass pass, StepOutcome outcome)
    {
        if (pass.Tenant.IsBeingDeleted() && Said(outcome) is { } why && outcome is not StepOutcome.Failed)
        {
            var wayOut = outcome is StepOutcome.Blocked && pass.Deletion is null ? " To let go of the tenant as it is: set spec.deletionPolicy to Retain." : "";
            conditions.True(TenantConditions.DeletionBlocked, why.Reason, why.Message + wayOut);
        }
    }

    private static void SetExpiringSoon(ConditionSet conditions, TenantPass pass, TenantStatus old, DateTimeOffset now)
    {
        if ((pass.Observation?.Remote ?? old.Remote)?.ExpiresAt is { } end && end > now && end - now <= ExpiresSoon)
        {
            conditions.True(
                TenantConditions.ExpiringSoon, TenantReasons.ExpiringSoon, $"The tenant ends on the platform at {end.UtcDateTime:yyyy-MM-dd HH:mm}Z, and nobody gets in then. To go on: set a later date in the spec.");
        }
    }

    private static TenantPhase PhaseOf(TenantPass pass, StepOutcome outcome, TenantStatus old)
    {
        if (pass.Tenant.IsBeingDeleted())
        {
            return TenantPhase.Deleting;
        }

        return outcome switch
        {
            _ when pass.Observation?.Phase is { } reported => reported,
            StepOutcome.Continue => pass.Suspended ? TenantPhase.Suspended : TenantPhase.Active,
            _ when IsRemoteMissing(outcome, out _) => TenantPhase.Missing,
            StepOutcome.Blocked { Reason: TenantReasons.Observing } when pass.Observation?.ExternalId is null => TenantPhase.Pending,
            _ when pass.Observation?.Outcome is PlatformOutcome.Done => pass.Suspended ? TenantPhase.Suspended : TenantPhase.Active,
            _ when old.ExternalId is not null && old.Phase is { } phase => phase,
            _ when pass.Wish is not null && pass.WaitsForPackage is null => TenantPhase.Provisioning,
            _ => TenantPhase.Pending,
        };
    }

    // What was known of the tenant is no longer so.
    private static bool IsRemoteMissing(StepOutcome outcome, out string why)
    {
        why = outcome is StepOutcome.Blocked { Reason: TenantReasons.RemoteMissing } blocked ? blocked.Message : "";
        return why.Length > 0;
    }

    // As wished, if somebody deleted them; if the cluster did, as after a restore with the owners of another cluster, nothing else tells.
    private static string? WhyNobody(TenantPass pass) => pass.Tenant is { Spec.InitialUsers.Count: > 0 and var count, Metadata: var metadata }
        && metadata.Annotations?.ContainsKey(Annotations.InitialUsersCreated) == true && pass.RosterPlan is { Members.Count: 0, LeftOut.Count: 0 }
        ? $"Nobody is declared: spec.initialUsers became {(count == 1 ? "a TenantUser" : $"{count} TenantUsers")} once, and none is there any more. If that was not meant, have them made again: "
            + $"kubectl annotate tenant {metadata.Name} -n {metadata.NamespaceProperty} {Annotations.InitialUsersCreated}-"
        : null;

    private static UserCounts? UsersOf(TenantPass pass, StepOutcome outcome, TenantStatus old)
    {
        if (IsRemoteMissing(outcome, out _))
        {
            return old.Users is { Declared: { } people } users ? users with { Synced = 0, Failed = people, Summary = $"0/{people}" } : old.Users;
        }

        if (pass.RosterPlan is not { } plan || pass.Roster is not { } roster)
        {
            return old.Users;
        }

        var synced = roster.Members.Values.Count(member => member.Outcome is PlatformOutcome.Done);
        var declared = plan.Members.Count + plan.LeftOut.Count(IsMissing);
        return new UserCounts
        {
            Declared = declared,
            Synced = synced,
            Failed = declared - synced,
            Unmanaged = pass.RosterDiff?.Unmanaged is > 0 and var unmanaged ? unmanaged : null,
            RemovalsToConfirm = pass.RosterDiff?.Held?.Wanted,
            InitialCreated = pass.Tenant.Metadata.Annotations?.ContainsKey(Annotations.InitialUsersCreated) == true ? pass.Tenant.Spec.InitialUsers?.Count : null,
            Summary = $"{synced}/{declared}",
        };
    }

    private static IReadOnlyList<string>? UnsupportedFields(TenantPass pass, TenantStatus old)
    {
        if (pass.Settings is null || pass.Observation is null)
        {
            return old.UnsupportedFields;
        }

        var fields = pass.Settings.Denied.Select(denied => denied.Field).Concat(pass.Observation.Unsupported).Distinct(StringComparer.Ordinal).ToList();
        return fields.Count == 0 ? null : fields;
    }

    private static (string Reason, string Message)? Said(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Waiting waiting => (waiting.Reason, waiting.Message),
        StepOutcome.Blocked blocked => (blocked.Reason, blocked.Message),
        StepOutcome.Failed failed => (TenantReasons.UpdateFailed, FailureMessage(failed)),
        _ => null,
    };

    private static string FailureMessage(StepOutcome.Failed failed) => $"{failed.Error.Message} It is tried again by itself.";

    private static string ActiveMessage(TenantPass pass) => pass.Settings?.Effective.Cluster?.Namespace is { } ns
        ? $"Namespace \"{ns}\" is ready."
        : "The tenant is ready.";

    private static string SuspensionMessage(TenantPass pass)
    {
        var suspension = pass.Tenant.Spec.Suspension;
        var reason = string.IsNullOrEmpty(suspension?.Reason) ? "" : $" Reason: {suspension.Reason}.";
        var until = suspension?.Until is { } end ? $" Until {end.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z." : "";
        return $"The tenant is suspended by spec.suspended: access is taken away, data is kept.{reason}{until}";
    }
}
