using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Tenants;

public sealed class TenantEventsTests
{
    private static readonly StepOutcome Taken = new StepOutcome.Blocked(TenantReasons.NamespaceTaken, "It exists.");

    [Fact]
    public void A_tenant_that_simply_becomes_ready_costs_no_event() => Happened(null, StepOutcome.Next).Should().BeEmpty();

    [Fact]
    public void A_problem_is_told_once_and_its_end_too()
    {
        var (trouble, first) = Run(null, Taken);
        var (again, second) = Run(trouble, Taken);
        var (_, third) = Run(again, StepOutcome.Next);

        first.Should().ContainSingle().Which.Should().Match<Happening>(event_ => event_.Type == EventType.Warning && event_.Reason == TenantReasons.NamespaceTaken);
        second.Should().BeEmpty();
        third.Should().ContainSingle().Which.Should().Match<Happening>(event_ => event_.Type == EventType.Normal && event_.Reason == TenantReasons.Active);
    }

    [Fact]
    public void Suspension_and_resumption_are_told_once()
    {
        var (ready, _) = Run(null, StepOutcome.Next);
        var (suspended, first) = Run(ready, StepOutcome.Next, pass => pass.Suspended = true);
        var (still, second) = Run(suspended, StepOutcome.Next, pass => pass.Suspended = true);
        var (_, third) = Run(still, StepOutcome.Next);

        first.Select(event_ => event_.Reason).Should().Equal(TenantReasons.Suspended);
        second.Should().BeEmpty();
        third.Select(event_ => event_.Reason).Should().Contain(TenantReasons.Resumed);
    }

    [Fact]
    public void What_was_put_back_is_told_and_what_was_left_is_told_once()
    {
        var (_, corrected) = Run(null, StepOutcome.Next, pass => pass.NoteDifferences(["ResourceQuota tenant-quota"], left: false, outside: true));
        var (_, made) = Run(null, StepOutcome.Next, pass => pass.NoteDifferences(["ResourceQuota tenant-quota"], left: false, outside: false));
        var (reported, first) = Run(null, StepOutcome.Next, pass => pass.NoteDifferences(["ResourceQuota tenant-quota"], left: true, outside: true));
        var (_, second) = Run(reported, StepOutcome.Next, pass => pass.NoteDifferences(["ResourceQuota tenant-quota"], left: true, outside: true));

        corrected.Should().ContainSingle().Which.Should().Match<Happening>(event_ => event_.Reason == TenantReasons.DriftCorrected && event_.Note.Contains("ResourceQuota tenant-quota"));
        made.Should().BeEmpty("it was made just now");
        first.Should().ContainSingle().Which.Reason.Should().Be(TenantReasons.DriftReported);
        second.Should().BeEmpty();
    }

    [Fact]
    public void Usage_that_grows_high_is_told_at_80_and_90_percent_and_when_full()
    {
        var (calm, _) = Run(null, StepOutcome.Next, Used(10));
        var told = new List<string>();
        foreach (var used in (int[])[79, 80, 85, 89, 90, 95, 100, 101, 50])
        {
            (calm, var events) = Run(calm, StepOutcome.Next, Used(used));
            told.AddRange(events.Select(event_ => $"{used} {event_.Reason}"));
        }

        told.Should().Equal("80 UsageHigh", "90 UsageHigh", "100 QuotaExceeded");

        static Action<TenantPass> Used(int used) => pass => pass.Usage = new TenantUsage
        {
            Resources = new Dictionary<string, ResourceUsage>(StringComparer.Ordinal) { ["pods"] = new() { Used = used.ToString(), Hard = "100" } },
        };
    }

    [Fact]
    public void The_end_of_a_tenant_is_told_once_when_it_comes_near()
    {
        var (calm, _) = Run(null, StepOutcome.Next, Ends(15));
        var (near, first) = Run(calm, StepOutcome.Next, Ends(14));
        var (still, second) = Run(near, StepOutcome.Next, Ends(13));
        var (later, third) = Run(still, StepOutcome.Next, Ends(400));

        first.Should().ContainSingle().Which.Reason.Should().Be(TenantReasons.ExpiringSoon);
        second.Should().BeEmpty();
        still.Conditions.Should().Contain(condition => condition.Type == TenantConditions.ExpiringSoon && condition.Status == ConditionStatus.True);
        third.Should().BeEmpty();
        later.Conditions.Should().NotContain(condition => condition.Type == TenantConditions.ExpiringSoon);

        static Action<TenantPass> Ends(int days) => pass => pass.Observation = pass.Observation! with { Remote = new RemoteTenant { ExpiresAt = A.Noon.AddDays(days) } };
    }

    [Fact]
    public void That_a_tenant_was_taken_up_is_told_once()
    {
        var (adopted, first) = Run(null, StepOutcome.Next, Is(RemoteOrigin.Adopted));
        var (_, second) = Run(adopted, StepOutcome.Next, Is(RemoteOrigin.Adopted));
        var (_, made) = Run(null, StepOutcome.Next, Is(RemoteOrigin.Created));

        first.Should().ContainSingle().Which.Reason.Should().Be(TenantReasons.TenantAdopted);
        second.Should().BeEmpty();
        made.Should().BeEmpty();

        static Action<TenantPass> Is(RemoteOrigin origin) => pass => pass.Observation = pass.Observation! with { Remote = new RemoteTenant { Origin = origin } };
    }

    private static IReadOnlyList<Happening> Happened(TenantStatus? old, StepOutcome outcome) => Run(old, outcome).Events;

    private static (TenantStatus Status, IReadOnlyList<Happening> Events) Run(TenantStatus? old, StepOutcome outcome, Action<TenantPass>? change = null)
    {
        var pass = TenantStatusRulesTests.Pass(old);
        change?.Invoke(pass);
        var status = TenantStatusRules.Next(pass, outcome, A.Noon);
        return (status, [.. TenantEvents.Between(old, status, pass)]);
    }
}
