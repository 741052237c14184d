using k8s.Models;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;

namespace TenantOperator.Hosting;

/// <summary>
/// Which accounts this operator serves, when several share a cluster: those whose namespace carries its class as a label. An account is served as a whole, since its
/// tenants share one stock.
/// </summary>
internal sealed class Accounts(ResourceCache<NamespaceChild> namespaces, string controllerClass)
{
    /// <summary>Whether objects in a namespace are ours to act on. A namespace that is not in view yet is not; its coming wakes all that is in it.</summary>
    public bool IsOurs(string ns) => namespaces.Find(new ObjectKey("", ns))?.ControllerClass == controllerClass;
}

/// <summary>Keeps a controller away from objects of accounts that another operator serves.</summary>
internal sealed class AccountScoped<TController, TEntity>(TController inner, Accounts accounts) : IEntityController<TEntity>, IEntityFinalizer<TEntity>
    where TController : IEntityController<TEntity>
    where TEntity : class, IMetadata<V1ObjectMeta>
{
    public Task<ReconciliationResult> ReconcileAsync(TEntity entity, CancellationToken cancellationToken) =>
        accounts.IsOurs(entity.Metadata.NamespaceProperty) ? inner.ReconcileAsync(entity, cancellationToken) : Task.FromResult(ReconciliationResult.Success());

    public Task<ReconciliationResult> FinalizeAsync(TEntity entity, CancellationToken cancellationToken) =>
        inner is IEntityFinalizer<TEntity> finalizer && accounts.IsOurs(entity.Metadata.NamespaceProperty)
            ? finalizer.FinalizeAsync(entity, cancellationToken)
            : Task.FromResult(ReconciliationResult.Success());
}
