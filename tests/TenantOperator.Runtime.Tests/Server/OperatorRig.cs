using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>What is kept of a child: its key, its owner and the value it carries.</summary>
internal sealed record Child(ObjectKey Key, string Uid, string Version, string Owner, string Size);

/// <summary>
/// A small operator in a namespace of its own: each widget gets a ConfigMap that carries its size, a finalizer, and a status.
/// What a pass does besides can be put in by the test.
/// </summary>
internal sealed class OperatorRig : IAsyncDisposable
{
    private readonly Kubernetes _directClient;
    private readonly List<IHost> _hosts = [];

    private OperatorRig(string ns, Cluster cluster, FaultProxy proxy)
    {
        Namespace = ns;
        Proxy = proxy;
        _directClient = new Kubernetes(cluster.NewConfiguration());
        Direct = new KubernetesApi(_directClient, TimeProvider.System);
    }

    public static ResourceType Widgets { get; } = ResourceType.From<Widget>();

    public static ResourceType ConfigMaps { get; } = ResourceType.From<V1ConfigMap>();

    public static ResourceType Leases { get; } = new("coordination.k8s.io", "v1", "Lease", "leases");

    public string Namespace { get; }

    public FaultProxy Proxy { get; }

    public KubernetesApi Direct { get; }

    public static async Task<OperatorRig> CreateAsync(RuntimeServer server)
    {
        var token = TestContext.Current.CancellationToken;
        var cluster = await server.WithWidgetsAsync(token);
        var ns = await server.CreateNamespaceAsync("op", token);
        return new(ns, cluster, await FaultProxy.StartAsync(cluster.NewConfiguration()));
    }

    public ObjectKey Key(string name) => new(Namespace, name);

    /// <summary>Starts a replica.</summary>
    public async Task<IHost> StartAsync(
        string identity, Passes? passes = null, Action<OperatorOptions>? configure = null, Action<ControllerOptions<Widget>>? controller = null,
        ILeaderWork? leaderWork = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(passes ?? new Passes());
        builder.Services.AddSingleton<ILoggerProvider, LogSink>();
        if (leaderWork is not null)
        {
            builder.Services.AddSingleton(leaderWork);
        }

        builder.Services.AddKubernetesOperator(options =>
            {
                options.Name = "widget-operator";
                options.Identity = identity;
                options.LeaseNamespace = Namespace;
                options.LeaseName = "widgets";
                options.WatchNamespaces = [Namespace];
                options.ClientConfiguration = () => Proxy.Configuration();
                options.LeaseDuration = TimeSpan.FromSeconds(4);
                options.RenewDeadline = TimeSpan.FromSeconds(2);
                options.RenewPeriod = TimeSpan.FromMilliseconds(500);
                options.DrainTimeout = TimeSpan.FromSeconds(3);
                configure?.Invoke(options);
            })
            .AddCache<Widget>()
            .AddCache<V1ConfigMap, Child>(configure: options =>
            {
                options.LabelSelector = "owner";
                options.Project = map => new(ObjectKey.Of(map.Metadata), map.Metadata.Uid, map.Metadata.ResourceVersion, map.Metadata.Labels["owner"], map.Data["size"]);
                options.Index("owner", child => [child.Owner]);
            })
            .AddController<WidgetController, Widget>(options =>
            {
                options.Watches<Child>(change => [new(change.Key.Namespace, (change.New ?? change.Old)!.Owner)]);
                options.BackoffBase = TimeSpan.FromMilliseconds(100);
                controller?.Invoke(options);
            });
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public Task<Widget> CreateWidgetAsync(string name, int size = 1) =>
        Direct.CreateAsync<Widget>(Widgets, Namespace, Widget.Named(Namespace, name, size), TestContext.Current.CancellationToken);

    public Task<Widget?> WidgetAsync(string name) => Direct.FindAsync<Widget>(Widgets, Key(name), TestContext.Current.CancellationToken);

    public Task<V1ConfigMap?> MapAsync(string name) => Direct.FindAsync<V1ConfigMap>(ConfigMaps, Key(name), TestContext.Current.CancellationToken);

    public Task IsDoneAsync(string name, int size = 1) => Eventually.HoldsAsync(
        async () => (await WidgetAsync(name))?.Status?.Seen == size && (await MapAsync(name))?.Data["size"] == size.ToString(), name + " is done");

    public async Task<string?> LeaseHolderAsync()
    {
        var lease = await Direct.FindAsync<V1Lease>(Leases, Key("widgets"), TestContext.Current.CancellationToken);
        return lease?.Spec.HolderIdentity;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }

        await Proxy.DisposeAsync();
        _directClient.Dispose();
    }

    private sealed class LogSink : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():ss.fff} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}

/// <summary>What tests see of passes and put into them.</summary>
internal sealed class Passes
{
    public ConcurrentQueue<string> Begun { get; } = new();

    public ConcurrentQueue<string> Ended { get; } = new();

    public ConcurrentQueue<string> Cancelled { get; } = new();

    /// <summary>Runs inside each pass, before its writes.</summary>
    public Func<Widget, CancellationToken, Task> Within { get; set; } = (_, _) => Task.CompletedTask;
}

internal sealed class WidgetController(
    ResourceCache<Widget> widgets, ResourceCache<Child> children, WriteGate gate, IOperatorQueue<Widget> queue, IEventRecorder events, Passes passes)
    : IEntityController<Widget>, IEntityFinalizer<Widget>
{
    private const string Finalizer = "tests.runtime.example/widget";

    public async Task<ReconciliationResult> ReconcileAsync(Widget entity, CancellationToken cancellationToken)
    {
        passes.Begun.Enqueue(entity.Metadata.Name);
        try
        {
            await passes.Within(entity, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            passes.Cancelled.Enqueue(entity.Metadata.Name);
            throw;
        }

        entity = await gate.UpdateMetadataAsync(widgets, entity, new() { AddFinalizers = [Finalizer] }, cancellationToken);
        var size = entity.Spec.Size.ToString();
        var key = ObjectKey.Of(entity.Metadata);
        if (children.Find(key) is not { } child)
        {
            await gate.CreateAsync(children, MapFor(entity, size), cancellationToken);
            events.Record(
                new() { ApiVersion = entity.ApiVersion, Kind = entity.Kind, Name = key.Name, NamespaceProperty = key.Namespace, Uid = entity.Metadata.Uid },
                EventType.Normal, "MapCreated", "Create", "Its map was made.");
        }
        else if (child.Size != size)
        {
            var patch = new JsonObject { ["data"] = new JsonObject { ["size"] = size } };
            await gate.PatchAsync(children, key, patch, child.Version, cancellationToken);
        }

        await gate.UpdateStatusAsync(widgets, entity, new JsonObject { ["seen"] = entity.Spec.Size }, cancellationToken);
        passes.Ended.Enqueue(key.Name);
        _ = queue;
        return ReconciliationResult.Success();
    }

    public async Task<ReconciliationResult> FinalizeAsync(Widget entity, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(entity.Metadata);
        if (children.Find(key) is { } child)
        {
            await gate.DeleteAsync(children, key, child.Uid, cancellationToken);
        }

        await gate.UpdateMetadataAsync(widgets, entity, new() { RemoveFinalizers = [Finalizer] }, cancellationToken);
        return ReconciliationResult.Success();
    }

    private static V1ConfigMap MapFor(Widget entity, string size) => new()
    {
        Metadata = new()
        {
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string> { ["owner"] = entity.Metadata.Name },
        },
        Data = new Dictionary<string, string> { ["size"] = size },
    };
}
