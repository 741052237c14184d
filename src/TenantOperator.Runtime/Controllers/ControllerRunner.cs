using System.Collections.Concurrent;
using System.Diagnostics;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>A controller at work, whatever its entity.</summary>
internal interface IControllerRunner
{
    string Name { get; }

    /// <summary>How long the oldest pass under way has gone beyond its timeout; zero if none has.</summary>
    TimeSpan Overdue { get; }

    /// <summary>Subscribes to the caches. To be called once, before they fill.</summary>
    void Start(IServiceProvider services);

    /// <summary>
    /// Runs passes for one term of leadership. <paramref name="noNew"/> ends the taking of keys and lets passes finish;
    /// <paramref name="term"/> cancels them.
    /// </summary>
    Task RunAsync(CancellationToken noNew, CancellationToken term);
}

/// <summary>Takes keys from the queue, finds the entity and hands it to the controller; what comes back decides when the key comes again.</summary>
internal sealed partial class ControllerRunner<TController, TEntity> : IControllerRunner, IDisposable
    where TController : class, IEntityController<TEntity>
    where TEntity : class
{
    private readonly TController _controller;
    private readonly ResourceCache<TEntity> _cache;
    private readonly ControllerOptions<TEntity> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Random _spread;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly ConcurrentDictionary<ObjectKey, long> _underWay = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly KeyValuePair<string, object?> _tag;
    private Func<ObjectKey, bool> _serves = _ => true;

    public ControllerRunner(
        TController controller,
        ResourceCache<TEntity> cache,
        ControllerOptions<TEntity> options,
        OperatorQueue<TEntity> queue,
        TimeProvider clock,
        RandomSource randoms,
        ILogger<TController> logger)
    {
        _controller = controller;
        _cache = cache;
        _options = options;
        _clock = clock;
        _logger = logger;
        _spread = randoms.Next();
        Name = cache.Type.Kind;
        _tag = new("controller", Name);
        _queue = queue.Keys;
        _subscriptions.Add(RuntimeMetrics.Register("operator.queue.depth", "controller", Name, () => _queue.Depth));
        _subscriptions.Add(RuntimeMetrics.Register("operator.queue.delayed", "controller", Name, () => _queue.DelayedCount));
        _subscriptions.Add(RuntimeMetrics.Register("operator.queue.running", "controller", Name, () => _queue.Running));
    }

    public string Name { get; }

    public TimeSpan Overdue =>
        _underWay.Values.Select(since => _clock.GetElapsedTime(since) - _options.PassTimeout).Append(TimeSpan.Zero).Max();

    public void Start(IServiceProvider services)
    {
        _serves = _options.Serves?.Invoke(services) ?? _serves;
        _subscriptions.Add(_cache.Subscribe(OnChange));
        foreach (var watch in _options.WatchSources)
        {
            _subscriptions.Add(watch(services, key => _queue.Add(key)));
        }
    }

    public async Task RunAsync(CancellationToken noNew, CancellationToken term)
    {
        // Another leader may have been at work meanwhile, so a term begins with a look at everything.
        foreach (var key in _cache.Keys)
        {
            _queue.Add(key, QueuePriority.Resync);
        }

        using var taking = CancellationTokenSource.CreateLinkedTokenSource(noNew, term);
        await Together.RunAsync(Enumerable.Range(0, _options.Workers).Select(_ => Task.Run(() => WorkAsync(taking.Token, term), CancellationToken.None)));
    }

    public void Dispose() => _subscriptions.ForEach(each => each.Dispose());

    private void OnChange(CacheChange<TEntity> change)
    {
        if (change.New is not null && _options.Filter(change))
        {
            _queue.Add(change.Key, change.Initial ? QueuePriority.Resync : QueuePriority.Fresh);
        }
    }

    private async Task WorkAsync(CancellationToken taking, CancellationToken term)
    {
        while (!taking.IsCancellationRequested)
        {
            QueueItem<ObjectKey> item;
            try
            {
                item = await _queue.TakeAsync(taking);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await RunPassAsync(item, term);
            }
            finally
            {
                _queue.Done(item.Key);
            }
        }
    }

    private async Task RunPassAsync(QueueItem<ObjectKey> item, CancellationToken term)
    {
        if (_cache.Find(item.Key) is not { } entity || !_serves(item.Key))
        {
            _queue.Forget(item.Key);
            return;
        }

        RuntimeMetrics.QueueWait.Record(item.Waited.TotalSeconds, _tag, new("lane", item.Priority == QueuePriority.Fresh ? "fresh" : "resync"));
        var pass = new PassScope(Name, item.Key);
        using var activity = RuntimeMetrics.Activities.StartActivity("reconcile " + Name);
        activity?.SetTag("k8s.namespace.name", item.Key.Namespace).SetTag("k8s.object.name", item.Key.Name).SetTag("operator.pass", pass.Id);
        using var scope = _logger.BeginScope(pass);

        var began = _clock.GetTimestamp();
        _underWay[item.Key] = began;
        ReconciliationResult? result = null;
        try
        {
            result = await CallAsync(entity, term);
        }
        finally
        {
            _underWay.TryRemove(item.Key, out _);
            RuntimeMetrics.PassDuration.Record(_clock.GetElapsedTime(began).TotalSeconds, _tag);
            Settle(item.Key, result, activity);
        }
    }

    /// <summary>The pass under its timeout. Null: the term is over, so the result means nothing.</summary>
    private async Task<ReconciliationResult?> CallAsync(TEntity entity, CancellationToken term)
    {
        using var time = new Deadline(_options.PassTimeout, _clock, term);
        try
        {
            var leaving = entity is IMetadata<V1ObjectMeta> { Metadata.DeletionTimestamp: not null };
            return leaving && _controller is IEntityFinalizer<TEntity> finalizer
                ? await finalizer.FinalizeAsync(entity, time.Token)
                : await _controller.ReconcileAsync(entity, time.Token);
        }
        catch (Exception) when (term.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException error) when (time.Passed)
        {
            return ReconciliationResult.Failure($"The pass took longer than {_options.PassTimeout}.", error);
        }
        catch (Exception error)
        {
            return ReconciliationResult.Failure(error.Message, error);
        }
    }

    private void Settle(ObjectKey key, ReconciliationResult? result, Activity? activity)
    {
        var outcome = "success";
        switch (result)
        {
            case null:
                outcome = "cancelled";
                _queue.Add(key);
                break;
            case { IsSuccess: true }:
                _queue.Forget(key);
                ComeBack(key, result.RequeueAfter);
                break;
            case { Exception: ConflictException }:
                outcome = "conflict";
                LogConflict(_queue.Retry(key, conflict: true));
                break;
            case { RequeueAfter: { } wished }:
                outcome = "failure";
                _queue.AddAfter(key, wished);
                LogFailed(result.Exception, result.Error ?? "", wished);
                break;
            default:
                outcome = "failure";
                LogFailed(result.Exception, result.Error ?? "", _queue.Retry(key));
                break;
        }

        RuntimeMetrics.Passes.Add(1, _tag, new("result", outcome));
        activity?.SetTag("result", outcome);
        if (result is { IsSuccess: false })
        {
            activity?.SetStatus(ActivityStatusCode.Error, result.Error);
        }
    }

    private void ComeBack(ObjectKey key, TimeSpan? wished)
    {
        if (wished is { } wait)
        {
            _queue.AddAfter(key, wait, QueuePriority.Resync);
        }

        if (_options.Resync is { } resync && (wished is null || wished > resync))
        {
            double part;
            lock (_spread)
            {
                part = 0.9 + (_spread.NextDouble() / 10);
            }

            _queue.AddAfter(key, resync * part, QueuePriority.Resync);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The pass failed, again in {Delay}: {Error}")]
    private partial void LogFailed(Exception? exception, string error, TimeSpan delay);

    [LoggerMessage(LogLevel.Debug, "Somebody else wrote first, again in {Delay}")]
    private partial void LogConflict(TimeSpan delay);

    /// <summary>What every message of a pass carries; formatted only if somebody logs.</summary>
    private sealed class PassScope(string kind, ObjectKey key) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public string Id { get; } = Guid.NewGuid().ToString("n")[..8];

        public int Count => 4;

        public KeyValuePair<string, object?> this[int index] => index switch
        {
            0 => new("Kind", kind),
            1 => new("Namespace", key.Namespace),
            2 => new("Name", key.Name),
            3 => new("Pass", Id),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{kind} {key} pass {Id}";
    }
}
