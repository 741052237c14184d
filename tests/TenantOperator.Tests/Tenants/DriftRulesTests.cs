using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Tenants;

public sealed class DriftRulesTests
{
    private static readonly EffectiveSettings Settings = TenantStatusRulesTests.Pass().Settings!.Effective;

    [Fact]
    public void Only_what_was_as_wished_with_the_same_wish_can_have_drifted()
    {
        var synced = TenantStatusRules.Next(TenantStatusRulesTests.Pass(), StepOutcome.Next, A.Noon);

        DriftRules.IsSettled(synced, 1, synced.Effective!, suspended: false).Should().BeTrue();
        DriftRules.IsSettled(synced, 2, synced.Effective!, suspended: false).Should().BeFalse("the spec is newer");
        DriftRules.IsSettled(synced, 1, synced.Effective!, suspended: true).Should().BeFalse("a suspension changes things too");
        DriftRules.IsSettled(synced, 1, synced.Effective! with { Credits = 7 }, suspended: false).Should().BeFalse("a package that grew is no drift");
        DriftRules.IsSettled(null, 1, Settings, suspended: false).Should().BeFalse("a lost status makes everything new");
    }

    [Fact]
    public void What_cannot_be_done_at_all_does_not_hide_that_the_rest_drifted()
    {
        var pass = TenantStatusRulesTests.Pass();
        pass.Observation = pass.Observation! with { Unsupported = ["description"] };
        var synced = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        synced.Conditions!.Single(condition => condition.Type == TenantConditions.Synced).Should().Match<Condition>(condition =>
            condition.Status == ConditionStatus.False && condition.Reason == TenantReasons.UnsupportedFields && condition.Message.Contains("description"));
        synced.Conditions!.Single(condition => condition.Type == CommonConditions.Ready).Status.Should().Be(ConditionStatus.True);
        DriftRules.IsSettled(synced, 1, synced.Effective!, suspended: false).Should().BeTrue();
    }

    [Fact]
    public void What_is_reported_stays_reported()
    {
        var pass = TenantStatusRulesTests.Pass();
        pass.NoteDifferences(["NetworkPolicy tenant-isolation (missing)"], left: true, outside: true);
        var reported = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        DriftRules.IsSettled(reported, 1, reported.Effective!, suspended: false).Should().BeTrue("or the next pass would put back what is only to be reported");
    }

    [Fact]
    public void A_roster_is_settled_when_everybody_was_in_with_the_same_wish()
    {
        var known = A.User("jane", status: new TenantUserStatus { ObservedGeneration = 1, Role = "admin", ExternalId = "jane" });
        var old = new TenantStatus { Users = new UserCounts { Synced = 1 } };

        DriftRules.IsRosterSettled(old, [new MemberWish(known, [TenantRole.Admin])], _ => "jane").Should().BeTrue();
        DriftRules.IsRosterSettled(old, [new MemberWish(A.User("omar"), [TenantRole.Admin])], _ => "omar").Should().BeFalse("a person without a status is new");
        DriftRules.IsRosterSettled(old, [], _ => "").Should().BeFalse("somebody left");
        DriftRules.IsRosterSettled(old, [new MemberWish(known, [TenantRole.Admin])], _ => "oidc:jane").Should().BeFalse("the platform names people otherwise now");
    }
}
