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
