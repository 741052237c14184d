using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Platforms.Cluster;

/// <summary>Reads what a ResourceQuota counts. A pure function of its status.</summary>
internal static class ClusterUsage
{
    public static TenantUsage? Of(string quotaStatus)
    {
        var status = JsonNode.Parse(quotaStatus) as JsonObject;
        if (status?["used"] is not JsonObject used || used.Count == 0)
        {
            return null;
        }

        var hard = status["hard"] as JsonObject ?? [];
        var resources = new Dictionary<string, ResourceUsage>(StringComparer.Ordinal);
        foreach (var (name, value) in used.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (value is JsonValue && Amount.TryParse(value.GetValue<string>()) is { } amount)
            {
                var limit = hard[name] is JsonValue top && Amount.TryParse(top.GetValue<string>()) is { } parsed ? parsed.ToString() : null;
                resources[name] = new ResourceUsage { Used = amount.ToString(), Hard = limit is null ? default(Api.Quantity?) : new Api.Quantity(limit) };
            }
        }

        return new TenantUsage
        {
            Resources = resources,
            StorageBytes = resources.TryGetValue("requests.storage", out var storage) && Amount.TryParse(storage.Used?.Text) is { } bytes ? bytes.ToLong() : null,
        };
    }
}
