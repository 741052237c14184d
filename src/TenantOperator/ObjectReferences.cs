using k8s;
using k8s.Models;

namespace TenantOperator;

internal static class ObjectReferences
{
    /// <summary>Names an object for an Event about it.</summary>
    public static V1ObjectReference Reference(this IKubernetesObject<V1ObjectMeta> about) => new()
    {
        ApiVersion = about.ApiVersion,
        Kind = about.Kind,
        NamespaceProperty = about.Metadata.NamespaceProperty,
        Name = about.Metadata.Name,
        Uid = about.Metadata.Uid,
        ResourceVersion = about.Metadata.ResourceVersion,
    };
}
