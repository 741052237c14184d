using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace TenantOperator.Runtime;

/// <summary>Registers an operator: its caches and its controllers.</summary>
public static class OperatorServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="KubernetesApi"/>, <see cref="WriteGate"/>, <see cref="IEventRecorder"/>, <see cref="IOperatorHealth"/>,
    /// <see cref="PrometheusText"/> and the hosted service that fills the caches, takes the lease and runs the controllers, in this order.
    /// </summary>
    public static OperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorOptions>? configure = null) =>
        throw new NotSupportedException();
}

/// <summary>What <see cref="OperatorServiceCollectionExtensions.AddKubernetesOperator"/> returns.</summary>
public sealed class OperatorBuilder
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
        where T : class => throw new NotSupportedException();

    /// <summary>Keeps whole objects.</summary>
    public OperatorBuilder AddCache<T>(ResourceType? type = null, Action<CacheOptions<T, T>>? configure = null)
        where T : class, IMetadata<V1ObjectMeta> => AddCache<T, T>(type, configure);

    /// <summary>Runs a controller, a singleton, over the cache of its entity; makes <see cref="IOperatorQueue{TEntity}"/> a service.</summary>
    public OperatorBuilder AddController<TController, TEntity>(Action<ControllerOptions<TEntity>>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class => throw new NotSupportedException();
}
