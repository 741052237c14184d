using TenantOperator.EndToEndTests;
using TenantOperator.Testing;

[assembly: AssemblyFixture(typeof(InstalledCluster))]

namespace TenantOperator.EndToEndTests;

/// <summary>The API server of all tests, with our CustomResourceDefinitions as a user installs them, once.</summary>
public sealed class InstalledCluster : ApiServerFixture
{
    private readonly SemaphoreSlim installing = new(1);
    private bool installed;

    public async Task<Cluster> ReadyAsync(CancellationToken cancellationToken)
    {
        var cluster = await GetAsync(cancellationToken);
        await installing.WaitAsync(cancellationToken);
        try
        {
            if (!installed)
            {
                await cluster.Kubectl.OutputAsync(["apply", "-f", Repository.Crds], null, cancellationToken);
                await cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "-f", Repository.Crds], null, cancellationToken);
                installed = true;
            }
        }
        finally
        {
            installing.Release();
        }

        return cluster;
    }
}
