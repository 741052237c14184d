using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>The times of an election.</summary>
internal sealed record LeaderElectorOptions
{
    public required string Identity { get; init; }

    /// <summary>How long others leave the lease alone after its last change.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the holder trusts it after the sending of its last good renewal.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between renewals.</summary>
    public TimeSpan RenewPeriod { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Between looks at somebody else's lease, at most; and between tries after a failure.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Takes and keeps a lease so that one replica works at a time.</summary>
/// <remarks>
/// <para>Expiry is judged by this machine's monotonic clock from when a change of the lease was <em>seen</em>; no two clocks are
/// compared. A term counts from when its last renewal was <em>sent</em>, and its token is cancelled <c>RenewDeadline</c> later, which is
/// before anyone else may take over. So terms of two replicas do not overlap as long as clocks run at about the same rate.</para>
/// <para>That saves work; it protects no data: a cancelled request may still arrive. Data is protected by compare-and-swap.</para>
/// <para>On a clean stop the lease is released last, after the work has ended, and the next in line need not wait for its expiry.</para>
/// </remarks>
internal sealed partial class LeaderElector(
    ILeaseStore store, LeaderElectorOptions options, TimeProvider clock, Random random, ILogger logger)
{
    private LeaseRecord? _seen;
    private long _seenAt;
    private long _lastMove = clock.GetTimestamp();
    private volatile bool _leading;

    /// <summary>Whether a term is under way.</summary>
    public bool IsLeader => _leading;

    /// <summary>When the loop last did something.</summary>
    public TimeSpan SilentFor => clock.GetElapsedTime(Volatile.Read(ref _lastMove));

    /// <summary>
    /// Waits for the lease and runs <paramref name="lead"/> with the token of the term, again and again, until
    /// <paramref name="stop"/>. When that comes, <paramref name="lead"/> must end by itself; the lease is kept until it has.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await AcquireAsync(stop) is not { } sentAt)
            {
                return;
            }

            await LeadAsync(lead, sentAt, stop);
        }
    }

    /// <summary>How long the lease must be left alone: null if it may be taken now.</summary>
    internal static TimeSpan? MustWait(LeaseRecord? lease, TimeSpan unchangedFor, string identity, TimeSpan ownDuration)
    {
        if (lease is null || lease.Holder.Length == 0 || lease.Holder == identity)
        {
            return null;
        }

        // The holder says how long it counts on; a shorter configuration here does not shorten that.
        var duration = lease.Duration > ownDuration ? lease.Duration : ownDuration;
        return unchangedFor >= duration ? null : duration - unchangedFor;
    }

    /// <summary>Returns when the winning write was sent, or null on stop.</summary>
    private async Task<long?> AcquireAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Moved();
            var wait = options.RetryPeriod;
            try
            {
                using var time = new Deadline(options.RenewDeadline, clock, stop);
                See(await store.ReadAsync(time.Token));
                if (MustWait(_seen, clock.GetElapsedTime(_seenAt), options.Identity, options.LeaseDuration) is { } left)
                {
                    wait = left < wait ? left : wait;
                }
                else if (await TakeAsync(time.Token) is { } sentAt)
                {
                    return sentAt;
                }
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception error)
            {
                NotReached(error);
            }

            await PauseAsync(wait * (0.8 + (random.NextDouble() * 0.2)), stop);
        }

        return null;
    }

    private async Task<long?> TakeAsync(CancellationToken cancellationToken)
    {
        var sentAt = clock.GetTimestamp();
        var now = KubernetesLeaseStore.TimeText(clock.GetUtcNow());
        var next = new LeaseRecord(
            options.Identity, options.LeaseDuration, now, now, (_seen?.Transitions ?? -1) + 1, _seen?.Version ?? "");
        if (await store.TryWriteAsync(next, cancellationToken) is not { } written)
        {
            return null;
        }

        See(written);
        return clock.GetElapsedTime(sentAt) < options.RenewDeadline ? sentAt : null;
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, long sentAt, CancellationToken stop)
    {
        using var term = new CancellationTokenSource(Left(sentAt), clock);
        LogLeading(options.Identity);
        RuntimeMetrics.CountLease("acquired");
        _leading = true;
        var work = Task.Run(() => lead(term.Token), CancellationToken.None);
        try
        {
            await KeepAsync(term, work);
        }
        finally
        {
            var lost = term.IsCancellationRequested;
            await term.CancelAsync();
            try
            {
                await work;
            }
            catch (Exception error)
            {
                if (!lost)
                {
                    LogWorkFailed(error);
                }
            }

            _leading = false;
            if (lost)
            {
                LogLost(options.Identity);
                RuntimeMetrics.CountLease("lost");
            }
            else
            {
                await ReleaseAsync();
            }
        }

        await PauseAsync(options.RetryPeriod, stop);
    }

    /// <summary>Renews until the work has ended or the term has.</summary>
    private async Task KeepAsync(CancellationTokenSource term, Task work)
    {
        var wait = options.RenewPeriod;
        while (true)
        {
            Moved();
            await Task.WhenAny(work, PauseAsync(wait, term.Token));
            if (work.IsCompleted || term.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var sentAt = clock.GetTimestamp();
                var next = _seen! with { RenewTime = KubernetesLeaseStore.TimeText(clock.GetUtcNow()) };
                if (await store.TryWriteAsync(next, term.Token) is { } written)
                {
                    See(written);
                    RuntimeMetrics.CountLease("renewed");
                    term.CancelAfter(Left(sentAt));
                    wait = options.RenewPeriod;
                    continue;
                }

                // Somebody wrote: a new holder, a person, or our own renewal whose answer was lost.
                See(await store.ReadAsync(term.Token));
                if (_seen?.Holder != options.Identity)
                {
                    await term.CancelAsync();
                    return;
                }

                wait = TimeSpan.Zero;
            }
            catch (Exception) when (term.IsCancellationRequested)
            {
                // Whatever it was, it came too late to matter.
                return;
            }
            catch (Exception error)
            {
                NotReached(error);
                wait = options.RetryPeriod;
            }
        }
    }

    private async Task ReleaseAsync()
    {
        using var time = new CancellationTokenSource(options.RenewDeadline / 2, clock);
        try
        {
            if (await store.TryWriteAsync(_seen! with { Holder = "", Duration = TimeSpan.FromSeconds(1) }, time.Token) is { } written)
            {
                See(written);
                LogReleased(options.Identity);
                RuntimeMetrics.CountLease("released");
            }
        }
        catch (Exception error)
        {
            NotReached(error);
        }
    }

    private TimeSpan Left(long sentAt)
    {
        var left = options.RenewDeadline - clock.GetElapsedTime(sentAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void See(LeaseRecord? lease)
    {
        if (lease != _seen)
        {
            _seen = lease;
            _seenAt = clock.GetTimestamp();
        }
    }

    private Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) => Swallow(Task.Delay(time, clock, cancellationToken));

    private static async Task Swallow(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void NotReached(Exception error)
    {
        RuntimeMetrics.CountLease("unreachable");
        LogNotReached(error.Message);
    }

    private void Moved() => Volatile.Write(ref _lastMove, clock.GetTimestamp());

    [LoggerMessage(LogLevel.Information, "{Identity} holds the lease; work begins")]
    private partial void LogLeading(string identity);

    [LoggerMessage(LogLevel.Warning, "{Identity} lost the lease; all passes were cancelled")]
    private partial void LogLost(string identity);

    [LoggerMessage(LogLevel.Information, "{Identity} released the lease")]
    private partial void LogReleased(string identity);

    [LoggerMessage(LogLevel.Warning, "The lease could not be reached: {Error}")]
    private partial void LogNotReached(string error);

    [LoggerMessage(LogLevel.Error, "The work of the term failed")]
    private partial void LogWorkFailed(Exception error);
}
