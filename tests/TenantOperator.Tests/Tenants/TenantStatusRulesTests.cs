using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Settings;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Tenants;

public sealed class TenantStatusRulesTests
{
    public static TheoryData<string> Endings => [.. Outcomes.Keys];

    private static readonly Dictionary<string, StepOutcome> Outcomes = new(StringComparer.Ordinal)
    {
        ["done"] = StepOutcome.Next,
        ["waiting"] = new StepOutcome.Waiting(null, TenantReasons.WaitingForPackage, "None is free."),
        ["stalled"] = new StepOutcome.Blocked(TenantReasons.NamespaceTaken, "It exists."),
        ["blocked"] = new StepOutcome.Blocked(TenantReasons.TemplateNotFound, "Apply it.", NeedsPerson: false),
        ["paused"] = new StepOutcome.Blocked(TenantReasons.Paused, "Paused.", NeedsPerson: false),
        ["failed"] = new StepOutcome.Failed(new InvalidOperationException("The server is on fire.")),
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void Computing_twice_yields_an_equal_status(string ending)
    {
        var first = TenantStatusRules.Next(Pass(), Outcomes[ending], A.Noon);

        var second = TenantStatusRules.Next(Pass(first), Outcomes[ending], A.Noon.AddHours(5));

        second.Should().BeEquivalentTo(first, "a pass that found nothing new must send nothing");
    }

    [Theory]
    [InlineData("done", "True/Active", null, "Active")]
    [InlineData("waiting", "False/WaitingForPackage", "Reconciling", "Active")]
    [InlineData("stalled", "False/NamespaceTaken", "Stalled", "Active")]
    [InlineData("blocked", "False/TemplateNotFound", null, "Active")]
    [InlineData("paused", "Unknown/Paused", null, "Active")]
    [InlineData("failed", "False/UpdateFailed", "Reconciling", "Active")]
    public void Ready_says_how_the_pass_ended_and_only_what_needs_a_person_is_stalled(string ending, string ready, string? progress, string phase)
    {
        var status = TenantStatusRules.Next(Pass(), Outcomes[ending], A.Noon);

        Text(status, CommonConditions.Ready).Should().Be(ready);
        status.Conditions!.Select(condition => condition.Type).Where(type => type is CommonConditions.Stalled or CommonConditions.Reconciling).Should().Equal(progress is null ? [] : [progress]);
        status.Phase.ToString().Should().Be(phase, "the platform was as wished");
        status.ObservedGeneration.Should().Be(1);
    }

    [Fact]
    public void People_made_at_creation_are_counted_even_if_the_pass_that_made_them_could_not_say_so()
    {
        var pass = Pass(spec: new TenantSpec { InitialUsers = [new InitialUser { Email = "jane@acme.example" }] });
        pass.Tenant.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [Annotations.InitialUsersCreated] = "true" };

        TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon).Users!.InitialCreated.Should().Be(1);
    }

    [Fact]
    public void Transition_times_move_only_when_a_status_does()
    {
        var first = TenantStatusRules.Next(Pass(), StepOutcome.Next, A.Noon);
        var second = TenantStatusRules.Next(Pass(first), Outcomes["failed"], A.Noon.AddHours(1));
        var third = TenantStatusRules.Next(Pass(second), Outcomes["waiting"], A.Noon.AddHours(2));

        Find(second, CommonConditions.Ready).LastTransitionTime.Should().Be(A.Noon.AddHours(1));
        Find(third, CommonConditions.Ready).LastTransitionTime.Should().Be(A.Noon.AddHours(1), "False stayed False, whatever its reason");
        Find(third, TenantConditions.Suspended).LastTransitionTime.Should().Be(A.Noon);
    }

    [Fact]
    public void A_tenant_that_never_was_is_pending_or_being_provisioned()
    {
        TenantStatusRules.Next(new TenantPass(A.Tenant()), Outcomes["blocked"], A.Noon).Phase.Should().Be(TenantPhase.Pending);
        var pass = Pass();
        pass.Observation = new TenantObservation { Outcome = new PlatformOutcome.Unreachable("?") };
        TenantStatusRules.Next(pass, StepOutcome.Of(pass.Observation.Outcome), A.Noon).Phase.Should().Be(TenantPhase.Provisioning);
    }

    [Fact]
    public void What_a_pass_did_not_get_to_look_at_stays_as_it_was()
    {
        var before = TenantStatusRules.Next(Pass(), StepOutcome.Next, A.Noon);

        var after = TenantStatusRules.Next(new TenantPass(A.Tenant(status: before)), Outcomes["failed"], A.Noon.AddHours(1));

        after.Should().BeEquivalentTo(before, options => options.Excluding(status => status.Conditions));
        foreach (var type in (string[])[TenantConditions.Synced, TenantConditions.UsersSynced, TenantConditions.PackageAllocated])
        {
            Find(after, type).Should().BeEquivalentTo(Find(before, type));
        }
    }

    [Fact]
    public void A_suspended_tenant_is_ready_and_says_why_and_until_when()
    {
        var pass = Pass(spec: new TenantSpec { Suspended = true, Suspension = new Suspension { Reason = "Unpaid", Until = A.Noon.AddDays(1) } });
        pass.Suspended = true;

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        Text(status, CommonConditions.Ready).Should().Be("True/Suspended");
        Text(status, TenantConditions.Suspended).Should().Be("True/Suspended");
        Find(status, TenantConditions.Suspended).Message.Should().Contain("Reason: Unpaid.").And.Contain("Until 2026-01-03 12:00:00Z.");
        status.Phase.Should().Be(TenantPhase.Suspended);
    }

    [Fact]
    public void A_tenant_that_is_being_deleted_is_not_ready_and_says_what_blocks_it()
    {
        var pass = new TenantPass(A.Tenant(status: TenantStatusRules.Next(Pass(), StepOutcome.Next, A.Noon), deleted: A.Noon.UtcDateTime));

        var going = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);
        var blocked = TenantStatusRules.Next(pass, new StepOutcome.Blocked(TenantReasons.ConfirmationMissing, "Confirm it."), A.Noon);

        (Text(going, CommonConditions.Ready), going.Phase).Should().Be(("False/Deleting", TenantPhase.Deleting));
        going.Conditions!.Should().NotContain(condition => condition.Type == TenantConditions.DeletionBlocked);
        Text(blocked, TenantConditions.DeletionBlocked).Should().Be("True/ConfirmationMissing");
        blocked.Packages.Should().NotBeNull("its units are still held");
    }

    [Fact]
    public void People_are_counted_the_inactive_left_aside()
    {
        var pass = Pass();
        pass.RosterPlan = RosterPlan.For([A.User("in"), A.User("off", active: false), A.User("late", age: -5)], new TenantLimits { MaxUsers = 1 });
        pass.Roster = Roster(pass.RosterPlan);

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        status.Users.Should().Be(new UserCounts { Declared = 2, Synced = 1, Failed = 1, Summary = "1/2" });
        Text(status, TenantConditions.UsersSynced).Should().Be("False/CapacityExhausted");
        Find(status, TenantConditions.UsersSynced).Message.Should().NotContain("@", "people are data");
    }

    [Fact]
    public void What_was_changed_outside_and_is_left_is_named_and_is_not_synced()
    {
        var pass = Pass();
        pass.NoteDifferences(["ResourceQuota tenant-quota (spec.hard.pods)"], left: true, outside: true);

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        (Text(status, TenantConditions.Drifted), Text(status, TenantConditions.Synced), Text(status, CommonConditions.Ready)).Should()
            .Be(("True/DriftReported", "False/DriftReported", "True/Active"));
        Find(status, TenantConditions.Drifted).Message.Should().Contain("spec.hard.pods");
        status.DriftedFields.Should().Equal("ResourceQuota tenant-quota (spec.hard.pods)");
    }

    [Fact]
    public void A_limit_below_what_is_in_use_names_the_numbers_and_the_way_out()
    {
        var pass = Pass();
        pass.BelowUsage = "pods would be 4 and 9 is in use";

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        Text(status, TenantConditions.Synced).Should().Be("False/BelowUsage");
        Find(status, TenantConditions.Synced).Message.Should().Contain("pods would be 4 and 9 is in use").And.Contain("allowBelowUsage");
    }

    [Fact]
    public void Removals_that_are_held_need_a_person_and_say_how_to_go_on()
    {
        var pass = Pass();
        pass.RosterDiff = pass.RosterDiff! with { Held = new HeldRemovals(12, 10) };

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        Text(status, TenantConditions.UsersSynced).Should().Be("False/TooManyRemovals");
        Text(status, CommonConditions.Stalled).Should().Be("True/TooManyRemovals");
        Find(status, TenantConditions.UsersSynced).Message.Should().Contain("spec.maxRemovals to 12");
    }

    [Fact]
    public void A_wish_that_is_not_allowed_is_named_and_stops_nothing()
    {
        var pass = Pass();
        pass.Settings = pass.Settings! with { Denied = [new Denied("cluster.networkPolicy", TenantReasons.NetworkNotAllowed, "Not open.")] };

        var status = TenantStatusRules.Next(pass, StepOutcome.Next, A.Noon);

        Text(status, CommonConditions.Ready).Should().Be("True/Active");
        Text(status, TenantConditions.Synced).Should().Be("False/NetworkNotAllowed");
        status.UnsupportedFields.Should().Equal("cluster.networkPolicy");
    }

    internal static TenantPass Pass(TenantStatus? old = null, TenantSpec? spec = null)
    {
        var tenant = A.Tenant(spec: spec, status: old);
        var settings = SettingsRules.Resolve(tenant, null, [new(A.Package("business"), 1)], null);
        var roster = RosterPlan.For([A.User("jane", roles: [TenantRole.Admin])], null);
        return new TenantPass(tenant)
        {
            ClaimsMade = true,
            UsageRead = true,
            Adapter = new NoPlatform(),
            Settings = settings,
            Wish = new TenantWish { Tenant = tenant, AccountUid = "account", Effective = settings.Effective },
            Units = [new PackageUnit { Name = "business", Type = PackageType.Primary, State = PackageUnitState.Allocated, Slot = 0, Allocation = "business-0" }],
            Observation = new TenantObservation { Outcome = PlatformOutcome.Ok, ExternalId = "1234", Remote = new RemoteTenant { Name = "contoso-acme", DisplayName = "acme" } },
            RosterPlan = roster,
            RosterDiff = RosterDiff.Without(roster),
            Roster = Roster(roster),
            Usage = new TenantUsage { Resources = new Dictionary<string, ResourceUsage>(StringComparer.Ordinal) { ["pods"] = new() { Used = "4", Hard = "10" } } },
        };
    }

    private static RosterObservation Roster(RosterPlan plan) => new()
    {
        Outcome = PlatformOutcome.Ok,
        Members = plan.Members.ToDictionary(member => member.User.Metadata.Name, _ => new MemberObservation(PlatformOutcome.Ok, "id", "admin"), StringComparer.Ordinal),
    };

    private static string Text(TenantStatus status, string type) => $"{Find(status, type).Status}/{Find(status, type).Reason}";

    private static Condition Find(TenantStatus status, string type) => status.Conditions!.Single(condition => condition.Type == type);

    // Only its type is asked for by rules.
    private sealed class NoPlatform : ITenantPlatform
    {
        public PlatformType Type => PlatformType.Cluster;

        public PlatformCapabilities Capabilities { get; } = new();

        public Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken) => throw new NotSupportedException();

        public string? WhyBelowUsage(TenantWish wish) => throw new NotSupportedException();

        public string KeyOf(TenantWish wish, TenantUser user) => throw new NotSupportedException();

        public Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public TenantUsage? ReadUsage(TenantWish wish) => throw new NotSupportedException();

        public Task<Identification> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
