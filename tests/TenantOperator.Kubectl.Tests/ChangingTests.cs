using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Commands;
using TenantOperator.Kubectl.Unmanaged;
using TenantOperator.Platforms;

namespace TenantOperator.Kubectl.Tests;

public sealed class ChangingTests
{
    private static readonly V1Namespace Account = new() { Metadata = new V1ObjectMeta { Name = "contoso", Uid = "account-uid" } };

    [Fact]
    public void The_three_names_are_those_of_the_platform()
    {
        var tenant = A.Tenant(spec: new() { DeletionPolicy = DeletionPolicy.Delete }, status: A.Ready with { ExternalId = "id-1", Remote = new() { Name = "acme", DisplayName = "Acme Inc." } });

        var confirmation = ConfirmDeleteCommand.OfDeletion(tenant);

        confirmation.Patch.ToJsonString().Should().Be("""{"spec":{"deletionConfirmation":{"externalId":"id-1","name":"acme","displayName":"Acme Inc."}}}""");
        confirmation.Lines.Should().ContainMatch("*id-1").And.ContainMatch("*Acme Inc.");
    }

    [Fact]
    public void What_destroys_nothing_needs_no_confirmation_and_what_is_not_known_gets_none()
    {
        FluentActions.Invoking(() => ConfirmDeleteCommand.OfDeletion(A.Tenant(status: A.Ready))).Should().Throw<UserError>().WithMessage("*deletionPolicy Suspend*needs no confirmation*");
        FluentActions.Invoking(() => ConfirmDeleteCommand.OfDeletion(A.Tenant(spec: new() { DeletionPolicy = DeletionPolicy.Delete }))).Should().Throw<UserError>().WithMessage("*none can be confirmed*");
    }

    [Fact]
    public void Held_removals_and_deletions_are_confirmed_by_their_number()
    {
        ConfirmDeleteCommand.OfRemovals(A.Tenant(status: A.Ready with { Users = new() { RemovalsToConfirm = 12 } })).Patch.ToJsonString().Should().Be("""{"spec":{"maxRemovals":12}}""");
        ConfirmDeleteCommand.OfDeletions(A.Platform(status: new() { DeletionsToConfirm = 7 })).Patch.ToJsonString().Should().Be("""{"metadata":{"annotations":{"tenantoperator.io/confirm-deletions":"7"}}}""");
        FluentActions.Invoking(() => ConfirmDeleteCommand.OfRemovals(A.Tenant(status: A.Ready))).Should().Throw<UserError>().WithMessage("*nothing to confirm*");
        FluentActions.Invoking(() => ConfirmDeleteCommand.OfDeletions(A.Platform())).Should().Throw<UserError>().WithMessage("*nothing to confirm*");
    }

    [Fact]
    public void An_id_is_given_once()
    {
        AdoptCommand.ById(A.Tenant(), "x").ToJsonString().Should().Be("""{"spec":{"externalId":"x"}}""");
        FluentActions.Invoking(() => AdoptCommand.ById(A.Tenant(spec: new() { ExternalId = "y" }), "x")).Should().Throw<UserError>().WithMessage("*cannot be changed*");
        FluentActions.Invoking(() => AdoptCommand.ById(A.Tenant(status: A.Ready with { ExternalId = "y" }), "x")).Should().Throw<UserError>().WithMessage("*is the tenant \"y\"*already*");
    }

    [Fact]
    public void A_namespace_is_marked_for_the_tenant_by_the_uid_that_was_named()
    {
        var patch = AdoptCommand.Mark(Namespace("contoso-acme"), A.Tenant(), Account, "ns-uid");

        patch["metadata"]!["uid"]!.ToString().Should().Be("ns-uid");
        patch["metadata"]!["labels"]!.ToJsonString().Should().Be(
            """{"app.kubernetes.io/managed-by":"tenant-operator","tenantoperator.io/account":"contoso","tenantoperator.io/account-uid":"account-uid","tenantoperator.io/tenant":"acme"}""");
    }

    [Theory]
    [InlineData("contoso-acme", "other-uid", null, "is not the uid")]
    [InlineData("kube-system", "ns-uid", null, "a part of the cluster")]
    [InlineData("default", "ns-uid", null, "a part of the cluster")]
    [InlineData("contoso", "ns-uid", null, "the account itself")]
    [InlineData("contoso-acme", "ns-uid", "rival", "marked for Tenant \"rival\"")]
    public void A_namespace_that_is_anothers_or_the_clusters_is_not_marked(string name, string id, string? holder, string words)
    {
        var there = Namespace(name);
        there.Metadata.Labels = holder is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.Tenant] = holder, [Labels.Account] = "contoso" };

        FluentActions.Invoking(() => AdoptCommand.Mark(there, A.Tenant(), Account, id)).Should().Throw<UserError>().WithMessage($"*{words}*");
    }

    [Fact]
    public void Waiting_ends_when_the_status_agrees_and_at_once_when_it_never_will()
    {
        var suspended = A.Status(A.Condition("Ready", ConditionStatus.True, TenantReasons.Suspended), A.Condition("Suspended", ConditionStatus.True, TenantReasons.Suspended));
        var paused = A.Status(A.Condition("Ready", ConditionStatus.Unknown, TenantReasons.Paused, "It is paused."));
        var stalled = A.Status(A.Condition("Ready", ConditionStatus.False, TenantReasons.NameTaken, "It is taken."), A.Condition("Stalled", ConditionStatus.True, TenantReasons.NameTaken));

        SuspendCommand.Judge(A.Tenant(status: suspended), 1, isSuspended: true).Should().BeOfType<SuspendCommand.Progress.Done>();
        SuspendCommand.Judge(A.Tenant(status: suspended), 2, isSuspended: true).Should().BeOfType<SuspendCommand.Progress.Waiting>("the status is about an older spec");
        SuspendCommand.Judge(A.Tenant(status: suspended), 1, isSuspended: false).Should().BeOfType<SuspendCommand.Progress.Waiting>();
        SuspendCommand.Judge(A.Tenant(status: A.Ready), 1, isSuspended: false).Should().BeOfType<SuspendCommand.Progress.Done>();
        SuspendCommand.Judge(A.Tenant(), 1, isSuspended: true).Should().BeOfType<SuspendCommand.Progress.Waiting>();
        SuspendCommand.Judge(A.Tenant(status: paused), 1, isSuspended: true).Should().Be(new SuspendCommand.Progress.InVain("Paused: It is paused."));
        SuspendCommand.Judge(A.Tenant(status: stalled), 1, isSuspended: true).Should().BeOfType<SuspendCommand.Progress.InVain>();
    }

    [Fact]
    public void What_no_Tenant_declares_is_unmanaged_however_a_Tenant_names_it()
    {
        InventoryRow[] there = [new("a", "Alpha", ""), new("B", "Beta", ""), new("c", "Gamma", ""), new("d", "Delta", "")];
        var annotated = A.Tenant("x");
        annotated.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [Annotations.ExternalId] = "c" };

        UnmanagedTenants.Of(there, [A.Tenant(spec: new() { ExternalId = "a" }), A.Tenant(status: A.Ready with { ExternalId = "b" }), annotated]).Should().ContainSingle().Which.Id.Should().Be("d");
    }

    [Fact]
    public void Manifests_have_free_names_and_say_where_the_tenant_is()
    {
        var manifests = UnmanagedTenants.Manifests(
            [new("tenant_1", "Old & Customer", "Old & Customer"), new("tenant_2", "old--customer", "Other"), new("tenant_3", "北京", "北京")],
            A.Platform("hatz", new() { Hatz = new() }),
            ["old-customer"]);

        manifests.Select(each => (string)each["metadata"]!["name"]!).Should().Equal("old-customer-2", "old-customer-3", "tenant");
        manifests[0]["spec"]!.ToJsonString().Should().Be("""{"platformRef":{"name":"hatz"},"displayName":"Old \u0026 Customer","externalId":"tenant_1"}""");
    }

    [Fact]
    public void A_manifest_keeps_the_technical_name_where_there_is_one() =>
        UnmanagedTenants.Manifests([new("tnt_1", "acme", "Acme Inc.")], A.Platform(spec: new() { ScaiKey = new() }), ["acme"])[0]["spec"]!.ToJsonString()
            .Should().Be("""{"name":"acme","displayName":"Acme Inc.","externalId":"tnt_1"}""");

    [Fact]
    public void A_name_that_is_shown_is_written_as_the_API_server_takes_it() =>
        UnmanagedTenants.Manifests([new("tnt_1", "acme", " Acme\tInc. \u0007"), new("tnt_2", "shop", new string('x', 254) + " yz"), new("tnt_3", "bare", " \n")], A.Platform(spec: new() { ScaiKey = new() }), [])
            .Select(each => (string?)each["spec"]!["displayName"]).Should().Equal("Acme Inc.", new string('x', 254), null);

    [Fact]
    public void A_namespace_that_was_left_behind_is_taken_up_by_a_Tenant_of_its_name() =>
        UnmanagedTenants.Manifests([new("uid", "acme", "", Namespace: "contoso-acme"), new("uid2", "shop", "Shop", Namespace: "contoso-web")], A.Platform(), []).Select(each => each["spec"]!.ToJsonString())
            .Should().Equal("{}", """{"displayName":"Shop","cluster":{"namespace":"contoso-web"}}""");

    [Fact]
    public void People_become_TenantUsers_with_their_roles() =>
        UnmanagedTenants.Users([new PresentMember("eve@x.example", [TenantRole.Admin, TenantRole.Member], Managed: false)], A.Tenant(), ["acme-eve"])[0].ToJsonString().Should().Be(
            """{"apiVersion":"tenantoperator.io/v1alpha1","kind":"TenantUser","metadata":{"name":"acme-eve-2","namespace":"contoso"},"spec":{"tenantRef":{"name":"acme"},"email":"eve@x.example","roles":["Admin","Member"]}}""");

    private static V1Namespace Namespace(string name) => new() { Metadata = new V1ObjectMeta { Name = name, Uid = "ns-uid" } };
}
