using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>The scripts as Argo CD is given them: as a patch of its ConfigMap, and in the chart.</summary>
public sealed class TheArgoCdConfigMap(InstalledCluster server)
{
    private const string Foreign = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argocd-cm, namespace: argocd}
        data: {url: "https://argocd.example.com"}
        """;

    private const string Namespaces = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: argocd}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: tenant-system}
        """;

    private static readonly string s_folder = Path.Combine(Repository.Root, "config", "argocd");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JsonObject Data => RenderedChart.Parse(File.ReadAllText(Path.Combine(s_folder, "argocd-cm.yaml"))).Single()["data"]!.AsObject();

    [Fact]
    public void It_holds_the_scripts_of_the_folders_to_the_letter()
    {
        string[] kinds = [.. Directory.GetFiles(Repository.Crds).Select(file => (string)RenderedChart.Parse(File.ReadAllText(file)).Single()["spec"]!["names"]!["kind"]!)];
        Directory.GetDirectories(Path.Combine(s_folder, "tenantoperator.io")).Select(Path.GetFileName).Should().BeEquivalentTo(kinds);
        foreach (var kind in kinds)
        {
            var folder = Path.Combine(s_folder, "tenantoperator.io", kind);
            ((string?)Data["resource.customizations.health.tenantoperator.io_" + kind]).Should().Be(Script(folder, "health.lua"));
            var actions = Data["resource.customizations.actions.tenantoperator.io_" + kind] is { } text ? RenderedChart.Parse((string)text!).Single() : null;
            Directory.Exists(Path.Combine(folder, "actions")).Should().Be(actions is not null);
            if (actions is null)
            {
                continue;
            }

            ((string?)actions["discovery.lua"]).Should().Be(Script(folder, "actions", "discovery.lua"));
            actions["definitions"]!.AsArray().Select(each => (string?)each!["name"]).Should().BeEquivalentTo(Directory.GetDirectories(Path.Combine(folder, "actions")).Select(Path.GetFileName));
            foreach (var action in actions["definitions"]!.AsArray())
            {
                ((string?)action!["action.lua"]).Should().Be(Script(folder, "actions", (string)action["name"]!, "action.lua"));
            }
        }
    }

    [Fact]
    public async Task The_chart_has_the_same_on_demand()
    {
        (await RenderedChart.WithAsync(null)).Objects.Should().NotContain(each => each["metadata"]!["name"]!.ToString().EndsWith("-argocd-customizations", StringComparison.Ordinal));

        var chart = await RenderedChart.WithAsync("argocd: {customizations: {enabled: true}}");

        JsonNode.DeepEquals(chart.Get("ConfigMap", "tenant-operator-argocd-customizations")["data"], Data).Should().BeTrue();
    }

    [Fact]
    public async Task Each_command_of_the_guide_adds_them_to_the_ConfigMap_of_Argo_CD_and_leaves_the_rest()
    {
        var cluster = await server.GetAsync(Token);
        var commands = Repository.Blocks("docs/guides/gitops.md", "sh").Where(block => block.Contains("argocd-cm", StringComparison.Ordinal)).ToList();
        commands.Should().HaveCount(2, "one with the repository, one with the chart alone");
        await cluster.ApplyAsync(Namespaces, Token);
        var chart = await RenderedChart.WithAsync("argocd: {customizations: {enabled: true}}");
        await cluster.ApplyAsync(chart.Get("ConfigMap", "tenant-operator-argocd-customizations").ToJsonString(), Token);
        foreach (var command in commands)
        {
            await cluster.ApplyAsync(Foreign, Token);

            await Shell.Command(command, cluster.KubeconfigPath, cluster.Kubectl.Program).OutputAsync(Token);

            var data = JsonNode.Parse(await cluster.Kubectl.OutputAsync(["get", "configmap", "argocd-cm", "-n", "argocd", "-o", "json"], null, Token))!["data"]!.AsObject();
            ((string?)data["url"]).Should().Be("https://argocd.example.com");
            data.Remove("url");
            JsonNode.DeepEquals(data, Data).Should().BeTrue("of {0}", command);
            await cluster.Kubectl.OutputAsync(["delete", "configmap", "argocd-cm", "-n", "argocd"], null, Token);
        }
    }

    // Without the line that says where it comes from.
    private static string Script(params string[] path) => File.ReadAllText(Path.Combine(path)).Split('\n', 2)[1];
}
