using System.Text.RegularExpressions;
using TenantOperator.ControlPlane.Running;
using TenantOperator.EndToEndTests.Chart;
using TenantOperator.EndToEndTests.Platforms;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>What docs/guides/observability.md says of metrics and values.</summary>
public sealed partial class TheMetricsGuide(InstalledCluster server, ITestOutputHelper output)
{
    private const string Account = "measured";

    // A watch would have to break for it, so its labels are not compared.
    private const string Unseen = "operator_watch_failures_total";

    // The same number for everybody, from a Prometheus that has none of its own.
    private const string Five = """'label_replace(vector(5), "namespace", $namespace, "", "")'""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_has_the_metrics_that_the_operator_serves_with_their_types_and_labels()
    {
        var cluster = await server.ReadyAsync(Token);
        await using var stage = await PlatformStage.OpenAsync("hatz");
        await using var prometheus = await LocalPrometheus.StartAsync(new(), Token);
        await using var process = OperatorProcess.Start(cluster.KubeconfigPath, "--controller-class", Account, "--allow-hosts", "127.0.0.1");
        await process.UntilReadyAsync(Token);
        var account = new WalkAccount(cluster.Kubectl, Account, Token);

        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], stage.Manifest.Replace(stage.Account, Account, StringComparison.Ordinal), Token);
        await account.PatchAsync("tenantplatform/default", """{"spec":{"hatz":{"discovery":"Report"}}}""");
        await account.ApplyAsync(AccountManifest.Object(
            "TenantPlatform", "here", $"{{cluster: {{quota: {{pods: 10}}, usageInterval: 2s, prometheus: {{url: 'http://127.0.0.1:{prometheus.Port}', insecure: true, queries: {{credits: {Five}, cases: {Five}, processes: {Five}, datasets: {Five}}}}}}}}}") + "\n" + AccountManifest.Object("Tenant", "near", "{platformRef: {name: here}}"));
        await account.UntilReadyAsync("Active", stage.Tenant, "near");
        await account.RunAsync("patch", "resourcequota/tenant-quota", "-n", account.NamespaceOf("near"), "--subresource=status", "--type=merge", "-p", """{"status":{"hard":{"pods":"10"},"used":{"pods":"9"}}}""");
        await account.UntilAsync("every metric has a series", async () => Read(await process.Http.GetStringAsync("/metrics", Token)).Where(metric => metric.Labels.Count == 0 && metric.Name != "operator_leading")
            .Select(metric => metric.Name).Where(name => name != Unseen).ToList() is var silent && (silent.Count == 0 || Told(silent)));

        var served = Read(await process.Http.GetStringAsync("/metrics", Token)).ToDictionary(metric => metric.Name, StringComparer.Ordinal);
        served.Values.Select(metric => $"{metric.Name} {metric.Type}").Should().BeEquivalentTo(DocumentedMetric.All.Values.Select(metric => $"{metric.Name} {metric.Type}"));
        await account.PatchAsync("tenant/near", """{"spec":{"paused":true}}""");
        await account.UntilAsync("a tenant that is stopped on purpose is in no trouble", async () =>
            !(await process.Http.GetStringAsync("/metrics", Token)).Contains($"tenantoperator_tenant_condition{{namespace=\"{Account}\",tenant=\"near\",type=\"Ready\"}}", StringComparison.Ordinal));
        served.Values.Where(metric => metric.Name != Unseen).Select(Line).Should().BeEquivalentTo(DocumentedMetric.All.Values.Where(metric => metric.Name != Unseen).Select(Line));
    }

    [Fact]
    public async Task Its_values_and_its_configuration_are_right()
    {
        using var promtool = await Promtool.FindAsync(Token);
        foreach (var block in Repository.Blocks(DocumentedMetric.Guide, "yaml"))
        {
            if (block.StartsWith("scrape_configs:", StringComparison.Ordinal))
            {
                promtool.Write("prometheus.yml", block);
                promtool.Write("alerts.yaml", await File.ReadAllTextAsync(Path.Combine(RenderedChart.Folder, "files", "alerts.yaml"), Token));
                await promtool.PassAsync("check", "config", "prometheus.yml");
            }
            else
            {
                (await RenderedChart.WithAsync(block, "--api-versions", "monitoring.coreos.com/v1/PrometheusRule")).Has("PrometheusRule").Should().Be(block.Contains("prometheusRule", StringComparison.Ordinal));
            }
        }
    }

    private bool Told(IEnumerable<string> silent)
    {
        output.WriteLine("No series yet: " + string.Join(", ", silent));
        return false;
    }

    // Without the order of labels, which the text has by name.
    private static string Line(DocumentedMetric metric) => $"{metric.Name}({string.Join(", ", metric.Labels.Order(StringComparer.Ordinal))})";

    /// <summary>What a scrape has of ours, each with all labels of its series.</summary>
    private static List<DocumentedMetric> Read(string text) =>
    [
        .. TypeRegex().Matches(text).Select(type => new DocumentedMetric(
            type.Groups["name"].Value,
            type.Groups["type"].Value,
            [.. SeriesRegex().Matches(text).Where(series => series.Groups["name"].Value == type.Groups["name"].Value).SelectMany(series => LabelRegex().Matches(series.Groups["labels"].Value)).Select(label => label.Groups["label"].Value)
                .Where(label => label != "le").Distinct(StringComparer.Ordinal)])),
    ];

    [GeneratedRegex(@"^# TYPE (?<name>(tenant)?operator_\w+) (?<type>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeRegex();

    [GeneratedRegex(@"^(?<name>(tenant)?operator_\w+?)(_bucket|_sum|_count)?\{(?<labels>.*)\} ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SeriesRegex();

    [GeneratedRegex(@"(?<label>\w+)=""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelRegex();
}
