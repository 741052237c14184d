using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>
/// Keeps a cache equal to a few objects that it reads by their names, again and again: for what is cluster-scoped, and a client with roles in single namespaces may get but not watch. (Kubernetes
/// counts <c>/api/v1/namespaces/NAME</c> as a request in that namespace, so that a Role there can allow it.)
/// </summary>
internal sealed partial class NamedReader<T>(
    KubernetesApi api, ResourceCache<T> cache, IReadOnlyList<string> names, TimeSpan interval, Backoff backoff, TimeProvider clock, ILogger logger) : IReflector
    where T : class
{
    // Somebody who just started it is about to make what is not there yet.
    private static readonly TimeSpan WhileAbsent = TimeSpan.FromSeconds(5);

    private long _lastMove = clock.GetTimestamp();
    private bool _toldOfAbsence;

    public string Name { get; } = $"{cache.Type.Plural} {string.Join(", ", names)}";

    public bool Synced => cache.Synced;

    public TimeSpan SilentFor => clock.GetElapsedTime(Volatile.Read(ref _lastMove));

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => cache.WaitForSyncAsync(cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _lastMove, clock.GetTimestamp());
            TimeSpan delay;
            try
            {
                delay = await ReadAsync(cancellationToken) < names.Count && interval > WhileAbsent ? WhileAbsent : interval;
                backoff.Reset();
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                RuntimeMetrics.WatchFailures.Add(1, new KeyValuePair<string, object?>("resource", cache.Type.Plural));
                LogFailed(Name, error.Message);
                delay = backoff.Next();
            }

            await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        var begun = cache.BeginList();
        var there = new List<Parsed<T>>(names.Count);
        var absent = new List<string>();
        foreach (var name in names)
        {
            try
            {
                using var answer = await api.ExchangeAsync(new(HttpMethod.Get, cache.Type.ObjectPath(new("", name)), "get", cache.Type.Plural), cancellationToken);
                there.Add(cache.Format.Parse(answer.Span));
            }
            catch (NotFoundException)
            {
                absent.Add(name);
            }
        }

        // What is read anew is as new as its newest object. Where that is gone the cache sees a state that was put back, and believes it, which is right.
        cache.Replace("", begun, there, there.Count == 0 ? 0 : there.Max(each => each.Version));
        if (absent.Count > 0 && !_toldOfAbsence)
        {
            LogAbsent(cache.Type.Plural, string.Join(", ", absent));
        }

        _toldOfAbsence = absent.Count > 0;
        return there.Count;
    }

    [LoggerMessage(LogLevel.Warning, "Of {Resource}, {Names} are not there (yet). Waiting for them")]
    private partial void LogAbsent(string resource, string names);

    [LoggerMessage(LogLevel.Warning, "Reading {Resource} failed, trying again: {Error}")]
    private partial void LogFailed(string resource, string error);
}
