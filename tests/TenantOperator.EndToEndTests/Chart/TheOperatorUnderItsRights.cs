using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>The operator as the chart's ServiceAccount, on an API server where roles decide: what the chart grants is enough, and no more than that.</summary>
public sealed class TheOperatorUnderItsRights(ITestOutputHelper output)
{
    private const string Gold = "northwind";

    private static readonly ControlPlaneUser Operator = ControlPlaneUser.ServiceAccount(RenderedChart.Namespace, "tenant-operator", "chart-token");
    private static readonly ControlPlaneUser GoldOperator = ControlPlaneUser.ServiceAccount("gold-system", "gold-tenant-operator", "gold-token");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tenants_live_and_die_with_the_rights_of_the_chart_and_nothing_is_refused()
    {
        var blocks = Repository.Blocks("docs/guides/install.md", "sh");

        // A server that does not stream what a watch begins with is asked for lists, which is a right of its own.
        await using var cluster = await ChartCluster.StartAsync([Operator, GoldOperator], Token, "--feature-gates=WatchList=false");
        await cluster.RunAsync(blocks[0], Token);
        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], AccountManifest.Namespace(Gold, "gold"), Token);
        await cluster.Helm.OutputAsync(
            ["install", "gold", RenderedChart.Folder, "--namespace", "gold-system", "--create-namespace", "--set", $"controllerClass=gold,watchNamespaces={{{Gold}}},crds.install=false,workers=4"], null, Token);

        var log = new ConcurrentQueue<string>();
        await using var first = await StartAsync(cluster, Operator, "tenant-operator", RenderedChart.Namespace, log);
        await using var second = await StartAsync(cluster, GoldOperator, "gold-tenant-operator", "gold-system", log);
        await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Samples], null, Token);
        await LiveAsync(new WalkAccount(cluster.Kubectl, "contoso", Token));
        var gold = new WalkAccount(cluster.Kubectl, Gold, Token);
        await gold.ApplyAsync(AccountManifest.Object("Tenant", "acme", "{initialUsers: [{email: a@acme.example, roles: [Admin]}]}"));
        await gold.UntilReadyAsync("Active", "acme");
        await gold.RunAsync("delete", "tenant/acme");

        await CheckAnswersAsync(cluster, Operator,
        [
            "delete namespaces", "delete rolebindings", "patch rolebindings", "create events", "get customresourcedefinitions", "create leases", "patch leases",
            "list tenants", "list tenantusers", "list tenanttemplates", "list tenantpackages", "list tenantplatforms", "list packageallocations",
            "list namespaces", "list resourcequotas", "list limitranges", "list networkpolicies", "list rolebindings",
        ]);
        await CheckAnswersAsync(cluster, GoldOperator, ["create namespaces", "create rolebindings", "create tenantusers", "patch tenants/status", "patch leases"]);
        log.Should().NotContain(line => line.Contains("orbidden", StringComparison.Ordinal));

        // The last words of the guide: the definitions go, then the release, and with it the rights; tenants' namespaces stay.
        var removal = blocks[6].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await cluster.RunAsync(removal[0], Token);
        (await cluster.GetAsync("crd"))["items"]!.AsArray().Should().BeEmpty();
        (await cluster.RequestsOfAsync(Operator, Token)).Should().NotContain(request => request.Refusal.StartsWith(" forbid", StringComparison.Ordinal));
        await first.KillAsync(Token);
        await cluster.RunAsync(removal[1], Token);
        (await cluster.GetAsync("namespace/contoso-acme", $"namespace/{Gold}-acme"))["items"]!.AsArray().Should().HaveCount(2);
    }

    [Fact]
    public async Task What_the_chart_does_not_grant_is_refused()
    {
        await using var cluster = await ChartCluster.StartAsync([Operator, GoldOperator], Token);
        await cluster.Kubectl.OutputAsync(["create", "namespace", Gold], null, Token);
        await cluster.RunAsync(Repository.Blocks("docs/guides/install.md", "sh")[0], Token);
        await cluster.Helm.OutputAsync(["install", "gold", RenderedChart.Folder, "--namespace", "gold-system", "--create-namespace", "--set", $"watchNamespaces={{{Gold}}},crds.install=false"], null, Token);
        var (all, some) = (cluster.Kubectl.With(cluster.KubeconfigFor(Operator)), cluster.Kubectl.With(cluster.KubeconfigFor(GoldOperator)));

        (await all.RunAsync(["create", "rolebinding", "one", "-n", Gold, "--clusterrole=view", "--user=a"], null, Token)).ExitCode.Should().Be(0);
        (await all.RunAsync(["create", "rolebinding", "two", "-n", Gold, "--clusterrole=cluster-admin", "--user=a"], null, Token)).Error.Should().Contain("may not bind ClusterRole cluster-admin");
        (await CanAsync(all, "get", "secrets/key", "default")).Should().BeTrue();
        (await CanAsync(all, "list", "secrets", "default")).Should().BeFalse();
        (await CanAsync(all, "create", "clusterrolebindings", "default")).Should().BeFalse();
        (await CanAsync(all, "get", "leases.coordination.k8s.io/another", RenderedChart.Namespace)).Should().BeFalse();
        (await CanAsync(all, "update", "tenants.tenantoperator.io", Gold)).Should().BeFalse();
        (await CanAsync(some, "get", "secrets/key", Gold)).Should().BeTrue();
        (await CanAsync(some, "get", "secrets/key", "default")).Should().BeFalse();
        (await CanAsync(some, "list", "tenants.tenantoperator.io", "default")).Should().BeFalse();
    }

    // Everything that an account sees in its life and the cluster platform has a call for.
    private static async Task LiveAsync(WalkAccount account)
    {
        await account.UntilReadyAsync("Active", "acme", "globex", "initech");
        await account.RunAsync("wait", "--for=condition=Ready", "--timeout=60s", "tenantusers", "--all");

        // What was deleted or edited by hand is put back.
        await account.RunAsync("delete", "networkpolicy/tenant-isolation", "limitrange/tenant-limits", "-n", "contoso-acme");
        await account.RunAsync("patch", "resourcequota/tenant-quota", "-n", "contoso-acme", "--type=merge", "-p", """{"spec":{"hard":{"pods":"999"}}}""");
        await account.RunAsync("wait", "--for=create", "--timeout=30s", "networkpolicy/tenant-isolation", "limitrange/tenant-limits", "-n", "contoso-acme");

        // Suspended, taken up again; a person goes, a unit is given back.
        await account.PatchAsync("tenant/acme", """{"spec":{"suspended":true}}""");
        await account.UntilReadyAsync("Suspended", "acme");
        await account.PatchAsync("tenant/acme", """{"spec":{"suspended":false,"addOns":[]}}""");
        await account.UntilReadyAsync("Active", "acme");
        await account.RunAsync("delete", "tenantuser/acme-omar");
        await account.UntilAsync("omar is out", async () => (await account.PeopleAsync("acme", "developer")).Count == 0);

        // Gone with its namespace, once confirmed; and gone with the namespace left.
        var globex = await account.UntilReadyAsync("Active", "globex");
        var confirmation = new JsonObject
        {
            ["externalId"] = (string?)globex["status"]!["externalId"],
            ["name"] = (string?)globex["status"]!["remote"]!["name"],
            ["displayName"] = (string?)globex["status"]!["remote"]!["displayName"],
        };
        await account.PatchAsync("tenant/globex", new JsonObject { ["spec"] = new JsonObject { ["deletionPolicy"] = "Delete", ["deletionConfirmation"] = confirmation } }.ToJsonString());
        await account.DeleteAsync("tenant/globex", "tenant/initech");
        await account.UntilGoneAsync("tenant/globex", "tenant/initech");
        await account.UntilGoneAsync("namespace/contoso-globex");
    }

    private static async Task<OperatorProcess> StartAsync(ChartCluster cluster, ControlPlaneUser user, string deployment, string ns, ConcurrentQueue<string> log)
    {
        var pod = (await cluster.GetAsync("deployment/" + deployment, "-n", ns))["spec"]!["template"]!["spec"]!;
        ControlPlaneUser.ServiceAccount(ns, (string)pod["serviceAccountName"]!, user.Token).Name.Should().Be(user.Name, "it runs as the account that the chart gives it");
        var process = OperatorProcess.StartContainer(pod["containers"]![0]!, cluster.KubeconfigFor(user), log.Enqueue);
        await process.UntilReadyAsync(Token);
        return process;
    }

    private async Task CheckAnswersAsync(ChartCluster cluster, ControlPlaneUser user, IReadOnlyList<string> done)
    {
        var requests = (await cluster.RequestsOfAsync(user, Token)).GroupBy(each => each.ToString(), StringComparer.Ordinal).Select(group => $"{group.Key} x{group.Count()}").Order(StringComparer.Ordinal).ToList();
        output.WriteLine($"{user.Name}:\n  {string.Join("\n  ", requests)}");
        requests.Should().NotContain(each => each.Contains(" 403 ", StringComparison.Ordinal) || each.Contains(" 401 ", StringComparison.Ordinal));
        done.Should().OnlyContain(each => requests.Any(request => request.StartsWith(each + " 2", StringComparison.Ordinal)), "all of it happened");
    }

    private static async Task<bool> CanAsync(Kubectl kubectl, string verb, string what, string ns) => (await kubectl.RunAsync(["auth", "can-i", verb, what, "-n", ns], null, Token)).Output.Trim() == "yes";
}
