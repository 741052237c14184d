using Microsoft.Extensions.Time.Testing;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Tests.Remote;

public sealed class CallGateTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task So_many_a_second_go_through()
    {
        using var gate = new CallGate(10, 1000, clock);
        var calls = Enter(gate, 100, "a");

        // Timers are late at times, and what they missed is made up for.
        for (var step = 0; step < 50; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(step % 5 == 0 ? 180 : 80));
        }

        await SettleAsync(() => Done(calls) >= 50);
        Done(calls).Should().BeInRange(50, 52);
    }

    [Fact]
    public async Task So_many_at_a_time_go_through()
    {
        using var gate = new CallGate(1000, 3, clock);
        var calls = Enter(gate, 10, "a");
        await AdvanceUntilAsync(() => Done(calls) == 3);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Done(calls).Should().Be(3);

        (await calls.First(call => call.IsCompletedSuccessfully)).Dispose();

        await AdvanceUntilAsync(() => Done(calls) == 4);
    }

    [Fact]
    public async Task Tenants_take_turns()
    {
        using var gate = new CallGate(100, 1, clock);
        var order = new List<string>();
        var calls = Enumerable.Repeat("big", 50).Concat(["small", "other"]).Select(tenant => RunAsync(gate, tenant, order)).ToList();

        await AdvanceUntilAsync(() => calls.TrueForAll(call => call.IsCompleted));

        order.IndexOf("small").Should().BeLessThan(20, "50 others were there before");
        order.IndexOf("other").Should().BeLessThan(20);
        order.Should().HaveCount(52);
    }

    [Fact]
    public async Task Nothing_goes_through_a_pause_and_all_after_it()
    {
        using var gate = new CallGate(1000, 10, clock);
        gate.Block(TimeSpan.FromSeconds(30));
        gate.Block(TimeSpan.FromSeconds(5));
        var calls = Enter(gate, 3, "a");

        clock.Advance(TimeSpan.FromSeconds(29));
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Done(calls).Should().Be(0);
        gate.BlockedFor.Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1));

        await AdvanceUntilAsync(() => Done(calls) == 3);
    }

    [Fact]
    public async Task Whoever_gives_up_costs_the_others_nothing()
    {
        using var gate = new CallGate(1000, 1, clock);
        using var stop = new CancellationTokenSource();
        var first = await gate.EnterAsync("a", CancellationToken.None);
        var second = gate.EnterAsync("a", stop.Token);
        var third = gate.EnterAsync("a", CancellationToken.None);

        await stop.CancelAsync();
        first.Dispose();

        await AdvanceUntilAsync(() => third.IsCompletedSuccessfully);
        second.IsCanceled.Should().BeTrue();
    }

    private static async Task RunAsync(CallGate gate, string tenant, List<string> order)
    {
        using var turn = await gate.EnterAsync(tenant, CancellationToken.None);
        lock (order)
        {
            order.Add(tenant);
        }
    }

    private static List<Task<IDisposable>> Enter(CallGate gate, int count, string tenant) => [.. Enumerable.Range(0, count).Select(_ => gate.EnterAsync(tenant, CancellationToken.None))];

    private static int Done(List<Task<IDisposable>> calls) => calls.Count(call => call.IsCompletedSuccessfully);

    private Task AdvanceUntilAsync(Func<bool> condition) => SettleAsync(() =>
    {
        clock.Advance(TimeSpan.FromMilliseconds(20));
        return condition();
    });

    // Continuations run on other threads.
    private static async Task SettleAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        condition().Should().BeTrue();
    }
}
