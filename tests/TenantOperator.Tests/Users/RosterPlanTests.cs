using CsCheck;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Users;

public sealed class RosterPlanTests
{
    [Fact]
    public void Everybody_active_is_in_and_a_person_without_roles_is_a_member()
    {
        var plan = RosterPlan.For([A.User("jane", roles: [TenantRole.Admin]), A.User("omar")], null);

        plan.Members.Select(member => (member.User.Metadata.Name, string.Join(',', member.Roles))).Should().BeEquivalentTo([("jane", "Admin"), ("omar", "Member")]);
        plan.LeftOut.Should().BeEmpty();
    }

    [Fact]
    public void Of_two_with_one_address_in_whatever_case_the_older_counts()
    {
        var plan = RosterPlan.For([A.User("new", "Jane.Doe@Acme.example", age: 1), A.User("old", "jane.doe@acme.example", age: 9)], null);

        plan.Members.Single().User.Metadata.Name.Should().Be("old");
        plan.LeftOut.Single().Should().Match<LeftOut>(person => person.User.Metadata.Name == "new" && person.Reason == TenantUserReasons.DuplicateEmail && !person.Waiting);
    }

    [Fact]
    public void An_inactive_person_takes_no_seat()
    {
        var plan = RosterPlan.For([A.User("off", active: false, age: 9), A.User("on", age: 1)], new TenantLimits { MaxUsers = 1 });

        plan.Members.Single().User.Metadata.Name.Should().Be("on");
        plan.LeftOut.Single().Reason.Should().Be(TenantUserReasons.Inactive);
    }

    [Fact]
    public void Seats_go_to_those_who_came_first()
    {
        var plan = RosterPlan.For([A.User("third", age: 1), A.User("first", age: 3), A.User("second", age: 2)], new TenantLimits { MaxUsers = 2 });

        plan.Members.Select(member => member.User.Metadata.Name).Should().Equal("first", "second");
        plan.LeftOut.Single().Should().Match<LeftOut>(person => person.User.Metadata.Name == "third" && person.Reason == TenantUserReasons.WaitingForSeat && person.Waiting);
    }

    [Fact]
    public void Seats_of_analysts_are_counted_apart()
    {
        TenantRole[] analyst = [TenantRole.Analyst];

        var plan = RosterPlan.For([A.User("one", roles: analyst, age: 3), A.User("two", roles: analyst, age: 2), A.User("three", age: 1)], new TenantLimits { MaxAnalysts = 1 });

        plan.Members.Select(member => member.User.Metadata.Name).Should().Equal("one", "three");
        plan.LeftOut.Single().Reason.Should().Be(TenantUserReasons.AnalystLimitReached);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_seat_held_by_a_guard_keeps_newcomers_out_and_takes_nobodys_away(bool allowBelowUsage)
    {
        TenantUser[] users = [A.User("seated", age: 9), A.User("new", age: 1)];

        var plan = RosterPlan.For(
            users, new TenantLimits { MaxUsers = 1 }, user => user.Metadata.Name == "seated" ? [TenantRole.Member] : null, allowBelowUsage, heldSeats: 1);

        plan.Members.Select(member => member.User.Metadata.Name).Should().Equal("seated");
        plan.LeftOut.Single().Should().Match<LeftOut>(person => person.User.Metadata.Name == "new" && person.Reason == TenantUserReasons.WaitingForSeat);
    }

    [Fact]
    public void Whoever_sits_keeps_the_seat_when_the_limit_is_lowered_unless_that_is_allowed()
    {
        TenantUser[] users = [A.User("old", age: 9), A.User("seated", age: 1), A.User("also", age: 0)];
        IReadOnlyList<TenantRole>? Seated(TenantUser user) => user.Metadata.Name == "old" ? null : [TenantRole.Member];

        var kept = RosterPlan.For(users, new TenantLimits { MaxUsers = 1 }, Seated);
        var cut = RosterPlan.For(users, new TenantLimits { MaxUsers = 1 }, Seated, allowBelowUsage: true);

        kept.Members.Select(member => member.User.Metadata.Name).Should().BeEquivalentTo("also", "seated");
        kept.AboveLimit.Should().Be(1);
        (cut.Members.Single().User.Metadata.Name, cut.AboveLimit).Should().Be(("old", 0));
    }

    [Fact]
    public void A_wish_for_a_seat_that_is_not_free_takes_nothing_away()
    {
        TenantUser[] users = [A.User("analyst", roles: [TenantRole.Analyst], age: 9), A.User("wishes", roles: [TenantRole.Analyst])];

        var plan = RosterPlan.For(users, new TenantLimits { MaxAnalysts = 1 }, user => user.Metadata.Name == "analyst" ? [TenantRole.Analyst] : [TenantRole.Member]);

        plan.Untouched.Single().Metadata.Name.Should().Be("wishes");
        plan.LeftOut.Single().Reason.Should().Be(TenantUserReasons.AnalystLimitReached);
    }

    [Fact]
    public void The_plan_depends_on_who_there_is_and_never_on_the_order_they_are_named_in()
    {
        var people = Gen.Select(Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 3], (mail, active, age) => (mail, active, age)).Array[0, 12];
        Gen.Select(people, Gen.Int[1, 6], Gen.Int).Sample((declared, seats, seed) =>
        {
            var users = declared.Select((person, index) => A.User($"user-{index}", $"{(index % 2 == 0 ? "p" : "P")}{person.mail}@acme.example", active: person.active, age: person.age)).ToArray();
            var shuffled = users.ToArray();
            new Random(seed).Shuffle(shuffled);
            var limits = new TenantLimits { MaxUsers = seats };

            var plan = RosterPlan.For(users, limits);
            var other = RosterPlan.For(shuffled, limits);

            plan.Members.Select(member => member.User.Metadata.Name).Should().Equal(other.Members.Select(member => member.User.Metadata.Name));
            plan.Members.Count.Should().BeLessThanOrEqualTo(seats);
            (plan.Members.Count + plan.LeftOut.Count).Should().Be(users.Length);
            plan.Members.Select(member => member.User.Spec.Email.ToUpperInvariant()).Should().OnlyHaveUniqueItems();
        }, iter: 500);
    }

    [Fact]
    public void Initial_users_get_the_same_names_again_and_none_tells_who_they_are()
    {
        var tenant = A.Tenant();
        var jane = new InitialUser { Email = "Jane.Doe@acme.example", FirstName = "Jane" };

        var user = InitialUserPlan.For(tenant, jane);

        user.Should().BeEquivalentTo(InitialUserPlan.For(tenant, jane));
        user.Metadata.Name.Should().StartWith("acme-").And.NotContainEquivalentOf("jane").And.NotContainEquivalentOf("doe");
        user.Metadata.Name.Should().Be(InitialUserPlan.For(tenant, jane with { Email = "jane.doe@ACME.example" }).Metadata.Name, "addresses are compared without case");
        user.Metadata.OwnerReferences.Single().Uid.Should().Be(tenant.Metadata.Uid);
    }
}
