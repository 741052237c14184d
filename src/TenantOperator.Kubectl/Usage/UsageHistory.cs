using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Kubectl.Usage;

/// <summary>The numbers of a time, of one tenant and one thing that is counted.</summary>
internal sealed record UsageSeries(string Namespace, string Tenant, string What, IReadOnlyList<double> Numbers);

/// <summary>What a Prometheus that scrapes the operator remembers of usage.</summary>
internal static class UsageHistory
{
    private const string Prefix = "tenantoperator_tenant_";
    private const int Points = 60;

    /// <summary>
    /// The question for <c>query_range</c>, relative to the address of Prometheus: a series for each number, whichever instances of the operator it was scraped from, one after the other. Pure.
    /// </summary>
    public static string Query(DateTimeOffset now, TimeSpan span) => string.Create(
        CultureInfo.InvariantCulture,
        $"api/v1/query_range?query={Uri.EscapeDataString($$"""max by (__name__, namespace, exported_namespace, tenant, resource) ({__name__=~"{{Prefix}}(used_ratio|users|credits_used|cases|processes|datasets)"})""")}&start={(now - span).ToUnixTimeSeconds()}&end={now.ToUnixTimeSeconds()}&step={Math.Max(1, (long)span.TotalSeconds / Points)}");

    /// <summary>The series of an answer. Pure.</summary>
    public static IReadOnlyList<UsageSeries> Read(JsonNode? answer)
    {
        if ((string?)answer?["status"] != "success" || answer["data"]?["result"] is not JsonArray result)
        {
            throw new UserError($"What answers is not Prometheus, or it refuses the question{(answer?["error"] is { } said ? $": {said}" : "")}. Give the address under which its page opens, such as http://localhost:9090.");
        }

        return
        [
            .. result.OfType<JsonObject>().Select(each => (Labels: each["metric"] as JsonObject ?? [], Values: each["values"] as JsonArray ?? [])).Select(each => new UsageSeries(
                // A scrape without honorLabels moves our label out of the way of its own.
                (string?)each.Labels["exported_namespace"] ?? (string?)each.Labels["namespace"] ?? "",
                (string?)each.Labels["tenant"] ?? "",
                WhatOf(each.Labels),
                [.. each.Values.Select(pair => double.TryParse((string?)pair?[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0)])),
        ];
    }

    public static async Task<IReadOnlyList<UsageSeries>> AskAsync(Uri prometheus, DateTimeOffset now, TimeSpan span, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        try
        {
            using var response = await http.GetAsync(new Uri(new Uri(prometheus.AbsoluteUri.TrimEnd('/') + "/"), Query(now, span)), cancellationToken);
            return Read(JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)));
        }
        catch (JsonException wrong)
        {
            throw new UserError($"What answers at {prometheus} is not Prometheus. Give the address under which its page opens, such as http://localhost:9090.", wrong);
        }
        catch (Exception lost) when (lost is HttpRequestException || (lost is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new UserError($"Prometheus at {prometheus} cannot be reached: {lost.Message.TrimEnd('.')}. Check --prometheus, or forward its port: kubectl port-forward service/prometheus 9090", lost);
        }
    }

    private static string WhatOf(JsonObject labels) => ((string?)labels["__name__"])?[Prefix.Length..] switch
    {
        "used_ratio" => (string?)labels["resource"] ?? "",
        "credits_used" => "credits",
        var name => name ?? "",
    };
}
