using System.Reflection;
using k8s.Models;

namespace TenantOperator.Runtime;

/// <summary>Where an object is: its namespace (empty for cluster-scoped kinds) and its name.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of an object, from its metadata.</summary>
    public static ObjectKey Of(V1ObjectMeta metadata) => new(metadata.NamespaceProperty ?? "", metadata.Name ?? "");

    /// <summary><c>namespace/name</c>, or the bare name of a cluster-scoped object.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : Namespace + "/" + Name;
}

/// <summary>Marks a C# kind as cluster-scoped; every other kind is taken to be namespaced.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ClusterScopedAttribute : Attribute;

/// <summary>One kind as the API server serves it. <c>Group</c> is empty for the core group.</summary>
public sealed record ResourceType(string Group, string Version, string Kind, string Plural, bool Namespaced = true)
{
    /// <summary>What stands in an object's <c>apiVersion</c>: <c>group/version</c>, or <c>version</c> in the core group.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary>Reads <see cref="KubernetesEntityAttribute"/>. Cluster-scoped if <paramref name="namespaced"/> is false or the type says so.</summary>
    /// <exception cref="ArgumentException">The type carries no <see cref="KubernetesEntityAttribute"/>.</exception>
    public static ResourceType From<T>(bool? namespaced = null)
    {
        var entity = typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new ArgumentException($"{typeof(T).Name} carries no KubernetesEntity attribute.", nameof(namespaced));
        return new(
            entity.Group ?? "",
            entity.ApiVersion,
            entity.Kind,
            entity.PluralName,
            namespaced ?? typeof(T).GetCustomAttribute<ClusterScopedAttribute>() is null);
    }

    /// <summary>The path of the collection, without a leading slash; all namespaces if none is given.</summary>
    public string CollectionPath(string? ns = null)
    {
        var root = Group.Length == 0 ? "api/" + Version : "apis/" + Group + "/" + Version;
        return Namespaced && !string.IsNullOrEmpty(ns)
            ? $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}"
            : $"{root}/{Plural}";
    }

    /// <summary>The path of one object or of its subresource, without a leading slash.</summary>
    public string ObjectPath(ObjectKey key, string? subresource = null)
    {
        var path = CollectionPath(key.Namespace) + "/" + Uri.EscapeDataString(key.Name);
        return subresource is null ? path : path + "/" + subresource;
    }
}
