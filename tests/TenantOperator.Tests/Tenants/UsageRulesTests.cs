using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Tenants;

public sealed class UsageRulesTests
{
    // Before, after, of how many, minutes since it was written, whether it is worth a write.
    [Theory]
    [InlineData(100, 100, 1000, 600, false)]
    [InlineData(100, 109, 1000, 1, false)]
    [InlineData(100, 91, 1000, 1, false)]
    [InlineData(100, 111, 1000, 1, true)]
    [InlineData(100, 89, 1000, 1, true)]
    [InlineData(799, 800, 1000, 1, true)]
    [InlineData(800, 799, 1000, 1, true)]
    [InlineData(899, 900, 1000, 1, true)]
    [InlineData(999, 1000, 1000, 1, true)]
    [InlineData(801, 802, 1000, 1, false)]
    [InlineData(100, 101, 1000, 59, false)]
    [InlineData(100, 101, 1000, 61, true)]
    public void A_number_is_written_when_it_moved_by_a_hundredth_crossed_a_threshold_or_grew_old(int before, int after, int of, int minutes, bool written)
    {
        var old = UsageRules.Next(null, Pass(before, of), A.Noon)!;

        var next = UsageRules.Next(old, Pass(after, of), A.Noon.AddMinutes(minutes))!;

        ReferenceEquals(next, old).Should().Be(!written);
        next.ObservedAt.Should().Be(written ? A.Noon.AddMinutes(minutes) : A.Noon);
        next.Resources!["pods"].Used!.Value.Text.Should().Be((written ? after : before).ToString());
    }

    [Fact]
    public void A_new_limit_and_a_new_person_are_always_written()
    {
        var old = UsageRules.Next(null, Pass(1, 1000), A.Noon)!;

        UsageRules.Next(old, Pass(1, 2000), A.Noon.AddMinutes(1)).Should().NotBeSameAs(old);
        UsageRules.Next(old, Pass(1, 1000, A.User("jane"), A.User("omar")), A.Noon.AddMinutes(1))!.Users.Should().Be(2);
    }

    [Fact]
    public void The_resource_nearest_to_its_limit_is_shown_rounded_down()
    {
        var usage = UsageRules.Next(null, Pass(799, 1000), A.Noon)!;

        (usage.Highest, usage.HighestOf).Should().Be(("79%", "pods"));
    }

    [Theory]
    [InlineData(0, "True", TenantReasons.WithinLimits)]
    [InlineData(79, "True", TenantReasons.WithinLimits)]
    [InlineData(80, "False", TenantReasons.UsageHigh)]
    [InlineData(99, "False", TenantReasons.UsageHigh)]
    [InlineData(100, "False", TenantReasons.QuotaExceeded)]
    [InlineData(130, "False", TenantReasons.QuotaExceeded)]
    public void A_tenant_is_within_its_limits_under_80_percent(int used, string status, string reason)
    {
        var conditions = new ConditionSet(null, 1, A.Noon);

        UsageRules.SetWithinLimits(conditions, UsageRules.Next(null, Pass(used, 100), A.Noon));

        var condition = conditions.Find(TenantConditions.WithinLimits)!;
        (condition.Status.ToString(), condition.Reason).Should().Be((status, reason));
    }

    [Fact]
    public void The_message_does_not_change_with_every_percent()
    {
        Message(81).Should().Be(Message(89)).And.NotBe(Message(91));

        static string Message(int used)
        {
            var conditions = new ConditionSet(null, 1, A.Noon);
            UsageRules.SetWithinLimits(conditions, UsageRules.Next(null, Pass(used, 100), A.Noon));
            return conditions.Find(TenantConditions.WithinLimits)!.Message;
        }
    }

    [Theory]
    [InlineData("garbage", "pods")]
    [InlineData("100%", "pods")]
    [InlineData("50%", "garbage")]
    public void A_share_that_does_not_follow_from_the_numbers_beside_it_is_written_anew(string highest, string highestOf)
    {
        var right = UsageRules.Next(null, Pass(50, 100), A.Noon)!;

        var next = UsageRules.Next(right with { Highest = highest, HighestOf = highestOf }, Pass(50, 100), A.Noon)!;

        (next.Highest, next.HighestOf).Should().Be(("50%", "pods"));
    }

    [Fact]
    public void Numbers_of_the_end_of_time_stop_no_pass()
    {
        var old = UsageRules.Next(null, Pass(500, 1000), A.Noon)! with { ObservedAt = DateTimeOffset.MaxValue };

        UsageRules.Next(old, Pass(501, 1000), A.Noon).Should().Be(old);
    }

    [Fact]
    public void Full_seats_are_named_as_such()
    {
        var pass = TenantStatusRulesTests.Pass(spec: new TenantSpec { Limits = new TenantLimits { MaxUsers = 1 } });
        var conditions = new ConditionSet(null, 1, A.Noon);

        UsageRules.SetWithinLimits(conditions, UsageRules.Next(null, pass, A.Noon));

        conditions.Find(TenantConditions.WithinLimits)!.Reason.Should().Be(TenantReasons.UserLimitReached);
    }

    [Theory]
    [InlineData(79, "True", TenantReasons.WithinLimits)]
    [InlineData(80, "False", TenantReasons.CreditsLow)]
    [InlineData(99, "False", TenantReasons.CreditsLow)]
    [InlineData(100, "False", TenantReasons.CreditsExhausted)]
    [InlineData(250, "False", TenantReasons.CreditsExhausted)]
    public void Credits_have_reasons_of_their_own(long used, string status, string reason)
    {
        var conditions = new ConditionSet(null, 1, A.Noon);

        UsageRules.SetWithinLimits(conditions, UsageRules.Next(null, Spent(used), A.Noon));

        var condition = conditions.Find(TenantConditions.WithinLimits)!;
        (condition.Status.ToString(), condition.Reason).Should().Be((status, reason));
    }

    [Fact]
    public void A_month_that_ends_is_no_news_and_each_threshold_counts_again_afterwards()
    {
        TenantUsage? shown = null;
        List<(long Used, bool Written, bool News)> course = [];
        foreach (var used in new long[] { 10, 85, 86, 95, 120, 130, 2, 3, 85, 100 })
        {
            var next = UsageRules.Next(shown, Spent(used), A.Noon)!;
            course.Add((used, !ReferenceEquals(next, shown), UsageRules.IsWorse(shown, next)));
            shown = next;
        }

        course.Should().Equal(
            (10, true, false), (85, true, true), (86, true, false), (95, true, true), (120, true, true), (130, true, false), (2, true, false), (3, true, false), (85, true, true), (100, true, true));
    }

    [Fact]
    public void A_number_that_falls_but_stays_over_a_threshold_is_no_news()
    {
        var full = UsageRules.Next(null, Spent(120), A.Noon)!;

        UsageRules.IsWorse(full, UsageRules.Next(full, Spent(85), A.Noon)).Should().BeFalse();
    }

    [Fact]
    public void A_number_without_a_limit_is_written_when_it_comes_goes_or_moves_by_a_tenth_and_else_once_an_hour()
    {
        var none = UsageRules.Next(null, Having(null), A.Noon)!;
        var first = UsageRules.Next(none, Having(1000), A.Noon.AddMinutes(1))!;
        var soon = UsageRules.Next(first, Having(1100), A.Noon.AddMinutes(2))!;
        var later = UsageRules.Next(first, Having(1100), A.Noon.AddMinutes(62))!;

        first.Processes.Should().Be(1000);
        soon.Should().BeSameAs(first);
        later.Processes.Should().Be(1100);
        UsageRules.Next(first, Having(1120), A.Noon.AddMinutes(2))!.Processes.Should().Be(1120);
        UsageRules.Next(first, Having(890), A.Noon.AddMinutes(2))!.Processes.Should().Be(890);
        var zero = UsageRules.Next(none, Having(0), A.Noon.AddMinutes(1))!;
        UsageRules.Next(zero, Having(7), A.Noon.AddMinutes(2))!.Processes.Should().Be(7);
        UsageRules.Next(later, Having(null), A.Noon.AddMinutes(63))!.Processes.Should().BeNull();
    }

    [Theory]
    [InlineData(5L, 6L, 59, false)]
    [InlineData(5L, 6L, 60, true)]
    [InlineData(5L, null, 60, true)]
    [InlineData(5L, 5L, 600, false)]
    [InlineData(null, null, 600, false)]
    public void A_number_that_moved_too_little_is_due_once_another_is_shown_for_an_hour(long? shown, long? read, int minutes, bool due)
    {
        var usage = new TenantUsage { Processes = shown, ObservedAt = A.Noon };

        UsageRules.IsOverdue(usage, shown, read, A.Noon.AddMinutes(minutes)).Should().Be(due);
        UsageRules.IsOverdue(null, shown, read, A.Noon.AddMinutes(minutes)).Should().BeFalse("a tenant without a status is looked at anyway");
    }

    [Fact]
    public void The_moment_is_when_it_was_read_and_stands_still_while_nothing_is()
    {
        var read = A.Noon.AddMinutes(-10);
        var first = UsageRules.Next(null, Spent(50, read), A.Noon)!;
        var person = UsageRules.Next(first, With(Spent(50, read), A.User("jane"), A.User("omar")), A.Noon.AddHours(5))!;
        var pods = UsageRules.Next(first, Having(7, read, pods: 11), A.Noon.AddHours(5))!;

        first.ObservedAt.Should().Be(read);
        person.Users.Should().Be(2);
        person.ObservedAt.Should().Be(read, "nothing was read since");
        pods.ObservedAt.Should().Be(read);
        UsageRules.Next(pods, Having(7, read, pods: 12), A.Noon.AddHours(9)).Should().BeSameAs(pods, "small moves wait for the next reading, not for the clock");

        static TenantPass With(TenantPass pass, params TenantUser[] users)
        {
            pass.RosterPlan = RosterPlan.For(users, null);
            return pass;
        }
    }

    [Fact]
    public void A_pass_that_did_not_look_leaves_the_moment_alone()
    {
        var first = UsageRules.Next(null, Spent(50, A.Noon), A.Noon)!;
        var pass = Spent(50);
        (pass.UsageRead, pass.Usage) = (false, null);
        pass.RosterPlan = RosterPlan.For([A.User("jane"), A.User("omar"), A.User("ines")], null);

        var next = UsageRules.Next(first, pass, A.Noon.AddHours(2))!;

        (next.Users, next.CreditsUsed, next.ObservedAt).Should().Be((3L, 50L, A.Noon));
    }

    private static TenantPass Spent(long credits, DateTimeOffset? readAt = null)
    {
        var pass = Pass(1, 1000);
        pass.Settings = pass.Settings! with { Effective = pass.Settings.Effective with { Credits = 100 } };
        pass.Usage = new TenantUsage { CreditsUsed = credits, ObservedAt = readAt };
        return pass;
    }

    private static TenantPass Having(long? processes, DateTimeOffset? readAt = null, int pods = 10)
    {
        var pass = Pass(pods, 1000);
        pass.Usage = pass.Usage! with { Processes = processes, ObservedAt = readAt };
        return pass;
    }

    [Fact]
    public void The_share_follows_a_limit_that_changed_while_the_numbers_did_not()
    {
        var before = TenantStatusRules.Next(TenantStatusRulesTests.Pass(spec: Of(1)), StepOutcome.Next, A.Noon);

        var after = TenantStatusRules.Next(TenantStatusRulesTests.Pass(before, spec: Of(2)), StepOutcome.Next, A.Noon.AddMinutes(1));

        (before.Usage!.Highest, after.Usage!.Highest).Should().Be(("100%", "50%"));

        static TenantSpec Of(int seats) => new() { Limits = new TenantLimits { MaxUsers = seats } };
    }

    private static TenantPass Pass(int used, int of, params TenantUser[] users)
    {
        var pass = TenantStatusRulesTests.Pass();
        pass.RosterPlan = RosterPlan.For(users, null);
        pass.Usage = new TenantUsage
        {
            Resources = new Dictionary<string, ResourceUsage>(StringComparer.Ordinal) { ["pods"] = new() { Used = used.ToString(), Hard = of.ToString() } },
        };
        return pass;
    }
}
