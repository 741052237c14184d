using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests.Walk;

internal static class DeletionsDoWhatTheySay
{
    private const int Many = 8;

    public static async Task RunAsync(WalkAccount account)
    {
        await RetainAsync(account);
        await GracePeriodAsync(account);
        await ManyAtOnceAsync(account);
    }

    private static async Task RetainAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t34", """{"spec":{"deletionPolicy":"Retain"}}""");
        await account.RunAsync("delete", "tenant/t34");
        (await account.PeopleAsync("t34", "admin")).Should().Equal(["u0@t34.example"], "everything stays as it is");
        (await account.HoldersAsync("starter")).Should().NotContain("t34");
    }

    private static async Task GracePeriodAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t35", """{"spec":{"deletionPolicy":"Delete","deletionGracePeriod":"24h"}}""");
        var tenant = await account.UntilReadyAsync("Active", "t35");
        await account.DeleteAsync("tenant/t35");
        var missing = await account.UntilReadyAsync("ConfirmationMissing", "t35");
        var confirmation = ConfirmationOf(tenant);
        WalkAccount.MessageOf(missing, "DeletionBlocked").Should().Contain("must be confirmed").And.Contain((string)confirmation["externalId"]!).And.Contain("to Suspend or Retain to keep it");
        (await account.RowAsync("tenants", "t35")).Should().StartWith("t35 False ConfirmationMissing cluster starter ");

        var mistaken = confirmation.DeepClone();
        mistaken["displayName"] = "T35";
        await account.PatchAsync("tenant/t35", Spec(mistaken));
        var mismatch = await account.UntilReadyAsync("ConfirmationMismatch", "t35");
        WalkAccount.MessageOf(mismatch).Should().Contain("spec.deletionConfirmation.displayName is not what the platform has now, so nothing is deleted");

        await account.PatchAsync("tenant/t35", Spec(confirmation));
        var waiting = await account.UntilReadyAsync("GracePeriod", "t35");
        WalkAccount.MessageOf(waiting).Should().Contain("is deleted for ever at").And.Contain("Until then set spec.deletionPolicy to Retain or Suspend to keep it.");
        await account.UntilDescribedAsync("tenant/t35", "GracePeriod", "Not Before");

        await account.PatchAsync("tenant/t35", """{"spec":{"deletionPolicy":"Suspend"}}""");
        await account.UntilGoneAsync("tenant/t35");
        (await account.RunAsync("get", "namespace", account.NamespaceOf("t35"), "-o", "jsonpath={.status.phase}")).Should().Be("Active", "the data is kept");
        (await account.PeopleAsync("t35", "admin")).Should().BeEmpty("access is taken away");
    }

    private static async Task ManyAtOnceAsync(WalkAccount account)
    {
        var names = AccountManifest.Late.Take(Many).ToList();
        foreach (var tenant in await account.UntilReadyAsync("Active", names))
        {
            var patch = JsonNode.Parse(Spec(ConfirmationOf(tenant)))!;
            patch["spec"]!["deletionPolicy"] = "Delete";
            await account.PatchAsync("tenant/" + WalkAccount.NameOf(tenant), patch.ToJsonString());
        }

        await account.DeleteAsync(names.Select(name => "tenant/" + name));
        await account.UntilAsync("the rest is held", async () => (await LeftAsync(account)) is { Count: > 0 } left && left.All(tenant => WalkAccount.ReasonOf(tenant, "DeletionBlocked") == "DeletionBreakerOpen"));
        var held = await LeftAsync(account);
        held.Count.Should().BeGreaterThanOrEqualTo(Many - 5);
        WalkAccount.MessageOf(held[0], "DeletionBlocked").Should().Contain("more than the 5 that are believed without a word").And.Contain($"kubectl annotate tenantplatform default -n {account.Name} --overwrite tenantoperator.io/confirm-deletions=");
        await account.UntilSaidAsync("tenantplatform", "DeletionsHeld", "DeletionBreakerOpen", "default");
        await account.UntilDescribedAsync("tenantplatform/default", "DeletionBreakerOpen", "Warning");

        await account.RunAsync("annotate", "tenantplatform", "default", "--overwrite", $"tenantoperator.io/confirm-deletions={Many}");
        await account.UntilGoneAsync(names.Select(name => "tenant/" + name));
        (await account.RunAsync("get", "namespaces", "-o", "name")).Split('\n').Should().NotContain(names.Select(name => "namespace/" + account.NamespaceOf(name)));
    }

    private static async Task<IReadOnlyList<JsonNode>> LeftAsync(WalkAccount account) =>
        [.. (await account.ListAsync("tenants")).Where(tenant => tenant["metadata"]!["deletionTimestamp"] is not null)];

    private static JsonObject ConfirmationOf(JsonNode tenant) => new()
    {
        ["externalId"] = (string?)tenant["status"]!["externalId"],
        ["name"] = (string?)tenant["status"]!["remote"]!["name"],
        ["displayName"] = (string?)tenant["status"]!["remote"]!["displayName"],
    };

    private static string Spec(JsonNode confirmation) => new JsonObject { ["spec"] = new JsonObject { ["deletionConfirmation"] = confirmation.DeepClone() } }.ToJsonString();
}
