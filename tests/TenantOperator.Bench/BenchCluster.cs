using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.Bench;

/// <summary>A fresh API server with our kinds, so that no contestant pays for what another has left behind.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    public static readonly ControlPlaneUser Operator = ControlPlaneUser.ServiceAccount("tenant-operator", "operator", "operator-token");
    public static readonly ControlPlaneUser Floor = ControlPlaneUser.ServiceAccount("tenant-operator", "floor", "floor-token");

    private const string Ours = "apis/tenantoperator.io/v1alpha1";
    private readonly LocalControlPlane server;

    private BenchCluster(LocalControlPlane server)
    {
        this.server = server;
        Admin = new ApiClient(server.KubeconfigPath);
        Audit = new AuditLog(server.AuditLogPath!);
    }

    public ApiClient Admin { get; }

    public AuditLog Audit { get; }

    public string KubeconfigOf(ControlPlaneUser user) => server.KubeconfigFor(user);

    public static async Task<BenchCluster> StartAsync(string repository, CancellationToken cancellationToken)
    {
        var started = await LocalControlPlane.StartAsync(
            // One log file, however long: we follow it by position.
            new ControlPlaneOptions { Audit = AuditLevel.Metadata, Users = [Operator, Floor], ServerFlags = ["--audit-log-maxsize", "100000"] },
            cancellationToken);
        var cluster = new BenchCluster(started);
        try
        {
            await cluster.InstallAsync(Path.Combine(repository, "config", "crds"), cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>An account with everything a tenant uses: platform with two groups, a package with a stock, a template.</summary>
    public async Task CreateAccountAsync(string account, int stock, CancellationToken cancellationToken)
    {
        await Admin.SendAsync(HttpMethod.Post, "api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = account } }, cancellationToken);
        await CreateAsync("TenantPlatform", "default", """
            {"cluster":{"access":[{"group":"support","role":"Developer"},{"group":"audit","role":"Analyst"}],"networkPolicy":{"allowNamespaces":["ingress-nginx"]}}}
            """);
        await CreateAsync("TenantPackage", "standard", $$$$"""
            {"type":"Primary","quantity":{{{{stock}}}},"limits":{"maxUsers":50,"storage":"100Gi"},
             "quota":{"pods":50,"requests.cpu":"4","requests.memory":"8Gi","requests.storage":"100Gi"},
             "limitRange":{"defaultRequest":{"cpu":"100m","memory":"128Mi"},"default":{"cpu":"500m","memory":"512Mi"}}}
            """);
        await CreateAsync("TenantTemplate", "standard", """
            {"description":"The usual settings","packageRef":{"name":"standard"},"limits":{"maxUsers":25},"cluster":{"labels":{"example.com/tier":"standard"}}}
            """);

        async Task CreateAsync(string kind, string name, string spec) => await Admin.SendAsync(
            HttpMethod.Post,
            $"{Ours}/namespaces/{account}/{kind.ToLowerInvariant()}s",
            new JsonObject
            {
                ["apiVersion"] = "tenantoperator.io/v1alpha1",
                ["kind"] = kind,
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = JsonNode.Parse(spec),
            },
            cancellationToken);
    }

    /// <summary>Applies a Tenant and returns its uid.</summary>
    public async Task<string> CreateTenantAsync(string account, string name, CancellationToken cancellationToken)
    {
        var body = $$$$"""
            {"apiVersion":"tenantoperator.io/v1alpha1","kind":"Tenant","metadata":{"name":"{{{{name}}}}"},"spec":{"displayName":"Customer {{{{name}}}}","templateRef":{"name":"standard"},"packageRef":{"name":"standard"}}}
            """;
        using var answer = await Admin.OpenAsync(HttpMethod.Post, $"{Ours}/namespaces/{account}/tenants", Encoding.UTF8.GetBytes(body), ApiClient.Json, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        const string mark = "\"uid\":\"";
        return text.Substring(text.IndexOf(mark, StringComparison.Ordinal) + mark.Length, 36);
    }

    public Task CreateUserAsync(string account, string tenant, string name, CancellationToken cancellationToken) => Admin.WriteAsync(
        HttpMethod.Post,
        $"{Ours}/namespaces/{account}/tenantusers",
        Encoding.UTF8.GetBytes($$$$"""
            {"apiVersion":"tenantoperator.io/v1alpha1","kind":"TenantUser","metadata":{"name":"{{{{name}}}}"},"spec":{"tenantRef":{"name":"{{{{tenant}}}}"},"email":"{{{{name}}}}@example.com","roles":["Member"]}}
            """),
        ApiClient.Json,
        cancellationToken);

    /// <summary>The names of tenants that are not Ready, with the reason.</summary>
    public async Task<IReadOnlyList<string>> NotReadyAsync(string account, CancellationToken cancellationToken)
    {
        var list = await Admin.GetAsync($"{Ours}/namespaces/{account}/tenants", cancellationToken);
        return
        [
            .. list["items"]!.AsArray()
                .Select(tenant => (Name: (string)tenant!["metadata"]!["name"]!, Ready: tenant["status"]?["conditions"]?.AsArray().FirstOrDefault(each => (string?)each!["type"] == "Ready")))
                .Where(tenant => (string?)tenant.Ready?["status"] != "True")
                .Select(tenant => $"{tenant.Name}: {tenant.Ready?["message"]}"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Audit.Dispose();
        await server.DisposeAsync();
    }

    private async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        const string crds = "apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml"))
        {
            var parts = Path.GetFileNameWithoutExtension(file).Split('_');
            var name = $"{parts[1]}.{parts[0]}";
            var body = await File.ReadAllBytesAsync(file, cancellationToken);
            await Admin.WriteAsync(HttpMethod.Patch, crds + name + "?fieldManager=bench", body, "application/apply-patch+yaml", cancellationToken);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml"))
        {
            var plural = Path.GetFileNameWithoutExtension(file).Split('_')[1];
            while (!await IsServedAsync($"{Ours}/{plural}?limit=1", cancellationToken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task<bool> IsServedAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await Admin.GetAsync(path, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
