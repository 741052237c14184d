using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;
using TenantOperator.Usage;

namespace TenantOperator.Tests.Usage;

public sealed class UsageConditionRulesTests
{
    private static readonly PrometheusProblem Down = new(TenantPlatformReasons.PrometheusUnreachable, "It is down.", OfConnection: true);
    private static readonly PrometheusProblem NoNumber = new(TenantPlatformReasons.UnexpectedAnswer, "NaN for a.", OfConnection: false);
    private static readonly PrometheusProblem AlsoNone = new(TenantPlatformReasons.UnexpectedAnswer, "NaN for b.", OfConnection: false);

    private readonly TenantPlatform platform = A.Platform(new ClusterPlatform { Prometheus = new PrometheusSource { Url = "https://prom.example.com", Queries = new() { Cases = "c{namespace=$namespace}" } } });

    [Fact]
    public void The_condition_says_how_the_last_round_went()
    {
        Condition(Verdict()).Should().Match<Condition>(each => each.Status == ConditionStatus.True && each.Reason == TenantPlatformReasons.UsageRead);
        Condition(Verdict(Down)).Should().Match<Condition>(each => each.Status == ConditionStatus.False && each.Reason == Down.Reason && each.Message == Down.Message);
    }

    [Fact]
    public void Without_a_Prometheus_there_is_no_such_condition()
    {
        var once = Next(platform, Verdict(Down));
        var without = platform with { Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() }, Status = once };

        Next(without, Verdict(Down)).Conditions.Should().NotContain(each => each.Type == TenantPlatformConditions.UsageRead);
    }

    [Fact]
    public void What_was_found_for_other_settings_says_nothing_of_these()
    {
        var changed = platform with { Spec = new TenantPlatformSpec { Cluster = platform.Spec.Cluster! with { UsageInterval = "7m" } }, Status = Next(platform, Verdict(Down)) };

        Next(changed, Verdict()).Conditions.Should().ContainSingle(each => each.Type == TenantPlatformConditions.UsageRead).Which.Reason.Should().Be(Down.Reason, "it stands until it is read anew");
        Next(changed with { Status = null }, Verdict()).Conditions.Should().BeEmpty();
    }

    [Fact]
    public void A_paused_platform_says_that_nothing_is_read()
    {
        var paused = platform with { Spec = platform.Spec with { Paused = true } };

        UsageSource.Of(paused).Should().BeNull();
        Next(paused, Verdict()).Conditions!.Single().Should().Match<Condition>(each => each.Status == ConditionStatus.Unknown && each.Reason == TenantPlatformReasons.Paused);
    }

    [Fact]
    public void Equal_rounds_give_equal_conditions()
    {
        var first = Next(platform, Verdict(Down));

        var second = UsageConditionRules.Next(first, platform with { Status = first }, Verdict(Down), A.Noon.AddHours(5));

        second.Conditions.Should().Equal(first.Conditions);
    }

    [Fact]
    public void The_words_stay_while_what_they_say_is_among_the_problems()
    {
        var first = UsageVerdict.Of(UsageSource.Of(platform)!, [NoNumber, AlsoNone], null);

        first.Message.Should().Be(NoNumber.Message);
        UsageVerdict.Of(first.Source, [AlsoNone, NoNumber], first).Should().Be(first);
        UsageVerdict.Of(first.Source, [AlsoNone], first).Message.Should().Be(AlsoNone.Message);
        UsageVerdict.Of(first.Source, [AlsoNone, Down], null).Reason.Should().Be(Down.Reason, "what concerns all is told first");
    }

    [Fact]
    public void Failure_and_recovery_are_told_once_each()
    {
        var good = Next(platform, Verdict());
        var down = Next(platform with { Status = good }, Verdict(Down));
        var other = Next(platform with { Status = down }, Verdict(NoNumber));
        var third = Next(platform with { Status = other }, Verdict(AlsoNone));
        var again = Next(platform with { Status = third }, Verdict());

        UsageConditionRules.Between(null, good).Should().BeNull("that it works is told by the status");
        UsageConditionRules.Between(null, down).Should().Match<Happening>(each => each.Type == EventType.Warning && each.Reason == Down.Reason);
        UsageConditionRules.Between(good, down).Should().Match<Happening>(each => each.Type == EventType.Warning && each.Reason == Down.Reason);
        UsageConditionRules.Between(down, down).Should().BeNull();
        UsageConditionRules.Between(down, other).Should().Match<Happening>(each => each.Type == EventType.Warning && each.Reason == NoNumber.Reason);
        UsageConditionRules.Between(other, third).Should().BeNull("the reason is the same");
        UsageConditionRules.Between(third, again).Should().Match<Happening>(each => each.Type == EventType.Normal && each.Reason == TenantPlatformReasons.UsageRead);
    }

    [Theory]
    [InlineData(null, 300)]
    [InlineData("2m", 120)]
    [InlineData("0.001s", 1)]
    [InlineData("8760h", 8760 * 3600)]
    public void The_interval_is_five_minutes_or_as_written_and_at_least_a_second(string? text, int seconds) =>
        UsageSource.Of(platform with { Spec = new TenantPlatformSpec { Cluster = platform.Spec.Cluster! with { UsageInterval = text } } })!.Interval.Should().Be(TimeSpan.FromSeconds(seconds));

    private UsageVerdict Verdict(params PrometheusProblem[] problems) => UsageVerdict.Of(UsageSource.Of(platform)!, problems, null);

    private Condition Condition(UsageVerdict verdict) => Next(platform, verdict).Conditions!.Single();

    private static TenantPlatformStatus Next(TenantPlatform of, UsageVerdict verdict) => UsageConditionRules.Next(new TenantPlatformStatus(), of, verdict, A.Noon);
}
