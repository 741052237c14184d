using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>A namespace, a proxy before the real server, and a cache of one kind kept by a reflector through that proxy.</summary>
internal sealed class Rig<T> : IAsyncDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Kubernetes _client;
    private readonly Kubernetes _directClient;
    private readonly Reflector<T> _reflector;
    private Task _running = Task.CompletedTask;

    private Rig(string ns, FaultProxy proxy, KubernetesClientConfiguration direct, KubernetesApiOptions options, ReflectorOptions numbers)
    {
        Namespace = ns;
        Proxy = proxy;
        _client = new Kubernetes(proxy.Configuration());
        _directClient = new Kubernetes(direct);
        Api = new KubernetesApi(_client, TimeProvider.System, options);
        Direct = new KubernetesApi(_directClient, TimeProvider.System);
        Gate = new WriteGate(Api);
        Cache = new ResourceCache<T>(Type, new WireFormat<T, T>(Type, wire => wire), [ns], new Dictionary<string, Func<T, IEnumerable<string>>>());
        Cache.Subscribe(change =>
        {
            lock (Changes)
            {
                Changes.Add(change);
            }
        });
        _reflector = new Reflector<T>(Api, Cache, ns, numbers, TimeProvider.System, new Random(1), NullLogger.Instance);
    }

    public static ResourceType Type { get; } = ResourceType.From<T>();

    public string Namespace { get; }

    public FaultProxy Proxy { get; }

    /// <summary>Through the proxy.</summary>
    public KubernetesApi Api { get; }

    /// <summary>Around the proxy: somebody else.</summary>
    public KubernetesApi Direct { get; }

    public WriteGate Gate { get; }

    public ResourceCache<T> Cache { get; }

    public List<CacheChange<T>> Changes { get; } = [];

    public static async Task<Rig<T>> CreateAsync(RuntimeServer server, KubernetesApiOptions? options = null, TimeSpan? silence = null)
    {
        var token = TestContext.Current.CancellationToken;
        var cluster = await server.WithWidgetsAsync(token);
        var ns = await server.CreateNamespaceAsync("rig", token);
        var proxy = await FaultProxy.StartAsync(cluster.NewConfiguration());
        var numbers = new ReflectorOptions { Silence = silence ?? TimeSpan.FromMinutes(2), BackoffBase = TimeSpan.FromMilliseconds(20) };
        return new(ns, proxy, cluster.NewConfiguration(), options ?? new(), numbers);
    }

    public ObjectKey Key(string name) => new(Namespace, name);

    /// <summary>Lets the reflector run, and waits until the cache is filled.</summary>
    public async Task StartAsync(bool untilSynced = true)
    {
        _running = Task.Run(() => _reflector.RunAsync(_stop.Token));
        if (untilSynced)
        {
            await Cache.WaitForSyncAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        }
    }

    public Task<T> CreateDirectlyAsync(T body) => Direct.CreateAsync<T>(Type, Namespace, body, TestContext.Current.CancellationToken);

    public Task DeleteDirectlyAsync(string name) => Direct.DeleteAsync(Type, Key(name), null, null, TestContext.Current.CancellationToken);

    public Task<T> PatchDirectlyAsync(string name, string patch) => Direct.PatchAsync<T>(
        Type, Key(name), System.Text.Json.Nodes.JsonNode.Parse(patch)!.AsObject(), null, TestContext.Current.CancellationToken);

    /// <summary>Waits until the cache shows exactly these names.</summary>
    public Task ShowsAsync(params string[] names) => Eventually.HoldsAsync(
        () => Cache.Items.Select(each => each.Metadata.Name).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)),
        $"shows {string.Join(", ", names)}; it shows {string.Join(", ", Cache.Items.Select(each => each.Metadata.Name))}");

    public CacheChange<T>[] ChangesOf(string name)
    {
        lock (Changes)
        {
            return [.. Changes.Where(change => change.Key.Name == name)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Proxy.DisposeAsync();
        _client.Dispose();
        _directClient.Dispose();
        _stop.Dispose();
    }
}
