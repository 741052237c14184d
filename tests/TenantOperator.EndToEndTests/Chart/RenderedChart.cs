using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>The objects that helm makes of the chart, without a cluster.</summary>
internal sealed class RenderedChart(IReadOnlyList<JsonNode> objects)
{
    public const string Namespace = "tenant-system";

    /// <summary>The chart, from the root of the repository as a user names it.</summary>
    public static string Folder => Path.Combine(Repository.Root, "charts", "tenant-operator");

    public IReadOnlyList<JsonNode> Objects => objects;

    public JsonNode Deployment => Get("Deployment", "tenant-operator");

    public JsonNode PodSpec => Deployment["spec"]!["template"]!["spec"]!;

    public JsonNode Container => PodSpec["containers"]![0]!;

    public IReadOnlyList<string> Arguments => Texts(Container["args"]);

    /// <summary>helm template with values (YAML) and flags, which must succeed.</summary>
    public static async Task<RenderedChart> WithAsync(string? values, params IReadOnlyList<string> flags)
    {
        var result = await TryAsync(values, flags);
        result.ExitCode.Should().Be(0, result.Error);
        return new RenderedChart(Parse(result.Output));
    }

    public static async Task<CommandResult> TryAsync(string? values, params IReadOnlyList<string> flags)
    {
        var token = TestContext.Current.CancellationToken;
        var helm = await Helm.FindAsync("", Console.Error, token);
        return await helm.RunAsync(["template", "tenant-operator", Folder, "--namespace", Namespace, "--values", "-", .. flags], values ?? "{}", token);
    }

    /// <summary>Documents of YAML as JSON.</summary>
    public static IReadOnlyList<JsonNode> Parse(string yaml)
    {
        var reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var writer = new SerializerBuilder().JsonCompatible().Build();
        var parser = new Parser(new StringReader(yaml));
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (reader.Deserialize(parser) is { } document)
            {
                documents.Add(JsonNode.Parse(writer.Serialize(document))!);
            }
        }

        return documents;
    }

    public JsonNode Get(string kind, string name) => objects.Single(each => (string?)each["kind"] == kind && (string?)each["metadata"]!["name"] == name);

    public bool Has(string kind) => objects.Any(each => (string?)each["kind"] == kind);

    /// <summary>Each right as verb, resource and, where it is limited, names: "get secrets", "bind clusterroles view".</summary>
    public IReadOnlyList<string> RightsOf(string kind, string name) =>
    [
        .. Get(kind, name)["rules"]!.AsArray().SelectMany(rule =>
            from verb in Texts(rule!["verbs"])
            from resource in Texts(rule["resources"])
            from only in rule["resourceNames"] is { } names ? Texts(names) : [""]
            select $"{verb} {resource} {only}".TrimEnd()),
    ];

    public static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(each => (string)each!)];
}
