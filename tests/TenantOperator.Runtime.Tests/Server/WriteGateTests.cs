using System.Text.Json.Nodes;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

public sealed class WriteGateTests(RuntimeServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_own_write_is_seen_at_once_even_if_the_watch_is_deaf_and_its_echo_tells_nobody()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, silence: TimeSpan.FromSeconds(2));
        await rig.StartAsync();
        rig.Proxy.FreezeStreams();

        var created = await rig.Gate.CreateAsync(rig.Cache, Widget.Named(rig.Namespace, "w"), Token);
        rig.Cache.Find(rig.Key("w")).Should().BeSameAs(created);
        var changed = await rig.Gate.UpdateStatusAsync(rig.Cache, created, JsonNode.Parse("""{"seen":1}""")!, Token);
        rig.Cache.Find(rig.Key("w")).Should().BeSameAs(changed);
        changed.Status!.Seen.Should().Be(1);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "later"));

        await rig.ShowsAsync("w", "later");
        rig.ChangesOf("w").Select(change => change.Origin).Should().Equal(ChangeOrigin.OwnWrite, ChangeOrigin.OwnWrite);
        rig.Cache.Find(rig.Key("w")).Should().BeSameAs(changed, "the echo replaces nothing");
    }

    [Fact]
    public async Task What_would_change_nothing_is_not_sent()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        var status = JsonNode.Parse("""{"seen":1,"note":"x"}""")!;
        var change = new MetadataChange
        {
            Annotations = new Dictionary<string, string?> { ["a"] = "1", ["absent"] = null },
            Labels = new Dictionary<string, string?> { ["l"] = "2" },
            AddFinalizers = ["tests.runtime.example/f"],
        };
        var widget = await rig.Gate.CreateAsync(rig.Cache, Widget.Named(rig.Namespace, "w"), Token);
        widget = await rig.Gate.UpdateStatusAsync(rig.Cache, widget, status, Token);
        widget = await rig.Gate.UpdateMetadataAsync(rig.Cache, widget, change, Token);
        var mark = rig.Proxy.Mark();

        (await rig.Gate.UpdateStatusAsync(rig.Cache, widget, status, Token)).Should().BeSameAs(widget);
        (await rig.Gate.UpdateMetadataAsync(rig.Cache, widget, change, Token)).Should().BeSameAs(widget);

        mark.Requests.Should().BeEmpty();
        widget = await rig.Gate.UpdateStatusAsync(rig.Cache, widget, JsonNode.Parse("""{"seen":2}""")!, Token);
        widget.Status!.Note.Should().BeNull("a member that is gone is removed");
        mark.Writes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_write_based_on_an_old_view_is_refused_by_the_server()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        var observed = await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "w"));
        await rig.StartAsync();
        await rig.PatchDirectlyAsync("w", """{"spec":{"size":5}}""");

        var status = () => rig.Gate.UpdateStatusAsync(rig.Cache, observed, JsonNode.Parse("""{"seen":1}""")!, Token);
        var metadata = () => rig.Gate.UpdateMetadataAsync(rig.Cache, observed, new() { AddFinalizers = ["tests.runtime.example/f"] }, Token);
        var patch = () => rig.Gate.PatchAsync(rig.Cache, rig.Key("w"), JsonNode.Parse("""{"spec":{"size":6}}""")!.AsObject(), observed.Metadata.ResourceVersion, Token);

        await status.Should().ThrowAsync<ConflictException>();
        await metadata.Should().ThrowAsync<ConflictException>();
        await patch.Should().ThrowAsync<ConflictException>();
        (await rig.Direct.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token))!.Spec.Size.Should().Be(5);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_at_once_and_does_not_come_back_from_a_slow_watch()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slow = rig.Proxy.On("watch", "widgets", Fault.HoldUntil(hold.Task));
        rig.Proxy.CutStreams();
        await slow.Hit;
        var created = await rig.Gate.CreateAsync(rig.Cache, Widget.Named(rig.Namespace, "w"), Token);

        await rig.Gate.DeleteAsync(rig.Cache, rig.Key("w"), created.Metadata.Uid, Token);
        rig.Cache.Find(rig.Key("w")).Should().BeNull();
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "marker"));
        hold.SetResult();

        await rig.ShowsAsync("marker");
        rig.ChangesOf("w").Should().HaveCount(2, "it came and went by own writes, and the watch told nothing new");
    }

    [Fact]
    public async Task An_object_with_a_finalizer_is_shown_as_leaving_and_is_gone_with_the_last_finalizer()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        var widget = Widget.Named(rig.Namespace, "w");
        widget.Metadata.Finalizers = ["tests.runtime.example/f"];
        widget = await rig.Gate.CreateAsync(rig.Cache, widget, Token);

        await rig.Gate.DeleteAsync(rig.Cache, rig.Key("w"), widget.Metadata.Uid, Token);
        var leaving = rig.Cache.Find(rig.Key("w"))!;
        leaving.Metadata.DeletionTimestamp.Should().NotBeNull();
        var mark = rig.Proxy.Mark();
        await rig.Gate.DeleteAsync(rig.Cache, rig.Key("w"), widget.Metadata.Uid, Token);
        mark.Requests.Should().BeEmpty("it is on its way already");
        await rig.Gate.UpdateMetadataAsync(rig.Cache, leaving, new() { RemoveFinalizers = ["tests.runtime.example/f"] }, Token);

        rig.Cache.Find(rig.Key("w")).Should().BeNull();
        (await rig.Direct.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token)).Should().BeNull();
    }

    [Fact]
    public async Task Another_incarnation_is_never_deleted()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        var first = await rig.Gate.CreateAsync(rig.Cache, Widget.Named(rig.Namespace, "w"), Token);
        rig.Proxy.FreezeStreams();
        await rig.DeleteDirectlyAsync("w");
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "w"));

        var delete = () => rig.Gate.DeleteAsync(rig.Cache, rig.Key("w"), first.Metadata.Uid, Token);

        await delete.Should().ThrowAsync<ConflictException>();
        (await rig.Direct.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_brought_by_the_watch()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.StartAsync();
        using var lost = rig.Proxy.On("create", "widgets", Fault.CutAfter);

        var create = () => rig.Gate.CreateAsync(rig.Cache, Widget.Named(rig.Namespace, "w"), Token);
        await create.Should().ThrowAsync<HttpRequestException>();

        await rig.ShowsAsync("w");
        await create.Should().ThrowAsync<AlreadyExistsException>("a create by name is safe to repeat");
    }
}
