using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>Two replicas and one lease on the real server.</summary>
public sealed class LeadershipTests(RuntimeServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clean_stop_finishes_the_step_in_flight_releases_the_lease_and_the_second_replica_takes_over_in_under_two_seconds()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes { Within = (_, token) => Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, token) };
        var first = await rig.StartAsync("one", passes);
        await Eventually.HoldsAsync(() => Leads(first));
        var standby = new Passes();
        var second = await rig.StartAsync("two", standby);
        await Eventually.HoldsAsync(() => second.Services.GetRequiredService<IOperatorHealth>().Ready);
        Leads(second).Should().BeFalse("a standby is ready but does nothing");
        await rig.CreateWidgetAsync("in-flight");
        await Eventually.HoldsAsync(() => passes.Begun.Count == 1);

        await first.StopAsync(Token);

        var released = TimeProvider.System.GetTimestamp();
        passes.Ended.Should().Equal("in-flight");
        passes.Cancelled.Should().BeEmpty();
        standby.Begun.Should().BeEmpty("the lease was held until the step had ended");
        await rig.IsDoneAsync("in-flight");
        await Eventually.HoldsAsync(() => Leads(second));
        TimeProvider.System.GetElapsedTime(released).TotalSeconds.Should().BeLessThan(2);
        await rig.CreateWidgetAsync("next");
        await rig.IsDoneAsync("next");
        (await rig.LeaseHolderAsync()).Should().Be("two");
    }

    [Fact]
    public async Task A_stop_with_nobody_waiting_leaves_the_lease_without_a_holder()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var only = await rig.StartAsync("one");
        await Eventually.HoldsAsync(() => Leads(only));

        await only.StopAsync(Token);

        (await rig.LeaseHolderAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_pass_is_cancelled_before_anybody_else_may_take_the_lease_and_work_goes_on_once_it_is_back()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes();
        passes.Within = (_, token) => passes.Cancelled.IsEmpty ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : Task.CompletedTask;
        var host = await rig.StartAsync("one", passes);
        await Eventually.HoldsAsync(() => Leads(host));
        await rig.CreateWidgetAsync("w");
        await Eventually.HoldsAsync(() => passes.Begun.Count == 1);

        using var silence = rig.Proxy.On("*", "leases", Fault.NeverAnswer, times: 1000);
        var lastRenewal = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(() => !passes.Cancelled.IsEmpty);

        TimeProvider.System.GetElapsedTime(lastRenewal).TotalSeconds.Should().BeLessThan(3.5, "renewals are trusted for 2 s, others wait 4 s");
        (await rig.LeaseHolderAsync()).Should().Be("one", "nobody else had it yet");
        await Eventually.HoldsAsync(() => !Leads(host));
        silence.Dispose();
        await rig.IsDoneAsync("w");
    }

    [Fact]
    public async Task A_replica_that_is_cut_off_stops_and_another_takes_over_after_the_lease_has_run_out()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes();
        var first = await rig.StartAsync("one", passes);
        await Eventually.HoldsAsync(() => Leads(first));
        await using var otherWay = await FaultProxy.StartAsync((await server.GetAsync(Token)).NewConfiguration());
        var second = await rig.StartAsync("two", configure: options => options.ClientConfiguration = () => otherWay.Configuration());

        rig.Proxy.Down();

        await Eventually.HoldsAsync(() => Leads(second) || !Leads(first));
        Leads(second).Should().BeFalse("the first gives up before the second takes over");
        await Eventually.HoldsAsync(() => Leads(second));
        Leads(first).Should().BeFalse();
        await rig.CreateWidgetAsync("w");
        await rig.IsDoneAsync("w");
        passes.Begun.Should().BeEmpty();
    }

    [Fact]
    public async Task Work_beside_the_controllers_runs_with_the_leader_only_and_ends_with_its_term()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var (one, two) = (new Beside(), new Beside());
        var first = await rig.StartAsync("one", leaderWork: one);
        await Eventually.HoldsAsync(() => one.Running);
        var second = await rig.StartAsync("two", leaderWork: two);
        await Eventually.HoldsAsync(() => second.Services.GetRequiredService<IOperatorHealth>().Ready);
        two.Terms.Should().Be(0, "a standby does nothing");

        await first.StopAsync(Token);

        one.Running.Should().BeFalse();
        await Eventually.HoldsAsync(() => two.Running);
        using (rig.Proxy.On("*", "leases", Fault.NeverAnswer, times: 1000))
        {
            await Eventually.HoldsAsync(() => !two.Running);
        }

        await Eventually.HoldsAsync(() => two.Running);
        (one.Terms, two.Terms).Should().Be((1, 2), "it is called anew for each term");
    }

    private sealed class Beside : ILeaderWork
    {
        public int Terms { get; private set; }

        public volatile bool Running;

        public async Task RunAsync(CancellationToken term)
        {
            Terms++;
            Running = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, term);
            }
            finally
            {
                Running = false;
            }
        }
    }

    private static bool Leads(IHost host) => host.Services.GetRequiredService<IOperatorHealth>().Leading;
}
