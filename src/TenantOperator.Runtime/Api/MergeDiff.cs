using System.Text.Json.Nodes;

namespace TenantOperator.Runtime;

/// <summary>JSON merge patches (RFC 7386) between two documents.</summary>
public static class MergeDiff
{
    /// <summary>
    /// The smallest patch that makes <paramref name="after"/> of <paramref name="before"/>, or null if they are equal. Members that
    /// are gone become null; lists are replaced whole. A null member counts as absent, since a merge patch cannot set one.
    /// </summary>
    public static JsonObject? Between(JsonNode? before, JsonNode? after)
    {
        var old = before as JsonObject;
        var next = after as JsonObject;
        JsonObject? patch = null;

        foreach (var (name, value) in next ?? [])
        {
            if (value is not null && MemberPatch(old?[name], value) is { } change)
            {
                (patch ??= [])[name] = change;
            }
        }

        foreach (var (name, value) in old ?? [])
        {
            if (value is not null && next?[name] is null)
            {
                (patch ??= [])[name] = null;
            }
        }

        return patch;
    }

    /// <summary>Applies a merge patch and returns the new document; neither argument is changed.</summary>
    public static JsonObject Apply(JsonObject? target, JsonObject patch)
    {
        var result = target?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = value is JsonObject inner ? Apply(result[name] as JsonObject, inner) : value.DeepClone();
            }
        }

        return result;
    }

    private static JsonNode? MemberPatch(JsonNode? old, JsonNode value)
    {
        if (value is JsonObject next)
        {
            // An object over nothing, or over something that is no object, must be sent even when it is empty.
            return old is JsonObject before ? Between(before, next) : Between(null, next) ?? [];
        }

        return JsonNode.DeepEquals(old, value) ? null : value.DeepClone();
    }
}
