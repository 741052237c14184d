using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.Manifests;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Api.Tests;

public sealed class SchemaTests
{
    private static readonly XmlDocumentation s_documentation = RepositoryRoot.Documentation();

    public static TheoryData<string> KindNames => [.. Kinds.All.Select(kind => kind.Name)];

    [Fact]
    public void What_is_committed_is_what_the_types_say() => ManifestSet.Generate(s_documentation).Stale(RepositoryRoot.Find()).Should().BeEmpty();

    [Fact]
    public void A_stale_missing_or_left_over_file_is_named_with_what_is_wrong()
    {
        var root = Directory.CreateTempSubdirectory("manifests-");
        try
        {
            var manifests = ManifestSet.Generate(s_documentation);
            manifests.Write(root.FullName).Should().HaveCount(manifests.Files.Count);
            manifests.Stale(root.FullName).Should().BeEmpty();

            File.AppendAllText(Path.Combine(root.FullName, "config/crds/tenantoperator.io_tenants.yaml"), "more: true\n");
            File.Delete(Path.Combine(root.FullName, "config/kustomization.yaml"));
            File.WriteAllText(Path.Combine(root.FullName, "config/crds/old.yaml"), "");

            manifests.Stale(root.FullName).Should().SatisfyRespectively(
                stale => stale.Should().Contain("config/crds/tenantoperator.io_tenants.yaml is stale").And.Contain("more: true"),
                missing => missing.Should().Be("config/kustomization.yaml is missing."),
                extra => extra.Should().Be("config/crds/old.yaml is no longer generated."));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(KindNames))]
    public void No_field_of_a_spec_has_a_default_so_that_absence_keeps_its_meaning(string kind) =>
        Nodes(kind).Where(node => node.Path != ".status").Should().NotContain(node => node.Schema.ContainsKey("default"));

    [Theory, MemberData(nameof(KindNames))]
    public void Every_field_has_a_description_worth_reading(string kind) =>
        Nodes(kind).Where(node => node.IsField && !node.Path.StartsWith(".metadata", StringComparison.Ordinal))
            .Where(node => ((string?)node.Schema["description"] ?? "").Split(' ').Length < 3)
            .Select(node => node.Path).Should().BeEmpty();

    [Theory, MemberData(nameof(KindNames))]
    public void Every_list_map_text_and_number_is_bounded(string kind) =>
        Nodes(kind).Where(node => node.Path is not (".apiVersion" or ".kind" or ".metadata") && !IsBounded(node.Schema))
            .Select(node => node.Path).Should().BeEmpty();

    [Theory, MemberData(nameof(KindNames))]
    public void A_status_has_no_rules_that_could_refuse_what_the_operator_found(string kind) =>
        Nodes(kind).Where(node => node.Path.StartsWith(".status", StringComparison.Ordinal))
            .Should().NotContain(node => node.Schema.ContainsKey("x-kubernetes-validations"));

    [Theory, MemberData(nameof(KindNames))]
    public void Every_rule_says_what_is_wrong_in_a_sentence(string kind) =>
        Nodes(kind).SelectMany(node => node.Schema["x-kubernetes-validations"]?.AsArray() ?? [])
            .Should().OnlyContain(rule => ((string)rule!["message"]!).Split(' ').Length >= 5);

    [Theory, MemberData(nameof(KindNames))]
    public void A_definition_fits_into_the_annotation_of_kubectl_apply(string kind)
    {
        var crd = CrdBuilder.Build(Kinds.All.Single(type => type.Name == kind), s_documentation).Content;

        Encoding.UTF8.GetByteCount(crd.ToJsonString()).Should().BeLessThan(200_000);
        Encoding.UTF8.GetByteCount(YamlWriter.Write(crd)).Should().BeLessThan(200_000);
    }

    [Theory, MemberData(nameof(KindNames))]
    public void The_written_YAML_reads_back_as_the_same_tree(string kind)
    {
        var crd = CrdBuilder.Build(Kinds.All.Single(type => type.Name == kind), s_documentation).Content;

        JsonNode.DeepEquals(YamlJson.ReadAll(YamlWriter.Write(crd))[0], JsonNode.Parse(crd.ToJsonString())).Should().BeTrue();
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("off")]
    [InlineData("1e3")]
    [InlineData("007")]
    [InlineData("null")]
    [InlineData("- a: b")]
    [InlineData("a # b")]
    [InlineData("@x")]
    [InlineData(" x ")]
    [InlineData("two\nlines: \"x\"")]
    [InlineData("")]
    public void A_text_that_looks_like_something_else_stays_a_text(string text) =>
        ((string?)YamlJson.ReadAll(YamlWriter.Write(new JsonObject { ["a"] = text }))[0]["a"]).Should().Be(text);

    /// <summary>The message of each rule of each kind, once.</summary>
    internal static IReadOnlyList<(string Kind, string Message)> RuleMessages() =>
    [
        .. Kinds.All.SelectMany(kind => Nodes(kind.Name)
            .SelectMany(node => node.Schema["x-kubernetes-validations"]?.AsArray() ?? [])
            .Select(rule => (kind.Name, (string)rule!["message"]!))).Distinct(),
    ];

    private static bool IsBounded(JsonObject schema) => (string?)schema["type"] switch
    {
        "string" => schema.ContainsKey("maxLength") || schema.ContainsKey("enum") || schema.ContainsKey("format"),
        "array" => schema.ContainsKey("maxItems"),
        "integer" => schema.ContainsKey("minimum") && (schema.ContainsKey("maximum") || schema.ContainsKey("format")),
        "object" => !(schema.ContainsKey("additionalProperties") || schema.ContainsKey("x-kubernetes-preserve-unknown-fields")) || schema.ContainsKey("maxProperties"),
        "boolean" => true,
        null => schema.ContainsKey("x-kubernetes-int-or-string"),
        _ => false,
    };

    private static IEnumerable<SchemaNode> Nodes(string kind)
    {
        var crd = CrdBuilder.Build(Kinds.All.Single(type => type.Name == kind), s_documentation).Content;
        return Walk("", crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject(), isField: true);
    }

    private static IEnumerable<SchemaNode> Walk(string path, JsonObject schema, bool isField)
    {
        yield return new SchemaNode(path, schema, isField);
        var below = (schema["properties"]?.AsObject() ?? []).Select(entry => (Path: $"{path}.{entry.Key}", entry.Value, IsField: true))
            .Append((Path: path + "[]", Value: schema["items"] ?? schema["additionalProperties"], IsField: false));
        foreach (var node in below.Where(one => one.Value is not null).SelectMany(one => Walk(one.Path, one.Value!.AsObject(), one.IsField)))
        {
            yield return node;
        }
    }

    private sealed record SchemaNode(string Path, JsonObject Schema, bool IsField);
}
