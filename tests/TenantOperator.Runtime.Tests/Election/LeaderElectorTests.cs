using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Runtime.Tests.Election;

/// <summary>Replicas under a clock that the test turns, around a lease that fails on demand.</summary>
public sealed class LeaderElectorTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private enum Trouble
    {
        None,
        FailBefore,
        FailAfter,
        Slow,
        CutOff,
    }

    [Fact]
    public void A_lease_of_somebody_else_is_left_alone_until_it_was_unchanged_for_the_longer_of_both_durations() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[0, 60]).Sample((theirs, ours, unchanged) =>
        {
            var lease = new LeaseRecord("other", TimeSpan.FromSeconds(theirs), "", "", 0, "1");

            var wait = LeaderElector.MustWait(lease, TimeSpan.FromSeconds(unchanged), "me", TimeSpan.FromSeconds(ours));

            var left = Math.Max(theirs, ours) - unchanged;
            wait.Should().Be(left > 0 ? TimeSpan.FromSeconds(left) : null);
        });

    [Fact]
    public void A_lease_that_is_missing_free_or_our_own_may_be_taken_at_once()
    {
        var held = new LeaseRecord("me", TimeSpan.FromSeconds(15), "", "", 0, "1");

        foreach (var lease in (LeaseRecord?[])[null, held, held with { Holder = "" }])
        {
            LeaderElector.MustWait(lease, TimeSpan.Zero, "me", TimeSpan.FromSeconds(15)).Should().BeNull();
        }
    }

    [Fact]
    public async Task Whatever_fails_terms_never_overlap_and_once_all_is_well_somebody_leads() =>
        await Gen.Select(Gen.Int[0, 2], Gen.Enum<Trouble>(), Gen.Int[1, 80]).Array[5, 12].SampleAsync(
            async script =>
            {
                await using var world = new World(replicas: 3);
                foreach (var (replica, trouble, ticks) in script)
                {
                    world.Stores[replica].Trouble = trouble;
                    for (var i = 0; i < ticks; i++)
                    {
                        await world.TickAsync();
                    }
                }

                world.Stores.ForEach(store => store.Trouble = Trouble.None);
                for (var i = 0; i < 120 && world.Leading == 0; i++)
                {
                    await world.TickAsync();
                }

                Assert.Equal(1, world.Leading);
                Assert.Equal(0, world.Overlaps);
            },
            iter: 12,
            threads: 1);

    [Fact]
    public async Task A_holder_that_is_cut_off_ends_its_term_at_the_deadline_and_nobody_takes_over_before_the_duration()
    {
        await using var world = new World(replicas: 2);
        await world.UntilAsync(() => world.Leading == 1);
        var holder = world.Stores.FindIndex(store => store.Identity == world.Register.Current!.Holder);

        world.Stores[holder].Trouble = Trouble.CutOff;
        var lost = await world.UntilAsync(() => world.Leading == 0);
        var taken = await world.UntilAsync(() => world.Leading == 1);

        lost.TotalSeconds.Should().BeInRange(5.5, 10.5, "10 s after the last renewal, which is at most 4 s old");
        (lost + taken).TotalSeconds.Should().BeInRange(10, 17);
        world.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task A_renewal_whose_answer_is_lost_does_not_cost_the_term()
    {
        await using var world = new World(replicas: 1);
        await world.UntilAsync(() => world.Leading == 1);
        world.Stores[0].Trouble = Trouble.FailAfter;
        for (var i = 0; i < 20; i++)
        {
            await world.TickAsync();
        }

        world.Stores[0].Trouble = Trouble.None;
        for (var i = 0; i < 80; i++)
        {
            await world.TickAsync();
        }

        world.Leading.Should().Be(1);
        world.Terms.Should().Be(1);
    }

    [Fact]
    public async Task A_clean_stop_hands_over_within_the_retry_period()
    {
        await using var world = new World(replicas: 2);
        await world.UntilAsync(() => world.Leading == 1);
        var holder = world.Register.Current!.Holder;

        world.Stop(world.Stores.FindIndex(store => store.Identity == holder));
        var handedOver = await world.UntilAsync(() => world.Leading == 1 && world.Register.Current!.Holder != holder);

        handedOver.TotalSeconds.Should().BeLessThanOrEqualTo(1.5);
        world.Overlaps.Should().Be(0);
    }

    /// <summary>What a lease is: a register that is swapped if it is still what was read.</summary>
    private sealed class Register
    {
        private readonly Lock _lock = new();
        private int _version;

        public LeaseRecord? Current { get; private set; }

        public LeaseRecord? Read()
        {
            lock (_lock)
            {
                return Current;
            }
        }

        public LeaseRecord? TryWrite(LeaseRecord next)
        {
            lock (_lock)
            {
                return next.Version == (Current?.Version ?? "") ? Current = next with { Version = (++_version).ToString() } : null;
            }
        }
    }

    private sealed class Store(string identity, Register register, TimeProvider clock) : ILeaseStore
    {
        public string Identity => identity;

        public volatile Trouble Trouble;

        public async Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken)
        {
            await ArriveAsync(cancellationToken);
            return register.Read();
        }

        public async Task<LeaseRecord?> TryWriteAsync(LeaseRecord next, CancellationToken cancellationToken)
        {
            await ArriveAsync(cancellationToken);
            var written = register.TryWrite(next);
            return Trouble == Trouble.FailAfter ? throw new IOException("The answer was lost.") : written;
        }

        private async Task ArriveAsync(CancellationToken cancellationToken)
        {
            switch (Trouble)
            {
                case Trouble.FailBefore:
                    throw new IOException("The server was not reached.");
                case Trouble.Slow:
                    // Not cancellable on its way: a late write is what a fence has to stand.
                    await Task.Delay(TimeSpan.FromSeconds(6), clock, CancellationToken.None);
                    break;
                case Trouble.CutOff:
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
                    break;
            }
        }
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly List<CancellationTokenSource> _stops = [];
        private readonly List<Task> _runs = [];
        private int _leading;
        private int _overlaps;
        private int _terms;

        public World(int replicas)
        {
            for (var i = 0; i < replicas; i++)
            {
                var store = new Store("r" + i, Register, _clock);
                var elector = new LeaderElector(store, new() { Identity = store.Identity }, _clock, new Random(i), NullLogger.Instance);
                var stop = new CancellationTokenSource();
                Stores.Add(store);
                _stops.Add(stop);
                _runs.Add(Task.Run(() => elector.RunAsync(term => LeadAsync(term, stop.Token), stop.Token)));
            }
        }

        public Register Register { get; } = new();

        public List<Store> Stores { get; } = [];

        public int Leading => Volatile.Read(ref _leading);

        public int Overlaps => Volatile.Read(ref _overlaps);

        public int Terms => Volatile.Read(ref _terms);

        public void Stop(int replica) => _stops[replica].Cancel();

        /// <summary>Turns the clock a little, then lets everybody catch up.</summary>
        public async Task TickAsync()
        {
            _clock.Advance(Tick);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        /// <summary>Ticks until something holds; returns the time on the turned clock.</summary>
        public async Task<TimeSpan> UntilAsync(Func<bool> condition)
        {
            var began = _clock.GetTimestamp();
            for (var i = 0; i < 400 && !condition(); i++)
            {
                await TickAsync();
            }

            Assert.True(condition());
            return _clock.GetElapsedTime(began);
        }

        public async ValueTask DisposeAsync()
        {
            Stores.ForEach(store => store.Trouble = Trouble.None);
            _stops.ForEach(stop => stop.Cancel());
            for (var i = 0; i < 400 && !_runs.TrueForAll(run => run.IsCompleted); i++)
            {
                await TickAsync();
            }

            await Task.WhenAll(_runs);
            _stops.ForEach(stop => stop.Dispose());
        }

        // Counted in the callback of the token, which runs while the clock is being turned: no thread can be late.
        private async Task LeadAsync(CancellationToken term, CancellationToken stop)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (term.IsCancellationRequested)
            {
                return;
            }

            Interlocked.Increment(ref _terms);
            if (Interlocked.Increment(ref _leading) > 1)
            {
                Interlocked.Increment(ref _overlaps);
            }

            var once = 0;
            void End()
            {
                if (Interlocked.Exchange(ref once, 1) == 0)
                {
                    Interlocked.Decrement(ref _leading);
                    ended.TrySetResult();
                }
            }

            await using var lost = term.UnsafeRegister(_ => End(), null);
            await using var stopped = stop.UnsafeRegister(_ => End(), null);
            await ended.Task;
        }
    }
}
