using System.Globalization;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>Registers an operator: its caches and its controllers.</summary>
public static class OperatorServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="KubernetesApi"/>, <see cref="WriteGate"/>, <see cref="IEventRecorder"/>, <see cref="IOperatorHealth"/> and the hosted service that fills the caches, takes the lease and runs the controllers, in this order.
    /// </summary>
    public static OperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorOptions>? configure = null)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => Configure(configure));
        services.AddSingleton(provider => new RandomSource(provider.GetRequiredService<OperatorOptions>().RandomSeed));
        services.TryAddSingleton(provider => Connect(provider.GetRequiredService<OperatorOptions>()));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<OperatorOptions>();
            return new KubernetesApi(provider.GetRequiredService<Kubernetes>(), provider.GetRequiredService<TimeProvider>(), options.Api with
            {
                FieldManager = options.Api.FieldManager ?? options.Name,
                ReloadCredentials = options.Api.ReloadCredentials ?? (() => Kubernetes.CreateCredentials(options.ClientConfiguration())),
            });
        });
        services.AddSingleton<WriteGate>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<OperatorOptions>();
            return ActivatorUtilities.CreateInstance<EventRecorder>(provider, options.Name, options.Identity);
        });
        services.AddSingleton<IEventRecorder>(provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<OperatorHost>();
        services.AddSingleton<IOperatorHealth>(provider => provider.GetRequiredService<OperatorHost>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OperatorHost>());
        return new OperatorBuilder(services);
    }

    private static OperatorOptions Configure(Action<OperatorOptions>? configure)
    {
        var options = new OperatorOptions();
        configure?.Invoke(options);
        if (options.Identity.Length == 0)
        {
            options.Identity = Environment.MachineName.ToLower(CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("n")[..8];
        }

        if (options.RenewDeadline >= options.LeaseDuration || options.RenewPeriod >= options.RenewDeadline)
        {
            throw new InvalidOperationException("Needed: RenewPeriod < RenewDeadline < LeaseDuration, or two replicas could work at once.");
        }

        return options;
    }

    private static Kubernetes Connect(OperatorOptions options)
    {
        var configuration = options.ClientConfiguration();
        var theirs = configuration.FirstMessageHandlerSetup;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            theirs?.Invoke(handler);
            if (handler is SocketsHttpHandler sockets)
            {
                // A peer that vanished without a word is noticed in under a minute, not in three.
                sockets.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
                sockets.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
            }
        };
        return new Kubernetes(configuration);
    }
}

/// <summary>What <see cref="OperatorServiceCollectionExtensions.AddKubernetesOperator"/> returns.</summary>
public sealed partial class OperatorBuilder
{
    internal OperatorBuilder(IServiceCollection services) => Services = services;

    /// <summary>The service collection that is being filled.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Keeps a kind in memory as <see cref="ResourceCache{T}"/>, a service. One cache per <typeparamref name="T"/>: give each
    /// projected kind a type of its own. A kind that is not served yet is waited for.
    /// </summary>
    public OperatorBuilder AddCache<TWire, T>(ResourceType? type = null, Action<CacheOptions<TWire, T>>? configure = null)
        where TWire : class, IMetadata<V1ObjectMeta>
        where T : class
    {
        if (Services.Any(each => each.ServiceType == typeof(ResourceCache<T>)))
        {
            throw new InvalidOperationException($"A cache of {typeof(T).Name} is registered already.");
        }

        var options = new CacheOptions<TWire, T>();
        configure?.Invoke(options);
        var project = options.Project
            ?? (typeof(TWire) == typeof(T) ? wire => (T)(object)wire : throw new ArgumentException("Two types need a Project.", nameof(configure)));
        var kind = type ?? ResourceType.From<TWire>();
        if (options.Names is not null && kind.Namespaced)
        {
            throw new ArgumentException($"{kind.Plural} are namespaced; Names are for cluster-scoped kinds.", nameof(configure));
        }


        Services.AddSingleton(provider => new ResourceCache<T>(
            kind,
            new WireFormat<TWire, T>(kind, project),
            options.Namespaces ?? provider.GetRequiredService<OperatorOptions>().WatchNamespaces,
            options.Indexes,
            options.LabelSelector is not null || options.FieldSelector is not null,
            error => LogHandlerFailed(provider.GetRequiredService<ILogger<ResourceCache<T>>>(), kind.Plural, error)));
        Services.AddSingleton(new CacheRegistration(
            kind.Plural,
            provider => provider.GetRequiredService<ResourceCache<T>>().Count,
            provider => ReflectorsOf(provider, provider.GetRequiredService<ResourceCache<T>>(), options)));
        return this;
    }

    /// <summary>Keeps whole objects.</summary>
    public OperatorBuilder AddCache<T>(ResourceType? type = null, Action<CacheOptions<T, T>>? configure = null)
        where T : class, IMetadata<V1ObjectMeta> => AddCache<T, T>(type, configure);

    /// <summary>Runs a controller, a singleton, over the cache of its entity; makes <see cref="IOperatorQueue{TEntity}"/> a service.</summary>
    public OperatorBuilder AddController<TController, TEntity>(Action<ControllerOptions<TEntity>>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class
    {
        var options = new ControllerOptions<TEntity>();
        configure?.Invoke(options);
        Services.AddSingleton(options);
        Services.AddSingleton<OperatorQueue<TEntity>>();
        Services.AddSingleton<IOperatorQueue<TEntity>>(provider => provider.GetRequiredService<OperatorQueue<TEntity>>());
        Services.TryAddSingleton<TController>();
        Services.AddSingleton<IControllerRunner, ControllerRunner<TController, TEntity>>();
        return this;
    }

    /// <summary>Runs something of its own beside the controllers, while this process leads.</summary>
    public OperatorBuilder AddLeaderWork<TWork>()
        where TWork : class, ILeaderWork
    {
        Services.TryAddSingleton<TWork>();
        Services.AddSingleton<ILeaderWork>(provider => provider.GetRequiredService<TWork>());
        return this;
    }

    private static IReadOnlyList<IReflector> ReflectorsOf<TWire, T>(IServiceProvider provider, ResourceCache<T> cache, CacheOptions<TWire, T> options)
        where TWire : class
        where T : class
    {
        var silence = provider.GetRequiredService<OperatorOptions>().WatchSilence;
        var numbers = new ReflectorOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector, Silence = silence };
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("TenantOperator.Runtime.Reflector");
        if (options.Names is { } names)
        {
            var backoff = new Backoff(numbers.BackoffBase, numbers.BackoffMax, provider.GetRequiredService<RandomSource>().Next());
            return [ActivatorUtilities.CreateInstance<NamedReader<T>>(provider, cache, names, options.ReadInterval, backoff, logger)];
        }

        return [.. cache.Scopes.Select(scope => ActivatorUtilities.CreateInstance<Reflector<T>>(provider, cache, scope, numbers, provider.GetRequiredService<RandomSource>().Next(), logger))];
    }

    [LoggerMessage(EventId = 1, EventName = "HandlerFailed", Level = LogLevel.Error, Message = "A handler of changes of {Resource} failed")]
    private static partial void LogHandlerFailed(ILogger logger, string resource, Exception error);
}
