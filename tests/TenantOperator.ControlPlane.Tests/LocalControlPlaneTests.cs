using k8s;
using k8s.Models;
using TenantOperator.ControlPlane.Running;
using TenantOperator.Testing;

[assembly: AssemblyFixture(typeof(ApiServerFixture))]

namespace TenantOperator.ControlPlane.Tests;

public sealed class LocalControlPlaneTests(ApiServerFixture server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_test_gets_a_namespace_of_its_own()
    {
        var first = await server.CreateNamespaceAsync("twin", Cancel);
        var second = await server.CreateNamespaceAsync("twin", Cancel);

        first.Should().StartWith("twin-").And.NotBe(second);
        var cluster = await server.GetAsync(Cancel);
        var list = await cluster.Client.CoreV1.ListNamespaceAsync(cancellationToken: Cancel);
        list.Items.Select(found => found.Name()).Should().Contain([first, second, "default"]);
    }

    [Fact]
    public async Task A_restart_keeps_the_address_and_the_data()
    {
        await using var plane = await LocalControlPlane.StartAsync(new ControlPlaneOptions(), Cancel);
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.KubeconfigPath));
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "kept" } }, cancellationToken: Cancel);

        await plane.StopServerAsync();
        await FluentActions.Awaiting(() => client.CoreV1.ReadNamespaceAsync("kept", cancellationToken: Cancel)).Should().ThrowAsync<HttpRequestException>();
        await plane.StartServerAsync(Cancel);

        (await client.CoreV1.ReadNamespaceAsync("kept", cancellationToken: Cancel)).Name().Should().Be("kept");
    }
}
