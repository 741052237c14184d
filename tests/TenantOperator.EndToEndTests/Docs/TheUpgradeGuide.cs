using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>docs/guides/upgrade.md: the chart is upgraded, the operator starts again, and no tenant notices.</summary>
public sealed class TheUpgradeGuide
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_release_is_upgraded_and_the_operator_replaced_and_nothing_of_a_tenant_is_written()
    {
        await using var cluster = await ChartCluster.StartAsync([], Token);
        await cluster.RunAsync(Repository.Blocks("docs/guides/install.md", "sh")[0], Token);
        await using var former = OperatorProcess.Start(cluster.KubeconfigPath);
        await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Samples], null, Token);
        await cluster.Kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenants,tenantusers", "--all"], null, Token);
        var blocks = DocPage.BlocksOf("docs/guides/upgrade.md");
        var after = blocks.Select(block => block.Text).ToList().FindIndex(text => text.Contains("\"mode\": null", StringComparison.Ordinal));
        var walk = new PageWalk(cluster.KubeconfigPath, [cluster.Kubectl.Program, cluster.Helm.Program], Token);

        await walk.RunAsync([.. blocks.Take(after)]);
        await former.KillAsync(Token);
        await using var successor = OperatorProcess.Start(cluster.KubeconfigPath);
        await walk.RunAsync([.. blocks.Skip(after)]);

        // Once more without a pause in between: what was written by then stays as it is.
        var before = await VersionsAsync(cluster);
        await successor.KillAsync(Token);
        await using var third = OperatorProcess.Start(cluster.KubeconfigPath);
        await third.UntilReadyAsync(Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Token);
        (await VersionsAsync(cluster)).Should().Equal(before);
    }

    private static async Task<IReadOnlyList<string>> VersionsAsync(ChartCluster cluster) =>
    [
        .. (await cluster.GetAsync("tenants,tenantusers,namespaces", "--all-namespaces"))["items"]!.AsArray()
            .Select(each => $"{each!["kind"]} {each["metadata"]!["name"]} {each["metadata"]!["resourceVersion"]}"),
    ];
}
