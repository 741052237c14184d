using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class DeletionObeysItsPolicy(OperatorCluster cluster)
{
    [Fact]
    public async Task Retain_leaves_everything_as_it_is()
    {
        await using var account = await OpenAsync(DeletionPolicy.Retain);
        var before = await SuspensionTakesAccessAndKeepsData.SnapshotAsync(account);

        await account.DeleteAsync("tenants", "acme");
        await account.UntilGoneAsync("acme");

        (await SuspensionTakesAccessAndKeepsData.SnapshotAsync(account)).Should().Be(before);
        await account.UntilEventAsync(TenantReasons.RemoteRetained);
    }

    [Fact]
    public async Task Suspend_takes_access_away_and_the_same_tenant_applied_again_takes_it_up()
    {
        await using var account = await OpenAsync(policy: null);
        var before = (await account.FindTenantAsync("acme"))!.Status!.ExternalId;

        await account.DeleteAsync("tenants", "acme");
        await account.UntilGoneAsync("acme");
        var ns = await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        ((string?)ns["metadata"]!["labels"]![Labels.Suspended]).Should().Be("true");
        ns["metadata"]!["annotations"]![Annotations.RetainedAt].Should().NotBeNull();
        (await account.Rest.ListAsync(account.PathOf("rolebindings", ns: account.NamespaceOf("acme")))).Should().BeEmpty();
        (await account.Rest.FindAsync(account.PathOf("resourcequotas", "tenant-suspended", account.NamespaceOf("acme")))).Should().NotBeNull();
        await account.UntilUserAsync("jane", TenantUserReasons.TenantNotFound);

        await account.CreateAsync("acme", new TenantSpec());
        var again = await account.UntilReadyAsync("acme");

        again.Status!.ExternalId.Should().Be(before, "it is the same namespace with its data");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        ns = await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        ns["metadata"]!["labels"]!.AsObject().ContainsKey(Labels.Suspended).Should().BeFalse();
        ns["metadata"]!["annotations"]!.AsObject().ContainsKey(Annotations.RetainedAt).Should().BeFalse();
        ((string?)ns["metadata"]!["labels"]![Labels.TenantUid]).Should().Be(again.Metadata.Uid);
        (await account.Rest.FindAsync(account.PathOf("resourcequotas", "tenant-suspended", account.NamespaceOf("acme")))).Should().BeNull();
    }

    [Fact]
    public async Task Delete_needs_the_right_confirmation_and_then_destroys_the_namespace()
    {
        await using var account = await OpenAsync(DeletionPolicy.Delete);
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var id = (await account.FindTenantAsync("acme"))!.Status!.ExternalId;

        await WhatWasChangedByHandIsPutBack.HoldNamespaceAsync(account, "acme");
        await account.DeleteAsync("tenants", "acme");
        var blocked = await account.UntilReadyAsync("acme", TenantReasons.ConfirmationMissing);
        TestAccount.ConditionOf(blocked, TenantConditions.DeletionBlocked)!.Message.Should().Contain(id);
        await account.UntilEventAsync(TenantReasons.ConfirmationMissing);

        await ConfirmAsync(account, id!, "another-name");
        var mismatch = await account.UntilReadyAsync("acme", TenantReasons.ConfirmationMismatch);
        TestAccount.ConditionOf(mismatch, TenantConditions.DeletionBlocked)!.Message.Should().Contain("deletionConfirmation.name is not");
        (await account.Rest.GetAsync(path))["metadata"]!["deletionTimestamp"].Should().BeNull("nothing was deleted");

        await ConfirmAsync(account, id!, account.NamespaceOf("acme"));
        await account.UntilReadyAsync("acme", TenantReasons.NamespaceTerminating);
        (await account.Rest.GetAsync(path))["metadata"]!["deletionTimestamp"].Should().NotBeNull();
        await WhatWasChangedByHandIsPutBack.FinishNamespaceAsync(account, "acme");

        await account.UntilGoneAsync("acme");
        (await account.Rest.FindAsync(path)).Should().BeNull();
        await account.UntilEventAsync(TenantReasons.TenantDeleted);
    }

    [Fact]
    public async Task A_grace_period_can_be_used_to_think_better_of_it()
    {
        await using var account = await OpenAsync(DeletionPolicy.Delete);
        var id = (await account.FindTenantAsync("acme"))!.Status!.ExternalId;
        await account.PatchSpecAsync("tenants", "acme", """{"deletionGracePeriod":"24h"}""");
        await ConfirmAsync(account, id!, account.NamespaceOf("acme"));

        await account.DeleteAsync("tenants", "acme");
        var waiting = await account.UntilReadyAsync("acme", TenantReasons.GracePeriod);
        waiting.Status!.Deletion!.State.Should().Be(DeletionState.GracePeriod);
        waiting.Status.Deletion.NotBefore!.Value.UtcDateTime.Should().Be(waiting.Metadata.DeletionTimestamp!.Value.AddHours(24));

        await account.PatchSpecAsync("tenants", "acme", """{"deletionPolicy":"Retain"}""");
        await account.UntilGoneAsync("acme");
        (await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme"))))["metadata"]!["deletionTimestamp"].Should().BeNull();
    }

    [Fact]
    public async Task A_tenant_that_was_never_made_goes_at_once()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 0);
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" }, DeletionPolicy = DeletionPolicy.Delete });
        await account.UntilReadyAsync("acme", TenantReasons.WaitingForPackage);

        await account.DeleteAsync("tenants", "acme");

        await account.UntilGoneAsync("acme");
    }

    private static Task ConfirmAsync(TestAccount account, string id, string name) => account.PatchSpecAsync(
        "tenants", "acme", new JsonObject { ["deletionConfirmation"] = new JsonObject { ["externalId"] = id, ["name"] = name, ["displayName"] = "acme" } }.ToJsonString());

    private async Task<TestAccount> OpenAsync(DeletionPolicy? policy)
    {
        var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec { DeletionPolicy = policy });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilReadyAsync("acme");
        return account;
    }
}
