using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Tenants;

public sealed class DeletionRulesTests
{
    private static readonly TenantIdentity Identity = new("1234", "contoso-acme", "Acme");

    [Theory]
    [InlineData(DeletionPolicy.Delete, true, true, DeletionPolicy.Delete)]
    [InlineData(DeletionPolicy.Delete, true, false, DeletionPolicy.Suspend)]
    [InlineData(DeletionPolicy.Delete, false, false, DeletionPolicy.Retain)]
    [InlineData(DeletionPolicy.Suspend, true, true, DeletionPolicy.Suspend)]
    [InlineData(DeletionPolicy.Suspend, false, true, DeletionPolicy.Retain)]
    [InlineData(DeletionPolicy.Retain, true, true, DeletionPolicy.Retain)]
    [InlineData(null, true, true, DeletionPolicy.Suspend)]
    public void A_platform_that_cannot_do_it_does_less_never_more(DeletionPolicy? asked, bool suspends, bool deletes, DeletionPolicy done) =>
        DeletionRules.PolicyOf(new EffectiveSettings { DeletionPolicy = asked }, new PlatformCapabilities { Suspend = suspends, Delete = deletes }).Should().Be(done);

    [Theory]
    [InlineData(null, null, null, TenantReasons.ConfirmationMissing, null)]
    [InlineData("wrong", "contoso-acme", "Acme", TenantReasons.ConfirmationMismatch, "spec.deletionConfirmation.externalId")]
    [InlineData("1234", "Contoso-acme", "Acme", TenantReasons.ConfirmationMismatch, "spec.deletionConfirmation.name")]
    [InlineData("1234", "contoso-acme", "acme", TenantReasons.ConfirmationMismatch, "spec.deletionConfirmation.displayName")]
    public void Nothing_is_deleted_for_ever_unless_all_three_names_are_repeated_exactly(string? id, string? name, string? display, string reason, string? field)
    {
        var verdict = DeletionRules.Judge(Deleted(id, name, display), Identity, A.Noon);

        var blocked = verdict.Outcome.Should().BeOfType<StepOutcome.Blocked>().Subject;
        blocked.Reason.Should().Be(reason);
        blocked.Message.Should().Contain(field ?? "must be confirmed").And.Contain("{externalId: \"1234\", name: \"contoso-acme\", displayName: \"Acme\"}");
        verdict.Progress.State.Should().Be(DeletionState.Blocked);
    }

    [Fact]
    public void A_confirmed_deletion_waits_for_its_grace_period_from_the_moment_it_was_asked_for()
    {
        var tenant = Deleted("1234", "contoso-acme", "Acme", grace: "1h");

        var before = DeletionRules.Judge(tenant, Identity, A.Noon.AddMinutes(59));
        var after = DeletionRules.Judge(tenant, Identity, A.Noon.AddMinutes(60));

        before.Outcome.Should().BeOfType<StepOutcome.Waiting>().Which.Delay.Should().Be(TimeSpan.FromMinutes(1));
        before.Progress.NotBefore.Should().Be(A.Noon.AddHours(1));
        after.Outcome.Should().BeOfType<StepOutcome.Continue>();
    }

    [Fact]
    public void A_tenant_that_does_not_exist_on_its_platform_needs_no_confirmation() =>
        DeletionRules.Judge(Deleted(null, null, null), null, A.Noon).Outcome.Should().BeOfType<StepOutcome.Continue>();

    [Theory]
    [InlineData(DeletionPolicy.Delete, DeletionPolicy.Delete, TenantReasons.TenantDeleted)]
    [InlineData(DeletionPolicy.Suspend, DeletionPolicy.Suspend, TenantReasons.Suspended)]
    [InlineData(DeletionPolicy.Retain, DeletionPolicy.Suspend, TenantReasons.SuspendUnsupported)]
    [InlineData(DeletionPolicy.Retain, null, TenantReasons.SuspendUnsupported)]
    [InlineData(DeletionPolicy.Retain, DeletionPolicy.Retain, TenantReasons.RemoteRetained)]
    public void The_last_event_says_what_was_really_done(DeletionPolicy done, DeletionPolicy? asked, string reason) =>
        DeletionRules.Farewell(done, asked, remoteId: null).Reason.Should().Be(reason);

    [Fact]
    public void Where_only_the_id_leads_back_to_a_suspended_tenant_it_is_named() =>
        DeletionRules.Farewell(DeletionPolicy.Suspend, DeletionPolicy.Suspend, "tnt_1").Note.Should().Contain("spec.externalId: tnt_1").And.NotContain("same Tenant");

    private static Tenant Deleted(string? id, string? name, string? display, string? grace = null) => A.Tenant(
        spec: new TenantSpec
        {
            DeletionPolicy = DeletionPolicy.Delete,
            DeletionGracePeriod = grace,
            DeletionConfirmation = id is null ? null : new DeletionConfirmation { ExternalId = id, Name = name!, DisplayName = display! },
        },
        deleted: A.Noon.UtcDateTime);
}

public sealed class SuspensionRulesTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(true, 1, true)]
    [InlineData(true, 0, false)]
    [InlineData(true, -1, false)]
    public void A_tenant_is_suspended_while_it_says_so_and_its_end_has_not_come(bool? suspended, int? hoursLeft, bool expected)
    {
        DateTimeOffset? end = hoursLeft is { } hours ? A.Noon.AddHours(hours) : null;
        var spec = new TenantSpec { Suspended = suspended, Suspension = new Suspension { Until = end } };

        SuspensionRules.IsSuspended(spec, A.Noon, out var until).Should().Be(expected);
        until.Should().Be(expected ? end : null, "that is when to look again");
    }
}
