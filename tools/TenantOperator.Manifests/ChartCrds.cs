using System.Text.Json.Nodes;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Manifests;

/// <summary>
/// The CustomResourceDefinitions as templates of the chart. Not in its folder crds/, for what lies there is installed once and never upgraded.
/// </summary>
internal static class ChartCrds
{
    public const string Folder = "charts/tenant-operator/templates/crds";

    private const string Metadata = "\nmetadata:\n";

    public static GeneratedFile Template(Crd crd)
    {
        // Nothing of a schema may be taken for a template.
        var yaml = YamlWriter.Write(Quoted(crd.Content)!);

        // The first of the document: a schema has its own, further in.
        var after = yaml.IndexOf(Metadata, StringComparison.Ordinal) + Metadata.Length;
        return new GeneratedFile(
            $"{Folder}/{crd.FileName}",
            ManifestSet.Header + "{{- if .Values.crds.install }}\n" + yaml[..after] + "  {{- include \"tenant-operator.crdMetadata\" . | nindent 2 }}\n" + yaml[after..] + "{{- end }}\n");
    }

    private static JsonNode? Quoted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(each => KeyValuePair.Create(each.Key, Quoted(each.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Quoted)]),
        JsonValue value when value.TryGetValue<string>(out var text) => text.Replace("{{", "{{`{{`}}", StringComparison.Ordinal),
        _ => node?.DeepClone(),
    };
}
