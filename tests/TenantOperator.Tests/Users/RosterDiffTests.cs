using CsCheck;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Users;

public sealed class RosterDiffTests
{
    private static readonly RosterRules Usual = new(Prune: false, MaxRemovals: null, RemovedLately: 0, Held: false);

    [Fact]
    public void Whoever_is_no_longer_declared_goes_and_a_stranger_stays_and_is_counted()
    {
        var diff = Diff([A.User("jane")], [In("jane"), In("gone"), In("guest", managed: false)], Usual);

        Keys(diff.Change.Removed).Should().Equal("gone");
        Keys(diff.Change.Kept).Should().Equal("guest");
        (diff.Unmanaged, diff.Pruned).Should().Be((1, 0));
    }

    [Fact]
    public void Pruning_removes_strangers_too()
    {
        var diff = Diff([A.User("jane")], [In("jane"), In("guest", managed: false)], Usual with { Prune = true });

        Keys(diff.Change.Removed).Should().Equal("guest");
        (diff.Unmanaged, diff.Pruned).Should().Be((0, 1));
    }

    [Fact]
    public void A_paused_person_stays_as_they_are_and_one_to_retain_becomes_a_stranger()
    {
        var paused = A.User("paused");
        paused = paused with { Spec = paused.Spec with { Paused = true, Roles = [TenantRole.Admin] } };
        var retained = A.User("retained");
        retained = retained with { Spec = retained.Spec with { DeletionPolicy = UserDeletionPolicy.Retain } };
        retained.Metadata.DeletionTimestamp = A.Noon.UtcDateTime;

        var diff = Diff([paused, retained], [In("paused"), In("retained")], Usual);

        diff.Change.Kept.Select(person => (person.Key, person.Managed, person.Roles.Single())).Should().BeEquivalentTo(
            [("paused", true, TenantRole.Member), ("retained", false, TenantRole.Member)]);
        diff.Change.Removed.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, 10, 0, false)]
    [InlineData(null, 11, 0, true)]
    [InlineData(null, 2, 9, true)]
    [InlineData("3", 3, 0, false)]
    [InlineData("3", 4, 0, true)]
    [InlineData("50%", 10, 0, false)]
    [InlineData("0", 1, 0, true)]
    public void More_removals_than_allowed_are_held_altogether(string? limit, int leaving, int lately, bool held)
    {
        var present = Enumerable.Range(0, 20).Select(index => In($"p{index:00}")).ToList();
        var declared = present.Skip(leaving).Select(person => A.User(person.Key)).ToArray();

        var diff = Diff(declared, present, Usual with { MaxRemovals = limit is null ? null : new CountOrPercent(limit), RemovedLately = lately });

        (diff.Held is not null).Should().Be(held);
        diff.Change.Removed.Should().HaveCount(held ? 0 : leaving);
        if (held)
        {
            diff.Held!.Wanted.Should().Be(leaving + lately);
        }
    }

    [Fact]
    public void Of_many_people_a_fifth_may_go() =>
        Diff([], [.. Enumerable.Range(0, 100).Select(index => In($"p{index:00}", index < 20 ? true : false))], Usual).Held.Should().BeNull();

    [Fact]
    public void What_was_held_stays_held_until_somebody_says_otherwise()
    {
        var diff = Diff([A.User("jane")], [In("jane"), In("gone")], Usual with { Held = true });

        (diff.Held, diff.Change.Removed.Count).Should().Be((new HeldRemovals(1, 10), 0));
        Diff([A.User("jane")], [In("jane")], Usual with { Held = true }).Held.Should().BeNull("there is nothing to hold any more");
    }

    [Fact]
    public void The_last_admin_is_neither_removed_nor_demoted()
    {
        var removed = Diff([A.User("omar")], [In("jane", roles: TenantRole.Admin), In("omar")], Usual);
        var demoted = Diff([A.User("jane")], [In("jane", roles: TenantRole.Admin)], Usual);
        var replaced = Diff([A.User("omar", roles: [TenantRole.Admin])], [In("jane", roles: TenantRole.Admin), In("omar")], Usual);

        removed.LastAdminKept.Should().BeTrue();
        Keys(removed.Change.Kept).Should().Equal("jane");
        demoted.LastAdminKept.Should().BeTrue();
        demoted.Change.Members.Single().Roles.Should().Equal(TenantRole.Admin, TenantRole.Member);
        replaced.LastAdminKept.Should().BeFalse();
        Keys(replaced.Change.Removed).Should().Equal("jane");
    }

    [Fact]
    public void Whatever_is_declared_nobody_is_lost_and_no_guard_is_passed()
    {
        var people = Gen.Select(Gen.Int[0, 9], Gen.Bool, Gen.Bool, Gen.Bool, (who, admin, managed, declared) => (who, admin, managed, declared)).Array[0, 14];
        Gen.Select(people, Gen.Int[0, 4], Gen.Bool).Sample((drawn, limit, prune) =>
        {
            var each = drawn.DistinctBy(person => person.who).ToList();
            var present = each.Where((_, index) => index % 3 != 2).Select(person => In($"p{person.who}", person.managed, person.admin ? TenantRole.Admin : TenantRole.Member)).ToList();
            var users = each.Where(person => person.declared).Select(person => A.User($"p{person.who}", roles: person.admin && person.who % 2 == 0 ? [TenantRole.Admin] : null)).ToArray();

            var diff = Diff(users, present, new RosterRules(prune, new CountOrPercent(limit.ToString(System.Globalization.CultureInfo.InvariantCulture)), 0, Held: false));

            var after = diff.Change.Members.Select(member => member.User.Metadata.Name).Concat(Keys(diff.Change.Kept)).ToList();
            after.Should().OnlyHaveUniqueItems();
            after.Concat(Keys(diff.Change.Removed)).Should().BeEquivalentTo(users.Select(user => user.Metadata.Name).Union(present.Select(person => person.Key)));
            diff.Change.Removed.Count.Should().BeLessThanOrEqualTo(limit);
            diff.Change.Removed.Should().NotContain(person => !person.Managed && !prune);
            if (present.Exists(person => person.Roles.Contains(TenantRole.Admin)))
            {
                (diff.Change.Members.Any(member => member.Roles.Contains(TenantRole.Admin)) || diff.Change.Kept.Any(person => person.Roles.Contains(TenantRole.Admin))).Should().BeTrue();
            }
        }, iter: 2000);
    }

    private static RosterDiff Diff(TenantUser[] users, IReadOnlyList<PresentMember> present, RosterRules rules)
    {
        var now = present.ToDictionary(person => person.Key, person => person.Roles, StringComparer.Ordinal);
        return RosterDiff.For(RosterPlan.For(users, null, user => now.GetValueOrDefault(user.Metadata.Name)), user => user.Metadata.Name, present, rules);
    }

    private static PresentMember In(string key, bool managed = true, TenantRole roles = TenantRole.Member) => new(key, [roles], managed);

    private static IEnumerable<string> Keys(IEnumerable<PresentMember> people) => people.Select(person => person.Key);
}
