using System.Text.Json.Nodes;
using k8s.Models;

namespace TenantOperator.Runtime;

/// <summary>A wished change of metadata. Null values remove. Finalizers are added and removed by name.</summary>
public sealed record MetadataChange
{
    /// <summary>Annotations to set, or to remove where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Annotations { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Labels to set, or to remove where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Finalizers that must be there.</summary>
    public IReadOnlyList<string> AddFinalizers { get; init; } = [];

    /// <summary>Finalizers that must not be there.</summary>
    public IReadOnlyList<string> RemoveFinalizers { get; init; } = [];
}

/// <summary>
/// The one way to write. What would change nothing is not sent. What is sent is a create, or carries the version (or uid) it was
/// decided on, so two leaders cannot overwrite each other. The answer is in the cache before the method returns.
/// </summary>
public sealed class WriteGate(KubernetesApi api)
{
    /// <summary>Creates an object.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    public Task<T> CreateAsync<TWire, T>(ResourceCache<T> cache, TWire body, CancellationToken cancellationToken)
        where TWire : class, IMetadata<V1ObjectMeta>
        where T : class => throw new NotSupportedException($"{api.GetType()}");

    /// <summary>Sends a merge patch that the caller knows to change something; an empty one is not sent.</summary>
    /// <exception cref="ConflictException">The object is no longer at <paramref name="expectedResourceVersion"/>.</exception>
    public Task<T> PatchAsync<T>(
        ResourceCache<T> cache, ObjectKey key, JsonObject mergePatch, string expectedResourceVersion, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    /// <summary>
    /// Makes the status of an object equal to <paramref name="newStatus"/>; not sent if it is. Returns the object as it now is, which is
    /// what a later write of the same pass must be based on.
    /// </summary>
    /// <exception cref="ConflictException">The object has changed since it was observed.</exception>
    public Task<T> UpdateStatusAsync<T>(ResourceCache<T> cache, T observed, JsonNode newStatus, CancellationToken cancellationToken)
        where T : class, IMetadata<V1ObjectMeta> => throw new NotSupportedException();

    /// <summary>Changes annotations, labels and finalizers in one patch; not sent if all are as wished. Returns the object as it now is.</summary>
    /// <exception cref="ConflictException">The object has changed since it was observed.</exception>
    public Task<T> UpdateMetadataAsync<T>(ResourceCache<T> cache, T observed, MetadataChange change, CancellationToken cancellationToken)
        where T : class, IMetadata<V1ObjectMeta> => throw new NotSupportedException();

    /// <summary>Deletes exactly this incarnation; one that is gone, or already being deleted, is not asked for again.</summary>
    /// <exception cref="ConflictException">Another object has taken the name.</exception>
    public Task DeleteAsync<T>(ResourceCache<T> cache, ObjectKey key, string uid, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();
}
