using System.Diagnostics;
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
/// A request that gets no answer in time ends with <see cref="TimeoutException"/>, which says nothing of whether it was done.
/// </summary>
public sealed class KubernetesApi
{
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly TimeProvider _clock;
    private readonly SharedCredentials _credentials;
    private long _pausedUntil = long.MinValue;

    /// <summary>Uses the connection of <paramref name="client"/>, which stays its creator's to dispose.</summary>
    public KubernetesApi(Kubernetes client, TimeProvider clock, KubernetesApiOptions? options = null)
    {
        var root = client.BaseUri.AbsoluteUri;
        _root = new Uri(root.EndsWith('/') ? root : root + "/");
        _http = client.HttpClient;
        _clock = clock;
        Options = options ?? new();
        _credentials = new SharedCredentials(client.Credentials, Options.ReloadCredentials);
    }

    internal KubernetesApiOptions Options { get; }

    /// <summary>Reads one object; null if it is not there.</summary>
    public async Task<T?> FindAsync<T>(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ExchangeAsync<T>(new(HttpMethod.Get, type.ObjectPath(key), "get", type.Plural), cancellationToken);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Creates an object; <paramref name="ns"/> is empty for cluster-scoped kinds.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    public Task<T> CreateAsync<T>(ResourceType type, string ns, object body, CancellationToken cancellationToken)
        where T : class => ExchangeAsync<T>(CreateRequest(type, ns, body), cancellationToken);

    /// <summary>Sends a JSON merge patch.</summary>
    /// <exception cref="ConflictException">The patch names a <c>metadata.resourceVersion</c> that is not the current one.</exception>
    /// <exception cref="NotFoundException">The object is gone.</exception>
    public Task<T> PatchAsync<T>(ResourceType type, ObjectKey key, JsonObject mergePatch, string? subresource, CancellationToken cancellationToken)
        where T : class => ExchangeAsync<T>(PatchRequest(type, key, mergePatch, subresource), cancellationToken);

    /// <summary>Deletes in the background; 404 counts as done.</summary>
    /// <exception cref="ConflictException">A precondition does not hold.</exception>
    public async Task DeleteAsync(ResourceType type, ObjectKey key, string? uid, string? resourceVersion, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await ExchangeAsync(DeleteRequest(type, key, uid, resourceVersion), cancellationToken);
        }
        catch (NotFoundException)
        {
            // Gone is what was wished for.
        }
    }

    /// <summary>The way out for rare calls: any method, any path (no leading slash, query included), JSON both ways.</summary>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var contentType = method == HttpMethod.Patch ? ApiRequest.MergePatch : "application/json";
        return ExchangeAsync<JsonElement>(
            new(method, path, method.Method.ToLowerInvariant(), "other", body is null ? null : Encode(body), contentType), cancellationToken);
    }

    internal ApiRequest CreateRequest(ResourceType type, string ns, object body) =>
        new(HttpMethod.Post, Signed(type.CollectionPath(ns)), "create", type.Plural, Encode(body));

    internal ApiRequest PatchRequest(ResourceType type, ObjectKey key, JsonObject mergePatch, string? subresource) =>
        new(HttpMethod.Patch, Signed(type.ObjectPath(key, subresource)), "patch", type.Plural, Encode(mergePatch), ApiRequest.MergePatch);

    internal static ApiRequest DeleteRequest(ResourceType type, ObjectKey key, string? uid, string? resourceVersion)
    {
        var options = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = "Background" };
        if (uid is not null || resourceVersion is not null)
        {
            var preconditions = new JsonObject();
            if (uid is not null)
            {
                preconditions["uid"] = uid;
            }

            if (resourceVersion is not null)
            {
                preconditions["resourceVersion"] = resourceVersion;
            }

            options["preconditions"] = preconditions;
        }

        return new(HttpMethod.Delete, type.ObjectPath(key), "delete", type.Plural, Encode(options));
    }

    internal async Task<T> ExchangeAsync<T>(ApiRequest request, CancellationToken cancellationToken)
    {
        using var body = await ExchangeAsync(request, cancellationToken);
        return JsonSerializer.Deserialize<T>(body.Span, RuntimeJson.Options)
            ?? throw new JsonException($"{request}: the answer is null.");
    }

    /// <summary>Sends, waits out throttling, and returns the whole body of a successful answer.</summary>
    internal async Task<PooledBody> ExchangeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!request.Urgent)
            {
                await WaitOutPauseAsync(cancellationToken);
            }

            try
            {
                return await ExchangeOnceAsync(request, cancellationToken);
            }
            catch (ThrottledException busy) when (busy.StatusCode == 429 && !request.Urgent)
            {
                Pause(busy.RetryAfter ?? TimeSpan.FromSeconds(1));
                if (attempt >= Options.ThrottleRetries)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Opens a watch: returns once the headers of a successful answer are there. The caller owns the response and watches over its silence.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        await WaitOutPauseAsync(cancellationToken);
        using var deadline = new Deadline(Options.RequestTimeout, _clock, cancellationToken);
        try
        {
            return await SendAsync(request, deadline);
        }
        catch (OperationCanceledException error) when (deadline.Passed)
        {
            throw new TimeoutException($"{request}: no answer within {Options.RequestTimeout}.", error);
        }
        catch (ThrottledException busy)
        {
            Pause(busy.RetryAfter ?? TimeSpan.FromSeconds(1));
            throw;
        }
    }

    private async Task<PooledBody> ExchangeOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Options.RequestTimeout, _clock, cancellationToken);
        try
        {
            using var response = await SendAsync(request, deadline);
            return await ReadAsync(response, deadline);
        }
        catch (OperationCanceledException error) when (deadline.Passed)
        {
            throw new TimeoutException($"{request}: no answer within {Options.RequestTimeout}, or silence of {Options.ReadIdleTimeout} inside it.", error);
        }
    }

    // The one place where bytes leave. Returns a successful response, throws ApiException for any other.
    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, Deadline deadline)
    {
        using var activity = RuntimeMetrics.Follow(request);
        for (var renewed = false; ; renewed = true)
        {
            using var message = new HttpRequestMessage(request.Method, new Uri(_root, request.Path)) { Version = System.Net.HttpVersion.Version20 };
            if (request.Body is not null)
            {
                message.Content = new ByteArrayContent(request.Body);
                message.Content.Headers.ContentType = new(request.ContentType);
            }

            var generation = await _credentials.ApplyAsync(message, deadline.Token);
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var code = (int)response.StatusCode;
            RuntimeMetrics.Requests.Add(1, new("verb", request.Verb), new("resource", request.Resource), new("code", code));
            activity?.SetTag("http.response.status_code", code).SetStatus(response.IsSuccessStatusCode ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (code == 401 && !renewed && await _credentials.RenewAsync(generation, deadline.Token))
                {
                    continue;
                }

                using var body = await ReadAsync(response, deadline);
                throw ApiException.From(code, body.Span, RetryAfterOf(response), request.ToString());
            }
        }
    }

    private async Task<PooledBody> ReadAsync(HttpResponseMessage response, Deadline deadline)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        var hint = (int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 0, 1 << 20);
        return await PooledBody.ReadAsync(stream, hint, () => deadline.Push(Options.ReadIdleTimeout), deadline.Token);
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - _clock.GetUtcNow()).Ticks)),
        _ => null,
    };

    private void Pause(TimeSpan wish)
    {
        var wait = wish < Options.MaxRetryAfter ? wish : Options.MaxRetryAfter;
        var until = _clock.GetTimestamp() + (long)(wait.TotalSeconds * _clock.TimestampFrequency);
        for (var seen = Volatile.Read(ref _pausedUntil); seen < until;)
        {
            var before = Interlocked.CompareExchange(ref _pausedUntil, until, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private async Task WaitOutPauseAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _pausedUntil) is var until && until != long.MinValue && _clock.GetTimestamp() is var now && now < until)
        {
            await Task.Delay(_clock.GetElapsedTime(now, until) + TimeSpan.FromMilliseconds(1), _clock, cancellationToken);
        }
    }

    private string Signed(string path) =>
        Options.FieldManager is null ? path : path + "?fieldManager=" + Uri.EscapeDataString(Options.FieldManager);

    private static byte[] Encode(object body) => JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), RuntimeJson.Options);
}
