using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Runtime;
using TenantOperator.Testing;

namespace TenantOperator.Tests.Support;

/// <summary>One account (a namespace) of the cluster with an operator that watches nothing else, and the hands of its admin.</summary>
internal sealed class TestAccount : IAsyncDisposable
{
    private TestAccount(Cluster cluster, string name, FaultProxy proxy)
    {
        Cluster = cluster;
        Name = name;
        Proxy = proxy;
        Rest = new Rest((Kubernetes)cluster.Client);
    }

    public Cluster Cluster { get; }

    /// <summary>The namespace of the account.</summary>
    public string Name { get; }

    /// <summary>Stands between the operator and the server; the admin goes past it.</summary>
    public FaultProxy Proxy { get; private set; }

    public Rest Rest { get; }

    public RunningOperator? Operator { get; private set; }

    /// <summary>What the operator is started with as --allow-hosts.</summary>
    public IReadOnlyList<string> AllowHosts { get; init; } = [];

    public static async Task<TestAccount> OpenAsync(OperatorCluster fixture, bool start = true, params IReadOnlyList<string> allowHosts)
    {
        var cluster = await fixture.ReadyAsync();
        var name = await fixture.CreateNamespaceAsync("acc", TestContext.Current.CancellationToken);
        var account = new TestAccount(cluster, name, await FaultProxy.StartAsync(OperatorCluster.ConfigurationOf(cluster))) { AllowHosts = allowHosts };
        if (start)
        {
            await account.StartAsync();
        }

        return account;
    }

    public async Task StartAsync(OperatorArguments? arguments = null, Action<IServiceCollection>? configure = null) =>
        Operator = await RunningOperator.StartAsync(Proxy.Configuration(), arguments ?? new OperatorArguments { WatchNamespaces = [Name], AllowHosts = AllowHosts }, configure);

    public async Task StopAsync()
    {
        if (Operator is { } running)
        {
            Operator = null;
            await running.DisposeAsync();
        }
    }

    /// <summary>Starts another operator, with a connection of its own, in place of one that was killed; nothing of the dead one reaches the server any more.</summary>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="between">What is done when the one is dead and the other not born.</param>
    public async Task SucceedAsync(OperatorArguments? arguments = null, Action? between = null)
    {
        var (dead, connection) = (Operator, Proxy);
        connection.Down();
        Operator = null;
        if (dead is not null)
        {
            await dead.AbandonAsync();
        }

        await connection.DisposeAsync();
        Proxy = await FaultProxy.StartAsync(OperatorCluster.ConfigurationOf(Cluster));
        between?.Invoke();
        await StartAsync(arguments);
    }

    /// <summary>The namespace of one of its tenants.</summary>
    public string NamespaceOf(string tenant) => $"{Name}-{tenant}";

    public string PathOf(string resource, string name = "", string? ns = null)
    {
        var root = resource.Split('/')[0] switch
        {
            "namespaces" => "/api/v1/namespaces",
            "resourcequotas" or "limitranges" or "secrets" => $"/api/v1/namespaces/{ns}/{resource}",
            "networkpolicies" => $"/apis/networking.k8s.io/v1/namespaces/{ns}/{resource}",
            "rolebindings" => $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/{resource}",
            "events" => $"/apis/events.k8s.io/v1/namespaces/{ns ?? Name}/{resource}",
            _ => $"/apis/{ApiGroup.ApiVersion}/namespaces/{Name}/{resource}",
        };
        return name.Length == 0 ? root : $"{root}/{name}";
    }

    public Task CreateAsync(string tenant, TenantSpec? spec = null) => CreateAsync(new Tenant { Metadata = Meta(tenant), Spec = spec ?? new TenantSpec() });

    public Task CreatePackageAsync(string name, int? quantity = null, PackageType type = PackageType.Primary, Func<TenantPackageSpec, TenantPackageSpec>? change = null)
    {
        var spec = new TenantPackageSpec { Type = type, Quantity = quantity };
        return CreateAsync(new TenantPackage { Metadata = Meta(name), Spec = change?.Invoke(spec) ?? spec });
    }

    public Task CreateUserAsync(string name, string tenant = "acme", string? email = null, TenantRole[]? roles = null) => CreateAsync(new TenantUser
    {
        Metadata = Meta(name),
        Spec = new TenantUserSpec { TenantRef = new TenantReference { Name = tenant }, Email = email ?? name + "@acme.example", Roles = roles },
    });

    public Task CreateAsync<T>(T body)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        body.Metadata.NamespaceProperty = Name;
        return Rest.CreateAsync(PathOf(body.Kind.ToLowerInvariant() + "s"), JsonSerializer.SerializeToNode(body, RuntimeJson.Options)!);
    }

    public Task PatchSpecAsync(string resource, string name, string spec) =>
        Rest.PatchAsync(PathOf(resource, name), new JsonObject { ["spec"] = JsonNode.Parse(spec) });

    public Task DeleteAsync(string resource, string name) => Rest.DeleteAsync(PathOf(resource, name));

    public async Task<Tenant?> FindTenantAsync(string name) => Read<Tenant>(await Rest.FindAsync(PathOf("tenants", name)));

    public Task<Tenant> UntilReadyAsync(string name, string reason = TenantReasons.Active) =>
        UntilAsync(name, tenant => tenant.Status?.ObservedGeneration == tenant.Metadata.Generation && Ready(tenant)?.Reason == reason, "Ready has the reason " + reason);

    public async Task<Tenant> UntilAsync(string name, Func<Tenant, bool> condition, string what)
    {
        JsonObject? last = null;
        return await Until.NotNullAsync(
            async () => Read<Tenant>(last = await Rest.FindAsync(PathOf("tenants", name))) is { } tenant && condition(tenant) ? tenant : null,
            () => $"{what}; the Tenant was {last?.ToJsonString()}; the operator logged {string.Join('\n', Operator?.Log.Lines.TakeLast(20) ?? [])}");
    }

    public async Task<TenantUser> UntilUserAsync(string name, string reason)
    {
        JsonObject? last = null;
        return await Until.NotNullAsync(
            async () => Read<TenantUser>(last = await Rest.FindAsync(PathOf("tenantusers", name))) is { } user
                && user.Status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready)?.Reason == reason ? user : null,
            () => $"{name} has the reason {reason}; it was {last?.ToJsonString()}");
    }

    /// <summary>Waits until the tenant's object is gone.</summary>
    public Task UntilGoneAsync(string tenant) => Until.TrueAsync(async () => await FindTenantAsync(tenant) is null, $"tenant {tenant} is gone");

    /// <summary>Waits until a person's object is gone.</summary>
    public Task UntilUserGoneAsync(string name) => Until.TrueAsync(async () => await Rest.FindAsync(PathOf("tenantusers", name)) is null, $"TenantUser {name} is gone");

    public async Task<IReadOnlyList<JsonObject>> EventsAsync(string? reason = null) =>
        [.. (await Rest.ListAsync(PathOf("events"))).Where(event_ => reason is null || (string?)event_["reason"] == reason)];

    public async Task<JsonObject> UntilEventAsync(string reason, string about = "") => await Until.NotNullAsync(
        async () => (await EventsAsync(reason)).FirstOrDefault(event_ => ((string?)event_["note"])?.Contains(about) == true),
        () => $"there is an Event {reason} about \"{about}\"");

    public async Task<IReadOnlyList<PackageAllocation>> AllocationsAsync() => [.. (await Rest.ListAsync(PathOf("packageallocations"))).Select(item => Read<PackageAllocation>(item)!)];

    /// <summary>Waits until the operator has nothing to do, the delayed counts included.</summary>
    public Task UntilQuietAsync() => Until.QuietAsync(() => Operator, () => Proxy);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Proxy.DisposeAsync();
    }

    public static Condition? Ready(Tenant tenant) => ConditionOf(tenant, CommonConditions.Ready);

    public static Condition? ConditionOf(Tenant tenant, string type) => tenant.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    public static V1ObjectMeta Meta(string name) => new() { Name = name };

    public static T? Read<T>(JsonNode? json)
        where T : class => json.Deserialize<T>(RuntimeJson.Options);
}
