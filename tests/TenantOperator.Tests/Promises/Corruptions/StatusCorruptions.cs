using System.Text.Json.Nodes;

namespace TenantOperator.Tests.Promises.Corruptions;

/// <summary>What is done to a field.</summary>
internal enum Harm
{
    /// <summary>It is taken away.</summary>
    Dropped,

    /// <summary>It gets another value of its type.</summary>
    Flipped,

    /// <summary>A moment that no sum of times may pass.</summary>
    AtTheEndOfTime,

    /// <summary>It gets a value of another type.</summary>
    OfAnotherType,

    /// <summary>It was absent and is there.</summary>
    Added,
}

/// <summary>One field of a status and what is done to it. Fields of objects are named, items of lists counted.</summary>
internal sealed record StatusCorruption(IReadOnlyList<string> Path, Harm Harm, JsonNode? Value)
{
    /// <summary>Does it to a status.</summary>
    public void Apply(JsonObject status)
    {
        JsonNode at = status;
        foreach (var step in Path.SkipLast(1))
        {
            at = at is JsonArray items ? items[int.Parse(step)]! : at[step]!;
        }

        switch (at, Value)
        {
            case (JsonArray items, null):
                items.RemoveAt(int.Parse(Path[^1]));
                break;
            case (JsonObject fields, null):
                fields.Remove(Path[^1]);
                break;
            default:
                at[Path[^1]] = Value!.DeepClone();
                break;
        }
    }

    public override string ToString() => $"status.{string.Join('.', Path)} {Harm}";
}

/// <summary>Makes a corruption of each field that a status has, and of each that its schema would allow beside them.</summary>
internal static class StatusCorruptions
{
    public static IEnumerable<StatusCorruption> Of(JsonNode schema, JsonNode status) => Visit(schema, status, []);

    private static IEnumerable<StatusCorruption> Visit(JsonNode schema, JsonNode present, IReadOnlyList<string> path)
    {
        switch (present)
        {
            case JsonObject fields when schema["properties"] is JsonObject properties:
                foreach (var (name, inner) in properties)
                {
                    IReadOnlyList<string> here = [.. path, name];
                    if (fields[name] is not { } value)
                    {
                        yield return new(here, Harm.Added, Made(inner!));
                        continue;
                    }

                    yield return new(here, Harm.Dropped, null);
                    yield return new(here, Harm.OfAnotherType, value is JsonObject ? "garbage" : new JsonObject { ["garbage"] = 1 });
                    foreach (var corruption in Visit(inner!, value, here))
                    {
                        yield return corruption;
                    }
                }

                break;
            case JsonObject map when schema["additionalProperties"] is { } each:
                yield return new([.. path, "garbage"], Harm.Added, Made(each));
                foreach (var corruption in map.Take(1).SelectMany(entry => Visit(each, entry.Value!, [.. path, entry.Key])))
                {
                    yield return corruption;
                }

                break;
            case JsonArray items:
                yield return new(path, Harm.Flipped, new JsonArray());
                foreach (var (index, item) in items.Index())
                {
                    yield return new([.. path, $"{index}"], Harm.Dropped, null);
                    foreach (var corruption in Visit(schema["items"]!, item!, [.. path, $"{index}"]))
                    {
                        yield return corruption;
                    }
                }

                break;
            default:
                yield return new(path, Harm.Flipped, Other(schema, present));
                if ((string?)schema["format"] == "date-time")
                {
                    yield return new(path, Harm.AtTheEndOfTime, "9999-12-31T23:59:59Z");
                }

                break;
        }
    }

    private static JsonNode Other(JsonNode schema, JsonNode present)
    {
        if (schema["enum"] is JsonArray choices)
        {
            return choices.First(choice => !JsonNode.DeepEquals(choice, present))!.DeepClone();
        }

        return (string?)schema["type"] switch
        {
            "boolean" => !(bool)present,
            "integer" => (long)present == 1 ? 2 : 1,
            _ when schema["x-kubernetes-int-or-string"] is not null => "77",
            _ when (string?)schema["format"] == "date-time" => "2001-01-01T00:00:00Z",
            _ => "garbage",
        };
    }

    private static JsonNode Made(JsonNode schema)
    {
        switch ((string?)schema["type"])
        {
            case "object":
                var made = new JsonObject();
                foreach (var name in schema["required"] as JsonArray ?? [])
                {
                    made[(string)name!] = Made(schema["properties"]![(string)name!]!);
                }

                return made;
            case "array":
                return new JsonArray(Made(schema["items"]!));
            case "boolean":
                return true;
            case "integer":
                return 1;
            default:
                return schema["enum"] is JsonArray choices ? choices[0]!.DeepClone() : Other(schema, "");
        }
    }
}
