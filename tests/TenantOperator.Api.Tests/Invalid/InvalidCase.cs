using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TenantOperator.Api.Tests.Invalid;

/// <summary>
/// A bad manifest and its good twin. Both are the base of their file with a patch over it; a case with <c>update</c> makes
/// the good one first and then changes it into the bad one. Words are what the refusal must say.
/// </summary>
internal sealed partial record InvalidCase(string Kind, string Name, JsonObject Good, JsonObject Bad, bool IsUpdate, IReadOnlyList<string> Words)
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Invalid");

    public static IReadOnlyDictionary<string, InvalidCase> All { get; } =
        Directory.EnumerateFiles(s_folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(ReadFile).ToDictionary(one => $"{one.Kind}: {one.Name}", StringComparer.Ordinal);

    private static IEnumerable<InvalidCase> ReadFile(string path)
    {
        var file = YamlJson.ReadAll(File.ReadAllText(path))[0].AsObject();
        var defaults = file["base"]!.AsObject(); // A file without a base is a mistake in the file; it fails every test.
        foreach (var entry in file["cases"]!.AsArray().Select(node => node!.AsObject()))
        {
            var good = Patched(defaults, entry["good"]);
            var isUpdate = (bool?)entry["update"] ?? false;
            yield return new InvalidCase(
                (string)defaults["kind"]!,
                (string)entry["name"]!,
                Expand(good).AsObject(),
                Expand(Patched(isUpdate ? good : defaults, entry["bad"])).AsObject(),
                isUpdate,
                [.. entry["words"]!.AsArray().Select(word => word!.ToString())]);
        }
    }

    /// <summary>The patch over the target as a JSON merge patch: null takes a key away.</summary>
    private static JsonObject Patched(JsonObject target, JsonNode? patch)
    {
        var result = target.DeepClone().AsObject();
        foreach (var (key, value) in patch?.AsObject() ?? [])
        {
            if (value is null)
            {
                result.Remove(key);
            }
            else
            {
                // A block that is new must be there even when empty, or "hatz: {}" would say nothing.
                result[key] = value is JsonObject map && !map.ContainsKey("$repeat")
                    ? Patched(result[key] as JsonObject ?? [], map)
                    : value.DeepClone();
            }
        }

        return result;
    }

    /// <summary>Fills in "{x*255}" (a text repeated) and {$repeat: n, $item: …} (a list in which {#} is the index).</summary>
    private static JsonNode Expand(JsonNode node, int index = -1) => node switch
    {
        JsonObject map when map.ContainsKey("$repeat") =>
            new JsonArray([.. Enumerable.Range(0, (int)(long)map["$repeat"]!).Select(i => Expand(map["$item"]!, i))]),
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, entry.Value is null ? null : Expand(entry.Value, index)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Expand(item, index))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(
            Repeated().Replace(text, match => string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["count"].Value))))
                .Replace("{#}", index.ToString(), StringComparison.Ordinal))!,
        _ => node.DeepClone(),
    };

    [GeneratedRegex(@"\{(?<text>[^{}*]+)\*(?<count>\d+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repeated();
}
