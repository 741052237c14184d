using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TenantOperator.Manifests;

/// <summary>
/// Writes a JSON tree as YAML: keys in the order given, no line folding, and every text quoted that some YAML reader might take for
/// something else (yes, off, 1e3).
/// </summary>
internal static partial class YamlWriter
{
    public static string Write(JsonNode document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    Emit(emitter, JsonValue.Create(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;

            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;

            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                emitter.Emit(new Scalar(null, null, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true));
                break;

            default:
                emitter.Emit(new Scalar(null, null, node?.ToJsonString() ?? "null", ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static ScalarStyle StyleOf(string text) =>
        text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
        : PlainText().IsMatch(text) && !OtherThanText().IsMatch(text) ? ScalarStyle.Plain
        : ScalarStyle.DoubleQuoted;

    [GeneratedRegex(@"^[A-Za-z$./][A-Za-z0-9_./$-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainText();

    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null|[.]inf|[.]nan|[.][0-9].*)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherThanText();
}
