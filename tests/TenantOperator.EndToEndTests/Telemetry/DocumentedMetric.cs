using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>A metric as the table of docs/guides/observability.md has it. That the table is right, <see cref="TheMetricsGuide"/> shows.</summary>
internal sealed partial record DocumentedMetric(string Name, string Type, IReadOnlyList<string> Labels)
{
    public const string Guide = "docs/guides/observability.md";

    // What Prometheus knows of the target, and the bound of a bucket.
    private static readonly string[] LabelsOfAll = ["namespace", "job", "pod", "le"];

    public static IReadOnlyDictionary<string, DocumentedMetric> All { get; } = RowRegex().Matches(File.ReadAllText(Path.Combine(Repository.Root, Guide)))
        .Select(row => new DocumentedMetric(row.Groups["name"].Value, row.Groups["type"].Value, [.. LabelRegex().Matches(row.Groups["labels"].Value).Select(label => label.Value)]))
        .ToDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>What an expression asks for in vain: metrics that are not there, labels that they do not have. It must ask for some metric.</summary>
    public static IReadOnlyList<string> FaultsOf(string expression)
    {
        var asked = MetricRegex().Matches(expression);
        return asked.Count == 0 ? [$"no metric: {expression}"] :
        [
            .. from each in asked
               let metric = Find(each.Groups["name"].Value)
               from fault in metric is null
                   ? [each.Groups["name"].Value]
                   : SelectorRegex().Matches(each.Groups["selector"].Value).Select(label => label.Groups["label"].Value).Except(metric.Labels).Except(LabelsOfAll).Select(label => $"{metric.Name} by {label}")
               select fault,
        ];
    }

    private static DocumentedMetric? Find(string series) =>
        All.GetValueOrDefault(series) is { Type: not "histogram" } metric ? metric
        : SuffixRegex().Match(series) is { Success: true } suffix && All.GetValueOrDefault(series[..suffix.Index]) is { Type: "histogram" } histogram ? histogram
        : null;

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<type>\w+) \| (?<labels>[^|]*)\|", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RowRegex();

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelRegex();

    [GeneratedRegex(@"\b(?<name>(tenant)?operator_\w+)(?<selector>\{[^}]*\})?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricRegex();

    [GeneratedRegex(@"(?<label>\w+)\s*(=|!=|=~|!~)\s*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SelectorRegex();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SuffixRegex();
}
