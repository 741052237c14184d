using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>
/// The status that kstatus (sigs.k8s.io/cli-utils/pkg/kstatus) finds for a kind that it has no rules of its own for. Flux, kpt and others decide by it.
/// </summary>
internal static class Kstatus
{
    public static string Of(JsonNode item)
    {
        if (item["metadata"]!["deletionTimestamp"] is not null)
        {
            return "Terminating";
        }

        if ((long?)item["status"]?["observedGeneration"] is { } observed && observed != (long?)item["metadata"]!["generation"])
        {
            return "InProgress";
        }

        // The first of the two in the list decides, and only then Ready counts.
        var conditions = (item["status"]?["conditions"] as JsonArray ?? []).Select(each => (Type: (string?)each!["type"], Status: (string?)each["status"])).ToList();
        return conditions.FirstOrDefault(each => each is ("Reconciling", "True") or ("Stalled", "True")).Type switch
        {
            "Reconciling" => "InProgress",
            "Stalled" => "Failed",
            _ => conditions.FirstOrDefault(each => each.Type == "Ready").Status is "False" or "Unknown" ? "InProgress" : "Current",
        };
    }
}
