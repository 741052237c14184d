using System.Collections.Concurrent;
using TenantOperator.ControlPlane.Running;
using TenantOperator.EndToEndTests.Platforms;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>A release that has no right in the whole cluster, installed by somebody who has none either, as docs/guides/install.md says it.</summary>
public sealed class AnOperatorWithRolesAlone
{
    private const string Account = "contoso";

    private const string AllRights = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: installer}
        rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: installer}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: installer}
        subjects: [{kind: ServiceAccount, name: installer, namespace: default}]
        """;

    // In the cluster, where this operator serves nobody.
    private const string Here = """
        apiVersion: tenantoperator.io/v1alpha1
        kind: TenantPlatform
        metadata: {name: here}
        spec: {cluster: {}}
        ---
        apiVersion: tenantoperator.io/v1alpha1
        kind: Tenant
        metadata: {name: acme}
        spec: {platformRef: {name: here}}
        """;

    private static readonly ControlPlaneUser Installer = ControlPlaneUser.ServiceAccount("default", "installer", "installer-token");
    private static readonly ControlPlaneUser Operator = ControlPlaneUser.ServiceAccount(RenderedChart.Namespace, "tenant-operator", "chart-token");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_installed_and_serves_a_remote_platform_and_nothing_is_refused()
    {
        var blocks = Repository.Blocks("docs/guides/install.md", "sh");
        await using var stage = await PlatformStage.OpenAsync("mindzie");
        await using var cluster = await ChartCluster.StartAsync([Installer, Operator], Token);
        await cluster.RunAsync(blocks[^2], Token);
        foreach (var ns in new[] { RenderedChart.Namespace, Account })
        {
            await cluster.Kubectl.OutputAsync(["apply", "-n", ns, "-f", "-"], AllRights, Token);
        }

        await cluster.RunAsAsync(Installer, blocks[^1], Token);
        await cluster.RunAsAsync(Installer, $"helm upgrade tenant-operator charts/tenant-operator --namespace {RenderedChart.Namespace} --reset-then-reuse-values --set 'allowHosts={{127.0.0.1}}'", Token);

        var log = new ConcurrentQueue<string>();
        var container = (await cluster.GetAsync("deployment/tenant-operator", "-n", RenderedChart.Namespace))["spec"]!["template"]!["spec"]!["containers"]![0]!;
        await using var process = OperatorProcess.StartContainer(container, cluster.KubeconfigFor(Operator), log.Enqueue);
        await process.UntilReadyAsync(Token);
        var account = new WalkAccount(cluster.Kubectl, Account, Token);
        var manifest = stage.ManifestFor(Account, controllerClass: null);
        await account.ApplyAsync(Here);
        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], manifest, Token);
        await ALifeOnEachPlatform.LiveAsync(account, stage);

        // Who lives in the cluster is told so, and nothing is made.
        WalkAccount.MessageOf(await account.UntilReadyAsync("PlatformNotServed", "acme"), "Stalled").Should().Contain("TenantPlatform \"here\" is of type cluster, and this operator was told not to serve tenants there.");
        await account.UntilSaidAsync("tenantplatform", "Stalled", "NotServed", "here");
        (await cluster.GetAsync("namespaces"))["items"]!.AsArray().Select(each => (string)each!["metadata"]!["name"]!).Should().NotContain(Account + "-acme");
        log.Should().NotContain(line => line.Contains("orbidden", StringComparison.Ordinal));

        // Definitions that go take no tenant along, though the operator may not read them.
        await cluster.Kubectl.OutputAsync(["apply", "-f", "-"], manifest, Token);
        await account.UntilReadyAsync("Active", stage.Tenant);
        await cluster.Kubectl.OutputAsync(["delete", "-f", Repository.Crds, "--timeout=60s"], null, Token);
        stage.Only.Suspended.Should().BeFalse("nobody wished the tenant away");
        stage.Only.People.Should().HaveCount(2);

        foreach (var user in new[] { Installer, Operator })
        {
            (await cluster.RequestsOfAsync(user, Token)).Where(request => request.Code == 401 || request.Refusal.StartsWith(" forbid", StringComparison.Ordinal)).Select(request => request.ToString()).Distinct(StringComparer.Ordinal).Should().BeEmpty("{0} has all rights it needs", user.Name);
        }

        (await cluster.RequestsOfAsync(Operator, Token)).Select(request => $"{request.Verb} {request.Resource}").Should().Contain("get namespaces").And.NotContain(["list namespaces", "watch namespaces", "get customresourcedefinitions"]);
    }
}
