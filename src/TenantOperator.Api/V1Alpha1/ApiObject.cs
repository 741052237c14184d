using k8s.Models;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// What those kinds have in common of which a cluster has many. Once one is in a cache, its metadata is stored packed: a third of the memory of a cached TenantUser.
/// </summary>
public abstract record ApiObject : IMetadata<V1ObjectMeta>
{
    // V1ObjectMeta, or PackedMetadata.
    private object metadata = new V1ObjectMeta();

    /// <summary>Standard metadata of the object. Of an object in a cache this is a copy, made anew each time.</summary>
    public V1ObjectMeta Metadata
    {
        get => metadata is PackedMetadata packed ? packed.Unpack() : (V1ObjectMeta)metadata;
        set => metadata = value;
    }

    /// <summary>The name, without making a copy of all metadata.</summary>
    public string Name() => metadata is PackedMetadata packed ? packed.Name : Metadata.Name;

    /// <summary>The namespace, without making a copy of all metadata.</summary>
    public string Namespace() => metadata is PackedMetadata packed ? packed.Namespace! : Metadata.NamespaceProperty;

    internal void Pack() => metadata = PackedMetadata.Of(Metadata) ?? metadata;
}

/// <summary>For caches.</summary>
public static class ApiObjectExtensions
{
    /// <summary>Packs the metadata of an object that nobody changes any more, and returns the object.</summary>
    public static T Compact<T>(this T stored)
        where T : ApiObject
    {
        stored.Pack();
        return stored;
    }
}
