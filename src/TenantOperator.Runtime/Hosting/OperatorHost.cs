using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>What <c>AddCache</c> leaves for the host: the resource, how many objects are kept, and the reflectors.</summary>
internal sealed record CacheRegistration(
    string Resource, Func<IServiceProvider, int> Count, Func<IServiceProvider, IReadOnlyList<IReflector>> Reflectors);

/// <summary>
/// The life of an operator. Start: caches are filled, then the lease is taken, then work begins. Stop: no new passes, those under way
/// finish or are cancelled after the drain timeout, the lease is released, the watches end last.
/// </summary>
internal sealed partial class OperatorHost : IHostedService, IOperatorHealth, IAsyncDisposable
{
    // What a part may be late beyond its own patience before it counts as stuck.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly IServiceProvider _services;
    private readonly OperatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly EventRecorder _events;
    private readonly IReadOnlyList<CacheRegistration> _caches;
    private readonly IReadOnlyList<IReflector> _reflectors;
    private readonly IReadOnlyList<IControllerRunner> _controllers;
    private readonly IReadOnlyList<ILeaderWork> _leaderWork;
    private readonly LeaderElector? _elector;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _drain;
    private readonly CancellationTokenSource _watches = new();
    private Task _run = Task.CompletedTask;
    private volatile bool _working;
    private int _disposed;

    public OperatorHost(
        IServiceProvider services,
        OperatorOptions options,
        KubernetesApi api,
        TimeProvider clock,
        RandomSource randoms,
        EventRecorder events,
        IEnumerable<CacheRegistration> caches,
        IEnumerable<IControllerRunner> controllers,
        IEnumerable<ILeaderWork> leaderWork,
        ILogger<OperatorHost> logger)
    {
        _services = services;
        _options = options;
        _clock = clock;
        _logger = logger;
        _events = events;
        _drain = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _caches = [.. caches];
        _reflectors = [.. _caches.SelectMany(each => each.Reflectors(services))];
        _controllers = [.. controllers];
        _leaderWork = [.. leaderWork];
        if (options.LeaderElection)
        {
            var (identity, duration, deadline, period) = (options.Identity, options.LeaseDuration, options.RenewDeadline, options.RenewPeriod);
            var times = new LeaderElectorOptions { Identity = identity, LeaseDuration = duration, RenewDeadline = deadline, RenewPeriod = period };
            _elector = new LeaderElector(new KubernetesLeaseStore(api, options.LeaseNamespace, options.LeaseName), times, clock, randoms.Next(), logger);
        }
    }

    public bool Ready => _reflectors.All(each => each.Synced);

    public bool Live => Describe().Length == 0;

    public bool Leading => _elector?.IsLeader ?? _working;

    public string Describe() => string.Join('\n', Troubles());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the caches fill, so that nothing is told to nobody.
        foreach (var controller in _controllers)
        {
            controller.Start(_services);
        }

        _run = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _drain.CancelAfter(_options.DrainTimeout);
        await _stop.CancelAsync();
        try
        {
            await _run.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStopTooSlow();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Registered under three names, so the container disposes of it three times.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync();
        await _drain.CancelAsync();
        await _watches.CancelAsync();
        _stop.Dispose();
        _drain.Dispose();
        _watches.Dispose();
    }

    private async Task RunAsync()
    {
        List<IDisposable> gauges =
        [
            RuntimeMetrics.Register("operator.leading", null, null, () => Leading ? 1 : 0),
            .. _caches.Select(each => RuntimeMetrics.Register("operator.cache.entries", "resource", each.Resource, () => each.Count(_services))),
        ];
        var watching = _reflectors.Select(each => Task.Run(() => each.RunAsync(_watches.Token), CancellationToken.None)).ToList();
        var telling = Task.Run(() => _events.RunAsync(_watches.Token, _drain.Token), CancellationToken.None);
        try
        {
            await Task.WhenAll(_reflectors.Select(each => each.WaitForSyncAsync(_stop.Token)));
            LogReady(_reflectors.Count);
            if (_elector is not null)
            {
                await _elector.RunAsync(LeadAsync, _stop.Token);
            }
            else
            {
                _working = true;
                await LeadAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped before the caches were full.
        }
        catch (Exception error)
        {
            LogBroken(error);
            _services.GetService<IHostApplicationLifetime>()?.StopApplication();
            throw;
        }
        finally
        {
            _working = false;
            await _watches.CancelAsync();
            await Task.WhenAll([.. watching, telling]);
            gauges.ForEach(each => each.Dispose());
        }
    }

    private async Task LeadAsync(CancellationToken term)
    {
        using var passes = CancellationTokenSource.CreateLinkedTokenSource(term, _drain.Token);
        using var others = CancellationTokenSource.CreateLinkedTokenSource(term, _stop.Token);
        await Together.RunAsync([.. _controllers.Select(each => each.RunAsync(_stop.Token, passes.Token)), .. _leaderWork.Select(each => RunAsync(each, others.Token))]);
    }

    private static async Task RunAsync(ILeaderWork work, CancellationToken term)
    {
        try
        {
            await work.RunAsync(term);
        }
        catch (OperationCanceledException) when (term.IsCancellationRequested)
        {
            // Its term is over.
        }
    }

    private IEnumerable<string> Troubles()
    {
        if (_run.IsFaulted)
        {
            yield return "The operator has stopped working: " + _run.Exception.InnerException?.Message;
        }

        var patience = _options.WatchSilence + _options.Api.RequestTimeout + Grace;
        foreach (var reflector in _reflectors.Where(each => each.SilentFor > patience))
        {
            yield return $"The watch of {reflector.Name} has been silent for {reflector.SilentFor:c}.";
        }

        foreach (var controller in _controllers.Where(each => each.Overdue > Grace))
        {
            yield return $"A pass of {controller.Name} is {controller.Overdue:c} beyond its timeout.";
        }

        if (Ready && !_stop.IsCancellationRequested && _elector is { } elector && elector.SilentFor > (_options.LeaseDuration * 2) + Grace)
        {
            yield return $"The lease loop has been silent for {elector.SilentFor:c}.";
        }
    }

    [LoggerMessage(LogLevel.Information, "All {Count} watches are filled")]
    private partial void LogReady(int count);

    [LoggerMessage(LogLevel.Warning, "The stop was cut short; passes may still be under way")]
    private partial void LogStopTooSlow();

    [LoggerMessage(LogLevel.Critical, "The operator stopped working")]
    private partial void LogBroken(Exception error);
}
