using k8s;
using k8s.Models;
using TenantOperator.Runtime.Tests.Server;
using TenantOperator.Testing;

[assembly: AssemblyFixture(typeof(RuntimeServer))]

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>The API server of these tests, with the widget kind installed.</summary>
public sealed class RuntimeServer : ApiServerFixture
{
    private readonly SemaphoreSlim _installing = new(1);
    private bool _installed;

    /// <summary>The cluster once widgets are served.</summary>
    public async Task<Cluster> WithWidgetsAsync(CancellationToken cancellationToken)
    {
        var cluster = await GetAsync(cancellationToken);
        await _installing.WaitAsync(cancellationToken);
        try
        {
            if (!_installed)
            {
                await cluster.ApplyAsync(Widget.Crd, cancellationToken);
                await Eventually.HoldsAsync(async () =>
                    await new KubernetesApi((Kubernetes)cluster.Client, TimeProvider.System)
                        .FindAsync<V1CustomResourceDefinition>(ResourceType.From<V1CustomResourceDefinition>(namespaced: false), new("", "widgets.tests.runtime.example"), cancellationToken)
                        is { Status.Conditions: { } conditions } && conditions.Any(each => each is { Type: "Established", Status: "True" }));
                _installed = true;
            }

            return cluster;
        }
        finally
        {
            _installing.Release();
        }
    }
}

/// <summary>Waits for what must come true soon.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition, string what = "", double seconds = 15) => HoldsAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what = "", double seconds = 15)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began).TotalSeconds > seconds)
            {
                Assert.Fail($"Not within {seconds} s: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
