using k8s;
using Microsoft.Extensions.DependencyInjection;

namespace TenantOperator.Runtime;

/// <summary>What one operator process needs to know of itself.</summary>
public sealed class OperatorOptions
{
    /// <summary>Who this process is in the lease and in Events; must differ between replicas. Default: machine name and a random suffix.</summary>
    public string Identity { get; set; } = "";

    /// <summary>The operator's name: field manager, and <c>reportingController</c> of Events.</summary>
    public string Name { get; set; } = "operator";

    /// <summary>Namespace of the lease.</summary>
    public string LeaseNamespace { get; set; } = "default";

    /// <summary>Name of the lease.</summary>
    public string LeaseName { get; set; } = "operator";

    /// <summary>False: work begins at once, for a single replica or a test.</summary>
    public bool LeaderElection { get; set; } = true;

    /// <summary>How long others leave a lease alone that is not renewed. Default 15 s.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long this process trusts its own lease after the last renewal was sent; shorter than <see cref="LeaseDuration"/>. Default 10 s.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between renewals. Default 4 s.</summary>
    public TimeSpan RenewPeriod { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>The namespaces to watch; empty means all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; set; } = [];

    /// <summary>How long passes in flight may take to finish after a stop. Default 10 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a watch may be silent before it is given up (bookmarks come about every minute). Default 150 s.</summary>
    public TimeSpan WatchSilence { get; set; } = TimeSpan.FromSeconds(150);

    /// <summary>Where the cluster and its credentials are; read again after a 401. Default: in-cluster, else KUBECONFIG.</summary>
    public Func<KubernetesClientConfiguration> ClientConfiguration { get; set; } = KubernetesClientConfiguration.BuildDefaultConfig;

    /// <summary>Patience of requests.</summary>
    public KubernetesApiOptions Api { get; set; } = new();

    /// <summary>The seed of jitter, for tests that repeat a run; null: a different one each time.</summary>
    public int? RandomSeed { get; set; }
}

/// <summary>How one controller runs.</summary>
public sealed class ControllerOptions<TEntity>
    where TEntity : class
{
    private readonly List<Func<IServiceProvider, Action<ObjectKey>, IDisposable>> _watches = [];

    /// <summary>Passes at the same time, each of another key. Default 16: the server sets the pace, not our cores.</summary>
    public int Workers { get; set; } = 16;

    /// <summary>How long a key is left alone at most; each time shortened by up to a tenth so that they spread. Null: no resync. Default 10 h.</summary>
    public TimeSpan? Resync { get; set; } = TimeSpan.FromHours(10);

    /// <summary>The longest a pass may take before it is cancelled and counts as failed. Default 2 min.</summary>
    public TimeSpan PassTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>First delay after a failure. Default 1 s.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay after failures. Default 5 min.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Which changes of the entity itself ask for a pass. Default: all but the echo of our own writes.</summary>
    public Func<CacheChange<TEntity>, bool> Filter { get; set; } = change => change.Origin != ChangeOrigin.OwnWrite;

    /// <summary>
    /// Which keys this operator serves, asked before each pass with the container's services; null: all. The others cost neither a pass nor a resync, so whatever makes a key one of its own must queue it.
    /// </summary>
    public Func<IServiceProvider, Func<ObjectKey, bool>>? Serves { get; set; }

    internal IReadOnlyList<Func<IServiceProvider, Action<ObjectKey>, IDisposable>> WatchSources => _watches;

    /// <summary>The same, for a mapping that needs a service of the container, such as another cache.</summary>
    public ControllerOptions<TEntity> WatchesWith<TOther, TService>(Func<TService, CacheChange<TOther>, IEnumerable<ObjectKey>> map, bool ownWrites = false)
        where TOther : class
        where TService : class
    {
        return Watches<TOther>(services =>
        {
            var service = services.GetRequiredService<TService>();
            return change => map(service, change);
        }, ownWrites);
    }

    /// <summary>
    /// Asks for passes when something else changes. <paramref name="map"/> names the entities concerned; it runs under the cache's
    /// lock and must be quick. Own writes are left out unless <paramref name="ownWrites"/> is set.
    /// </summary>
    public ControllerOptions<TEntity> Watches<TOther>(Func<CacheChange<TOther>, IEnumerable<ObjectKey>> map, bool ownWrites = false)
        where TOther : class => Watches<TOther>(_ => map, ownWrites);

    private ControllerOptions<TEntity> Watches<TOther>(Func<IServiceProvider, Func<CacheChange<TOther>, IEnumerable<ObjectKey>>> mapWith, bool ownWrites)
        where TOther : class
    {
        _watches.Add((services, enqueue) =>
        {
            var cache = services.GetService<ResourceCache<TOther>>()
                ?? throw new InvalidOperationException($"No cache of {typeof(TOther).Name} is registered; AddCache comes first.");
            var map = mapWith(services);
            return cache.Subscribe(change =>
            {
                // What is there at the start concerns entities that are looked at anyway.
                if (change.Initial || (change.Origin == ChangeOrigin.OwnWrite && !ownWrites))
                {
                    return;
                }

                foreach (var key in map(change))
                {
                    enqueue(key);
                }
            });
        });
        return this;
    }
}
