using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace TenantOperator.EndToEndTests.SupplyChain;

/// <summary>What the operator is made of, and on which terms.</summary>
public sealed class TheBillOfMaterials
{
    // All of them let a program under Apache-2.0 be given on, in any form.
    private static readonly IReadOnlySet<string> Allowed = new HashSet<string>(StringComparer.Ordinal) { "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MS-PL" };

    [Fact]
    public async Task Make_sbom_names_every_package_of_the_operator_with_its_version()
    {
        await Programs.RunAsync(Repository.Root, "make", ["sbom"]);

        var bill = Read(Path.Combine(Repository.Root, "artifacts", "sbom.cdx.json"));
        ((string?)bill["bomFormat"]).Should().Be("CycloneDX");
        ((string?)bill["metadata"]!["component"]!["name"]).Should().Be("tenant-operator");
        ((string?)bill["metadata"]!["component"]!["version"]).Should().Be((string?)XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single());
        var named = bill["components"]!.AsArray().Select(each => $"{each!["name"]} {each["version"]}").ToList();
        named.Should().BeEquivalentTo(PackagesOf("TenantOperator"));
        bill["components"]!.AsArray().Should().OnlyContain(each => ((string)each!["purl"]!).StartsWith("pkg:nuget/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_package_of_the_operator_or_of_its_tests_has_terms_that_do_not_go_with_ours()
    {
        var folder = Directory.CreateTempSubdirectory("tenant-operator-licences-");
        try
        {
            await Programs.RunAsync(Repository.Root, "dotnet", ["tool", "restore"]);
            await Programs.RunAsync(
                Repository.Root, "dotnet", ["CycloneDX", "TenantOperator.sln", "--disable-package-restore", "--output", folder.FullName, "--filename", "all.json", "--output-format", "Json"]);

            var components = Read(Path.Combine(folder.FullName, "all.json"))["components"]!.AsArray();
            components.Select(each => (string?)each!["name"]).Should().Contain(["KubernetesClient", "FluentAssertions", "Meziantou.Analyzer"]);
            components.Where(each => LicencesOf(each!).DefaultIfEmpty("none").Any(licence => !Allowed.Contains(licence)))
                .Select(each => $"{each!["name"]} {each["version"]}: {each["licenses"]?.ToJsonString()}").Should().BeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> LicencesOf(JsonNode component) =>
        (component["licenses"]?.AsArray() ?? []).Select(each => (string?)each!["license"]?["id"] ?? (string?)each["expression"] ?? (string?)each["license"]?["name"] ?? "unknown");

    // What the lock file says; the frameworks come with the image.
    private static IEnumerable<string> PackagesOf(string project) =>
        Read(Path.Combine(Repository.Root, "src", project, "packages.lock.json"))["dependencies"]!["net10.0"]!.AsObject()
            .Where(each => (string?)each.Value!["type"] != "Project" && !Analyzers.Contains(each.Key)).Select(each => $"{each.Key} {each.Value!["resolved"]}");

    private static IReadOnlySet<string> Analyzers { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("ItemGroup")
        .Single(group => (string?)group.Attribute("Label") == "Analyzers").Elements().Select(each => (string)each.Attribute("Include")!).ToHashSet(StringComparer.Ordinal);

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
