using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>The cache follows the real server through everything that can go wrong on the way.</summary>
public sealed class ReflectorTests(RuntimeServer server)
{
    private static readonly KubernetesApiOptions Impatient = new() { ReadIdleTimeout = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task A_watch_is_followed_and_one_request_is_enough()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "old"));
        await rig.StartAsync();
        rig.Cache.Find(rig.Key("old"))!.Kind.Should().Be("Widget");

        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "new"));
        await rig.PatchDirectlyAsync("old", """{"spec":{"size":7}}""");
        await Eventually.HoldsAsync(() => rig.Cache.Find(rig.Key("old"))?.Spec.Size == 7);
        await rig.DeleteDirectlyAsync("old");

        await rig.ShowsAsync("new");
        rig.ChangesOf("old").Select(change => change.Origin).Should().Equal(ChangeOrigin.Relist, ChangeOrigin.Watch, ChangeOrigin.Watch);
        rig.Proxy.Requests.Should().ContainSingle("the streamed list and the watch are one request").Which.Verb.Should().Be("watch");
    }

    [Fact]
    public async Task Deletions_in_a_gap_are_noticed_after_410()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        foreach (var name in (string[])["gone", "changed", "same"])
        {
            await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, name));
        }

        await rig.StartAsync();
        rig.Proxy.Down();
        await rig.DeleteDirectlyAsync("gone");
        await rig.PatchDirectlyAsync("changed", """{"spec":{"size":9}}""");
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "new"));
        using var gone = rig.Proxy.On("watch", "widgets", Fault.Answer(410, reason: "Expired"));
        rig.Proxy.Up();

        await rig.ShowsAsync("changed", "same", "new");
        gone.Hits.Should().Be(1);
        rig.ChangesOf("gone")[^1].Should().Match<CacheChange<Widget>>(change => change.New == null && change.Origin == ChangeOrigin.Relist);
        rig.ChangesOf("changed")[^1].Should().Match<CacheChange<Widget>>(change => change.New!.Spec.Size == 9 && !change.Initial);
        rig.ChangesOf("same").Should().ContainSingle("a list that shows nothing new tells nothing");
    }

    [Fact]
    public async Task An_ERROR_event_with_410_leads_to_a_fresh_list()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "gone"));
        await rig.StartAsync();
        rig.Proxy.Down();
        await rig.DeleteDirectlyAsync("gone");
        using var rule = rig.Proxy.On("watch", "widgets", Fault.ErrorEventAfterLines(0, 410, "Expired"));
        var mark = rig.Proxy.Mark();
        rig.Proxy.Up();

        await rig.ShowsAsync();
        mark.Requests.Should().Contain(request => StreamedList(request) && request.Status == 200);
        rig.ChangesOf("gone")[^1].Origin.Should().Be(ChangeOrigin.Relist);
    }

    [Fact]
    public async Task An_ERROR_event_of_another_kind_is_followed_by_a_watch_from_the_same_place()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        rig.Proxy.Down();
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "new"));
        using var rule = rig.Proxy.On("watch", "widgets", Fault.ErrorEventAfterLines(0, 500, "InternalError"));
        var mark = rig.Proxy.Mark();
        rig.Proxy.Up();

        await rig.ShowsAsync("new");
        rule.Hits.Should().Be(1);
        mark.Requests.Should().NotContain(request => StreamedList(request));
        rig.ChangesOf("new").Should().ContainSingle().Which.Origin.Should().Be(ChangeOrigin.Watch);
    }

    [Fact]
    public async Task A_half_line_is_no_event_and_nothing_is_lost_after_it()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        using var rule = rig.Proxy.On("watch", "widgets", Fault.HalfLineAfterLines(1));
        rig.Proxy.CutStreams();
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "whole"));
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "half"));

        await rig.ShowsAsync("whole", "half");
        rule.Hits.Should().Be(1);
        rig.ChangesOf("half").Should().ContainSingle();
    }

    [Fact]
    public async Task A_silent_watch_is_given_up_and_resumed()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, silence: TimeSpan.FromSeconds(1));
        await rig.StartAsync();
        rig.Proxy.FreezeStreams();
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "unheard"));

        await rig.ShowsAsync("unheard");
        rig.Proxy.Requests.Count(request => StreamedList(request)).Should().Be(1, "it resumes and does not list again");
    }

    [Fact]
    public async Task A_server_without_streamed_lists_is_listed_in_pages()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, new() { PageSize = 2 });
        var names = Enumerable.Range(0, 5).Select(i => "w" + i).ToArray();
        foreach (var name in names)
        {
            await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, name));
        }

        using var refusal = rig.Proxy.On(StreamedList, Fault.Answer(422, reason: "Invalid"), times: 100);
        await rig.StartAsync();

        await rig.ShowsAsync(names);
        rig.Proxy.Requests.Select(request => request.Verb).Take(5).Should().Equal("watch", "list", "list", "list", "watch");
        refusal.Hits.Should().Be(1, "it is not asked for again");
        rig.Cache.Find(rig.Key("w0"))!.Kind.Should().Be("Widget", "lists leave it out");
    }

    [Fact]
    public async Task A_list_that_stalls_is_given_up_and_tried_again()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, Impatient);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "there"));
        using var refusal = rig.Proxy.On(StreamedList, Fault.Answer(422, reason: "Invalid"));
        using var stall = rig.Proxy.On("list", "widgets", Fault.StallAfterBytes(60));

        await rig.StartAsync();

        stall.Hits.Should().Be(1);
        await rig.ShowsAsync("there");
    }

    [Fact]
    public async Task A_streamed_list_that_stalls_is_replaced_by_a_paged_one()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, Impatient);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "there"));
        using var stall = rig.Proxy.On(StreamedList, Fault.SilentAfterLines(1));

        await rig.StartAsync();

        stall.Hits.Should().Be(1);
        await rig.ShowsAsync("there");
        rig.Proxy.Requests.Should().Contain(request => request.Verb == "list");
    }

    [Fact]
    public async Task A_kind_that_is_not_served_yet_is_waited_for()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        using var missing = rig.Proxy.On("*", "widgets", Fault.Answer(404, reason: "NotFound"), times: 3);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "there"));

        await rig.StartAsync();

        missing.Hits.Should().Be(3);
        await rig.ShowsAsync("there");
    }

    [Fact]
    public async Task A_server_that_was_away_is_found_again_and_nothing_is_lost()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            rig.Proxy.Down();
            await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "r" + round));
            rig.Proxy.Up();
        }

        await rig.ShowsAsync("r0", "r1", "r2");
    }

    private static bool StreamedList(ProxiedRequest request) => request.Path.Contains("sendInitialEvents", StringComparison.Ordinal);
}
