using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>An API server of its own, since pages name accounts that other tests have too, with our definitions.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly LocalControlPlane _server;

    private LocalCluster(LocalControlPlane server, Kubectl kubectl)
    {
        _server = server;
        Kubectl = kubectl;
    }

    public string KubeconfigPath => _server.KubeconfigPath;

    public Kubectl Kubectl { get; }

    public static async Task<LocalCluster> StartAsync(CancellationToken cancellationToken)
    {
        var server = await LocalControlPlane.StartAsync(new ControlPlaneOptions(), cancellationToken);
        try
        {
            var cluster = new LocalCluster(server, await Kubectl.FindAsync(server.KubeconfigPath, Console.Error, cancellationToken));
            await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Crds], null, cancellationToken);
            await cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "-f", Repository.Crds], null, cancellationToken);
            return cluster;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies the sample account, and waits until all of it is Ready.</summary>
    public async Task ApplySamplesAsync(CancellationToken cancellationToken)
    {
        foreach (var file in Directory.GetFiles(Repository.Samples, "*.yaml").Order(StringComparer.Ordinal))
        {
            await ApplyAsync(await File.ReadAllTextAsync(file, cancellationToken), cancellationToken);
        }

        await Kubectl.OutputAsync(["wait", "-n", "contoso", "--for=condition=Ready", "--timeout=90s", "tenants,tenantusers", "--all"], null, cancellationToken);
    }

    public async Task ApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        while (await Kubectl.RunAsync(["apply", "-f", "-"], manifest, cancellationToken) is { ExitCode: not 0 } failed)
        {
            // Right after a definition is established, the first requests for it may be told to come again.
            failed.Error.Should().Contain("initializing");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    public PageWalk Walk(CancellationToken cancellationToken) => new(KubeconfigPath, [Kubectl.Program], cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
