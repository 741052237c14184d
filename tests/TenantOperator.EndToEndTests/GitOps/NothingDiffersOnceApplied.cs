using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>What Git holds is what the cluster holds, before the operator has looked at it and after: whoever applies and compares, on a server of its own as it comes.</summary>
public sealed class NothingDiffersOnceApplied(ITestOutputHelper output)
{
    private static readonly string[] s_applying = ["-f", Repository.Samples, "--recursive"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--server-side=true")]
    [InlineData("--server-side=false")]
    public async Task The_definitions_and_all_samples_are_applied_once_and_then_nothing_is_left_to_apply(string side)
    {
        await using var cluster = await ChartCluster.StartAsync([], Token);
        var config = Path.Combine(Repository.Root, "config");
        await cluster.Kubectl.OutputAsync(["apply", "-k", config, side], null, Token);
        await cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"], null, Token);
        await CheckNothingDiffersAsync(cluster, side, "-k", config);
        await ApplySamplesAsync(cluster, side);

        // The server stores the default of status with the first update, which is no change to whoever reads; so only the generation tells here.
        await CheckNothingDiffersAsync(cluster, side, s_applying);
        await CheckAnotherApplyKeepsAsync(cluster, side, "generation");

        await using (var process = OperatorProcess.Start(cluster.KubeconfigPath))
        {
            await cluster.Kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenant/acme", "tenant/globex", "tenant/initech"], null, Token);
            await cluster.Kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenantplatforms,tenantpackages,tenanttemplates,tenantusers", "--all"], null, Token);
            await CheckNothingDiffersAsync(cluster, side, s_applying);
            await CheckNothingDiffersAsync(cluster, side, "-k", config);
        }

        // Without the operator, so that only the apply could change anything.
        await CheckAnotherApplyKeepsAsync(cluster, side, "resourceVersion");
    }

    // Right after a definition is established, the first requests for its kind may be told to come again.
    private static async Task ApplySamplesAsync(ChartCluster cluster, string side)
    {
        while (await cluster.Kubectl.RunAsync(["apply", side, .. s_applying], null, Token) is { ExitCode: not 0 } failed)
        {
            failed.Error.Should().Contain("initializing");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
    }

    private async Task CheckNothingDiffersAsync(ChartCluster cluster, string side, params string[] what)
    {
        var diff = await cluster.Kubectl.RunAsync(["diff", side, .. what], null, Token);

        output.WriteLine($"kubectl diff {side} {what[0]}: {diff.ExitCode}");
        diff.ExitCode.Should().Be(0, diff.Text);
    }

    private static async Task CheckAnotherApplyKeepsAsync(ChartCluster cluster, string side, string field)
    {
        var before = await EachAsync(cluster, field);

        await cluster.Kubectl.OutputAsync(["apply", side, .. s_applying], null, Token);

        (await EachAsync(cluster, field)).Should().Equal(before);
    }

    private static async Task<IReadOnlyList<string>> EachAsync(ChartCluster cluster, string field) =>
        [.. (await cluster.GetAsync("tenancy", "--all-namespaces"))["items"]!.AsArray().Select(item => $"{item!["kind"]} {item["metadata"]!["namespace"]}/{item["metadata"]!["name"]} {item["metadata"]![field]}")];
}
