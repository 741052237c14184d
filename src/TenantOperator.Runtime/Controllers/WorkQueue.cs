namespace TenantOperator.Runtime;

/// <summary>The numbers of a work queue.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>First delay after a failure.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First delay after a conflict: the cache is about to catch up.</summary>
    public TimeSpan ConflictBase { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest delay after failures.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a resync gives way to fresh changes before it gets its share.</summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The share: one aged resync after this many fresh keys.</summary>
    public int FreshPerAgedResync { get; init; } = 4;
}

/// <summary>What a worker took.</summary>
/// <param name="Key">The key to work on.</param>
/// <param name="Priority">The lane it came from.</param>
/// <param name="Waited">How long it was ready.</param>
public readonly record struct QueueItem<TKey>(TKey Key, QueuePriority Priority, TimeSpan Waited);

/// <summary>
/// Which key to work on next. A key is in at most one pair of hands: asked for while it runs, it runs once more afterwards. Asked for
/// several times before it runs, it runs once, at the earliest of the times and in the more urgent lane. Nothing asked for is lost.
/// </summary>
/// <remarks>
/// Fresh changes go first; a resync that has waited longer than <see cref="WorkQueueOptions.Ageing"/> gets one turn in five, so
/// neither lane starves. All delays share one heap and one timer. Thread-safe.
/// </remarks>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly WorkQueueOptions _options;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly Dictionary<TKey, State> _states = [];
    private readonly Queue<Ready>[] _lanes = [new(), new()];
    private readonly PriorityQueue<Delayed, long> _delayed = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private long _tickets;
    private long _timerDue = long.MaxValue;
    private int _freshSinceResync;
    private int _running;
    private int _delayedCount;
    private bool _disposed;

    /// <summary>Takes the clock and the randomness of its jitter, which it uses under its own lock and must own.</summary>
    public WorkQueue(WorkQueueOptions options, TimeProvider clock, Random random)
    {
        _options = options;
        _clock = clock;
        _random = random;
        _timer = clock.CreateTimer(static queue => ((WorkQueue<TKey>)queue!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keys that are ready.</summary>
    public int Depth => _ready.CurrentCount;

    /// <summary>Keys in hands.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Keys that wait for their time.</summary>
    public int DelayedCount => Volatile.Read(ref _delayedCount);

    /// <summary>Asks for a key now.</summary>
    public void Add(TKey key, QueuePriority priority = QueuePriority.Fresh)
    {
        lock (_lock)
        {
            MakeReady(key, StateOf(key), priority);
        }
    }

    /// <summary>Asks for a key after a delay. An earlier wish for the same key stands.</summary>
    public void AddAfter(TKey key, TimeSpan delay, QueuePriority priority = QueuePriority.Fresh)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, priority);
            return;
        }

        lock (_lock)
        {
            Delay(key, StateOf(key), delay, priority);
        }
    }

    /// <summary>Waits for the next key. It must be given back with <see cref="Done"/>.</summary>
    public async ValueTask<QueueItem<TKey>> TakeAsync(CancellationToken cancellationToken)
    {
        await _ready.WaitAsync(cancellationToken);
        lock (_lock)
        {
            return Next();
        }
    }

    /// <summary>Takes the next key if one is ready.</summary>
    public bool TryTake(out QueueItem<TKey> item)
    {
        if (!_ready.Wait(0))
        {
            item = default;
            return false;
        }

        lock (_lock)
        {
            item = Next();
            return true;
        }
    }

    /// <summary>Gives a key back. If it was asked for meanwhile it is ready again.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (!_states.TryGetValue(key, out var state) || !state.Running)
            {
                throw new InvalidOperationException($"{key} is in nobody's hands.");
            }

            state.Running = false;
            _running--;
            if (state.AskedWhileRunning is { } priority)
            {
                state.AskedWhileRunning = null;
                MakeReady(key, state, priority);
            }

            Tidy(key, state);
        }
    }

    /// <summary>Notes a failure and asks for the key again after its back-off. Returns the delay.</summary>
    public TimeSpan Retry(TKey key, bool conflict = false)
    {
        lock (_lock)
        {
            var state = StateOf(key);
            var delay = BackoffFor(state.Failures++, conflict ? _options.ConflictBase : _options.BackoffBase);
            Delay(key, state, delay, QueuePriority.Fresh);
            return delay;
        }
    }

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
        {
            if (_states.TryGetValue(key, out var state))
            {
                state.Failures = 0;
                Tidy(key, state);
            }
        }
    }

    /// <summary>Stops the timer. Waiting takers are ended by their tokens, not by this.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _timer.Dispose();
        _ready.Dispose();
    }

    // Doubles from the base up to the cap, then a random part between half and all of it.
    private TimeSpan BackoffFor(int failures, TimeSpan first)
    {
        var ticks = Math.Min(_options.BackoffMax.Ticks, first.Ticks * Math.Pow(2, Math.Min(failures, 40)));
        return TimeSpan.FromTicks((long)(ticks * (0.5 + (_random.NextDouble() / 2))));
    }

    private State StateOf(TKey key)
    {
        if (!_states.TryGetValue(key, out var state))
        {
            _states[key] = state = new State();
        }

        return state;
    }

    private void MakeReady(TKey key, State state, QueuePriority priority)
    {
        if (state.Running)
        {
            state.AskedWhileRunning = state.AskedWhileRunning is { } asked ? MoreUrgent(asked, priority) : priority;
            return;
        }

        if (state.ReadyTicket is null)
        {
            Line(key, state, priority, _clock.GetTimestamp());
            _ready.Release();
        }
        else if (priority < state.Lane)
        {
            // The old place in the other lane is void by its ticket, so the count of ready keys stays true.
            Line(key, state, priority, state.ReadySince);
        }
    }

    private void Line(TKey key, State state, QueuePriority priority, long since)
    {
        state.Lane = priority;
        state.ReadySince = since;
        state.ReadyTicket = ++_tickets;
        _lanes[(int)priority].Enqueue(new(key, _tickets));
    }

    private void Delay(TKey key, State state, TimeSpan delay, QueuePriority priority)
    {
        // Whole ticks times a whole factor: seconds as a fraction would make a wake-up late by a tick.
        var due = _clock.GetTimestamp() + (long)Math.Ceiling(delay.Ticks * (_clock.TimestampFrequency / (double)TimeSpan.TicksPerSecond));
        if (state.DueTicket is not null)
        {
            state.DuePriority = MoreUrgent(state.DuePriority, priority);
            if (state.Due <= due)
            {
                return;
            }
        }
        else
        {
            state.DuePriority = priority;
            _delayedCount++;
        }

        state.Due = due;
        state.DueTicket = ++_tickets;
        _delayed.Enqueue(new(key, _tickets), due);
        SetTimer(due);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerDue = long.MaxValue;
            var now = _clock.GetTimestamp();
            while (_delayed.TryPeek(out var first, out var due))
            {
                var live = _states.TryGetValue(first.Key, out var state) && state.DueTicket == first.Ticket;
                if (live && due > now)
                {
                    SetTimer(due);
                    return;
                }

                _delayed.Dequeue();
                if (live)
                {
                    state!.DueTicket = null;
                    _delayedCount--;
                    MakeReady(first.Key, state, state.DuePriority);
                }
            }
        }
    }

    private void SetTimer(long due)
    {
        if (due >= _timerDue || _disposed)
        {
            return;
        }

        _timerDue = due;
        var wait = _clock.GetElapsedTime(_clock.GetTimestamp(), due);
        // Timers count whole milliseconds downwards; a wake-up too early would only be set again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, 86_400_000)), Timeout.InfiniteTimeSpan);
    }

    private QueueItem<TKey> Next()
    {
        var lane = ChooseLane();
        var ready = _lanes[(int)lane].Dequeue();
        var state = _states[ready.Key];
        state.ReadyTicket = null;
        state.Running = true;
        _running++;
        _freshSinceResync = lane == QueuePriority.Fresh ? _freshSinceResync + 1 : 0;
        return new(ready.Key, lane, _clock.GetElapsedTime(state.ReadySince));
    }

    private QueuePriority ChooseLane()
    {
        var fresh = Head(QueuePriority.Fresh);
        var resync = Head(QueuePriority.Resync);
        if (fresh is null || resync is null)
        {
            return fresh is null ? QueuePriority.Resync : QueuePriority.Fresh;
        }

        var aged = _clock.GetElapsedTime(resync.ReadySince) >= _options.Ageing;
        return aged && _freshSinceResync >= _options.FreshPerAgedResync ? QueuePriority.Resync : QueuePriority.Fresh;
    }

    // The state of the first key in a lane, after dropping places that are void.
    private State? Head(QueuePriority lane)
    {
        while (_lanes[(int)lane].TryPeek(out var ready))
        {
            if (_states.TryGetValue(ready.Key, out var state) && state.ReadyTicket == ready.Ticket)
            {
                return state;
            }

            _lanes[(int)lane].Dequeue();
        }

        return null;
    }

    private void Tidy(TKey key, State state)
    {
        if (!state.Running && state.ReadyTicket is null && state.DueTicket is null && state.Failures == 0)
        {
            _states.Remove(key);
            if (_states.Capacity > 1024 && _states.Count < _states.Capacity / 4)
            {
                // What a burst has needed is given back.
                _states.TrimExcess();
                Array.ForEach(_lanes, lane => lane.TrimExcess());
            }
        }
    }

    private static QueuePriority MoreUrgent(QueuePriority one, QueuePriority other) => one < other ? one : other;

    private readonly record struct Ready(TKey Key, long Ticket);

    private readonly record struct Delayed(TKey Key, long Ticket);

    private sealed class State
    {
        public bool Running;
        public QueuePriority? AskedWhileRunning;
        public long? ReadyTicket;
        public long ReadySince;
        public QueuePriority Lane;
        public long? DueTicket;
        public long Due;
        public QueuePriority DuePriority;
        public int Failures;
    }
}
