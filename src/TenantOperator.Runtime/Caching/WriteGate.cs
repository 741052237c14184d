using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using k8s;
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

    /// <summary>The members of <c>metadata</c> that must change, as a merge patch; null if all is as wished.</summary>
    public JsonObject? PatchFor(V1ObjectMeta metadata)
    {
        JsonObject? patch = null;
        void Add(string name, JsonNode? change)
        {
            if (change is not null)
            {
                (patch ??= [])[name] = change;
            }
        }

        Add("annotations", Difference(metadata.Annotations, Annotations));
        Add("labels", Difference(metadata.Labels, Labels));

        var have = metadata.Finalizers ?? [];
        var want = have.Except(RemoveFinalizers, StringComparer.Ordinal).Union(AddFinalizers, StringComparer.Ordinal).ToList();
        if (!want.SequenceEqual(have, StringComparer.Ordinal))
        {
            Add("finalizers", new JsonArray([.. want.Select(name => (JsonNode)name)]));
        }

        return patch;
    }

    private static JsonObject? Difference(IDictionary<string, string>? have, IReadOnlyDictionary<string, string?> want)
    {
        JsonObject? patch = null;
        foreach (var (name, value) in want)
        {
            var is_ = have is not null && have.TryGetValue(name, out var present) ? present : null;
            if (!string.Equals(is_, value, StringComparison.Ordinal))
            {
                (patch ??= [])[name] = value;
            }
        }

        return patch;
    }
}

/// <summary>
/// The one way to write. What would change nothing is not sent. What is sent is a create, or carries the version (or uid) it was
/// decided on, so two leaders cannot overwrite each other. The answer is in the cache before the method returns.
/// </summary>
public sealed class WriteGate(KubernetesApi api)
{
    /// <summary>Creates an object, in the namespace its metadata names.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    public Task<T> CreateAsync<TWire, T>(ResourceCache<T> cache, TWire body, CancellationToken cancellationToken)
        where TWire : class, IMetadata<V1ObjectMeta>
        where T : class
    {
        if (body is IKubernetesObject typed)
        {
            typed.ApiVersion ??= cache.Type.ApiVersion;
            typed.Kind ??= cache.Type.Kind;
        }

        return SendAsync(cache, ObjectKey.Of(body.Metadata), api.CreateRequest(cache.Type, body.Metadata.NamespaceProperty ?? "", body), cancellationToken);
    }

    /// <summary>Creates an object from JSON that is complete but for kind and apiVersion.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    public Task<T> CreateAsync<T>(ResourceCache<T> cache, JsonObject body, CancellationToken cancellationToken)
        where T : class
    {
        body["apiVersion"] ??= cache.Type.ApiVersion;
        body["kind"] ??= cache.Type.Kind;
        var ns = (string?)body["metadata"]?["namespace"] ?? "";
        return SendAsync(cache, new(ns, (string?)body["metadata"]?["name"] ?? ""), api.CreateRequest(cache.Type, ns, body), cancellationToken);
    }

    /// <summary>Sends a merge patch that the caller knows to change something.</summary>
    /// <exception cref="ConflictException">The object is no longer at <paramref name="expectedResourceVersion"/>.</exception>
    public Task<T> PatchAsync<T>(
        ResourceCache<T> cache, ObjectKey key, JsonObject mergePatch, string expectedResourceVersion, CancellationToken cancellationToken)
        where T : class => PatchAsync(cache, key, mergePatch, expectedResourceVersion, subresource: null, cancellationToken);

    /// <summary>
    /// Makes the status of an object equal to <paramref name="newStatus"/>; not sent if it is. Returns the object as it now is, which is
    /// what a later write of the same pass must be based on.
    /// </summary>
    /// <exception cref="ConflictException">The object has changed since it was observed.</exception>
    public Task<T> UpdateStatusAsync<T>(ResourceCache<T> cache, T observed, JsonNode newStatus, CancellationToken cancellationToken)
        where T : class, IMetadata<V1ObjectMeta>
    {
        if (MergeDiff.Between(StatusOf(observed), newStatus) is not { } change)
        {
            Count(cache.Type, "skipped");
            return Task.FromResult(observed);
        }

        return PatchAsync(
            cache,
            ObjectKey.Of(observed.Metadata),
            new JsonObject { ["status"] = change },
            observed.Metadata.ResourceVersion,
            "status",
            cancellationToken);
    }

    /// <summary>Changes annotations, labels and finalizers in one patch; not sent if all are as wished. Returns the object as it now is.</summary>
    /// <exception cref="ConflictException">The object has changed since it was observed.</exception>
    public async Task<T> UpdateMetadataAsync<T>(ResourceCache<T> cache, T observed, MetadataChange change, CancellationToken cancellationToken)
        where T : class, IMetadata<V1ObjectMeta>
    {
        if (change.PatchFor(observed.Metadata) is not { } metadata)
        {
            Count(cache.Type, "skipped");
            return observed;
        }

        var key = ObjectKey.Of(observed.Metadata);
        var now = await PatchAsync(
            cache, key, new JsonObject { ["metadata"] = metadata }, observed.Metadata.ResourceVersion, subresource: null, cancellationToken);
        if (change.RemoveFinalizers.Count > 0
            && now.Metadata is { DeletionTimestamp: not null, Finalizers: null or { Count: 0 }, DeletionGracePeriodSeconds: null or 0 })
        {
            // Ours was the last finalizer: this answer is the last anyone sees of the object.
            cache.RemoveOwn(key, WireFormat<T>.UidOf(now.Metadata.Uid));
        }

        return now;
    }

    /// <summary>Deletes exactly this incarnation; one that is gone, or already being deleted, is not asked for again.</summary>
    /// <exception cref="ConflictException">Another object has taken the name, and the cache does not know yet.</exception>
    public async Task DeleteAsync<T>(ResourceCache<T> cache, ObjectKey key, string uid, CancellationToken cancellationToken)
        where T : class
    {
        if (cache.UidOf(key) is { } shown && (shown != WireFormat<T>.UidOf(uid) || cache.Find(key) is IMetadata<V1ObjectMeta> { Metadata.DeletionTimestamp: not null }))
        {
            Count(cache.Type, "skipped");
            return;
        }

        try
        {
            using var answer = await ExchangeAsync(cache.Type, KubernetesApi.DeleteRequest(cache.Type, key, uid, null), cancellationToken);
            if (StillThere(answer.Span))
            {
                cache.PutRead(cache.Format.Parse(answer.Span));
            }
            else
            {
                cache.RemoveOwn(key, WireFormat<T>.UidOf(uid));
            }
        }
        catch (NotFoundException)
        {
            cache.RemoveOwn(key, WireFormat<T>.UidOf(uid));
        }
    }

    /// <summary>
    /// Reads one object from the server, for the rare step that must not trust the cache, and takes the answer into the cache. Null if there is none.
    /// A cache with a selector takes in only what it shows already, since its watch need not follow anything else.
    /// </summary>
    public async Task<T?> RefreshAsync<T>(ResourceCache<T> cache, ObjectKey key, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var answer = await api.ExchangeAsync(new(HttpMethod.Get, cache.Type.ObjectPath(key), "get", cache.Type.Plural), cancellationToken);
            var read = cache.Format.Parse(answer.Span);
            cache.PutRead(read);
            return read.Value;
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    private Task<T> PatchAsync<T>(
        ResourceCache<T> cache, ObjectKey key, JsonObject patch, string expected, string? subresource, CancellationToken cancellationToken)
        where T : class
    {
        var sent = patch.DeepClone().AsObject();
        if (sent["metadata"] is not JsonObject metadata)
        {
            sent["metadata"] = metadata = [];
        }

        metadata["resourceVersion"] = expected;
        return SendAsync(cache, key, api.PatchRequest(cache.Type, key, sent, subresource), cancellationToken);
    }

    private async Task<T> SendAsync<T>(ResourceCache<T> cache, ObjectKey key, ApiRequest request, CancellationToken cancellationToken)
        where T : class
    {
        using var write = cache.BeginWrite(key);
        using var answer = await ExchangeAsync(cache.Type, request, cancellationToken);
        var written = cache.Format.Parse(answer.Span);
        cache.PutOwn(written);
        return written.Value
            ?? throw new InvalidOperationException($"{cache.Type.Kind} {written.Key} was written through a cache whose projection leaves it out.");
    }

    private async Task<PooledBody> ExchangeAsync(ResourceType type, ApiRequest request, CancellationToken cancellationToken)
    {
        var outcome = "failed";
        try
        {
            var answer = await api.ExchangeAsync(request, cancellationToken);
            outcome = "sent";
            return answer;
        }
        catch (ApiException refused)
        {
            outcome = refused is ConflictException or AlreadyExistsException ? "conflict" : "failed";
            throw;
        }
        finally
        {
            Count(type, outcome);
        }
    }

    // A finished deletion is answered with a Status, one that waits for finalizers or a grace period with the object.
    private static bool StillThere(ReadOnlySpan<byte> answer)
    {
        var kind = JsonSerializer.Deserialize<DeleteAnswer>(answer, RuntimeJson.Options);
        return kind is { Kind: not "Status", Metadata: { DeletionTimestamp: not null } metadata }
            && (metadata.Finalizers is { Count: > 0 } || metadata.DeletionGracePeriodSeconds is > 0 || kind.Kind == "Namespace");
    }

    private static JsonNode? StatusOf<T>(T observed)
        where T : class
    {
        var contract = RuntimeJson.Options.GetTypeInfo(observed.GetType());
        JsonPropertyInfo? property = contract.Properties.FirstOrDefault(each => each.Name == "status");
        return property?.Get?.Invoke(observed) is { } status ? JsonSerializer.SerializeToNode(status, property.PropertyType, RuntimeJson.Options) : null;
    }

    private static void Count(ResourceType type, string outcome) => RuntimeMetrics.Writes.Add(1, new("resource", type.Plural), new("outcome", outcome));

    private sealed record DeleteAnswer(string? Kind, V1ObjectMeta? Metadata);
}
