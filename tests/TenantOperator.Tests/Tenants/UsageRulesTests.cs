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
