using System.Threading.Channels;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Telemetry;
using TenantOperator.Tenants;

namespace TenantOperator.Usage;

/// <summary>
/// While this process leads: reads the numbers of each TenantPlatform with a Prometheus every usageInterval, at once when what it says of it changes, and wakes exactly
/// the tenants whose numbers changed, or show another one for an hour. It writes nothing itself: tenants and platforms are told by their controllers.
/// </summary>
internal sealed partial class UsageReader(
    TenantCaches caches, UsageReadings readings, UsageVerdicts verdicts, UsageMetrics metrics, Accounts accounts, AllowedHosts allowed, KubernetesApi api,
    IOperatorQueue<Tenant> tenants, IOperatorQueue<TenantPlatform> platforms, TimeProvider clock, UsageReader.Jitter jitter, ILogger<UsageReader> logger)
    : ILeaderWork
{
    // The first look at many tenants is not spread over the whole interval: someone waits for it.
    private static readonly TimeSpan FirstSpacing = TimeSpan.FromMilliseconds(50);

    // Part of the interval over which requests for single tenants are spread; the rest is for the slow ones.
    private const double Spread = 0.9;

    // A leader that begins with many platforms does not ask all of them at the same moment.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(10);

    /// <summary>A number from 0 to 1, to spread starts.</summary>
    internal delegate double Jitter();

    public async Task RunAsync(CancellationToken term)
    {
        // Another leader may have been at work: nothing from before is known to be true.
        readings.Clear();
        verdicts.Clear();
        var changed = Channel.CreateUnbounded<ObjectKey>();
        var running = new Dictionary<ObjectKey, RunningRead>();

        // A late subscriber is told what is there already; equal sources change nothing.
        using var ofPlatforms = caches.Platforms.Subscribe(change => changed.Writer.TryWrite(change.Key));
        using var ofAccounts = caches.Namespaces.Subscribe(change =>
        {
            // The account came, went, or changed hands.
            if (!change.Initial && (change.Old?.ControllerClass != change.New?.ControllerClass || change.Old is null || change.New is null))
            {
                foreach (var key in caches.Platforms.Keys.Where(key => key.Namespace == change.Key.Name))
                {
                    changed.Writer.TryWrite(key);
                }
            }
        });
        foreach (var key in caches.Platforms.Keys.ToList())
        {
            Start(key, running, atOnce: false, term);
        }

        try
        {
            await foreach (var key in changed.Reader.ReadAllAsync(term))
            {
                await FollowAsync(key, running, term);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values.Select(read => read.StopAsync()));
        }
    }

    private async Task FollowAsync(ObjectKey key, Dictionary<ObjectKey, RunningRead> running, CancellationToken term)
    {
        var platform = caches.Platforms.Find(key);
        var source = SourceOf(key);
        if (running.TryGetValue(key, out var read))
        {
            if (read.Source == source)
            {
                return;
            }

            await read.StopAsync();
            running.Remove(key);
            verdicts.Forget(key);
        }

        // What was read for a platform that is paused stays; for one that is gone, made anew, without Prometheus or another operator's it goes.
        if (platform?.Spec.Cluster?.Prometheus is null || !accounts.IsOurs(key.Namespace) || (read is not null && read.Source.Uid != platform.Metadata.Uid))
        {
            readings.Keep(key, new HashSet<string>(StringComparer.Ordinal));
        }

        Start(key, running, atOnce: true, term);
    }

    private void Start(ObjectKey key, Dictionary<ObjectKey, RunningRead> running, bool atOnce, CancellationToken term)
    {
        if (SourceOf(key) is { } source)
        {
            var longest = source.Interval < LongestStart ? source.Interval : LongestStart;
            running[key] = RunningRead.Start(source, stop => ReadForeverAsync(key, source, atOnce ? TimeSpan.Zero : longest * jitter(), stop), term);
        }
    }

    private UsageSource? SourceOf(ObjectKey key) => accounts.IsOurs(key.Namespace) ? UsageSource.Of(caches.Platforms.Find(key)) : null;

    private async Task ReadForeverAsync(ObjectKey key, UsageSource source, TimeSpan delay, CancellationToken stop)
    {
        using var connection = new PrometheusConnection(source.Prometheus, key.Namespace, api, allowed, clock);
        await clock.WaitAsync(delay, stop);
        for (var first = true; ; first = false)
        {
            var began = clock.GetTimestamp();
            try
            {
                Publish(key, UsageVerdict.Of(source, await ReadOnceAsync(key, source, connection, first, stop), verdicts.Find(key)));
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                // The API server did not give a Secret: that says nothing of Prometheus, and the last verdict stands.
                LogFailed(key, error);
            }

            await clock.WaitAsync(source.Interval - clock.GetElapsedTime(began), stop);
        }
    }

    private async Task<IReadOnlyList<PrometheusProblem>> ReadOnceAsync(ObjectKey key, UsageSource source, PrometheusConnection connection, bool first, CancellationToken stop)
    {
        connection.BeginRound();
        List<PrometheusProblem> problems = [];
        var queries = NumberQuery.AllOf(source.Prometheus.Queries, problems.Add);
        var read = TenantsOf(key);
        readings.Keep(key, read.Select(tenant => tenant.Namespace).ToHashSet(StringComparer.Ordinal));
        var round = new UsageRound(AskAsync, Note, clock);
        var time = source.Interval * Spread;
        var soon = FirstSpacing * read.Count;
        problems.AddRange(await round.RunAsync(queries, read, first && soon < time ? soon : time, stop));
        return problems;

        async Task<PrometheusReply> AskAsync(string query, string place, CancellationToken token)
        {
            var reply = await connection.QueryAsync(query, place, token);
            metrics.CountRequest(reply.Problem?.Reason ?? TenantPlatformReasons.UsageRead);
            return reply;
        }

        void Note(ReadTenant tenant, UsageNumber number, double? value)
        {
            var now = clock.GetUtcNow();
            if (readings.Set(key, tenant.Namespace, number, value, now) || IsOverdue(caches.Tenants.Find(tenant.Key)?.Status?.Usage, number, value, now))
            {
                tenants.Enqueue(tenant.Key, priority: QueuePriority.Resync);
            }
        }
    }

    private static bool IsOverdue(TenantUsage? shown, UsageNumber number, double? value, DateTimeOffset now)
    {
        var shownNumber = number switch
        {
            UsageNumber.Credits => shown?.CreditsUsed,
            UsageNumber.Cases => shown?.Cases,
            UsageNumber.Processes => shown?.Processes,
            _ => shown?.Datasets,
        };
        return UsageRules.IsOverdue(shown, shownNumber, value is { } some ? UsageFigures.Shown(some) : null, now);
    }

    // Status says which namespace a tenant has, and the mark on the namespace proves it: the numbers of a namespace are told to its own tenant only.
    private IReadOnlyList<ReadTenant> TenantsOf(ObjectKey platform) =>
    [
        .. from tenant in caches.Tenants.ByIndex(TenantCaches.ByPlatform, platform.ToString())
           let ns = tenant.Status?.Effective?.Cluster?.Namespace ?? ""
           where ns.Length > 0 && !tenant.IsBeingDeleted()
           where caches.Namespaces.Find(new("", ns)) is { } found && found.Mark.TenantUid == tenant.Metadata.Uid
           orderby ns
           select new ReadTenant(ObjectKey.Of(tenant.Metadata), ns),
    ];

    private void Publish(ObjectKey key, UsageVerdict verdict)
    {
        var before = verdicts.Find(key);
        if (before == verdict)
        {
            return;
        }

        verdicts.Set(key, verdict);
        platforms.Enqueue(key);
        if (before?.Reason != verdict.Reason)
        {
            LogChanged(key, before?.Reason ?? "unknown", verdict.Reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "Reading usage for TenantPlatform {Platform} was {Before}, is {Reason}")]
    private partial void LogChanged(ObjectKey platform, string before, string reason);

    [LoggerMessage(LogLevel.Warning, "Usage for TenantPlatform {Platform} could not be read this time")]
    private partial void LogFailed(ObjectKey platform, Exception error);

    private sealed class RunningRead
    {
        private readonly CancellationTokenSource stop;
        private readonly Task task;

        private RunningRead(UsageSource source, CancellationTokenSource stop, Task task) => (Source, this.stop, this.task) = (source, stop, task);

        public UsageSource Source { get; }

        public static RunningRead Start(UsageSource source, Func<CancellationToken, Task> read, CancellationToken term)
        {
            var ending = CancellationTokenSource.CreateLinkedTokenSource(term);
            return new(source, ending, Task.Run(() => read(ending.Token), CancellationToken.None));
        }

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }

            stop.Dispose();
        }
    }
}
