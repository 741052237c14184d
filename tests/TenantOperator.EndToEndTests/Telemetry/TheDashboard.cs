using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>The dashboard of the chart, as Grafana gets it.</summary>
public sealed class TheDashboard
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_panels_tell_what_they_show_in_which_unit_and_lie_beside_each_other()
    {
        var panels = (await RenderAsync())["panels"]!.AsArray().Select(panel => panel!).ToList();

        panels.Select(panel => (int)panel["id"]!).Should().OnlyHaveUniqueItems();
        panels.Where(panel => (string?)panel["type"] == "row").Select(panel => (string?)panel["title"]).Should().Equal("Overview", "Tenants", "Packages", "Platforms", "Passes and queue", "API server", "Events");
        panels.Where(panel => (string?)panel["type"] != "row").Should().OnlyContain(panel => ((string?)panel["description"])!.EndsWith('.') && ((string?)panel["fieldConfig"]!["defaults"]!["unit"])!.Length > 0
            && (string?)panel["datasource"]!["uid"] == "${datasource}" && panel["targets"]!.AsArray().All(target => (string?)target!["datasource"]!["uid"] == "${datasource}"));
        panels.SelectMany(CellsOf).Should().OnlyHaveUniqueItems("no panel covers another").And.OnlyContain(cell => cell.X < 24);
    }

    [Fact]
    public async Task It_asks_Prometheus_in_its_language_for_what_the_operator_has()
    {
        var dashboard = await RenderAsync();
        var expressions = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"] as JsonArray ?? []).Select(target => (string)target!["expr"]!).ToList();
        var variables = dashboard["templating"]!["list"]!.AsArray().Select(variable => variable!).ToList();
        var filled = expressions.Select(expression => variables.Aggregate(
            expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal), (text, variable) => text.Replace("$" + variable["name"], ".*", StringComparison.Ordinal))).ToList();
        using var promtool = await Promtool.FindAsync(Token);

        filled.Should().NotContain(expression => expression.Contains('$'), "it uses no variable that it does not have");
        await promtool.ParseAsync(filled);
        expressions.Concat(variables.Where(variable => (string?)variable["type"] == "query").Select(variable => (string)variable["definition"]!)).SelectMany(DocumentedMetric.FaultsOf).Should().BeEmpty();
        DocumentedMetric.All.Keys.Should().OnlyContain(metric => expressions.Any(expression => expression.Contains(metric, StringComparison.Ordinal)), "it shows everything");
    }

    private static async Task<JsonNode> RenderAsync()
    {
        var map = (await RenderedChart.WithAsync("metrics: {dashboard: {enabled: true}}")).Get("ConfigMap", "tenant-operator-dashboard");
        return JsonNode.Parse((string)map["data"]!["tenant-operator.json"]!)!;
    }

    private static IEnumerable<(int X, int Y)> CellsOf(JsonNode panel)
    {
        var (x, y, width, height) = ((int)panel["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!, (int)panel["gridPos"]!["w"]!, (int)panel["gridPos"]!["h"]!);
        return from column in Enumerable.Range(x, width) from line in Enumerable.Range(y, height) select (column, line);
    }
}
