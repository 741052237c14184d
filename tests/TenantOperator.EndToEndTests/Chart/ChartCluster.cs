using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;
using TenantOperator.Testing;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>An API server of its own, where roles decide, with helm: definitions come and go here that all other tests share.</summary>
internal sealed class ChartCluster : IAsyncDisposable
{
    // Our own build of the API server lets anybody bind any role. The real one asks for the right to bind; this asks the same authorizer the same question.
    private const string BindCheck = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: bind}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules: [{apiGroups: [rbac.authorization.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [rolebindings]}]
          validations:
          - expression: authorizer.group('rbac.authorization.k8s.io').resource('clusterroles').name(object.roleRef.name).check('bind').allowed() || object.roleRef.kind != 'ClusterRole'
            messageExpression: "'may not bind ClusterRole ' + object.roleRef.name"
            reason: Forbidden
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: bind}
        spec: {policyName: bind, validationActions: [Deny]}
        """;

    private readonly LocalControlPlane server;

    private ChartCluster(LocalControlPlane server, Helm helm, Kubectl kubectl)
    {
        this.server = server;
        Helm = helm;
        Kubectl = kubectl;
    }

    public Helm Helm { get; }

    public Kubectl Kubectl { get; }

    public static async Task<ChartCluster> StartAsync(IReadOnlyList<ControlPlaneUser> users, CancellationToken cancellationToken, params IEnumerable<string> serverFlags)
    {
        var started = await LocalControlPlane.StartAsync(
            new ControlPlaneOptions { Rbac = true, Audit = AuditLevel.Metadata, Users = users, ServerFlags = ["--audit-log-maxsize", "100000", .. serverFlags] }, cancellationToken);
        try
        {
            var kubectl = await Kubectl.FindAsync(started.KubeconfigPath, Console.Error, cancellationToken);
            await kubectl.OutputAsync(["apply", "-f", "-"], BindCheck, cancellationToken);
            return new ChartCluster(started, await Helm.FindAsync(started.KubeconfigPath, Console.Error, cancellationToken), kubectl);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>That of an administrator.</summary>
    public string KubeconfigPath => server.KubeconfigPath;

    public string KubeconfigFor(ControlPlaneUser user) => server.KubeconfigFor(user);

    /// <summary>Runs the lines of a block of the guide as they stand there, in the repository's folder, and returns what they printed. They may use further programs than helm and kubectl.</summary>
    public Task<string> RunAsync(string block, CancellationToken cancellationToken, params IEnumerable<string> programs) =>
        Shell.Command(block, server.KubeconfigPath, [Helm.Program, Kubectl.Program, .. programs]).OutputAsync(cancellationToken);

    /// <summary>The same as somebody else than an administrator.</summary>
    public Task<string> RunAsAsync(ControlPlaneUser user, string block, CancellationToken cancellationToken) =>
        Shell.Command(block, server.KubeconfigFor(user), [Helm.Program, Kubectl.Program]).OutputAsync(cancellationToken);

    public async Task<JsonNode> GetAsync(params IEnumerable<string> arguments) =>
        JsonNode.Parse(await Kubectl.OutputAsync(["get", .. arguments, "-o", "json"], null, TestContext.Current.CancellationToken))!;

    /// <summary>What a user was answered, by the audit log.</summary>
    public Task<IReadOnlyList<AuditedRequest>> RequestsOfAsync(ControlPlaneUser user, CancellationToken cancellationToken) => AuditedRequests.OfAsync(server.AuditLogPath!, user.Name, cancellationToken);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
