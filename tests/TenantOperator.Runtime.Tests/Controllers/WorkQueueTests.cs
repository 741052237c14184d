using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Runtime.Tests.Controllers;

public sealed class WorkQueueTests
{
    private readonly FakeTimeProvider _clock = new();

    private enum Step
    {
        Add,
        AddAfter,
        Take,
        Done,
        TimePasses,
    }

    [Fact]
    public void Whatever_happens_a_key_is_in_one_pair_of_hands_is_ready_exactly_when_due_and_is_never_lost() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 4], Gen.Int[1, 1000], Gen.Enum<QueuePriority>()).Array[0, 150].Sample(
            steps =>
            {
                var world = new World();
                foreach (var (step, key, number, priority) in steps)
                {
                    world.Do(step, key, number, priority);
                }

                world.Settle();
            },
            iter: 20_000);

    [Fact]
    public void A_stream_of_fresh_changes_does_not_starve_a_resync() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[10, 60]).Sample((backlog, age) =>
        {
            var clock = new FakeTimeProvider();
            using var queue = NewQueue(clock);
            queue.Add(-1, QueuePriority.Resync);
            clock.Advance(TimeSpan.FromSeconds(age));
            for (var i = 0; i < backlog; i++)
            {
                queue.Add(i);
            }

            var takes = 0;
            int taken;
            do
            {
                taken = TakeAndDone(queue);
                queue.Add(1000 + takes++);
            }
            while (taken != -1);

            takes.Should().BeLessThanOrEqualTo(5);
        });

    [Fact]
    public void A_mountain_of_resyncs_does_not_starve_a_fresh_change() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 60], Gen.Int[0, 30]).Sample((mountain, age, before) =>
        {
            var clock = new FakeTimeProvider();
            using var queue = NewQueue(clock);
            for (var i = 0; i < mountain; i++)
            {
                queue.Add(i, QueuePriority.Resync);
            }

            clock.Advance(TimeSpan.FromSeconds(age));
            for (var i = 0; i < Math.Min(before, mountain); i++)
            {
                TakeAndDone(queue);
            }

            queue.Add(-1);

            (TakeAndDone(queue) == -1 || TakeAndDone(queue) == -1).Should().BeTrue("at most one aged resync goes before it");
        });

    [Fact]
    public void A_young_resync_waits_until_no_fresh_change_is_left()
    {
        using var queue = NewQueue(_clock);
        queue.Add(9, QueuePriority.Resync);
        Enumerable.Range(0, 8).ToList().ForEach(key => queue.Add(key));

        Enumerable.Range(0, 9).Select(_ => TakeAndDone(queue)).Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 9);
    }

    [Fact]
    public void A_fresh_change_lifts_its_key_out_of_the_resync_lane_and_it_runs_once()
    {
        using var queue = NewQueue(_clock);
        queue.Add(1, QueuePriority.Resync);
        queue.Add(2, QueuePriority.Resync);

        queue.Add(2);

        queue.Depth.Should().Be(2);
        queue.TryTake(out var first).Should().BeTrue();
        first.Should().Be(new QueueItem<int>(2, QueuePriority.Fresh, TimeSpan.Zero));
        queue.Done(2);
        TakeAndDone(queue).Should().Be(1);
        queue.TryTake(out _).Should().BeFalse();
    }

    [Fact]
    public void The_earliest_wake_up_wins()
    {
        using var queue = NewQueue(_clock);
        queue.AddAfter(1, TimeSpan.FromSeconds(10));
        queue.AddAfter(1, TimeSpan.FromSeconds(3));
        queue.AddAfter(1, TimeSpan.FromSeconds(30));

        _clock.Advance(TimeSpan.FromMilliseconds(2999));
        queue.Depth.Should().Be(0);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        TakeAndDone(queue).Should().Be(1);

        _clock.Advance(TimeSpan.FromHours(1));
        queue.Depth.Should().Be(0, "the three wishes were one");
    }

    [Fact]
    public void Back_off_doubles_up_to_the_cap_and_is_forgotten_on_success()
    {
        using var queue = new WorkQueue<int>(new() { BackoffBase = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromMinutes(5) }, _clock, new Random(1));
        var delays = Enumerable.Range(0, 12).Select(_ => queue.Retry(1).TotalSeconds).ToList();

        for (var i = 0; i < delays.Count; i++)
        {
            var full = Math.Min(300, Math.Pow(2, i));
            delays[i].Should().BeInRange(full / 2, full);
        }

        queue.Forget(1);
        queue.Retry(1).TotalSeconds.Should().BeInRange(0.5, 1);
    }

    [Fact]
    public void A_conflict_is_retried_almost_at_once()
    {
        using var queue = NewQueue(_clock);

        queue.Retry(1, conflict: true).TotalMilliseconds.Should().BeInRange(25, 50);
    }

    [Fact]
    public void A_key_without_a_wish_leaves_nothing_behind()
    {
        using var queue = NewQueue(_clock);
        queue.Add(1);
        TakeAndDone(queue);

        var again = () => queue.Done(1);

        again.Should().Throw<InvalidOperationException>();
        (queue.Depth, queue.Running, queue.DelayedCount).Should().Be((0, 0, 0));
    }

    [Fact]
    public async Task Under_real_threads_no_key_runs_twice_at_once_and_the_last_change_of_each_is_seen()
    {
        const int Keys = 40;
        const int Changes = 40_000;
        using var queue = new WorkQueue<int>(new(), TimeProvider.System, new Random(1));
        var wanted = new int[Keys];
        var seen = new int[Keys];
        var hands = new ConcurrentDictionary<int, byte>();
        var twice = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var item = await queue.TakeAsync(stop.Token);
                if (!hands.TryAdd(item.Key, 0))
                {
                    Interlocked.Increment(ref twice);
                }

                seen[item.Key] = Volatile.Read(ref wanted[item.Key]);
                await Task.Yield();
                hands.TryRemove(item.Key, out var _);
                queue.Done(item.Key);
            }
        })).ToList();

        Parallel.For(0, Changes, change =>
        {
            var key = change % Keys;
            Interlocked.Increment(ref wanted[key]);
            if (change % 3 == 0)
            {
                queue.AddAfter(key, TimeSpan.FromMilliseconds(change % 5));
            }
            else
            {
                queue.Add(key, (QueuePriority)(change % 2));
            }
        });
        while (queue.Depth + queue.Running + queue.DelayedCount > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers).ContinueWith(_ => { }, TaskScheduler.Default);
        twice.Should().Be(0);
        seen.Should().Equal(wanted);
    }

    private static WorkQueue<int> NewQueue(TimeProvider clock) => new(new(), clock, new Random(1));

    private static int TakeAndDone(WorkQueue<int> queue)
    {
        queue.TryTake(out var item).Should().BeTrue();
        queue.Done(item.Key);
        return item.Key;
    }

    /// <summary>The queue beside a model: per key, whether it is wished for now, and when next.</summary>
    private sealed class World
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly WorkQueue<int> _queue;
        private readonly HashSet<int> _now = [];
        private readonly Dictionary<int, DateTimeOffset> _later = [];
        private readonly List<int> _hands = [];

        public World() => _queue = NewQueue(_clock);

        public void Do(Step step, int key, int number, QueuePriority priority)
        {
            switch (step)
            {
                case Step.Add:
                    _queue.Add(key, priority);
                    _now.Add(key);
                    break;
                case Step.AddAfter:
                    var due = _clock.GetUtcNow().AddMilliseconds(number);
                    _queue.AddAfter(key, TimeSpan.FromMilliseconds(number), priority);
                    _later[key] = _later.TryGetValue(key, out var before) && before < due ? before : due;
                    break;
                case Step.Take:
                    Take();
                    break;
                case Step.Done when _hands.Count > 0:
                    var given = _hands[number % _hands.Count];
                    _hands.Remove(given);
                    _queue.Done(given);
                    break;
                case Step.TimePasses:
                    Pass(TimeSpan.FromMilliseconds(number));
                    break;
            }

            var ready = _now.Count(each => !_hands.Contains(each));
            Assert.Equal((ready, _hands.Count, _later.Count), (_queue.Depth, _queue.Running, _queue.DelayedCount));
        }

        public void Settle()
        {
            while (_now.Count + _later.Count + _hands.Count > 0)
            {
                Do(Step.Done, 0, 0, QueuePriority.Fresh);
                Do(Step.Take, 0, 0, QueuePriority.Fresh);
                Do(Step.TimePasses, 0, 100, QueuePriority.Fresh);
            }

            _queue.Dispose();
        }

        private void Take()
        {
            if (!_queue.TryTake(out var item))
            {
                Assert.True(_now.IsSubsetOf(_hands), "What is wished for and in nobody's hands can be taken.");
                return;
            }

            Assert.DoesNotContain(item.Key, _hands);
            Assert.True(_now.Remove(item.Key), "Only what was wished for, and not before its time.");
            _hands.Add(item.Key);
        }

        private void Pass(TimeSpan time)
        {
            _clock.Advance(time);
            foreach (var key in _later.Where(pair => pair.Value <= _clock.GetUtcNow()).Select(pair => pair.Key).ToList())
            {
                _later.Remove(key);
                _now.Add(key);
            }
        }
    }
}
