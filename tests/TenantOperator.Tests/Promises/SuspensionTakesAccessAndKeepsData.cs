using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class SuspensionTakesAccessAndKeepsData(OperatorCluster cluster)
{
    [Fact]
    public async Task Suspending_takes_access_away_and_resuming_restores_exactly_what_was()
    {
        await using var account = await OpenAsync();
        var before = await SnapshotAsync(account);

        await account.PatchSpecAsync("tenants", "acme", """{"suspended":true,"suspension":{"reason":"Unpaid"}}""");
        var suspended = await account.UntilReadyAsync("acme", TenantReasons.Suspended);

        suspended.Status!.Phase.Should().Be(TenantPhase.Suspended);
        TestAccount.ConditionOf(suspended, TenantConditions.Suspended)!.Message.Should().Contain("Unpaid");
        (await account.Rest.ListAsync(account.PathOf("rolebindings", ns: account.NamespaceOf("acme")))).Should().BeEmpty();
        var stop = await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-suspended", account.NamespaceOf("acme")));
        ((string?)stop["spec"]!["hard"]!["pods"]).Should().Be("0");
        await account.UntilUserAsync("jane", TenantUserReasons.TenantSuspended);
        await account.UntilEventAsync(TenantReasons.Suspended);
        (await account.AllocationsAsync()).Should().HaveCount(1, "its unit is still its own");

        await account.PatchSpecAsync("tenants", "acme", """{"suspended":null,"suspension":null}""");
        await account.UntilReadyAsync("acme");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilEventAsync(TenantReasons.Resumed);
        (await SnapshotAsync(account)).Should().Be(before);
    }

    [Fact]
    public async Task A_suspension_with_an_end_ends_by_itself()
    {
        await using var account = await OpenAsync();
        var end = TimeProvider.System.GetUtcNow().AddSeconds(5);

        await account.PatchSpecAsync("tenants", "acme", $$$"""{"suspended":true,"suspension":{"until":"{{{end:yyyy-MM-ddTHH:mm:ssZ}}}"}}""");

        await account.UntilReadyAsync("acme", TenantReasons.Suspended);
        await account.UntilReadyAsync("acme");
        TimeProvider.System.GetUtcNow().Should().BeAfter(end.AddSeconds(-1));
    }

    internal static async Task<string> SnapshotAsync(TestAccount account)
    {
        var ns = account.NamespaceOf("acme");
        var text = new List<string>();
        foreach (var resource in (string[])["resourcequotas", "limitranges", "networkpolicies", "rolebindings"])
        {
            text.AddRange((await account.Rest.ListAsync(account.PathOf(resource, ns: ns))).Select(child =>
                $"{resource} {child["metadata"]!["name"]} {child["metadata"]!["labels"]?.ToJsonString()} {child["spec"]?.ToJsonString()} {child["roleRef"]?.ToJsonString()} {child["subjects"]?.ToJsonString()}"));
        }

        var metadata = (await account.Rest.GetAsync(account.PathOf("namespaces", ns)))["metadata"]!;
        text.Add($"namespace {metadata["uid"]} {metadata["labels"]!.ToJsonString()} {metadata["annotations"]?.ToJsonString()}");
        return string.Join('\n', text);
    }

    private async Task<TestAccount> OpenAsync()
    {
        var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilReadyAsync("acme");
        return account;
    }
}
