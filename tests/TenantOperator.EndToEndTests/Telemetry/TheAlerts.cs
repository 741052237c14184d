using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>The alerts of the chart, judged by Prometheus' own tool.</summary>
public sealed class TheAlerts
{
    private const string UnitTests = "tests/TenantOperator.EndToEndTests/Telemetry/alerts.test.yaml";
    private const string Runbooks = "docs/runbooks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_takes_the_rules_as_the_chart_gives_them_and_as_they_lie_in_the_file()
    {
        using var promtool = await Promtool.FindAsync(Token);
        promtool.Write("rendered.yaml", (await RenderAsync())["spec"]!.ToJsonString());

        await promtool.PassAsync("check", "rules", "--lint=all", "--lint-fatal", "rendered.yaml", Path.Combine(RenderedChart.Folder, "files", "alerts.yaml"));
    }

    [Fact]
    public async Task Each_alert_fires_from_recorded_series_with_its_sentence_and_none_on_a_healthy_day()
    {
        var spec = (await RenderAsync())["spec"]!;
        foreach (var alert in AlertsOf(spec))
        {
            alert["annotations"] = new JsonObject { ["summary"] = (string?)alert["annotations"]!["summary"] };
        }

        var tests = await File.ReadAllTextAsync(Path.Combine(Repository.Root, UnitTests), Token);
        using var promtool = await Promtool.FindAsync(Token);
        promtool.Write("alerts.yaml", spec.ToJsonString());
        promtool.Write("alerts.test.yaml", tests);

        await promtool.PassAsync("test", "rules", "alerts.test.yaml");
        RenderedChart.Parse(tests).Single()["tests"]!.AsArray().SelectMany(test => test!["alert_rule_test"] as JsonArray ?? [])
            .Where(check => check!["exp_alerts"] is JsonArray { Count: > 0 }).Select(check => (string)check!["alertname"]!).Distinct(StringComparer.Ordinal)
            .Should().BeEquivalentTo(AlertsOf(spec).Select(NameOf));
    }

    [Fact]
    public async Task Each_asks_for_metrics_and_labels_that_the_operator_has()
    {
        AlertsOf((await RenderAsync())["spec"]!).SelectMany(alert => DocumentedMetric.FaultsOf((string)alert["expr"]!)).Should().BeEmpty();
    }

    [Fact]
    public async Task Each_has_words_for_a_person_and_a_runbook_and_each_runbook_an_alert()
    {
        var alerts = AlertsOf((await RenderAsync())["spec"]!);

        alerts.Should().OnlyContain(alert => ((string?)alert["annotations"]!["summary"])!.EndsWith('.') && ((string?)alert["annotations"]!["description"])!.EndsWith('.'));
        alerts.Select(alert => (string?)alert["annotations"]!["runbook_url"]).Should().BeEquivalentTo(
            Directory.GetFiles(Path.Combine(Repository.Root, Runbooks)).Select(file => $"{Runbooks}/{Path.GetFileName(file)}").Where(file => !file.EndsWith("/README.md", StringComparison.Ordinal)));
        var index = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Runbooks, "README.md"), Token);
        foreach (var alert in alerts)
        {
            index.Should().Contain($"| [{NameOf(alert)}]({NameOf(alert)}.md) | {(string?)alert["labels"]!["severity"]} | ");
            (await File.ReadAllTextAsync(Path.Combine(Repository.Root, Runbooks, NameOf(alert) + ".md"), Token)).Should().StartWith($"# {NameOf(alert)}\n").And.Contain("\n## Impact\n").And.Contain("\n## Look\n").And.Contain("\n## Mend\n");
        }
    }

    private static async Task<JsonNode> RenderAsync() =>
        (await RenderedChart.WithAsync("metrics: {prometheusRule: {enabled: true}}", "--api-versions", "monitoring.coreos.com/v1/PrometheusRule")).Get("PrometheusRule", "tenant-operator");

    private static List<JsonNode> AlertsOf(JsonNode spec) => [.. spec["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    private static string NameOf(JsonNode alert) => (string)alert["alert"]!;
}
