using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Platforms;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>What an OpenTelemetry collector is sent while a tenant on a remote platform is made and goes.</summary>
public sealed class TracesAndMetricsAreSent(InstalledCluster server, ITestOutputHelper output)
{
    private const string Account = "traced";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_leads_from_a_pass_to_the_API_server_and_to_the_platform_and_a_tenant_that_is_gone_has_no_numbers()
    {
        var cluster = await server.ReadyAsync(Token);
        await using var stage = await PlatformStage.OpenAsync("hatz");
        await using var collector = await OtlpReceiver.StartAsync(Token);
        var log = new ConcurrentQueue<string>();
        await using var process = OperatorProcess.StartContainer(
            new JsonObject
            {
                ["args"] = new JsonArray("--http-address=*:8080", "--controller-class=" + Account, "--leader-election=false", "--allow-hosts=127.0.0.1", "--log-format=json"),
                ["env"] = new JsonArray(
                    Variable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
                    Variable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                    Variable("OTEL_SERVICE_NAME", "tenants-of-a-test"),
                    Variable("OTEL_BSP_SCHEDULE_DELAY", "200"),
                    Variable("OTEL_METRIC_EXPORT_INTERVAL", "500")),
            },
            cluster.KubeconfigPath,
            log.Enqueue);
        await process.UntilReadyAsync(Token);

        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], stage.Manifest.Replace(stage.Account, Account, StringComparison.Ordinal), Token);
        await cluster.Kubectl.OutputAsync(["wait", "-n", Account, "--for=condition=Ready", "--timeout=60s", "tenant/" + stage.Tenant], null, Token);

        await UntilAsync("a pass of the tenant that called the platform and wrote", () => PassesOf(stage.Tenant, collector).Any(pass => ChildrenOf(pass, collector) is var children
            && children.Contains("POST Hatz") && children.Contains("patch tenants")));
        collector.Spans.Should().OnlyContain(span => span.Service == "tenants-of-a-test", "the environment has the last word");
        PassesOf(stage.Tenant, collector).Should().OnlyContain(pass => pass.Attributes["operator.pass"].Length == 8);
        var said = log.Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).First(line => ScopeOf(line, "Name") == stage.Tenant && ScopeOf(line, "Namespace") == Account);
        PassesOf(stage.Tenant, collector).Should().Contain(pass => pass.Attributes["operator.pass"] == ScopeOf(said, "Pass") && pass.TraceId == ScopeOf(said, "TraceId"), "a line of the log leads to its trace");
        collector.Spans.SelectMany(span => span.Attributes.Values.Append(span.Name)).Should().NotContain(text => text.Contains('@') || text.Contains("/v1/", StringComparison.Ordinal), "neither people nor paths are told");

        await UntilAsync("numbers of the tenant", () => SeriesOf(collector, "tenantoperator.tenant.condition").Any(series => series.Contains("tenant=" + stage.Tenant, StringComparison.Ordinal)));
        await UntilAsync("numbers of calls", () => SeriesOf(collector, "tenantoperator.platform.calls").Contains("method=POST,platform_type=Hatz,result=done"));
        collector.Metrics.Select(metric => metric.Name).Should().Contain(["operator.passes", "operator.pass.duration", "operator.requests", "operator.leading", "tenantoperator.tenants", "tenantoperator.platform.condition", "tenantoperator.platform.turn.wait"]);

        await cluster.Kubectl.OutputAsync(["delete", "tenant", stage.Tenant, "-n", Account], null, Token);
        var gone = collector.Metrics.Max(metric => metric.Export) + 2;
        await UntilAsync("later numbers", () => collector.Metrics.Any(metric => metric.Export > gone + 4));
        collector.Metrics.Where(metric => metric.Export > gone).SelectMany(metric => metric.Series).Should().NotContain(series => series.Contains("tenant=" + stage.Tenant, StringComparison.Ordinal));
        collector.Metrics.SelectMany(metric => metric.Series).Should().NotContain(series => series.Contains('@'));
    }

    private static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };

    private static string? ScopeOf(JsonNode line, string name) => line["Scopes"]?.AsArray().Select(scope => (scope as JsonObject)?[name]?.ToString()).FirstOrDefault(value => value is not null);

    private static IEnumerable<ReceivedSpan> PassesOf(string tenant, OtlpReceiver collector) => collector.Spans.Where(span => span.Name == "reconcile Tenant" && span.Attributes["k8s.object.name"] == tenant && span.Attributes["k8s.namespace.name"] == Account);

    private static List<string> ChildrenOf(ReceivedSpan pass, OtlpReceiver collector) => [.. collector.Spans.Where(span => span.TraceId == pass.TraceId && span.ParentId == pass.Id).Select(span => span.Name)];

    private static IEnumerable<string> SeriesOf(OtlpReceiver collector, string metric) => collector.Metrics.Where(each => each.Name == metric).SelectMany(each => each.Series);

    private async Task UntilAsync(string what, Func<bool> condition)
    {
        for (var wait = 0; !condition(); wait++)
        {
            wait.Should().BeLessThan(300, $"there should be {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }

        output.WriteLine($"There is {what}.");
    }
}
