using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Users;

/// <summary>What a sync of the roster may do at most.</summary>
/// <param name="Prune">People whom the operator did not add lose their access too, if nobody declares them.</param>
/// <param name="MaxRemovals">spec.maxRemovals; 10 people or 20 % when absent, whichever is more.</param>
/// <param name="RemovedLately">How many people the last passes have removed; they count too, since a mass deletion comes one by one.</param>
/// <param name="Held">Removals were held before and nobody has said otherwise since.</param>
internal sealed record RosterRules(bool Prune, CountOrPercent? MaxRemovals, int RemovedLately, bool Held);

/// <summary>How many people are to be removed at once, and how many may.</summary>
internal sealed record HeldRemovals(int Wanted, int Allowed);

/// <summary>
/// What to change so that the people in a tenant are those declared, with the guards that keep a mistake from costing anybody access: not too many at
/// once, never the last admin, and nobody whom the operator did not add. A pure function.
/// </summary>
internal sealed record RosterDiff(RosterChange Change, int Unmanaged, int Pruned, HeldRemovals? Held, bool LastAdminKept)
{
    private const int AlwaysAllowed = 10;
    private const string AlwaysAllowedShare = "20%";

    /// <summary>Where nobody has access anyway, as in a suspended tenant of the cluster, there is nothing to guard.</summary>
    public static RosterDiff Without(RosterPlan plan) => new(new RosterChange { Members = plan.Members }, 0, 0, null, LastAdminKept: false);

    /// <summary>The diff.</summary>
    /// <param name="plan">The declared people.</param>
    /// <param name="keyOf">What the platform knows a person by.</param>
    /// <param name="present">Who is in the tenant now.</param>
    /// <param name="rules">What may be done.</param>
    public static RosterDiff For(RosterPlan plan, Func<TenantUser, string> keyOf, IReadOnlyList<PresentMember> present, RosterRules rules)
    {
        var members = new Dictionary<string, MemberWish>(StringComparer.Ordinal);
        foreach (var member in plan.Members)
        {
            members.TryAdd(keyOf(member.User), member);
        }

        var frozen = plan.Untouched.Select(keyOf).ToHashSet(StringComparer.Ordinal);
        var givenUp = plan.GivenUp.Select(keyOf).ToHashSet(StringComparer.Ordinal);
        var declared = plan.LeftOut.Select(person => keyOf(person.User)).Concat(plan.Leaving.Select(keyOf)).ToHashSet(StringComparer.Ordinal);

        var kept = new List<PresentMember>();
        var leaving = new List<PresentMember>();
        var (unmanaged, pruned) = (0, 0);
        foreach (var person in present.Where(person => !members.ContainsKey(person.Key)))
        {
            if (frozen.Contains(person.Key))
            {
                kept.Add(person);
            }
            else if (givenUp.Contains(person.Key))
            {
                // Left in the tenant on purpose, and from now on nobody's business.
                kept.Add(person with { Managed = false });
                unmanaged++;
            }
            else if (person.Managed || declared.Contains(person.Key))
            {
                leaving.Add(person);
            }
            else if (rules.Prune)
            {
                leaving.Add(person);
                pruned++;
            }
            else
            {
                kept.Add(person);
                unmanaged++;
            }
        }

        HeldRemovals? held = null;
        var allowed = Allowed(rules.MaxRemovals, present.Count + rules.RemovedLately);
        var heldKeys = new HashSet<string>(StringComparer.Ordinal);
        if (leaving.Count > 0 && (rules.Held || leaving.Count + rules.RemovedLately > allowed))
        {
            held = new(leaving.Count + rules.RemovedLately, allowed);
            kept.AddRange(leaving);
            heldKeys.UnionWith(leaving.Select(person => person.Key));
            leaving.Clear();
            pruned = 0;
        }

        var lastAdmin = LastAdmin(members, kept, present);
        if (lastAdmin is not null)
        {
            if (members.TryGetValue(lastAdmin.Key, out var demoted))
            {
                members[lastAdmin.Key] = demoted with { Roles = [TenantRole.Admin, .. demoted.Roles] };
            }
            else
            {
                leaving.Remove(lastAdmin);
                kept.Add(lastAdmin);
                heldKeys.Add(lastAdmin.Key);
            }
        }

        return new(
            new RosterChange
            {
                Members = [.. plan.Members.Select(member => members[keyOf(member.User)] is var changed && ReferenceEquals(changed.User, member.User) ? changed : member)],
                Kept = kept,
                Removed = leaving,
                Farewells = FarewellsOf(plan, keyOf, leaving),
            },
            unmanaged,
            pruned,
            held,
            lastAdmin is not null)
        { HeldKeys = heldKeys };
    }

    /// <summary>Who should have lost their access and has not, because a guard holds that.</summary>
    public IReadOnlySet<string> HeldKeys { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    private static Dictionary<string, Farewell> FarewellsOf(RosterPlan plan, Func<TenantUser, string> keyOf, IReadOnlyList<PresentMember> leaving)
    {
        var keys = leaving.Select(person => person.Key).ToHashSet(StringComparer.Ordinal);
        var farewells = new Dictionary<string, Farewell>(StringComparer.Ordinal);
        foreach (var person in plan.LeftOut.Where(person => keys.Contains(keyOf(person.User))))
        {
            farewells[keyOf(person.User)] = Farewell.SwitchOff;
        }

        foreach (var user in plan.Leaving.Where(user => user.Spec.DeletionPolicy == UserDeletionPolicy.DeleteAccount && keys.Contains(keyOf(user))))
        {
            farewells.TryAdd(keyOf(user), Farewell.DeleteAccount);
        }

        return farewells;
    }

    /// <summary>How many people may be removed of so many.</summary>
    internal static int Allowed(CountOrPercent? rule, int people) => rule is { } given ? given.Of(people) : Math.Max(AlwaysAllowed, new CountOrPercent(AlwaysAllowedShare).Of(people));

    // Somebody could get in before and nobody could afterwards.
    private static PresentMember? LastAdmin(Dictionary<string, MemberWish> members, List<PresentMember> kept, IReadOnlyList<PresentMember> present) =>
        members.Values.Any(member => member.Roles.Contains(TenantRole.Admin)) || kept.Exists(person => person.Roles.Contains(TenantRole.Admin))
            ? null
            : present.Where(person => person.Roles.Contains(TenantRole.Admin))
                .OrderByDescending(person => members.ContainsKey(person.Key))
                .ThenByDescending(person => person.Managed)
                .ThenBy(person => person.Key, StringComparer.Ordinal)
                .FirstOrDefault();
}
