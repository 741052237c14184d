using TenantOperator.Testing;

namespace TenantOperator.EndToEndTests.Walk;

internal static class TheAccountIsApplied
{
    public static async Task RunAsync(WalkAccount account, Cluster cluster, CancellationToken cancellationToken)
    {
        // The first of a kind may be told to come again, right after its definition.
        await cluster.ApplyAsync(AccountManifest.Stocks.Replace("metadata: {name:", $"metadata: {{namespace: {account.Name}, name:", StringComparison.Ordinal), cancellationToken);
        var tenants = AccountManifest.Served.Concat(AccountManifest.Small).ToList();
        await account.ApplyAsync(AccountManifest.Tenants(AccountManifest.Served, "standard") + '\n' + AccountManifest.Tenants(AccountManifest.Small, "small"));
        await Task.WhenAll(tenants.Chunk(tenants.Count / 3).Select(part => account.ApplyAsync(AccountManifest.People(part))));

        await account.UntilReadyAsync("Active", tenants);
        await account.UntilAsync("all people have their access", async () =>
            (await account.ListAsync("tenantusers")).Count(user => WalkAccount.ReasonOf(user) == "Synced") == 30 * AccountManifest.PeopleEach);
        await account.UntilAsync("the tenants count them", async () => (await account.ListAsync("tenants")).All(tenant => (string?)tenant["status"]?["users"]?["summary"] == "10/10"));

        (await account.RowAsync("tenants", "t00")).Should().MatchRegex("^t00 True Active cluster business 10/10 66% [0-9]");
        (await account.RowAsync("tenants", "t30")).Should().MatchRegex("^t30 True Active cluster starter 10/10 100% [0-9]");
        (await account.RowAsync("tenantusers", "t00-u0")).Should().MatchRegex("^t00-u0 t00 u0@t00.example admin True Synced [0-9]");
        (await account.RowAsync("tenantplatforms", "default")).Should().MatchRegex("^default cluster True Available [0-9]+ [0-9]");
        (await account.HoldersAsync("business")).Should().BeEquivalentTo(AccountManifest.Served);
        (await account.PeopleAsync("t00", "admin")).Should().Equal("u0@t00.example");
    }
}
