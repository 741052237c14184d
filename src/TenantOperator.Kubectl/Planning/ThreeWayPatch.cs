using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Kubectl.Planning;

/// <summary>What <c>kubectl apply</c> sends for an object that it applied before: what the manifest says, and null for what it no longer says. Pure.</summary>
internal static class ThreeWayPatch
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The manifest that was applied last; null if that was not done on the client's side.</summary>
    public static JsonObject? LastAppliedOf(JsonNode live)
    {
        try
        {
            return live["metadata"]?["annotations"]?[LastApplied] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? JsonNode.Parse(text.GetValue<string>()) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The patch. The annotations that kubectl would keep beside those of the manifest are never a reason to take all of them away.</summary>
    public static JsonObject For(JsonObject former, JsonObject manifest)
    {
        var whole = manifest.DeepClone().AsObject();
        if (whole["metadata"] is JsonObject metadata)
        {
            metadata["annotations"] ??= new JsonObject();
        }

        return Of(former, whole);
    }

    private static JsonObject Of(JsonObject former, JsonObject manifest)
    {
        var patch = new JsonObject();
        foreach (var (key, value) in manifest)
        {
            patch[key] = value is JsonObject map ? Of(former[key] as JsonObject ?? [], map) : value?.DeepClone();
        }

        foreach (var (key, _) in former.Where(each => !manifest.ContainsKey(each.Key)))
        {
            patch[key] = null;
        }

        return patch;
    }
}
