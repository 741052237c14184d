using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>An object as a real API server gave it out in a state, under the reason that names the state. <c>EveryStateIsReached</c> makes them anew with CAPTURE_STATES=1.</summary>
internal sealed partial record CapturedState(string Kind, string Name, JsonNode Object)
{
    /// <summary>The conditions that decide what a tool shows.</summary>
    private static readonly string[] s_deciding = ["Ready", "Reconciling", "Stalled", "DeletionBlocked"];

    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "TenantOperator.EndToEndTests", "GitOps", "States");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CapturedState> All { get; } =
    [
        .. Directory.GetFiles(s_folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => new CapturedState(Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file), RenderedChart.Parse(File.ReadAllText(file)).Single())),
    ];

    /// <summary>Whether they are made anew.</summary>
    public static bool IsCapturing { get; } = Environment.GetEnvironmentVariable("CAPTURE_STATES") == "1";

    /// <summary>The captured one of a kind and state.</summary>
    public static CapturedState Find(string kind, string name) => All.SingleOrDefault(state => state.Kind == kind && state.Name == name)
        ?? throw new InvalidOperationException($"{kind} {name} was never captured. Run the class EveryStateIsReached with CAPTURE_STATES=1.");

    /// <summary>What decides in an object, in short: what is compared between a captured one and a live one.</summary>
    public static IReadOnlyList<string> Gist(JsonNode item)
    {
        var conditions = (item["status"]?["conditions"] as JsonArray ?? []).Where(each => s_deciding.Contains((string)each!["type"]!, StringComparer.Ordinal)).Select(each => $"{each!["type"]}={each["status"]} {each["reason"]}");
        return
        [
            item["metadata"]!["deletionTimestamp"] is null ? "stays" : "is being deleted",
            item["status"]?["observedGeneration"] is { } observed && (long)observed == (long)item["metadata"]!["generation"]! ? "observed" : "not observed",
            .. conditions,
        ];
    }

    /// <summary>Writes YAML of kubectl as a captured state, without what differs each time.</summary>
    public static void Write(string kind, string name, string yaml)
    {
        var folder = Directory.CreateDirectory(Path.Combine(s_folder, kind)).FullName;
        var still = Moment().Replace(yaml, "2026-01-01T00:00:00Z");
        still = Uid().Replace(still, "00000000-0000-4000-8000-000000000000");
        still = Port().Replace(Version().Replace(still, ""), "127.0.0.1:8080");
        File.WriteAllText(Path.Combine(folder, name + ".yaml"), still);
    }

    public override string ToString() => $"{Kind} {Name}";

    [GeneratedRegex(@"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uid();

    [GeneratedRegex(@"127\.0\.0\.1:[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Port();

    [GeneratedRegex(@"^ *resourceVersion: .*\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
