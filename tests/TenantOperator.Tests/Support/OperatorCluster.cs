using System.Text.Json.Nodes;
using k8s;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

[assembly: AssemblyFixture(typeof(OperatorCluster))]
[assembly: AssemblyFixture(typeof(PrometheusFixture))]

namespace TenantOperator.Tests.Support;

/// <summary>A real API server that serves our kinds. Tests must not count on a garbage collector, a namespace controller or a quota controller behind it, nor on their absence.</summary>
/// <remarks>Roles decide there, the operator runs as the ServiceAccount of the chart, with what the chart grants, and the audit log keeps what it does.</remarks>
public class OperatorCluster : ApiServerFixture
{
    /// <summary>Who the operator is.</summary>
    public static readonly ControlPlaneUser Operator = ControlPlaneUser.ServiceAccount("tenant-system", "tenant-operator", "chart-token");

    private readonly SemaphoreSlim installing = new(1);
    private readonly bool asTheChart;
    private bool installed;

    public OperatorCluster()
        : base(new ControlPlaneOptions { Rbac = true, Audit = AuditLevel.Metadata, Users = [Operator], ServerFlags = ["--audit-log-maxsize", "100000"] }) => asTheChart = true;

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
                if (asTheChart && cluster.Local is not null)
                {
                    await GrantAsync(cluster);
                }

                installed = true;
            }
        }
        finally
        {
            installing.Release();
        }

        return cluster;
    }

    /// <summary>How the operator reaches the server, as a configuration of the caller's own.</summary>
    public static KubernetesClientConfiguration ConfigurationOf(Cluster cluster)
    {
        var configuration = cluster.NewConfiguration();
        configuration.AccessToken = cluster.Local is null ? configuration.AccessToken : Operator.Token;
        return configuration;
    }

    /// <summary>The rights that the chart grants, each as verb and resource.</summary>
    public static async Task<IReadOnlyList<string>> GrantedAsync(Cluster cluster)
    {
        var roles = await cluster.Kubectl.OutputAsync(["get", "clusterroles,roles", "--all-namespaces", "-l", "app.kubernetes.io/name=tenant-operator", "-o", "json"], null, TestContext.Current.CancellationToken);
        var rules = JsonNode.Parse(roles)!["items"]!.AsArray().SelectMany(role => role!["rules"]!.AsArray());
        return [.. rules.SelectMany(rule => rule!["verbs"]!.AsArray().SelectMany(verb => rule["resources"]!.AsArray().Select(resource => $"{verb} {resource}"))).Distinct(StringComparer.Ordinal)];
    }

    private static async Task GrantAsync(Cluster cluster)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await cluster.Kubectl.OutputAsync(["create", "namespace", "tenant-system"], null, cancellationToken);
        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], await RenderAsync(), cancellationToken);
        var kubectl = cluster.Kubectl.With(cluster.Local!.KubeconfigFor(Operator));
        await Until.TrueAsync(
            async () => (await kubectl.RunAsync(["auth", "can-i", "create", "events.events.k8s.io", "--all-namespaces"], null, cancellationToken)).ExitCode == 0, "the server knows the roles");
    }

    private static async Task<string> RenderAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var helm = await Helm.FindAsync("", Console.Error, cancellationToken);
        return await helm.OutputAsync(
            ["template", "tenant-operator", Path.Combine(Repository.Root, "charts", "tenant-operator"), "--namespace", "tenant-system", "--show-only", "templates/rbac.yaml"], null, cancellationToken);
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
