using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Emulators.Tests;

/// <summary>The examples of the platforms' documents, and how an answer is held against one.</summary>
internal static class Golden
{
    /// <summary>The text of an example: <c>hatz/get-tenant</c>.</summary>
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json"));

    /// <summary>The differences of an answer from an example: names, types, nesting, and values except those of the fields named.</summary>
    public static IReadOnlyList<string> Differences(JsonNode? actual, string name, params string[] anyValue) =>
        [.. Differences(actual, JsonNode.Parse(Text(name)), "$", anyValue)];

    /// <summary>Fails unless an answer is as the example, but for the values of the fields named.</summary>
    public static void ShouldBeGolden(this JsonNode? actual, string name, params string[] anyValue) =>
        Differences(actual, name, anyValue).Should().BeEmpty();

    private static IEnumerable<string> Differences(JsonNode? actual, JsonNode? golden, string path, string[] anyValue)
    {
        if (Kind(actual) != Kind(golden))
        {
            return [$"{path} is {Kind(actual)}, the example has {Kind(golden)}"];
        }

        switch (golden)
        {
            case JsonObject want:
                var have = (JsonObject)actual!;
                return have.Select(field => field.Key).Except(want.Select(field => field.Key)).Select(extra => $"{path}.{extra} is in no example")
                    .Concat(want.SelectMany(field => have.ContainsKey(field.Key)
                        ? Differences(have[field.Key], field.Value, $"{path}.{field.Key}", anyValue)
                        : [$"{path}.{field.Key} is missing"]));
            case JsonArray want:
                var list = (JsonArray)actual!;
                return list.Count != want.Count
                    ? [$"{path} has {list.Count} items, the example has {want.Count}"]
                    : want.SelectMany((item, index) => Differences(list[index], item, $"{path}[{index}]", anyValue));
            default:
                return JsonNode.DeepEquals(actual, golden) || anyValue.Contains(path[(path.LastIndexOf('.') + 1)..], StringComparer.Ordinal)
                    ? []
                    : [$"{path} is {actual?.ToJsonString()}, the example has {golden?.ToJsonString()}"];
        }
    }

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.Value.ToString(),
    };
}
