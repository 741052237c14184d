using System.Collections.Concurrent;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>An account made under the chart as it was before its last change, and what an upgrade to the chart of today does to it: nothing.</summary>
public sealed class TheUpgradeFromTheVersionBefore(ITestOutputHelper output)
{
    private static readonly ControlPlaneUser Operator = ControlPlaneUser.ServiceAccount(RenderedChart.Namespace, "tenant-operator", "chart-token");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_tenant_stays_untouched()
    {
        var folder = Directory.CreateTempSubdirectory("tenant-operator-chart-").FullName;
        try
        {
            var before = await ChartBeforeAsync(folder);
            await using var cluster = await ChartCluster.StartAsync([Operator], Token);
            await cluster.Helm.OutputAsync(
                ["install", "tenant-operator", before, "--namespace", RenderedChart.Namespace, "--create-namespace", "--set", "image.repository=registry.example.com/tenant-operator"], null, Token);
            var account = new WalkAccount(cluster.Kubectl, "contoso", Token);
            await using (await StartAsync(cluster))
            {
                await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Samples], null, Token);
                await account.UntilReadyAsync("Active", "acme", "globex", "initech");
                await account.RunAsync("wait", "--for=condition=Ready", "--timeout=60s", "tenantusers", "--all");
                await account.UntilAsync("nothing moves any more", async () => await VersionsAsync(cluster) is var versions && await StaysAsync(cluster, versions));
            }

            var old = await VersionsAsync(cluster);
            await cluster.Helm.OutputAsync(["upgrade", "tenant-operator", RenderedChart.Folder, "--namespace", RenderedChart.Namespace, "--reset-then-reuse-values"], null, Token);
            await using var upgraded = await StartAsync(cluster);
            await account.UntilAsync("the new one is at work", async () => (await upgraded.Http.GetStringAsync("/metrics", Token)).Split('\n').Any(line => line.StartsWith("operator_passes_total{controller=\"Tenant\",result=\"success\"} ", StringComparison.Ordinal)));
            await account.UntilAsync("nothing moves any more", async () => await VersionsAsync(cluster) is var versions && await StaysAsync(cluster, versions));

            output.WriteLine(string.Join('\n', old));
            old.Should().HaveCountGreaterThan(20);
            (await VersionsAsync(cluster)).Should().Equal(old, "neither the objects of the account nor those made for it are written anew");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A clone without history has only the chart of today.
    private async Task<string> ChartBeforeAsync(string folder)
    {
        var changes = (await new Command("git", "log", "--format=%H", "-2", "--", "charts/tenant-operator") { Folder = Repository.Root }.OutputAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await new Command("sh", "-e", "-c", $"git archive {changes[^1]} charts/tenant-operator | tar -x -C {folder}") { Folder = Repository.Root }.OutputAsync(Token);
        output.WriteLine($"The chart of {changes[^1][..10]}, the first of {changes.Length}");
        return Path.Combine(folder, "charts", "tenant-operator");
    }

    private static async Task<OperatorProcess> StartAsync(ChartCluster cluster)
    {
        var pod = (await cluster.GetAsync("deployment/tenant-operator", "-n", RenderedChart.Namespace))["spec"]!["template"]!["spec"]!;
        var process = OperatorProcess.StartContainer(pod["containers"]![0]!, cluster.KubeconfigFor(Operator), new ConcurrentQueue<string>().Enqueue);
        await process.UntilReadyAsync(Token);
        return process;
    }

    private static async Task<bool> StaysAsync(ChartCluster cluster, IReadOnlyList<string> versions)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Token);
        return (await VersionsAsync(cluster)).SequenceEqual(versions);
    }

    private static async Task<IReadOnlyList<string>> VersionsAsync(ChartCluster cluster)
    {
        var objects = new List<string>();
        foreach (var ns in (string[])["contoso", "contoso-acme", "contoso-globex", "contoso-initech"])
        {
            var kinds = ns == "contoso" ? "tenancy" : "resourcequota,limitrange,networkpolicy,rolebinding";
            objects.AddRange((await cluster.GetAsync(kinds, "-n", ns))["items"]!.AsArray().Select(each => $"{each!["kind"]} {ns}/{each["metadata"]!["name"]} {each["metadata"]!["uid"]} {each["metadata"]!["resourceVersion"]}"));
        }

        return [.. objects.Order(StringComparer.Ordinal)];
    }
}
