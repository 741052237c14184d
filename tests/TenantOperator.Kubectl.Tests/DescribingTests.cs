using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Commands;
using TenantOperator.Kubectl.Describing;

namespace TenantOperator.Kubectl.Tests;

public sealed class DescribingTests
{
    [Fact]
    public void The_cause_of_Ready_comes_first_and_what_says_the_same_is_one_problem()
    {
        const string why = "No unit of package \"business\" is free.";
        var tenant = A.Tenant(spec: new() { PackageRef = new() { Name = "business" } }, status: A.Status(
            A.Condition("Reconciling", ConditionStatus.True, TenantReasons.WaitingForPackage, why),
            A.Condition("PackageAllocated", ConditionStatus.False, TenantReasons.NoUnassignedPackage, why),
            A.Condition("Drifted", ConditionStatus.False, TenantReasons.NoDrift),
            A.Condition("UsersSynced", ConditionStatus.False, TenantReasons.LastAdmin, "The last admin stays."),
            A.Condition("Ready", ConditionStatus.False, TenantReasons.WaitingForPackage, why)));

        var diagnosis = DescribedObject.Of(new Found<Tenant>([], tenant)).Diagnosis;

        diagnosis.Problems.Select(problem => problem.Reason).Should().Equal(TenantReasons.WaitingForPackage, TenantReasons.LastAdmin);
        diagnosis.Problems[0].Command.Should().Be("kubectl tenant describe tenantpackage/business -n contoso");
    }

    [Fact]
    public void What_stops_a_deletion_comes_before_the_rest()
    {
        var tenant = A.Tenant(status: A.Status(
            A.Condition("UsersSynced", ConditionStatus.False, TenantReasons.LastAdmin),
            A.Condition("DeletionBlocked", ConditionStatus.True, TenantReasons.ConfirmationMissing, "Confirm."),
            A.Condition("Ready", ConditionStatus.False, TenantReasons.ConfirmationMissing, "Confirm it.")));

        DescribedObject.Of(new Found<Tenant>([], tenant)).Diagnosis.Problems.Select(problem => problem.Reason).Should().Equal(TenantReasons.ConfirmationMissing, TenantReasons.LastAdmin);
    }

    [Fact]
    public void An_object_that_nobody_has_looked_at_waits_for_the_operator()
    {
        var diagnosis = DescribedObject.Of(new Found<Tenant>([], A.Tenant())).Diagnosis;

        diagnosis.Ready.Should().Be(ConditionStatus.Unknown);
        diagnosis.Problems.Should().ContainSingle().Which.Action.Should().Contain("the operator does not run");
    }

    [Fact]
    public void A_status_that_is_behind_says_so()
    {
        var tenant = A.Tenant(status: A.Ready);
        tenant.Metadata.Generation = 2;

        PageOf(DescribedObject.Of(new Found<Tenant>([], tenant))).Should().Contain("The operator has not seen the latest change of the spec yet");
    }

    [Fact]
    public void A_tenant_in_use_needs_nothing() =>
        PageOf(DescribedObject.Of(new Found<Tenant>([], A.Tenant(status: A.Ready)))).Should().Be("""
            Tenant acme in namespace contoso

            Ready     True (Active) for 5m
            Why       The tenant is ready.
            Next      Nothing is to be done.

            Events
              none of late

            """.ReplaceLineEndings("\n"));

    [Fact]
    public void What_lies_behind_a_tenant_that_waits_is_told_with_its_own_next_step()
    {
        var tenant = DescribedObject.Of(new Found<Tenant>([], A.Tenant(status: A.Status(A.Condition("Ready", ConditionStatus.False, TenantReasons.WaitingForPlatform, "TenantPlatform \"default\" is not ready.")))));
        var platform = DescribedObject.Of(new Found<TenantPlatform>([], A.Platform(
            spec: new() { Hatz = new() { CredentialsSecretRef = new() { Name = "key" } } },
            status: new() { ObservedGeneration = 1, Conditions = [A.Condition("Ready", ConditionStatus.False, TenantPlatformReasons.Unauthorized, "Hatz refuses the key.")] })));

        var page = PageOf(tenant with { Behind = platform });

        page.Should().ContainAll("Because", "TenantPlatform \"default\" says Unauthorized: Hatz refuses the key.", "kubectl describe secret key -n contoso");
    }

    [Fact]
    public void Only_the_latest_events_are_told_the_newest_first()
    {
        var events = Enumerable.Range(0, 9).Select(number => new Corev1Event
        {
            Metadata = new V1ObjectMeta(),
            Type = "Warning",
            Reason = "R" + number,
            Message = "happened",
            LastTimestamp = A.Now.UtcDateTime.AddMinutes(-number),
        });

        var page = PageOf(DescribedObject.Of(new Found<Tenant>([], A.Tenant(status: A.Ready))), [.. events]);

        page.Should().MatchRegex("(?s)R0.*R1.*R5").And.NotContain("R6");
    }

    [Fact]
    public void Settings_are_told_with_their_source()
    {
        var tenant = A.Tenant(status: A.Ready with
        {
            Effective = new() { DisplayName = "Acme", Limits = new() { MaxUsers = 7 }, Sources = new Dictionary<string, SettingSource>(StringComparer.Ordinal) { ["limits.maxUsers"] = SettingSource.Package, ["displayName"] = SettingSource.Tenant } },
            Packages = [new() { Name = "business", Unit = 0, Type = PackageType.Primary, State = PackageUnitState.Waiting, Position = 3 }],
            Users = new() { Summary = "1/2", Failed = 1, Unmanaged = 4, RemovalsToConfirm = 12 },
        });

        var page = PageOf(DescribedObject.Of(new Found<Tenant>([], tenant)));

        page.Should().MatchRegex("limits.maxUsers +7 +Package").And.MatchRegex("displayName +Acme +Tenant").And.Contain("Waiting, place 3 in line")
            .And.MatchRegex("undeclared +4").And.Contain("kubectl tenant confirm-delete acme --removals -n contoso");
    }

    [Theory]
    [InlineData("acme", "Tenant", "acme")]
    [InlineData("tenantuser/jane", "TenantUser", "jane")]
    [InlineData("TENPLAT/default", "TenantPlatform", "default")]
    [InlineData("tenantpackages.tenantoperator.io/business", "TenantPackage", "business")]
    [InlineData("tentpl/standard", "TenantTemplate", "standard")]
    public void An_object_is_named_as_for_kubectl(string text, string kind, string name) => ObjectName.Parse(text).Should().Be(new ObjectName(kind, name));

    [Theory]
    [InlineData("pod/x")]
    [InlineData("a/b/c")]
    [InlineData("tenantuser/")]
    [InlineData("")]
    public void What_names_no_object_of_ours_is_refused_with_an_example(string text) =>
        FluentActions.Invoking(() => ObjectName.Parse(text)).Should().Throw<UserError>().WithMessage("*tenantuser/*");

    [Fact]
    public void The_list_can_be_of_a_platform_by_name_or_type_and_of_those_that_are_not_Ready()
    {
        var ready = A.Tenant(status: A.Ready with { Platform = new() { Name = "east", Type = PlatformType.ProcessMind } });
        var broken = A.Tenant("b", status: A.Status(A.Condition("Ready", ConditionStatus.False, TenantReasons.NameTaken)));

        ListCommand.IsWanted(ready, "east", notReady: false).Should().BeTrue();
        ListCommand.IsWanted(ready, "processmind", notReady: false).Should().BeTrue();
        ListCommand.IsWanted(ready, "west", notReady: false).Should().BeFalse();
        ListCommand.IsWanted(ready, null, notReady: true).Should().BeFalse();
        ListCommand.IsWanted(broken, "default", notReady: true).Should().BeTrue();
        ListCommand.IsWanted(A.Tenant("new"), null, notReady: true).Should().BeTrue();
    }

    private static string PageOf(DescribedObject described, IReadOnlyList<Corev1Event>? events = null)
    {
        var screen = new Screen();
        foreach (var line in DescribePage.Of(described, events ?? [], A.Now))
        {
            screen.Terminal.Line(line);
        }

        return screen.Output;
    }
}
