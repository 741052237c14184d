using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests.Walk;

internal static class PackagesAreServedInTurn
{
    public static async Task RunAsync(WalkAccount account)
    {
        await LateOnesWaitInLineAsync(account);
        await EachUnitWakesOneAsync(account);
        await ChangeOfPackageFreesTheOldOneAsync(account);
        await LoweredStockTakesNothingAwayAsync(account);
        await AddOnsAddUpAsync(account);
    }

    private static async Task LateOnesWaitInLineAsync(WalkAccount account)
    {
        await account.ApplyAsync(AccountManifest.Tenants(AccountManifest.Late, "standard"));
        var waiting = await account.UntilReadyAsync("WaitingForPackage", AccountManifest.Late);

        // Who asked before all those in front of it were in line was told a lower number then; the last one came after all.
        WalkAccount.MessageOf(waiting[0]).Should().Be(
            "No unit of package \"business\" is free: 20 of 20 are held. You are 1st in line. Raise spec.quantity of TenantPackage \"business\" or free a unit: "
            + "kubectl get packageallocations --field-selector spec.packageName=business");
        WalkAccount.ReasonOf(waiting[0], "PackageAllocated").Should().Be("NoUnassignedPackage");
        (await account.RowAsync("tenants", "t20")).Should().MatchRegex("^t20 False WaitingForPackage cluster [0-9]");
        await account.UntilDescribedAsync("tenant/t20", "WaitingForPackage", "You are 1st in line", "Warning");
        await account.UntilAsync("the package counts them", async () => (await account.RowAsync("tenantpackages", "business")).StartsWith("business Primary 20 20 10 True Exhausted", StringComparison.Ordinal));
    }

    private static async Task EachUnitWakesOneAsync(WalkAccount account)
    {
        await account.PatchAsync("tenantpackage/business", """{"spec":{"quantity":21}}""");
        await account.UntilReadyAsync("Active", "t20");
        await UntilTheyKnowAsync(account, "21 of 21 are held");
        await account.UntilAsync("the package counts one less", async () => (await account.RowAsync("tenantpackages", "business")).StartsWith("business Primary 21 21 9 True Exhausted", StringComparison.Ordinal));

        var before = await WaitingAsync(account);
        await account.DeleteAsync("tenant/t00");
        await account.UntilReadyAsync("Active", "t21");
        await account.UntilGoneAsync("tenant/t00");
        var line = before.Keys.Except(["t21"], StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        await account.UntilAsync("a freed unit wakes exactly one, and all others are told their new places", async () =>
            (await account.ListAsync("tenants")).Where(IsWaiting).OrderBy(PlaceOf).Select(tenant => $"{PlaceOf(tenant)} {WalkAccount.NameOf(tenant)}").SequenceEqual(line.Select((name, index) => $"{index + 1} {name}")));
        (await account.HoldersAsync("business")).Should().HaveCount(21).And.Contain(["t20", "t21"]).And.NotContain("t00");
        await account.UntilSaidAsync("tenantuser", "Ready", "TenantNotFound", "t00-u0");
        (await account.PeopleAsync("t00", "admin")).Should().BeEmpty("access went with the Tenant");
    }

    private static async Task ChangeOfPackageFreesTheOldOneAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t01", """{"spec":{"packageRef":{"name":"starter"}}}""");
        var changed = await account.UntilReadyAsync("Active", "t01");
        ((string?)changed["status"]!["effective"]!["package"]).Should().Be("starter");
        await account.UntilReadyAsync("Active", "t22");
        (await account.HoldersAsync("business")).Should().HaveCount(21).And.NotContain("t01");
        (await account.HoldersAsync("starter")).Should().Contain("t01");

        // And to one of which nothing is free: the old one stays until then.
        await account.PatchAsync("tenant/t30", """{"spec":{"packageRef":{"name":"business"}}}""");
        var waiting = await account.UntilReadyAsync("WaitingForPackage", "t30");
        ((string?)waiting["status"]!["effective"]!["package"]).Should().Be("starter");
        (await account.HoldersAsync("starter")).Should().Contain("t30", "never neither");
        await account.PatchAsync("tenant/t30", """{"spec":{"packageRef":{"name":"starter"}}}""");
        await account.UntilReadyAsync("Active", "t30");
    }

    private static async Task LoweredStockTakesNothingAwayAsync(WalkAccount account)
    {
        await account.PatchAsync("tenantpackage/business", """{"spec":{"quantity":15}}""");
        var package = (await account.UntilSaidAsync("tenantpackage", "Ready", "Surplus", "business"))[0];
        WalkAccount.MessageOf(package).Should().Contain("21 units are held, 6 more than spec.quantity allows").And.Contain("Nothing is taken away");
        (await account.HoldersAsync("business")).Should().HaveCount(21);

        await UntilTheyKnowAsync(account, "21 of 15 are held");

        var before = await WaitingAsync(account);
        await account.DeleteAsync("tenant/t02");
        await account.UntilAsync("the package counts one less", async () => (await account.RowAsync("tenantpackages", "business")).StartsWith("business Primary 20 15 7 True Surplus", StringComparison.Ordinal));
        (await UnmovedAsync(account, before)).Should().BeEquivalentTo(before.Keys, "a unit that is one too many is nobody's");

        // Enough for all that are left.
        await account.PatchAsync("tenantpackage/business", """{"spec":{"quantity":40}}""");
        await account.UntilReadyAsync("Active", AccountManifest.Late);
        await account.UntilAsync("the package has units again", async () => (await account.RowAsync("tenantpackages", "business")).StartsWith("business Primary 27 40 0 True Available", StringComparison.Ordinal));
    }

    private static async Task AddOnsAddUpAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t03", """{"spec":{"addOns":[{"name":"storage","units":3}]}}""");
        var larger = await account.UntilReadyAsync("Active", "t03");
        ((string?)larger["status"]!["effective"]!["cluster"]!["quota"]!["requests.storage"]).Should().Be("30Gi");
        (await account.RunAsync("get", "resourcequota", "tenant-quota", "-n", account.NamespaceOf("t03"), "-o", "jsonpath={.spec.hard}")).Should().Contain("\"requests.storage\":\"30Gi\"").And.Contain("\"pods\":\"20\"");

        // Two are left, and three are wished for: the tenant goes on with what it has.
        await account.PatchAsync("tenant/t04", """{"spec":{"addOns":[{"name":"storage","units":3}]}}""");
        var waiting = await account.UntilReadyAsync("WaitingForPackage", "t04");
        WalkAccount.MessageOf(waiting).Should().Contain("No unit of package \"storage\" is free: 5 of 5 are held");
        await account.PatchAsync("tenant/t03", """{"spec":{"addOns":[{"name":"storage","units":1}]}}""");
        await account.UntilReadyAsync("Active", "t04", "t03");
        (await account.HoldersAsync("storage")).Order(StringComparer.Ordinal).Should().Equal("t03", "t04", "t04", "t04");
    }

    // A changed spec of the package is news to all who wait for it.
    private static Task UntilTheyKnowAsync(WalkAccount account, string numbers) => account.UntilAsync(
        "all that wait know the new numbers", async () => (await account.ListAsync("tenants")).Where(IsWaiting).All(tenant => WalkAccount.MessageOf(tenant).Contains(numbers, StringComparison.Ordinal)));

    private static int? PlaceOf(JsonNode tenant) => (int?)tenant["status"]!["packages"]!.AsArray().Single(unit => (string?)unit!["state"] == "Waiting")!["position"];

    private static bool IsWaiting(JsonNode tenant) => WalkAccount.ReasonOf(tenant) == "WaitingForPackage";

    private static async Task<Dictionary<string, string>> WaitingAsync(WalkAccount account) =>
        (await account.ListAsync("tenants")).Where(IsWaiting).ToDictionary(WalkAccount.NameOf, WalkAccount.VersionOf, StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> UnmovedAsync(WalkAccount account, Dictionary<string, string> before) =>
        (await account.ListAsync("tenants")).Where(tenant => before.GetValueOrDefault(WalkAccount.NameOf(tenant)) == WalkAccount.VersionOf(tenant)).Select(WalkAccount.NameOf);
}
