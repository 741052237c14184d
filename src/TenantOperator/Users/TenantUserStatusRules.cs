using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Users;

/// <summary>The status of one person after a pass over the tenant. Pure; returns the old status itself when nothing is new, so that it costs nothing to find that out.</summary>
internal static class TenantUserStatusRules
{
    private const string LastAdminMessage =
        "The last admin is not removed or demoted, so that somebody can still get in. Give another TenantUser of this tenant the role Admin first.";

    // A sign-in is news once a day: nobody is to be written for each of theirs.
    private static readonly TimeSpan SignInNews = TimeSpan.FromDays(1);

    /// <summary>For somebody in the roster.</summary>
    public static TenantUserStatus ForMember(
        TenantUser user, MemberObservation? observed, StepOutcome roster, bool suspended, bool lastAdmin, PlatformType platform, DateTimeOffset now)
    {
        var fields = observed is null ? null : UnsupportedFields(user, observed, platform);
        var outcome = observed is null ? roster : StepOutcome.Of(observed.Outcome);
        var problem = outcome switch
        {
            StepOutcome.Blocked blocked => (blocked.Reason, blocked.Message),
            StepOutcome.Waiting waiting => (waiting.Reason, waiting.Message),
            StepOutcome.Failed failed => (TenantUserReasons.UpdateFailed, failed.Error.Message),
            _ => ((string Reason, string Message)?)null,
        };
        if (problem is { } known)
        {
            return Next(user, ConditionStatus.False, known.Reason, known.Message, Known(user) with { UnsupportedFields = fields ?? user.Status?.UnsupportedFields }, now, outcome);
        }

        // A cluster sends no mail and sees nobody sign in.
        var tells = platform != PlatformType.Cluster;
        var seen = new TenantUserStatus
        {
            ExternalId = observed?.ExternalId,
            Role = observed?.Role,
            LastSignInAt = tells ? SignInOf(user.Status?.LastSignInAt, observed?.LastSignInAt) : null,
            InvitationSent = tells ? observed?.InvitationSent ?? user.Status?.InvitationSent : null,
            UnsupportedFields = fields,
        };
        if (lastAdmin)
        {
            return Next(user, ConditionStatus.False, TenantUserReasons.LastAdmin, LastAdminMessage, seen, now, NeedsPerson(TenantUserReasons.LastAdmin, LastAdminMessage));
        }

        return suspended
            ? Next(user, ConditionStatus.True, TenantUserReasons.TenantSuspended, "The tenant is suspended, so the person has no access for now.", seen, now)
            : Next(user, ConditionStatus.True, TenantUserReasons.Synced, "The person has the access that is declared.", seen, now);
    }

    /// <summary>For somebody who is not in the roster.</summary>
    /// <param name="person">Who, and why not.</param>
    /// <param name="stillIn">The person has access all the same.</param>
    /// <param name="now">The time.</param>
    public static TenantUserStatus ForLeftOut(LeftOut person, bool stillIn, DateTimeOffset now)
    {
        var (user, reason, message) = (person.User, person.Reason, person.Message);
        switch (reason)
        {
            case TenantUserReasons.Paused:
                return Next(user, ConditionStatus.Unknown, reason, message, Known(user), now);
            case TenantUserReasons.DuplicateEmail:
                return Next(user, ConditionStatus.False, reason, message, Unknown, now, NeedsPerson(reason, message));
            case var _ when stillIn && person.Waiting:
                return Next(user, ConditionStatus.False, reason, message + " Until then the person keeps the access of before.", Known(user), now);
            case var _ when stillIn:
                var kept = AccessKeptMessage(user.Spec.TenantRef.Name);
                return Next(user, ConditionStatus.False, TenantUserReasons.AccessKept, kept, Known(user), now, NeedsPerson(TenantUserReasons.AccessKept, kept));
            default:
                return Next(user, reason == TenantUserReasons.Inactive ? ConditionStatus.True : ConditionStatus.False, reason, message, Unknown, now);
        }
    }

    /// <summary>For somebody whose tenant cannot take people yet, or is not there.</summary>
    public static TenantUserStatus ForAbsentTenant(TenantUser user, ConditionStatus ready, string reason, string message, DateTimeOffset now) =>
        Next(user, ready, reason, message, Known(user), now);

    private static StepOutcome.Blocked NeedsPerson(string reason, string message) => new(reason, message);

    private static string AccessKeptMessage(string tenant) =>
        $"The person still has access, because a guard of Tenant \"{tenant}\" holds the removal; its condition UsersSynced says which: kubectl describe tenant {tenant}";

    private static TenantUserStatus Unknown { get; } = new();

    // What was seen of the person last.
    private static TenantUserStatus Known(TenantUser user) => user.Status is { } old
        ? new() { ExternalId = old.ExternalId, Role = old.Role, LastSignInAt = old.LastSignInAt, InvitationSent = old.InvitationSent, UnsupportedFields = old.UnsupportedFields }
        : Unknown;

    private static DateTimeOffset? SignInOf(DateTimeOffset? old, DateTimeOffset? seen) => old is { } then && seen is { } now && (now - then).Duration() < SignInNews ? old : seen ?? old;

    // The settings for another platform than that of the tenant, and what this one cannot do.
    private static IReadOnlyList<string>? UnsupportedFields(TenantUser user, MemberObservation observed, PlatformType platform)
    {
        var spec = user.Spec;
        string?[] blocks =
        [
            spec.Cluster is not null && platform != PlatformType.Cluster ? "cluster" : null,
            spec.Hatz is not null && platform != PlatformType.Hatz ? "hatz" : null,
            spec.ProcessMind is not null && platform != PlatformType.ProcessMind ? "processMind" : null,
            spec.Mindzie is not null && platform != PlatformType.Mindzie ? "mindzie" : null,
            spec.ScaiKey is not null && platform != PlatformType.ScaiKey ? "scaiKey" : null,
        ];
        IReadOnlyList<string> fields = [.. blocks.OfType<string>(), .. observed.Unsupported];
        return fields.Count == 0 ? null : user.Status?.UnsupportedFields is { } old && old.SequenceEqual(fields) ? old : fields;
    }

    private static TenantUserStatus Next(
        TenantUser user, ConditionStatus ready, string reason, string message, TenantUserStatus seen, DateTimeOffset now, StepOutcome? progress = null)
    {
        var old = user.Status;
        var generation = user.Metadata.Generation;
        var request = user.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true ? asked : old?.LastHandledReconcileAt;
        var next = seen with { ObservedGeneration = generation, LastHandledReconcileAt = request };
        if (progress is null && old is { Conditions: { Count: 2 } known } && old with { Conditions = null } == next && Says(CommonConditions.Ready) && Says(TenantUserConditions.Synced))
        {
            return old;
        }

        var conditions = new ConditionSet(old?.Conditions, generation, now);
        conditions.Set(CommonConditions.Ready, ready, reason, message);
        conditions.Progress(progress);
        conditions.Set(TenantUserConditions.Synced, ready, reason, message);
        var list = conditions.ToList();
        return old?.Conditions is { } before && before.SequenceEqual(list) && old with { Conditions = null } == next ? old : next with { Conditions = list };

        bool Says(string type) => known.FirstOrDefault(condition => condition.Type == type) is { } condition
            && condition.Status == ready && condition.Reason == reason && condition.Message == message && condition.ObservedGeneration == generation;
    }
}
