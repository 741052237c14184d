using System.Text.Json.Nodes;

namespace TenantOperator.Kubectl.Planning;

/// <summary>A field that would change; null for what is not there.</summary>
internal sealed record FieldChange(string Path, JsonNode? Before, JsonNode? After);

/// <summary>What differs between two states of an object, field by field. Pure. What the server and kubectl keep for themselves is no difference.</summary>
internal static class FieldDiff
{
    private static readonly HashSet<string> s_kept = new(StringComparer.Ordinal)
    {
        "status",
        "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration",
        "metadata.creationTimestamp",
        "metadata.generation",
        "metadata.managedFields",
        "metadata.resourceVersion",
        "metadata.uid",
    };

    public static IReadOnlyList<FieldChange> Of(JsonNode? before, JsonNode? after)
    {
        var changes = new List<FieldChange>();
        Compare("", before, after, changes);
        return changes;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<FieldChange> changes)
    {
        if (s_kept.Contains(path) || JsonNode.DeepEquals(before, after))
        {
            return;
        }

        if (IsMap(before) && IsMap(after) && (before, after) is not (null, null))
        {
            var (left, right) = (before as JsonObject ?? [], after as JsonObject ?? []);
            if (left.Count + right.Count > 0)
            {
                foreach (var key in left.Select(each => each.Key).Concat(right.Select(each => each.Key)).Distinct(StringComparer.Ordinal))
                {
                    Compare(path.Length == 0 ? key : $"{path}.{key}", left[key], right[key], changes);
                }

                return;
            }
        }

        if (Named(before) is { } former && Named(after) is { } latter && former.Count + latter.Count > 0)
        {
            foreach (var name in former.Keys.Concat(latter.Keys).Distinct(StringComparer.Ordinal))
            {
                Compare($"{path}[{name}]", former.GetValueOrDefault(name), latter.GetValueOrDefault(name), changes);
            }

            return;
        }

        changes.Add(new(path, before, after));
    }

    private static bool IsMap(JsonNode? node) => node is null or JsonObject;

    // A list of things with names, each once; null for any other.
    private static Dictionary<string, JsonNode?>? Named(JsonNode? node)
    {
        var named = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        return node is null || (node is JsonArray list && list.All(item => (item?.GetValueKind() == System.Text.Json.JsonValueKind.Object ? item["name"] ?? item["email"] : null)?.ToString() is { } name && named.TryAdd(name, item))) ? named : null;
    }
}
