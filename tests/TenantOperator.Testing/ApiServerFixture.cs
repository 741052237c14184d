using System.Security.Cryptography;
using k8s;
using k8s.Models;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.Testing;

/// <summary>
/// The API server that all tests of a process share: TEST_KUBECONFIG's cluster, or a local server that starts when the first test asks.
/// Tests run in parallel against it, each in a namespace of its own. Use as [assembly: AssemblyFixture(typeof(ApiServerFixture))].
/// </summary>
public class ApiServerFixture : IAsyncDisposable
{
    private const string KubeconfigVariable = "TEST_KUBECONFIG";

    private readonly ControlPlaneOptions _options;
    private readonly SemaphoreSlim _starting = new(1);
    private Cluster? _cluster;

    public ApiServerFixture()
        : this(new ControlPlaneOptions())
    {
    }

    /// <summary>For a fixture class that derives from this one because its tests need RBAC, more users or an audit log.</summary>
    protected ApiServerFixture(ControlPlaneOptions options) => _options = options;

    /// <summary>The cluster, started now if no test has asked before.</summary>
    public async Task<Cluster> GetAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            return _cluster ??= await StartAsync(_options, cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Makes a namespace with a name nobody else has, which begins with the prefix.</summary>
    public async Task<string> CreateNamespaceAsync(string prefix, CancellationToken cancellationToken)
    {
        var cluster = await GetAsync(cancellationToken);
        var name = $"{prefix}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: cancellationToken);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _starting.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<Cluster> StartAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(KubeconfigVariable) is { Length: > 0 } kubeconfig)
        {
            return await Cluster.OpenAsync(kubeconfig, local: null, options.Progress, cancellationToken);
        }

        var local = await LocalControlPlane.StartAsync(options, cancellationToken);
        return await Cluster.OpenAsync(local.KubeconfigPath, local, options.Progress, cancellationToken);
    }
}

/// <summary>A cluster that tests may use as its administrator.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private Cluster(string kubeconfigPath, LocalControlPlane? local, Kubectl kubectl)
    {
        KubeconfigPath = kubeconfigPath;
        Local = local;
        Kubectl = kubectl;
        Client = new Kubernetes(NewConfiguration());
    }

    public string KubeconfigPath { get; }

    /// <summary>The server to stop and start and look into, or null if the cluster is not ours.</summary>
    public LocalControlPlane? Local { get; }

    public Kubectl Kubectl { get; }

    public IKubernetes Client { get; }

    /// <summary>A configuration of its own for each caller, who may change it.</summary>
    public KubernetesClientConfiguration NewConfiguration() => KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath);

    /// <summary>Applies a manifest with kubectl, which must succeed. Retries while the server says that it still prepares a new kind.</summary>
    public async Task ApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await Kubectl.RunAsync(["apply", "-f", "-"], manifest, cancellationToken);
            if (result.ExitCode == 0)
            {
                return;
            }

            // Right after a CustomResourceDefinition is established, the first requests for it may be told to come again.
            if (!result.Error.Contains("(re)initializing", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"kubectl apply: {result.ExitCode}\n{result.Text}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await (Local?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    internal static async Task<Cluster> OpenAsync(string kubeconfigPath, LocalControlPlane? local, TextWriter progress, CancellationToken cancellationToken)
    {
        try
        {
            return new Cluster(kubeconfigPath, local, await Kubectl.FindAsync(kubeconfigPath, progress, cancellationToken));
        }
        catch
        {
            await (local?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }
}
