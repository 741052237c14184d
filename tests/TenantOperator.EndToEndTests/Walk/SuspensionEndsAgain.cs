using System.Globalization;

namespace TenantOperator.EndToEndTests.Walk;

internal static class SuspensionEndsAgain
{
    public static async Task RunAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t10", """{"spec":{"suspended":true,"suspension":{"reason":"invoice 4711 is open","until":"2199-01-01T00:00:00Z"}}}""");
        var suspended = await account.UntilReadyAsync("Suspended", "t10");
        WalkAccount.MessageOf(suspended).Should().Be(
            "The tenant is suspended by spec.suspended: access is taken away, data is kept. Reason: invoice 4711 is open. Until 2199-01-01 00:00:00Z.");
        (await account.RowAsync("tenants", "t10")).Should().StartWith("t10 True Suspended cluster business ");
        (await account.RunAsync("get", "rolebindings", "-n", account.NamespaceOf("t10"), "-o", "name")).Should().BeEmpty();
        (await account.RunAsync("get", "resourcequota", "tenant-suspended", "-n", account.NamespaceOf("t10"), "-o", "jsonpath={.spec.hard.pods}")).Should().Be("0");
        (await account.HoldersAsync("business")).Should().Contain("t10", "it still has its unit");
        await account.UntilSaidAsync("tenantuser", "Ready", "TenantSuspended", "t10-u0", "t10-u9");
        await account.UntilDescribedAsync("tenant/t10", "Suspended", "invoice 4711 is open");

        await account.PatchAsync("tenant/t10", """{"spec":{"suspended":null,"suspension":null}}""");
        await account.UntilReadyAsync("Active", "t10");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t10-u0", "t10-u9");
        (await account.PeopleAsync("t10", "admin")).Should().Equal("u0@t10.example");
        await account.UntilDescribedAsync("tenant/t10", "Resumed", "access was given back");

        // One that ends by itself.
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(5).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await account.PatchAsync("tenant/t10", $$$$"""{"spec":{"suspended":true,"suspension":{"until":"{{{{soon}}}}"}}}""");
        await account.UntilReadyAsync("Active", "t10");
        (await account.PeopleAsync("t10", "admin")).Should().Equal("u0@t10.example");
    }
}
