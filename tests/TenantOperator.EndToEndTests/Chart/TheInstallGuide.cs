namespace TenantOperator.EndToEndTests.Chart;

/// <summary>The life of a release as docs/guides/install.md and the README lead it, each command as it stands there.</summary>
public sealed class TheInstallGuide
{
    private const string Tenant = """
        apiVersion: tenantoperator.io/v1alpha1
        kind: Tenant
        metadata: {name: initech, namespace: contoso}
        spec: {}
        """;

    // A definition as an older version of the chart had it.
    private const string Now = "description: \"A customer, wherever it lives";
    private const string Before = "description: \"A customer, wherever it lived";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_release_is_installed_upgraded_taken_back_and_removed_and_the_tenants_stay()
    {
        var blocks = Repository.Blocks("docs/guides/install.md", "sh");
        blocks.Should().HaveCount(9, "each of them is run here, or where the operator runs");
        var (install, takeOver, people, upgrade, rollback, uninstall) = (blocks[0], blocks[1], blocks[2], blocks[3], blocks[4], blocks[5]);
        Repository.Blocks("README.md", "sh").Should().Contain(install, "the README shows the same");
        await using var cluster = await ChartCluster.StartAsync([], Token);

        // Definitions are there from before, of an older version, and a tenant.
        foreach (var file in Directory.GetFiles(Repository.Crds))
        {
            await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], (await File.ReadAllTextAsync(file, Token)).Replace(Now, Before, StringComparison.Ordinal), Token);
        }

        await cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"], null, Token);
        (await DescriptionAsync(cluster)).Should().Contain(Before[15..]);
        await cluster.RunAsync(people, Token);
        await UntilAppliedAsync(cluster);
        await cluster.Invoking(each => each.RunAsync(install, Token)).Should().ThrowAsync<ControlPlane.ControlPlaneException>().WithMessage("*exists and cannot be imported*");

        (await cluster.RunAsync(takeOver, Token)).Should().Contain("STATUS: deployed").And.Contain("-account-editor --group=GROUP");
        (await DescriptionAsync(cluster)).Should().Contain(Now[15..], "the definitions were upgraded");
        (await ArgumentsAsync(cluster)).Should().Contain("--workers=16");

        await cluster.RunAsync(upgrade, Token);
        (await ArgumentsAsync(cluster)).Should().Contain("--workers=32");
        ((string?)(await cluster.GetAsync("deployment/tenant-operator", "-n", RenderedChart.Namespace))["spec"]!["template"]!["spec"]!["containers"]![0]!["image"])
            .Should().Be("registry.example.com/tenant-operator:0.1.0", "values given before stay");

        await cluster.RunAsync(rollback, Token);
        (await ArgumentsAsync(cluster)).Should().Contain("--workers=16");

        (await cluster.RunAsync(uninstall, Token)).Should().Contain("[CustomResourceDefinition] tenants.tenantoperator.io");
        (await NamesAsync(cluster, "deployment,serviceaccount,role,rolebinding,poddisruptionbudget,networkpolicy,service,secret", RenderedChart.Namespace)).Should().Equal("default");
        (await NamesAsync(cluster, "clusterrole,clusterrolebinding", "default")).Should().BeEmpty();
        (await NamesAsync(cluster, "crd", "default")).Should().HaveCount(6);
        (await NamesAsync(cluster, "tenant", "contoso")).Should().Equal("initech");

        await cluster.RunAsync(install, Token);
        (await NamesAsync(cluster, "deployment", RenderedChart.Namespace)).Should().Equal("tenant-operator");
    }

    private static async Task UntilAppliedAsync(ChartCluster cluster)
    {
        while ((await cluster.Kubectl.RunAsync(["apply", "-f", "-"], Tenant, Token)) is { ExitCode: not 0 } failed)
        {
            failed.Error.Should().Contain("initializing");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    private static async Task<string> DescriptionAsync(ChartCluster cluster) =>
        "\"" + (string?)(await cluster.GetAsync("crd/tenants.tenantoperator.io"))["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["description"];

    private static async Task<IReadOnlyList<string>> ArgumentsAsync(ChartCluster cluster) =>
        RenderedChart.Texts((await cluster.GetAsync("deployment/tenant-operator", "-n", RenderedChart.Namespace))["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]);

    private static async Task<IReadOnlyList<string>> NamesAsync(ChartCluster cluster, string kinds, string ns) =>
        [.. (await cluster.GetAsync(kinds, "-n", ns))["items"]!.AsArray().Select(each => (string)each!["metadata"]!["name"]!)];
}
