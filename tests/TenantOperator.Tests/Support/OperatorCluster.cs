using TenantOperator.ControlPlane.Running;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

[assembly: AssemblyFixture(typeof(OperatorCluster))]
[assembly: AssemblyFixture(typeof(PrometheusFixture))]

namespace TenantOperator.Tests.Support;

/// <summary>A real API server that serves our kinds. Tests must not count on a garbage collector, a namespace controller or a quota controller behind it, nor on their absence.</summary>
public class OperatorCluster : ApiServerFixture
{
    private readonly SemaphoreSlim installing = new(1);
    private bool installed;

    public OperatorCluster()
    {
    }

    /// <summary>For a fixture whose tests need another server than the others share.</summary>
    protected OperatorCluster(ControlPlaneOptions options)
        : base(options)
    {
    }

    /// <summary>The cluster, with our CustomResourceDefinitions.</summary>
    public async Task<Cluster> ReadyAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await GetAsync(cancellationToken);
        await installing.WaitAsync(cancellationToken);
        try
        {
            if (!installed)
            {
                await cluster.Kubectl.OutputAsync(["apply", "--server-side", "-f", Path.Combine(Repository.Root, "config", "crds")], null, cancellationToken);
                await cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "-f", Path.Combine(Repository.Root, "config", "crds")], null, cancellationToken);
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

/// <summary>A server where roles decide who may do what.</summary>
public sealed class OperatorClusterWithRoles() : OperatorCluster(new ControlPlaneOptions { Rbac = true });

/// <summary>Tests that need the whole machine: one after another, when all others have ended.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

internal static class Repository
{
    /// <summary>The folder with the solution, above the test's own.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "TenantOperator.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie inside the repository."));
}
