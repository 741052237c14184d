using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>What a reflector asks for and how patient it is.</summary>
internal sealed record ReflectorOptions
{
    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>The longest silence of a running watch.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>Shortest delay after a failure.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest delay after failures.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>
/// Keeps one namespace of a cache equal to the server, for ever: fills it with a streamed list (or a paged one where the server has
/// none), follows the watch from there, resumes where it broke off, and lists again, telling the difference, when the server
/// no longer knows that place.
/// </summary>
internal sealed partial class Reflector<T>(
    KubernetesApi api, ResourceCache<T> cache, string scope, ReflectorOptions options, TimeProvider clock, Random random, ILogger logger) : IReflector
    where T : class
{
    private readonly Backoff _backoff = new(options.BackoffBase, options.BackoffMax, random);
    private readonly int _watchSeconds = random.Next(300, 600);
    private ulong? _version;
    private bool _streamedListRefused;
    private bool _notServed;
    private int _refusals;
    private bool _progressed;
    private long _lastMove = clock.GetTimestamp();

    public string Name { get; } = scope.Length == 0 ? cache.Type.Plural : cache.Type.Plural + " in " + scope;

    public bool Synced => cache.Synced;

    /// <summary>When something last came in, or was last tried.</summary>
    public TimeSpan SilentFor => clock.GetElapsedTime(Volatile.Read(ref _lastMove));

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => cache.WaitForSyncAsync(cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Moved();
            _progressed = false;
            TimeSpan delay;
            try
            {
                await CycleAsync(cancellationToken);
                _refusals = 0;
                delay = _progressed ? TimeSpan.Zero : _backoff.Next();
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                delay = Judge(error);
            }

            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CycleAsync(CancellationToken cancellationToken)
    {
        if (_version is null && _streamedListRefused)
        {
            await ListAsync(cancellationToken);
        }

        await WatchAsync(cancellationToken);
    }

    /// <summary>Decides how to go on after a failure: from where, and after which delay.</summary>
    private TimeSpan Judge(Exception error)
    {
        if (_progressed)
        {
            _backoff.Reset();
            _refusals = 0;
        }

        switch (error)
        {
            case GoneException:
                LogGone(Name);
                _version = null;
                return _progressed ? TimeSpan.Zero : _backoff.Next();
            case ApiException { StatusCode: 400 or 422 } when _version is null && !_streamedListRefused:
                _streamedListRefused = true;
                return TimeSpan.Zero;
            case NotFoundException:
                if (!_notServed)
                {
                    LogNotServed(Name);
                    _notServed = true;
                }

                _version = null;
                return _backoff.Next();
            case TimeoutException when _version is null && !_streamedListRefused:
                // A server that does not know streamed lists never says that the first fill is over.
                _streamedListRefused = true;
                break;
            case ApiException or JsonException when ++_refusals >= 3:
                // The place we want to go on from may be what cannot be served or read, as after a restored backup.
                _version = null;
                _refusals = 0;
                break;
        }

        RuntimeMetrics.WatchFailures.Add(1, new KeyValuePair<string, object?>("resource", cache.Type.Plural));
        LogFailed(Name, error.Message);
        var delay = _backoff.Next();
        return error is ApiException { RetryAfter: { } wait } && wait > delay ? wait : delay;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var begun = cache.BeginList();
        var items = new List<Parsed<T>>();
        string? token = null;
        string version;
        do
        {
            var path = Query(("limit", WireFormat<T>.TextOf((ulong)api.Options.PageSize)), ("continue", token));
            using var page = await api.ExchangeAsync(new(HttpMethod.Get, path, "list", cache.Type.Plural), cancellationToken);
            (version, token) = WireReader.ReadPage(page.Span, item => Keep(item, items));
            Moved();
        }
        while (token is not null);

        Filled(begun, items, WireFormat<T>.VersionOf(version));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var fill = _version is null ? new Fill(cache.BeginList(), []) : null;
        var path = Query(
            ("watch", "1"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", WireFormat<T>.TextOf((ulong)_watchSeconds)),
            ("resourceVersion", _version is { } version ? WireFormat<T>.TextOf(version) : null),
            ("sendInitialEvents", fill is null ? null : "true"),
            ("resourceVersionMatch", fill is null ? null : "NotOlderThan"));

        using var response = await api.OpenAsync(new(HttpMethod.Get, path, "watch", cache.Type.Plural), cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var silence = new Deadline(api.Options.ReadIdleTimeout, clock, cancellationToken);
        try
        {
            await WireReader.ReadLinesAsync(
                stream,
                line => fill = OnLine(line, fill),
                () => silence.Push(fill is null ? options.Silence : api.Options.ReadIdleTimeout),
                silence.Token);
        }
        catch (OperationCanceledException error) when (silence.Passed)
        {
            throw new TimeoutException("The watch fell silent.", error);
        }
    }

    /// <summary>Takes in one line. Returns the fill that is still under way, null once it is complete.</summary>
    private Fill? OnLine(ReadOnlySpan<byte> line, Fill? fill)
    {
        Moved();
        var kind = WireReader.ReadLine(line, out var body);
        switch (kind)
        {
            case WatchEventKind.Error:
                throw ErrorOf(body);
            case WatchEventKind.Bookmark:
                var bookmark = JsonSerializer.Deserialize<BookmarkObject>(body, RuntimeJson.Options)?.Metadata
                    ?? throw new JsonException("A bookmark without metadata.");
                var version = WireFormat<T>.VersionOf(bookmark.ResourceVersion);
                if (fill is null)
                {
                    cache.Seen(scope, version);
                    Advance(version);
                    return null;
                }

                if (bookmark.Annotations?.ContainsKey("k8s.io/initial-events-end") != true)
                {
                    return fill;
                }

                Filled(fill.Begun, fill.Items, version);
                return null;
            case var _ when fill is not null:
                Keep(body, fill.Items);
                return fill;
            case not WatchEventKind.Deleted when Known(body) is { } known:
                cache.Seen(scope, known);
                Advance(known);
                return null;
            default:
                if (Read(body) is { } item)
                {
                    cache.Apply(scope, kind == WatchEventKind.Deleted, item);
                    Advance(item.Version);
                }

                return null;
        }
    }

    // Most of what a busy operator's watches bring is the echo of its own writes, which are in the cache already and so not worth decoding.
    private ulong? Known(ReadOnlySpan<byte> body)
    {
        try
        {
            var (key, version) = WireReader.ReadIdentity(body);
            return cache.Shows(key, version) ? version : null;
        }
        catch (JsonException)
        {
            // Whoever decodes it says what is wrong with it.
            return null;
        }
    }

    private void Keep(ReadOnlySpan<byte> body, List<Parsed<T>> items)
    {
        if (Read(body) is { } item)
        {
            items.Add(item);
        }
    }

    // One object that cannot be read, or projected, must not hide all the others. It is left out and said so.
    private Parsed<T>? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return cache.Format.Parse(body);
        }
        catch (Exception error)
        {
            LogUnreadable(Name, error.Message);
            return null;
        }
    }

    private void Filled(long begun, List<Parsed<T>> items, ulong version)
    {
        cache.Replace(scope, begun, items, version);
        RuntimeMetrics.Relists.Add(1, new KeyValuePair<string, object?>("resource", cache.Type.Plural));
        LogFilled(Name, items.Count, version);
        _notServed = false;
        Advance(version);
    }

    private void Advance(ulong version)
    {
        _version = version;
        _progressed = true;
        _backoff.Reset();
    }

    private void Moved() => Volatile.Write(ref _lastMove, clock.GetTimestamp());

    private static ApiException ErrorOf(ReadOnlySpan<byte> status)
    {
        using var parsed = JsonDocument.Parse(status.ToArray());
        var code = parsed.RootElement.TryGetProperty("code", out var value) && value.TryGetInt32(out var number) ? number : 500;
        return ApiException.From(code, status, null, "watch");
    }

    private string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new System.Text.StringBuilder(cache.Type.CollectionPath(scope));
        var separator = '?';
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)
                 [.. parameters, ("labelSelector", options.LabelSelector), ("fieldSelector", options.FieldSelector)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return query.ToString();
    }

    [LoggerMessage(LogLevel.Information, "Filled {Resource}: {Count} objects at version {Version}")]
    private partial void LogFilled(string resource, int count, ulong version);

    [LoggerMessage(LogLevel.Information, "The server no longer knows our place in {Resource}; listing again")]
    private partial void LogGone(string resource);

    [LoggerMessage(LogLevel.Warning, "{Resource} is not served (yet): is its CRD installed? Waiting for it")]
    private partial void LogNotServed(string resource);

    [LoggerMessage(LogLevel.Warning, "Watching {Resource} failed, trying again: {Error}")]
    private partial void LogFailed(string resource, string error);

    [LoggerMessage(LogLevel.Error, "An object of {Resource} cannot be read and is left out: {Error}")]
    private partial void LogUnreadable(string resource, string error);

    private sealed record Fill(long Begun, List<Parsed<T>> Items);

    private sealed record BookmarkObject(BookmarkMetadata? Metadata);

    private sealed record BookmarkMetadata(string? ResourceVersion, Dictionary<string, string>? Annotations);
}

/// <summary>A reflector, whatever it keeps.</summary>
internal interface IReflector
{
    string Name { get; }

    bool Synced { get; }

    TimeSpan SilentFor { get; }

    Task WaitForSyncAsync(CancellationToken cancellationToken);

    Task RunAsync(CancellationToken cancellationToken);
}
