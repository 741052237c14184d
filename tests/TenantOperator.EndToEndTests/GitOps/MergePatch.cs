using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>A JSON merge patch (RFC 7396) that leads from one object to another.</summary>
internal static class MergePatch
{
    /// <summary>The patch, or null if they are the same.</summary>
    public static JsonObject? Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var key in before.Select(each => each.Key).Union(after.Select(each => each.Key), StringComparer.Ordinal).Where(key => !JsonNode.DeepEquals(before[key], after[key])))
        {
            patch[key] = (before[key], after[key]) is (JsonObject old, JsonObject fresh) ? Between(old, fresh) : after[key]?.DeepClone();
        }

        return patch.Count == 0 ? null : patch;
    }
}
