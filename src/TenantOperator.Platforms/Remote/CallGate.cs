namespace TenantOperator.Platforms.Remote;

/// <summary>
/// Lets the calls of one connection through: so many a second, so many at a time, none while the platform asked for silence, and in turn between the tenants that wait, so that one with a
/// thousand people does not hold up the others. Safe for concurrent use.
/// </summary>
/// <remarks>Ours, because the limiters of the library know neither turns between keys nor a pause that somebody else asks for.</remarks>
public sealed class CallGate : IDisposable
{
    private readonly double perSecond;
    private readonly int concurrency;
    private readonly double burst;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly Lock guard = new();
    private readonly Dictionary<string, Queue<Waiter>> lines = new(StringComparer.Ordinal);
    private readonly Queue<string> turns = new();
    private double tokens;
    private long filledAt;
    private long? blockedUntil;
    private int running;

    /// <summary>Opens a gate.</summary>
    /// <param name="perSecond">The most calls that begin in a second.</param>
    /// <param name="concurrency">The most calls under way.</param>
    /// <param name="clock">Tells the time.</param>
    public CallGate(int perSecond, int concurrency, TimeProvider clock)
    {
        this.perSecond = perSecond;
        this.concurrency = concurrency;
        this.clock = clock;

        // Only what a late timer has missed: a burst is what the other side counts as too many.
        burst = Math.Max(2, perSecond * 0.1);
        tokens = burst;
        filledAt = clock.GetTimestamp();
        timer = clock.CreateTimer(static gate => ((CallGate)gate!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long no call goes through yet, because of <see cref="Block"/>; zero if it does.</summary>
    public TimeSpan BlockedFor
    {
        get
        {
            lock (guard)
            {
                return Blocked(clock.GetTimestamp());
            }
        }
    }

    /// <summary>Waits for a turn. The call is over when what is returned is disposed of.</summary>
    /// <param name="tenant">On whose behalf; callers with the same text wait in one line.</param>
    /// <param name="cancellationToken">Gives up the place.</param>
    public async Task<IDisposable> EnterAsync(string tenant, CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        lock (guard)
        {
            if (!lines.TryGetValue(tenant, out var line))
            {
                lines[tenant] = line = new Queue<Waiter>();
                turns.Enqueue(tenant);
            }

            line.Enqueue(waiter);
        }

        Pump();
        await using (cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).TrySetCanceled(token), waiter))
        {
            await waiter.Task;
        }

        return new Turn(this);
    }

    /// <summary>Lets nothing through for a while. A shorter pause than one that is under way changes nothing.</summary>
    public void Block(TimeSpan time)
    {
        lock (guard)
        {
            var until = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
            blockedUntil = Math.Max(blockedUntil ?? 0, until);
        }
    }

    /// <summary>Ends its timer; who waits waits for ever, so the calls are to be cancelled.</summary>
    public void Dispose() => timer.Dispose();

    private void Pump()
    {
        lock (guard)
        {
            var now = clock.GetTimestamp();
            tokens = Math.Min(burst, tokens + (clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond));
            filledAt = now;
            var pause = Blocked(now);
            while (pause == TimeSpan.Zero && running < concurrency && tokens >= 1 && TryNext())
            {
                tokens--;
                running++;
            }

            if (turns.Count > 0 && running < concurrency)
            {
                var refill = TimeSpan.FromSeconds(Math.Max(0, 1 - tokens) / perSecond);
                var wait = pause > refill ? pause : refill;
                timer.Change(wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    // The next in turn that still waits.
    private bool TryNext()
    {
        while (turns.TryDequeue(out var tenant))
        {
            var line = lines[tenant];
            var served = false;
            while (!served && line.TryDequeue(out var waiter))
            {
                served = waiter.TrySetResult();
            }

            if (line.Count > 0)
            {
                turns.Enqueue(tenant);
            }
            else
            {
                lines.Remove(tenant);
            }

            if (served)
            {
                return true;
            }
        }

        return false;
    }

    private TimeSpan Blocked(long now) => blockedUntil is { } until && until > now ? clock.GetElapsedTime(now, until) : TimeSpan.Zero;

    private void Leave()
    {
        lock (guard)
        {
            running--;
        }

        Pump();
    }

    private sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Turn(CallGate gate) : IDisposable
    {
        private int over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref over, 1) == 0)
            {
                gate.Leave();
            }
        }
    }
}
