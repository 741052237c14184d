using TenantOperator.EndToEndTests.Chart;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>The commands and queries of docs/runbooks, and those of the guide, as a person at night would copy them.</summary>
public sealed class TheRunbooks(ITestOutputHelper output)
{
    public const string Folder = "docs/runbooks";

    private static readonly IReadOnlyList<string> Files =
    [
        DocumentedMetric.Guide, .. Directory.GetFiles(Path.Combine(Repository.Root, Folder), "*.md").Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_can_be_run_on_a_cluster_with_the_samples()
    {
        using var promtool = await Promtool.FindAsync(Token);
        await using var cluster = await ChartCluster.StartAsync([], Token);
        await cluster.RunAsync(Repository.Blocks("docs/guides/install.md", "sh")[0], Token);
        await using var process = OperatorProcess.Start(cluster.KubeconfigPath, "--lease-namespace", RenderedChart.Namespace);
        await process.UntilReadyAsync(Token);
        await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Samples], null, Token);
        var account = new WalkAccount(cluster.Kubectl, "contoso", Token);
        await account.UntilReadyAsync("Active", "acme", "globex", "initech");

        foreach (var file in Files)
        {
            foreach (var block in Repository.Blocks(file, "sh"))
            {
                output.WriteLine($"{file}\n{block}{await cluster.RunAsync(block, Token, promtool.Program)}");
            }
        }

        // None of them did harm: each runbook can be tried out.
        await account.UntilReadyAsync("Active", "acme", "globex", "initech");
        await account.RunAsync("wait", "--for=condition=Ready", "--timeout=60s", "tenantplatform/default", "tenantpackage/professional");
    }

    [Fact]
    public async Task Every_query_can_be_asked_and_names_what_the_operator_has()
    {
        var queries = Files.SelectMany(file => Repository.Blocks(file, "promql")).ToList();
        using var promtool = await Promtool.FindAsync(Token);

        queries.Should().NotBeEmpty();
        await promtool.ParseAsync(queries);
        queries.SelectMany(DocumentedMetric.FaultsOf).Should().BeEmpty();
    }
}
