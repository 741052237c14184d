using System.Text.Json.Nodes;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Platforms.Cluster;

/// <summary>Whether a quota would be lowered under what is in use. A pure function.</summary>
internal static class QuotaReduction
{
    /// <summary>The numbers that speak against it, in words; null if none do.</summary>
    public static string? WhyNot(DesiredChild? desired, QuotaChild? present)
    {
        if (desired?.Manifest.Spec?["hard"] is not JsonObject wanted || present?.Used is not { } text || present.Content == desired.Content
            || JsonNode.Parse(text)?["used"] is not JsonObject used)
        {
            return null;
        }

        var hard = JsonNode.Parse(present.Content)?["hard"] as JsonObject ?? [];
        var below = wanted
            .Select(limit => (limit.Key, Wanted: AmountOf(limit.Value), Used: AmountOf(used[limit.Key]), Hard: AmountOf(hard[limit.Key])))
            .Where(limit => limit.Wanted < limit.Used && !(limit.Hard <= limit.Wanted))
            .Select(limit => $"{limit.Key} would be {limit.Wanted} and {limit.Used} is in use")
            .ToList();
        return below.Count == 0 ? null : string.Join("; ", below);
    }

    private static Amount? AmountOf(JsonNode? node) => node is JsonValue value ? Amount.TryParse(value.ToString()) : null;
}
