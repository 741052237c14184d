using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Users;

/// <summary>The step of a pass that makes the people in a tenant those who are declared: reads who is there, decides, applies, and tells each of them.</summary>
internal sealed class RosterSync(TenantCaches caches, WriteGate gate, TenantUserStatusWriter statuses, RecentRemovals removals, IEventRecorder events)
{
    public async Task<StepOutcome> RunAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var (adapter, wish) = (pass.Adapter!, pass.Wish!);
        var present = await adapter.ReadRosterAsync(wish, cancellationToken);
        if (StepOutcome.Of(present.Outcome) is not StepOutcome.Continue and var unread)
        {
            return unread;
        }

        var users = pass.Observes ? caches.AllUsersOf(pass.Tenant) : await HoldAsync(pass, cancellationToken);
        var rolesNow = present.Members.ToDictionary(member => member.Key, member => member.Roles, StringComparer.Ordinal);
        var rules = RulesFor(pass);
        var (plan, diff) = Decide(heldSeats: 0);
        if (diff.HeldKeys.Count > 0)
        {
            // Whoever is kept by a guard still sits, and nobody else gets that seat.
            (plan, diff) = Decide(diff.HeldKeys.Count);
        }

        var settled = wish.Settled && diff.Change.Removed.Count == 0 && DriftRules.IsRosterSettled(pass.Tenant.Status, diff.Change.Members, MarkOf);
        var change = diff.Change with { ReportOnly = wish.Mode == WriteMode.ReportDrift && settled };
        pass.RosterPlan = plan;
        pass.RosterDiff = diff;

        pass.Roster = await adapter.ApplyRosterAsync(wish, change, cancellationToken);
        pass.NoteDifferences(pass.Roster.Drifted, left: change.ReportOnly || pass.Observes, outside: settled);
        if (pass.Observes)
        {
            return StepOutcome.Of(pass.Roster.Outcome);
        }

        var outcome = StepOutcome.Of(pass.Roster.Outcome);
        if (outcome is StepOutcome.Continue)
        {
            removals.Add(pass.Tenant.Metadata.Uid, diff.Change.Removed.Count);
            await LetGoAsync(users, diff, KeyOf, cancellationToken);
        }

        await statuses.WriteAsync(pass, cancellationToken);
        return outcome;

        (RosterPlan Plan, RosterDiff Diff) Decide(int heldSeats)
        {
            var decided = RosterPlan.For(users, pass.Settings!.Effective.Limits, user => rolesNow.GetValueOrDefault(KeyOf(user)), pass.Tenant.Spec.AllowBelowUsage == true, heldSeats);
            return (decided, pass.Suspended && !adapter.Capabilities.Remote ? RosterDiff.Without(decided) : RosterDiff.For(decided, KeyOf, present.Members, rules));
        }

        string KeyOf(TenantUser user) => adapter.KeyOf(wish, user);

        // What the status must show of a person who was in the tenant before: in the cluster the name, which may have changed; elsewhere an id that only the platform knows.
        string? MarkOf(MemberWish member) => adapter.Capabilities.Remote ? member.User.Status?.ExternalId : KeyOf(member.User);
    }

    private RosterRules RulesFor(TenantPass pass)
    {
        var held = pass.Tenant.Status?.Conditions?.Any(condition =>
            condition is { Type: TenantConditions.UsersSynced, Reason: TenantReasons.TooManyRemovals } && condition.ObservedGeneration == pass.Tenant.Metadata.Generation) == true;
        return new(pass.Tenant.Spec.PruneUsers == true, pass.Tenant.Spec.MaxRemovals, removals.Of(pass.Tenant.Metadata.Uid), held);
    }

    // Only those of whom nothing would be left to say that they were ours: in the cluster that is only who is to be retained, since the bindings there show who was added. Returns all as they
    // are now, for the statuses are written over that.
    private async Task<IReadOnlyList<TenantUser>> HoldAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var all = pass.Adapter!.Capabilities is { Remote: true, RemoveAccess: true };
        var users = caches.AllUsersOf(pass.Tenant);
        var now = new List<TenantUser>(users.Count);
        foreach (var user in users)
        {
            now.Add(user.Metadata.DeletionTimestamp is null && (all || user.Spec.DeletionPolicy == UserDeletionPolicy.Retain)
                ? await gate.UpdateMetadataAsync(caches.Users, user, new MetadataChange { AddFinalizers = [Finalizers.TenantUser] }, cancellationToken)
                : user);
        }

        return now;
    }

    private async Task LetGoAsync(IReadOnlyList<TenantUser> users, RosterDiff diff, Func<TenantUser, string> keyOf, CancellationToken cancellationToken)
    {
        foreach (var user in users.Where(user => user.Metadata.DeletionTimestamp is not null && user.Metadata.Finalizers?.Contains(Finalizers.TenantUser) == true))
        {
            if (diff.HeldKeys.Contains(keyOf(user)))
            {
                continue;
            }

            if (diff.Change.FarewellOf(keyOf(user)) == Farewell.DeleteAccount && diff.Change.Removed.Any(person => person.Key == keyOf(user)))
            {
                events.Record(user.Reference(), EventType.Normal, TenantUserReasons.AccountDeleted, "Delete", "The TenantUser was deleted with deletionPolicy DeleteAccount; the person's account was deleted on the platform.");
            }
            else if (user.Spec.DeletionPolicy == UserDeletionPolicy.Retain)
            {
                events.Record(user.Reference(), EventType.Normal, TenantUserReasons.UserRetained, "Delete", "The TenantUser was deleted with deletionPolicy Retain; the person's access was left as it is.");
            }

            await gate.UpdateMetadataAsync(caches.Users, user, new MetadataChange { RemoveFinalizers = [Finalizers.TenantUser] }, cancellationToken);
        }
    }
}
