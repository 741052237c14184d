using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TenantOperator.Kubectl.Cluster;

/// <summary>Reads YAML or JSON as the objects that kubectl would make of it.</summary>
internal static partial class Manifests
{
    /// <summary>The objects of a file in their order; those of a List one by one.</summary>
    public static IReadOnlyList<JsonObject> Read(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            throw new UserError($"{file} is not YAML: line {wrong.Start.Line}, {wrong.Message.TrimEnd('.')}. Correct it there.", wrong);
        }

        var objects = stream.Documents.Select(document => ToJson(document.RootNode)).Where(node => node is not null)
            .SelectMany(node => node is JsonObject { } list && (string?)list["kind"] == "List" && list["items"] is JsonArray items ? items.Select(item => item?.DeepClone()) : [node]);
        return
        [
            .. objects.Select(node => node is JsonObject map && map["kind"] is JsonValue && map["apiVersion"] is JsonValue && map["metadata"]?["name"] is JsonValue
                ? map
                : throw new UserError($"{file} holds something that is no object: each needs apiVersion, kind and metadata.name.")),
        ];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value ?? "", ToJson(entry.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new UserError("Aliases in YAML are not read here; write the value out."),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when Number().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    [GeneratedRegex(@"^-?\d+(\.\d+)?([eE][+-]?\d+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
