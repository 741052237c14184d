namespace TenantOperator.EndToEndTests.Walk;

internal static class ChangesWaitWhenAsked
{
    public static async Task RunAsync(WalkAccount account)
    {
        await PausedAsync(account);
        await AskedForAPassAsync(account);
        await ObservedAsync(account);
    }

    private static async Task PausedAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t13", """{"spec":{"paused":true,"cluster":{"labels":{"example.com/paused":"no"}}}}""");
        var paused = await account.UntilReadyAsync("Paused", "t13");
        WalkAccount.MessageOf(paused).Should().Be("Tenant \"t13\" is paused by spec.paused. Nothing is changed until it is removed.");
        (await account.RowAsync("tenants", "t13")).Should().StartWith("t13 Unknown Paused cluster business ");
        await account.UntilSaidAsync("tenantuser", "Ready", "Paused", "t13-u0");
        (await LabelsAsync(account, "t13")).Should().NotContain("example.com/paused");

        await account.PatchAsync("tenant/t13", """{"spec":{"paused":null}}""");
        await account.UntilReadyAsync("Active", "t13");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t13-u0");
        (await LabelsAsync(account, "t13")).Should().Contain("example.com/paused");
    }

    private static async Task AskedForAPassAsync(WalkAccount account)
    {
        const string moment = "2026-01-02T03:04:05Z";
        await account.RunAsync("annotate", "tenant/t14", "tenantuser/t14-u0", "tenantpackage/starter", "tenantplatform/default", "tenanttemplate/small", "tenantoperator.io/reconcile-requested-at=" + moment);
        await account.UntilAsync("each of them answers", async () =>
            (await account.RunAsync("get", "tenant/t14", "tenantuser/t14-u0", "tenantpackage/starter", "tenantplatform/default", "tenanttemplate/small", "-o", "jsonpath={.items[*].status.lastHandledReconcileAt}"))
            == string.Join(' ', Enumerable.Repeat(moment, 5)));
    }

    private static async Task ObservedAsync(WalkAccount account)
    {
        await account.PatchAsync("tenantplatform/default", """{"spec":{"mode":"Observe"}}""");
        await account.UntilReadyAsync("Observing", "t14", "t15");
        await account.PatchAsync("tenant/t15", """{"spec":{"cluster":{"labels":{"example.com/observed":"no"}}}}""");
        await account.UntilAsync("what would be done is named", async () => WalkAccount.MessageOf(await account.GetAsync("tenant", "t15")).Contains($"With mode Manage these would be: Namespace {account.NamespaceOf("t15")} (example.com/observed)", StringComparison.Ordinal));
        (await account.RowAsync("tenants", "t15")).Should().StartWith("t15 Unknown Observing cluster business ");
        (await account.RowAsync("tenantplatforms", "default")).Should().StartWith("default cluster True Observing ");
        (await LabelsAsync(account, "t15")).Should().NotContain("example.com/observed");

        await account.PatchAsync("tenantplatform/default", """{"spec":{"mode":"Manage"}}""");
        await account.UntilReadyAsync("Active", "t14", "t15");
        (await LabelsAsync(account, "t15")).Should().Contain("example.com/observed");
    }

    private static Task<string> LabelsAsync(WalkAccount account, string tenant) => account.RunAsync("get", "namespace", account.NamespaceOf(tenant), "-o", "jsonpath={.metadata.labels}");
}
