using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests;

/// <summary>The promises of the README, kept by the program itself on the samples, with kubectl as the only tool.</summary>
public sealed class AnAccountFromTheSamples(InstalledCluster server, ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // One story, because all of it lives in the one account that the samples and the README name.
    [Fact]
    public async Task The_samples_become_ready_survive_kills_and_read_as_the_readme_shows()
    {
        var cluster = await server.ReadyAsync(Token);
        var kubectl = cluster.Kubectl;

        // Killed again and again while it makes the samples.
        var random = new Random(20261124);
        for (var kill = 0; kill < 4; kill++)
        {
            await using var mortal = OperatorProcess.Start(cluster.KubeconfigPath);
            await mortal.UntilReadyAsync(Token);
            if (kill == 0)
            {
                await ApplySamplesAsync(kubectl);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(10, 400)), TimeProvider.System, Token);
            await mortal.KillAsync(Token);
        }

        await using var survivor = OperatorProcess.Start(cluster.KubeconfigPath);
        await kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenant/acme", "tenant/globex", "tenant/initech"], null, Token);
        await kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenantusers", "--all"], null, Token);

        await CheckEndStateAsync(kubectl);
        await CheckTablesAsync(kubectl);

        // The others may have done it all before they died.
        await survivor.UntilReadyAsync(Token);
        await CheckEndpointsAsync(survivor);
        await CheckReadmeManifestsAsync(kubectl);
        await CheckRepairAsync(kubectl);
    }

    private static async Task ApplySamplesAsync(ControlPlane.Kubectl kubectl)
    {
        // Right after a CustomResourceDefinition is established, the first requests for it may be told to come again.
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var result = await kubectl.RunAsync(["apply", "-f", Repository.Samples], null, Token);
            if (result.ExitCode == 0)
            {
                return;
            }

            result.Error.Should().Contain("initializing");
            watch.Elapsed.Should().BeLessThan(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
    }

    private static async Task CheckEndStateAsync(ControlPlane.Kubectl kubectl)
    {
        var allocations = JsonNode.Parse(await kubectl.OutputAsync(["get", "packageallocations", "-n", "contoso", "-o", "json"], null, Token))!["items"]!.AsArray();
        allocations.Select(each => $"{each!["metadata"]!["name"]} {each["spec"]!["holder"]!["name"]}").Should()
            .BeEquivalentTo("professional-0 acme", "extra-storage-0 acme", "extra-storage-1 acme", "starter-0 globex");
        var users = JsonNode.Parse(await kubectl.OutputAsync(["get", "tenantusers", "-n", "contoso", "-o", "json"], null, Token))!["items"]!.AsArray();
        users.Should().HaveCount(5, "three are declared, and two initial users become TenantUsers once");
        var children = await kubectl.OutputAsync(["get", "resourcequota,limitrange,networkpolicy,rolebinding", "-n", "contoso-acme", "-o", "name"], null, Token);
        children.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(
            "resourcequota/tenant-quota",
            "limitrange/tenant-limits",
            "networkpolicy.networking.k8s.io/tenant-isolation",
            "rolebinding.rbac.authorization.k8s.io/tenant-admin",
            "rolebinding.rbac.authorization.k8s.io/tenant-analyst",
            "rolebinding.rbac.authorization.k8s.io/tenant-developer",
            "rolebinding.rbac.authorization.k8s.io/tenant-member");
    }

    private async Task CheckTablesAsync(ControlPlane.Kubectl kubectl)
    {
        var table = await kubectl.OutputAsync(["get", "tenants", "-n", "contoso"], null, Token);
        output.WriteLine(table);
        table.Should().MatchRegex("NAME +READY +STATUS +PLATFORM +PACKAGE +USERS +USED +AGE").And.MatchRegex("acme +True +Active +cluster +professional +3/3 +15%")
            .And.MatchRegex("globex +True +Active +cluster +starter +2/2").And.MatchRegex("initech +True +Active +cluster +0/0");
        (await kubectl.OutputAsync(["get", "tenancy", "-A"], null, Token)).Should().Contain("tenantplatform.tenantoperator.io/default").And.Contain("packageallocation.tenantoperator.io/professional-0");
        (await kubectl.OutputAsync(["explain", "tenant.spec"], null, Token)).Should().Contain("packageRef").And.Contain("deletionPolicy");
    }

    private static async Task CheckEndpointsAsync(OperatorProcess running)
    {
        (await running.Http.GetStringAsync("/livez", Token)).Should().Be("ok");
        (await running.Http.GetStringAsync("/readyz", Token)).Should().Be("ok");
        (await running.Http.GetStringAsync("/metrics", Token)).Should().Contain("tenantoperator_tenants{").And.Contain("tenantoperator_package_held{").And.NotContain("@");
    }

    private static async Task CheckReadmeManifestsAsync(ControlPlane.Kubectl kubectl)
    {
        Repository.Blocks("README.md", "yaml").Should().NotBeEmpty();
        foreach (var manifest in Repository.Blocks("README.md", "yaml"))
        {
            manifest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.Should().BeLessThanOrEqualTo(5);
            await kubectl.OutputAsync(["apply", "-f", "-"], manifest, Token);
            await kubectl.OutputAsync(["wait", "--for=condition=Ready", "--timeout=60s", "-f", "-"], manifest, Token);
        }
    }

    private static async Task CheckRepairAsync(ControlPlane.Kubectl kubectl)
    {
        await kubectl.OutputAsync(["delete", "networkpolicy", "tenant-isolation", "-n", "contoso-acme"], null, Token);
        await kubectl.OutputAsync(["wait", "--for=create", "--timeout=30s", "networkpolicy/tenant-isolation", "-n", "contoso-acme"], null, Token);
    }
}
