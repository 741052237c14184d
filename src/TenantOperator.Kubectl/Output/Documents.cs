using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.Runtime;

namespace TenantOperator.Kubectl.Output;

/// <summary>How the output is written.</summary>
internal enum Format
{
    Table,
    Json,
    Yaml,
}

/// <summary>Writes documents for programs. Texts are quoted and escaped, so that no terminal obeys them either.</summary>
internal static partial class Documents
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = RuntimeJson.MaxDepth };
    private static readonly JsonSerializerOptions s_line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = RuntimeJson.MaxDepth };

    public static string Write(JsonNode document, Format format) => format == Format.Yaml ? Yaml(document) : document.ToJsonString(s_indented) + "\n";

    /// <summary>Several documents: in JSON one list, as kubectl writes it.</summary>
    public static string WriteAll(IEnumerable<JsonNode> documents, Format format) => format == Format.Yaml
        ? string.Join("---\n", documents.Select(Yaml))
        : Write(ListOf(documents), format);

    public static JsonObject ListOf(IEnumerable<JsonNode> items) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };

    /// <summary>One value on one line.</summary>
    public static string Line(JsonNode? value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String && PlainText().IsMatch(text.GetValue<string>())
        ? text.GetValue<string>()
        : value?.ToJsonString(s_line) ?? "null";

    public static string Yaml(JsonNode document)
    {
        var text = new StringBuilder();
        Append(text, document, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        var indent = new string(' ', depth * 2);
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (key, value) in map)
                {
                    text.Append(indent).Append(Scalar(JsonValue.Create(key))).Append(':');
                    AppendValue(text, value, depth + 1);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    var start = text.Length;
                    Append(text, item, depth + 1);
                    text[start + indent.Length] = '-';
                }

                break;
            default:
                text.Append(indent).Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void AppendValue(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 }:
                text.Append('\n');
                Append(text, value, depth);
                break;
            case JsonArray { Count: > 0 }:
                text.Append('\n');
                Append(text, value, depth - 1);
                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    // What JSON quotes, YAML reads alike.
    private static string Scalar(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String && PlainText().IsMatch(value.GetValue<string>()) && !OtherThanText().IsMatch(value.GetValue<string>())
            ? value.GetValue<string>()
            : node?.ToJsonString(s_line) ?? "null";

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_./@-]*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^(y|n|yes|no|on|off|true|false|null)\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherThanText();
}
