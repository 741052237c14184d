using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Authentication;

namespace TenantOperator.Runtime;

/// <summary>How patiently requests are sent.</summary>
public sealed record KubernetesApiOptions
{
    /// <summary>Until the headers of an answer are there. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest silence inside a body that is not a watch. Default 30 s.</summary>
    public TimeSpan ReadIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>Retry-After</c> that is waited out; a longer one is cut to this. Default 30 s.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request that was refused with 429 is sent again. Default 3.</summary>
    public int ThrottleRetries { get; init; } = 3;

    /// <summary>Objects per page of a list. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>What writes are signed with in <c>managedFields</c>.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Called after a 401 to read the credentials anew; the request is then sent once more. Null: a 401 is final.</summary>
    public Func<ServiceClientCredentials?>? ReloadCredentials { get; init; }
}

/// <summary>
/// Typed requests over KubernetesClient's connection and credentials: asynchronous to the last byte, errors as
/// <see cref="ApiException"/>, 429 waited out by all callers together, a 401 answered once with fresh credentials.
/// </summary>
public sealed class KubernetesApi(Kubernetes client, TimeProvider clock, KubernetesApiOptions? options = null)
{
    /// <summary>Reads one object; null if it is not there.</summary>
    public Task<T?> FindAsync<T>(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    /// <summary>Creates an object in the namespace of its own metadata.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    public Task<T> CreateAsync<T>(ResourceType type, string ns, object body, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    /// <summary>Sends a JSON merge patch.</summary>
    /// <exception cref="ConflictException">The patch names a <c>metadata.resourceVersion</c> that is not the current one.</exception>
    /// <exception cref="NotFoundException">The object is gone.</exception>
    public Task<T> PatchAsync<T>(ResourceType type, ObjectKey key, JsonObject mergePatch, string? subresource, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    /// <summary>Deletes in the background; 404 counts as done.</summary>
    /// <exception cref="ConflictException">A precondition does not hold.</exception>
    public Task DeleteAsync(ResourceType type, ObjectKey key, string? uid, string? resourceVersion, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The way out for rare calls: any method, any path (no leading slash, query included), JSON both ways.</summary>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{client.BaseUri} {clock} {options}");
}
