using System.Globalization;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Manifests;

/// <summary>A page for each kind, made of its definition: the same texts as those of <c>kubectl explain</c>, and whatever the API server refuses.</summary>
internal static class KindPages
{
    public const string Folder = "docs/kinds";

    /// <summary>One page for each kind, and one that lists them.</summary>
    public static IEnumerable<GeneratedFile> Generate(IReadOnlyList<Crd> crds, XmlDocumentation documentation, SampleFiles samples) =>
        [.. crds.Select(crd => Page(crd, documentation, samples)), Index(crds)];

    private static GeneratedFile Index(IReadOnlyList<Crd> crds)
    {
        var page = new MarkdownPage("The kinds").Paragraph("All are in the group `tenantoperator.io/v1alpha1`, namespaced, and in the category `tenancy`.").Table("Kind", "Short name", "What it is");
        foreach (var names in crds.Select(NamesOf))
        {
            page.Row($"[{names["kind"]}]({names["singular"]}.md)", $"`{names["shortNames"]![0]}`", MarkdownPage.Cell((string?)SchemaOf(crds.Single(crd => NamesOf(crd) == names))["description"]));
        }

        return new GeneratedFile($"{Folder}/README.md", page.ToString());
    }

    private static GeneratedFile Page(Crd crd, XmlDocumentation documentation, SampleFiles samples)
    {
        var names = NamesOf(crd);
        var kind = (string)names["kind"]!;
        var schema = SchemaOf(crd);
        var page = new MarkdownPage(kind)
            .Paragraph((string)schema["description"]!)
            .Paragraph(string.Create(
                CultureInfo.InvariantCulture,
                $"Short name `{names["shortNames"]![0]}`. A name has at most {schema["properties"]!["metadata"]!["properties"]!["name"]!["maxLength"]} characters. `kubectl explain {names["singular"]}` tells the same as this page."));
        AppendExample(page, kind, samples);
        AppendColumns(page, names, crd.Content["spec"]!["versions"]![0]!);
        page.Chapter("Spec").Paragraph((string)schema["properties"]!["spec"]!["description"]! + " Required fields are in bold; one inside another is required where that one stands.").Table("Field", "Type", "Meaning");
        AppendFields(page, "spec", schema["properties"]!["spec"]!.AsObject());
        AppendRules(page, schema);
        if (schema["properties"]!["status"] is JsonObject status)
        {
            page.Chapter("Status").Paragraph((string)status["description"]! + " Only the operator writes it.").Table("Field", "Type", "Meaning");
            AppendFields(page, "status", status);
        }

        if (ReasonWords.Of(kind) is { } words)
        {
            page.Chapter("Conditions").Paragraph("With those that every kind has.").Table("Condition", "Meaning");
            AppendWords(page, [typeof(CommonConditions), words.Conditions], documentation);
            page.Chapter("Reasons").Paragraph("In conditions and in Events. [Troubleshooting](../troubleshooting.md) has what to do about them.").Table("Reason", "Meaning");
            AppendWords(page, [typeof(CommonReasons), words.Reasons], documentation);
        }

        return new GeneratedFile($"{Folder}/{names["singular"]}.md", page.ToString());
    }

    private static void AppendExample(MarkdownPage page, string kind, SampleFiles samples)
    {
        page.Chapter("Example");
        if (samples.Find(kind) is not { } sample)
        {
            page.Paragraph("There is none: the operator makes these, and nobody else.");
            return;
        }

        page.Paragraph($"From [{sample.Path}](../../{sample.Path}).").Block("yaml", sample.Text);
    }

    private static void AppendColumns(MarkdownPage page, JsonNode names, JsonNode version)
    {
        page.Chapter("Columns").Paragraph($"What `kubectl get {names["plural"]}` shows. Those in parentheses need `--output wide`.").Table("Column", "From");
        foreach (var column in version["additionalPrinterColumns"]!.AsArray())
        {
            var title = ((string)column!["name"]!).ToUpperInvariant();
            page.Row(column["priority"] is null ? title : $"({title})", $"`{((string)column["jsonPath"]!)[1..]}`");
        }

        if (version["selectableFields"] is JsonArray fields)
        {
            page.Paragraph($"For `--field-selector`: {string.Join(", ", fields.Select(field => $"`{((string)field!["jsonPath"]!)[1..]}`"))}.");
        }
    }

    private static void AppendFields(MarkdownPage page, string path, JsonObject schema)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string?)name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, node) in schema["properties"] as JsonObject ?? [])
        {
            var field = node!.AsObject(); // A property is always a schema.
            var mark = required.Contains(name) ? "**" : "";
            page.Row($"{mark}`{path}.{name}`{mark}", TypeOf(field), MarkdownPage.Cell((string?)field["description"]));
            AppendFields(page, $"{path}.{name}", field);
            AppendFields(page, $"{path}.{name}[]", ItemOf(field));
        }
    }

    private static void AppendRules(MarkdownPage page, JsonObject schema)
    {
        var rules = RulesOf("", schema).Distinct().ToList();
        if (rules.Count == 0)
        {
            return;
        }

        page.Chapter("What is refused").Paragraph("Besides what breaks the types above. The API server answers in these words, with the field in front.").Table("Where", "Words");
        foreach (var (path, message) in rules)
        {
            page.Row($"`{path}`", MarkdownPage.Cell(message));
        }
    }

    private static IEnumerable<(string Path, string Message)> RulesOf(string path, JsonObject schema)
    {
        foreach (var rule in schema["x-kubernetes-validations"] as JsonArray ?? [])
        {
            yield return ((path + (string?)rule!["fieldPath"]).TrimStart('.'), (string)rule["message"]!);
        }

        var below = (schema["properties"] as JsonObject ?? []).Select(entry => ($"{path}.{entry.Key}", entry.Value!.AsObject())).Append((path + "[]", ItemOf(schema))).Where(one => one.Item2.Count > 0);
        foreach (var rule in below.SelectMany(one => RulesOf(one.Item1, one.Item2)))
        {
            yield return rule;
        }
    }

    private static void AppendWords(MarkdownPage page, IEnumerable<Type> words, XmlDocumentation documentation)
    {
        foreach (var field in words.SelectMany(ReasonWords.ConstantsOf))
        {
            page.Row($"`{field.Name}`", MarkdownPage.Cell(documentation.Of(field)));
        }
    }

    private static string TypeOf(JsonObject schema)
    {
        var bounds = new[] { ("minLength", "maxLength", " characters"), ("minimum", "maximum", ""), ("minItems", "maxItems", ""), ("minProperties", "maxProperties", "") }
            .Select(bound => BoundOf(schema, bound.Item1, bound.Item2, bound.Item3)).FirstOrDefault(text => text.Length > 0) ?? "";
        return NameOf(schema) + (schema.ContainsKey("x-kubernetes-int-or-string") ? "" : bounds);
    }

    private static string BoundOf(JsonObject schema, string least, string most, string unit) => (Number(schema[least]), Number(schema[most])) switch
    {
        (null, null) => "",
        (null or 0, { } max) when least != "minimum" => string.Create(CultureInfo.InvariantCulture, $", at most {max}{unit}"),
        ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $", at least {min}{unit}"),
        ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $", {min} to {max}{unit}"),
        (null, { } max) => string.Create(CultureInfo.InvariantCulture, $", at most {max}{unit}"),
    };

    private static long? Number(JsonNode? node) => node is null ? null : long.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static string NameOf(JsonObject schema) => schema switch
    {
        _ when schema["items"] is JsonObject item => $"list of {NameOf(item)}",
        _ when schema["additionalProperties"] is JsonObject value => $"map to {NameOf(value)}",
        _ when schema.ContainsKey("x-kubernetes-int-or-string") => "integer or string",
        _ when schema.ContainsKey("enum") => "enum",
        _ when (string?)schema["format"] == "date-time" => "time",
        _ => (string?)schema["type"] ?? "",
    };

    private static JsonObject ItemOf(JsonObject schema) => schema["items"] as JsonObject ?? schema["additionalProperties"] as JsonObject ?? [];

    private static JsonNode NamesOf(Crd crd) => crd.Content["spec"]!["names"]!;

    private static JsonObject SchemaOf(Crd crd) => crd.Content["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject(); // CrdBuilder makes it so.
}
