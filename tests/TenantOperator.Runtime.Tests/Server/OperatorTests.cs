using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>A whole operator at work: caches, lease, queue, passes, writes.</summary>
public sealed class OperatorTests(RuntimeServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_are_brought_to_where_their_spec_says_and_a_child_deleted_or_edited_by_hand_is_put_back()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        await rig.CreateWidgetAsync("before", 3);
        await rig.StartAsync("one");
        await rig.CreateWidgetAsync("after", 4);
        await rig.IsDoneAsync("before", 3);
        await rig.IsDoneAsync("after", 4);

        await rig.Direct.DeleteAsync(OperatorRig.ConfigMaps, rig.Key("before"), null, null, Token);
        await rig.Direct.PatchAsync<V1ConfigMap>(OperatorRig.ConfigMaps, rig.Key("after"), JsonNode.Parse("""{"data":{"size":"x"}}""")!.AsObject(), null, Token);
        await rig.Direct.PatchAsync<Widget>(OperatorRig.Widgets, rig.Key("before"), JsonNode.Parse("""{"spec":{"size":5}}""")!.AsObject(), null, Token);

        await rig.IsDoneAsync("before", 5);
        await rig.IsDoneAsync("after", 4);
    }

    [Fact]
    public async Task What_is_served_by_others_costs_no_pass_until_it_is_ours_and_somebody_says_so()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes();
        var ours = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal) { ["mine"] = true };
        var host = await rig.StartAsync("one", passes, controller: options => options.Serves = _ => key => ours.ContainsKey(key.Name));
        await rig.CreateWidgetAsync("theirs");
        await rig.CreateWidgetAsync("mine");
        await rig.IsDoneAsync("mine");
        passes.Ended.Should().OnlyContain(pass => pass == "mine");
        (await rig.MapAsync("theirs")).Should().BeNull();

        ours["theirs"] = true;
        host.Services.GetRequiredService<IOperatorQueue<Widget>>().Enqueue(rig.Key("theirs"));
        await rig.IsDoneAsync("theirs");
    }

    [Fact]
    public async Task A_deleted_object_is_finalized_and_its_child_goes_first()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        await rig.StartAsync("one");
        await rig.CreateWidgetAsync("w");
        await rig.IsDoneAsync("w");

        await rig.Direct.DeleteAsync(OperatorRig.Widgets, rig.Key("w"), null, null, Token);

        await Eventually.HoldsAsync(async () => await rig.WidgetAsync("w") is null);
        (await rig.MapAsync("w")).Should().BeNull();
    }

    [Fact]
    public async Task A_normal_life_sends_only_the_writes_it_needs_and_a_second_pass_over_everything_sends_nothing()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var host = await rig.StartAsync("one");
        await Eventually.HoldsAsync(() => host.Services.GetRequiredService<IOperatorHealth>().Leading);
        var mark = rig.Proxy.Mark();
        for (var i = 0; i < 20; i++)
        {
            await rig.CreateWidgetAsync("w" + i);
        }

        for (var i = 0; i < 20; i++)
        {
            await rig.IsDoneAsync("w" + i);
        }

        mark.Writes.Should().HaveCount(60, "finalizer, child and status of each");
        mark.Requests.Should().NotContain(request => request.Verb == "get" || request.Verb == "list" || request.Status >= 400);

        var second = rig.Proxy.Mark();
        var passes = host.Services.GetRequiredService<Passes>();
        var before = passes.Ended.Count;
        var queue = host.Services.GetRequiredService<IOperatorQueue<Widget>>();
        for (var i = 0; i < 20; i++)
        {
            queue.Enqueue(rig.Key("w" + i));
        }

        await Eventually.HoldsAsync(() => passes.Ended.Count >= before + 20);
        second.Requests.Where(request => request.Resource != "leases" && request.Resource != "events").Should().BeEmpty();
    }

    [Fact]
    public async Task A_restart_over_a_finished_world_writes_nothing_and_gets_nothing()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var first = await rig.StartAsync("one");
        for (var i = 0; i < 10; i++)
        {
            await rig.CreateWidgetAsync("w" + i);
        }

        for (var i = 0; i < 10; i++)
        {
            await rig.IsDoneAsync("w" + i);
        }

        await first.StopAsync(Token);
        var mark = rig.Proxy.Mark();
        var passes = new Passes();
        await rig.StartAsync("two", passes);

        await Eventually.HoldsAsync(() => passes.Ended.Count >= 10);
        mark.Writes.Should().BeEmpty();
        mark.Requests.Where(request => request.Resource != "leases").Select(request => request.Verb).Should().Equal("watch", "watch");
    }

    [Fact]
    public async Task A_failing_pass_is_repeated_until_it_succeeds_and_a_conflict_heals_by_itself()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        using var refused = rig.Proxy.On("create", "configmaps", Fault.Answer(500, reason: "InternalError"), times: 2);
        using var conflict = rig.Proxy.On("patch", "widgets/status", Fault.Answer(409, reason: "Conflict"), times: 2);
        using var cut = rig.Proxy.On("patch", "widgets/status", Fault.CutAfter, nth: 1);
        await rig.StartAsync("one");

        await rig.CreateWidgetAsync("w");

        await rig.IsDoneAsync("w");
        (refused.Hits, conflict.Hits, cut.Hits).Should().Be((2, 2, 1));
    }

    [Fact]
    public async Task A_pass_that_takes_too_long_is_cancelled_and_tried_again()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes();
        passes.Within = (_, token) => passes.Begun.Count == 1 ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : Task.CompletedTask;
        await rig.StartAsync("one", passes, controller: options => options.PassTimeout = TimeSpan.FromMilliseconds(300));

        await rig.CreateWidgetAsync("w");

        await rig.IsDoneAsync("w");
        passes.Cancelled.Should().Equal("w");
    }

    [Fact]
    public async Task A_change_during_a_pass_leads_to_another_pass()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        var passes = new Passes();
        var changed = new TaskCompletionSource();
        passes.Within = (_, token) => passes.Begun.Count == 1 ? changed.Task.WaitAsync(token) : Task.CompletedTask;
        var host = await rig.StartAsync("one", passes);
        await rig.CreateWidgetAsync("w");
        await Eventually.HoldsAsync(() => passes.Begun.Count == 1);
        await rig.Direct.PatchAsync<Widget>(OperatorRig.Widgets, rig.Key("w"), JsonNode.Parse("""{"spec":{"size":8}}""")!.AsObject(), null, Token);
        var cache = host.Services.GetRequiredService<ResourceCache<Widget>>();
        await Eventually.HoldsAsync(() => cache.Find(rig.Key("w"))?.Spec.Size == 8);
        changed.SetResult();

        await rig.IsDoneAsync("w", 8);
    }

    [Fact]
    public async Task Events_reach_the_server_once()
    {
        await using var rig = await OperatorRig.CreateAsync(server);
        await rig.StartAsync("one");
        var widget = await rig.CreateWidgetAsync("w");
        await rig.IsDoneAsync("w");
        await rig.Direct.DeleteAsync(OperatorRig.ConfigMaps, rig.Key("w"), null, null, Token);
        await Eventually.HoldsAsync(async () => await rig.MapAsync("w") is not null);
        await rig.CreateWidgetAsync("last");

        JsonArray? events = null;
        await Eventually.HoldsAsync(async () =>
        {
            var list = await rig.Direct.SendAsync(HttpMethod.Get, $"apis/events.k8s.io/v1/namespaces/{rig.Namespace}/events", null, Token);
            events = JsonNode.Parse(list.GetProperty("items").GetRawText())!.AsArray();
            return events.Any(each => (string?)each!["regarding"]!["name"] == "last");
        });

        var told = events!.Where(each => (string?)each!["regarding"]!["uid"] == widget.Metadata.Uid).ToList();
        told.Should().ContainSingle("the second one says the same within ten minutes");
        ((string?)told[0]!["reason"], (string?)told[0]!["reportingController"]).Should().Be(("MapCreated", "widget-operator"));
    }

    [Fact]
    public async Task Readiness_follows_the_caches_and_metrics_show_the_work()
    {
        using var metrics = new Metrics();
        await using var rig = await OperatorRig.CreateAsync(server);
        using var missing = rig.Proxy.On("watch", "configmaps", Fault.Answer(503), times: 2);
        var host = await rig.StartAsync("one");
        var health = host.Services.GetRequiredService<IOperatorHealth>();
        await missing.Hit;
        health.Ready.Should().BeFalse();

        await Eventually.HoldsAsync(() => health.Ready && health.Leading);
        health.Live.Should().BeTrue();
        health.Describe().Should().BeEmpty();
        await rig.CreateWidgetAsync("w");
        await rig.IsDoneAsync("w");

        metrics.Read().Should().Contain("operator.requests code=201 resource=configmaps verb=create")
            .And.Contain("operator.passes controller=Widget result=success")
            .And.Contain("operator.writes outcome=sent resource=widgets")
            .And.Contain("operator.pass.duration controller=Widget")
            .And.Contain("operator.cache.entries resource=widgets")
            .And.Contain("operator.leading");
    }

    /// <summary>What the runtime has reported, by instrument and tags.</summary>
    private sealed class Metrics : IDisposable
    {
        private readonly ConcurrentDictionary<string, byte> _seen = new();
        private readonly MeterListener _listener = new();

        public Metrics()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == OperatorTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Take(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Take(instrument, tags));
            _listener.Start();
        }

        public IEnumerable<string> Read()
        {
            _listener.RecordObservableInstruments();
            return _seen.Keys;
        }

        public void Dispose() => _listener.Dispose();

        private void Take(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _seen[string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal).Prepend(instrument.Name))] = 0;
    }
}
