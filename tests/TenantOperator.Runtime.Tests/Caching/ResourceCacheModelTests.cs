using CsCheck;

namespace TenantOperator.Runtime.Tests.Caching;

/// <summary>
/// A model of a server (one counter, a log of events) and of everything that reaches a cache from it: the stream, lists that take
/// time, and answers to own writes that may arrive before or after the stream. Whatever the order, the cache must not go back.
/// </summary>
public sealed class ResourceCacheModelTests
{
    private enum Step
    {
        OtherCreates,
        OtherUpdates,
        OtherDeletes,
        OwnCreates,
        OwnUpdates,
        OwnDeletes,
        AnswerArrives,
        AnswerIsLost,
        StreamDelivers,
        BookmarkArrives,
        ListBegins,
        ListIsMade,
        ListArrives,
    }

    [Fact]
    public void Any_interleaving_ends_equal_to_the_server_and_never_goes_back() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 3], Gen.Int[0, 100]).Array[0, 120].Sample(
            steps =>
            {
                var world = new World();
                foreach (var (step, key, choice) in steps)
                {
                    world.Do(step, new ObjectKey("ns", "k" + key), choice);
                    world.Check();
                }

                world.Settle();
                world.Cache.Items.OrderBy(thing => thing.Key.Name).Should().Equal(world.Server.Values.OrderBy(thing => thing.Key.Name));
                world.Check();
            },
            iter: 100_000);

    [Fact]
    public void The_echo_of_an_own_write_tells_nobody()
    {
        var key = new ObjectKey("ns", "k");
        var world = World.Streaming();

        world.Do(Step.OwnCreates, key, 0);
        world.Do(Step.AnswerArrives, key, 0);
        world.Changes.Should().ContainSingle().Which.Origin.Should().Be(ChangeOrigin.OwnWrite);
        world.Do(Step.StreamDelivers, key, 0);

        world.Changes.Should().ContainSingle();
        world.Cache.Find(key).Should().NotBeNull();
    }

    [Fact]
    public void An_own_write_is_known_as_such_also_when_the_watch_is_faster_than_the_answer()
    {
        var key = new ObjectKey("ns", "k");
        var world = World.Streaming();

        world.Do(Step.OwnCreates, key, 0);
        world.Do(Step.OtherUpdates, key, 0);
        world.Do(Step.StreamDelivers, key, 0);
        world.Do(Step.StreamDelivers, key, 0);
        world.Do(Step.AnswerArrives, key, 0);

        world.Changes.Select(change => change.Origin).Should().Equal(ChangeOrigin.OwnWrite, ChangeOrigin.Watch);
        world.Cache.Find(key).Should().Be(world.Server[key]);
    }

    [Fact]
    public void The_answer_to_an_own_write_brings_nothing_back_that_a_list_has_shown_to_be_gone()
    {
        var key = new ObjectKey("ns", "k");
        var world = World.Streaming();
        world.Do(Step.OwnCreates, key, 0);
        world.Do(Step.OtherDeletes, key, 0);
        world.List();
        world.Do(Step.OtherCreates, key, 0);
        world.Do(Step.StreamDelivers, key, 0);

        world.Do(Step.AnswerArrives, key, 0);

        world.Changes.Should().ContainSingle("the first incarnation was gone before anyone saw it").Which.New.Should().Be(world.Server[key]);
    }

    [Fact]
    public void What_the_watch_says_during_an_own_write_that_fails_is_taken_in_after_it()
    {
        var key = new ObjectKey("ns", "k");
        var world = World.Streaming();

        world.Do(Step.OwnCreates, key, 0);
        world.Do(Step.StreamDelivers, key, 0);
        world.Changes.Should().BeEmpty();
        world.Do(Step.AnswerIsLost, key, 0);

        world.Changes.Should().ContainSingle().Which.Origin.Should().Be(ChangeOrigin.Watch);
    }

    [Fact]
    public void A_server_put_back_to_a_backup_is_believed()
    {
        var cache = NewCache();
        var key = new ObjectKey("ns", "k");
        cache.Replace("", cache.BeginList(), [Parse(new Thing(key, A, 90)), Parse(new Thing(new("ns", "later"), B, 95))], 100);

        cache.Replace("", cache.BeginList(), [Parse(new Thing(key, A, 40))], 50);

        cache.Items.Should().Equal(new Thing(key, A, 40));
    }

    [Fact]
    public void A_cache_of_two_namespaces_is_synced_when_both_are_and_a_list_of_one_leaves_the_other_alone()
    {
        var cache = new ResourceCache<Thing>(Kind, new NoFormat(), ["one", "two"], new Dictionary<string, Func<Thing, IEnumerable<string>>>());
        var kept = new Thing(new("one", "k"), A, 5);

        cache.Replace("one", cache.BeginList(), [Parse(kept)], 5);
        cache.Synced.Should().BeFalse();
        cache.Replace("two", cache.BeginList(), [], 6);

        cache.Synced.Should().BeTrue();
        cache.Items.Should().Equal(kept);
    }

    [Fact]
    public void A_fresh_read_of_what_a_selective_watch_may_not_follow_makes_no_ghost()
    {
        var cache = new ResourceCache<Thing>(Kind, new NoFormat(), [], new Dictionary<string, Func<Thing, IEnumerable<string>>>(), selective: true);
        var followed = new Thing(new("ns", "followed"), A, 5);
        cache.Replace("", cache.BeginList(), [Parse(followed)], 5);

        cache.PutRead(Parse(new Thing(new("ns", "other"), B, 7)));
        cache.PutRead(Parse(followed with { Version = 8 }));

        cache.Items.Should().Equal(followed with { Version = 8 });
    }

    [Fact]
    public void A_late_subscriber_is_told_what_is_there_and_a_gone_one_nothing()
    {
        var cache = NewCache();
        var thing = new Thing(new("ns", "k"), A, 5);
        cache.Replace("", cache.BeginList(), [Parse(thing)], 5);
        var told = new List<CacheChange<Thing>>();

        var subscription = cache.Subscribe(told.Add);
        subscription.Dispose();
        cache.Apply("", deleted: true, Parse(thing with { Version = 6 }));

        told.Should().Equal(new CacheChange<Thing>(thing.Key, null, thing, ChangeOrigin.Relist, Initial: true));
    }

    private static readonly ResourceType Kind = new("", "v1", "Thing", "things");

    private static ResourceCache<Thing> NewCache() => new(
        Kind,
        new NoFormat(),
        [],
        new Dictionary<string, Func<Thing, IEnumerable<string>>>(StringComparer.Ordinal) { ["third"] = thing => [(thing.Version % 3).ToString()] });

    private static readonly Guid A = Uid(-1);

    private static readonly Guid B = Uid(-2);

    private static Guid Uid(int number) => new(number, 0, 0, new byte[8]);

    private static Parsed<Thing> Parse(Thing thing) => new(thing.Key, thing.Uid, thing.Version, thing);

    private sealed record Thing(ObjectKey Key, Guid Uid, ulong Version);

    private sealed class NoFormat : WireFormat<Thing>
    {
        public override Parsed<Thing> Parse(ReadOnlySpan<byte> json) => throw new NotSupportedException("The model speaks in records.");
    }

    private sealed class World
    {
        private readonly List<(Thing Thing, bool Deleted)> _log = [];
        private readonly List<(Thing Thing, IDisposable? UnderWay)> _answers = [];
        private readonly Dictionary<ObjectKey, (Guid Uid, ulong Version)> _shown = [];
        private readonly Dictionary<ObjectKey, (Thing Thing, bool Deleted)> _own = [];
        private int _delivered;
        private ulong _version = 1;
        private int _uids;
        private long? _begun;
        private (List<Thing> Things, ulong Version)? _list;
        private bool _streaming;

        public World() => Cache.Subscribe(Changes.Add);

        /// <summary>One whose first list has arrived.</summary>
        public static World Streaming()
        {
            var world = new World();
            world.List();
            return world;
        }

        public ResourceCache<Thing> Cache { get; } = NewCache();

        public Dictionary<ObjectKey, Thing> Server { get; } = [];

        public List<CacheChange<Thing>> Changes { get; } = [];

        public void Do(Step step, ObjectKey key, int choice)
        {
            Server.TryGetValue(key, out var there);
            var known = there is not null && Cache.Find(key) == there;
            switch (step)
            {
                case Step.OtherCreates when there is null:
                    Commit(new Thing(key, Uid(++_uids), 0));
                    break;
                case Step.OtherUpdates when there is not null:
                    Commit(there);
                    break;
                case Step.OtherDeletes when there is not null:
                    Commit(there, deleted: true);
                    break;
                case Step.OwnCreates when there is null:
                    _answers.Add((Commit(new Thing(key, Uid(++_uids), 0)), Cache.BeginWrite(key)));
                    break;
                case Step.OwnUpdates when known:
                    _answers.Add((Commit(there!), Cache.BeginWrite(key)));
                    break;
                case Step.OwnDeletes when known:
                    _answers.Add((Commit(there!, deleted: true), null));
                    break;
                case Step.AnswerArrives when _answers.Count > 0:
                    Answer(choice % _answers.Count);
                    break;
                case Step.AnswerIsLost when _answers.Count > 0:
                    _answers[choice % _answers.Count].UnderWay?.Dispose();
                    _answers.RemoveAt(choice % _answers.Count);
                    break;
                case Step.StreamDelivers when _streaming && _delivered < _log.Count:
                    var (thing, deleted) = _log[_delivered++];
                    Cache.Apply("", deleted, Parse(thing));
                    break;
                case Step.BookmarkArrives when _streaming:
                    Cache.Seen("", _delivered == _log.Count ? _version : _delivered == 0 ? 0 : _log[_delivered - 1].Thing.Version);
                    break;
                case Step.ListBegins when _begun is null:
                    _begun = Cache.BeginList();
                    _streaming = false;
                    break;
                case Step.ListIsMade when _begun is not null && _list is null:
                    _list = ([.. Server.Values], _version);
                    _delivered = _log.Count;
                    break;
                case Step.ListArrives when _list is { } list:
                    Cache.Replace("", _begun!.Value, [.. list.Things.Select(Parse)], list.Version);
                    (_begun, _list, _streaming) = (null, null, true);
                    break;
            }
        }

        public void Settle()
        {
            var any = new ObjectKey("ns", "k0");
            while (_answers.Count > 0)
            {
                Answer(0);
            }

            if (!_streaming)
            {
                List();
            }

            while (_delivered < _log.Count)
            {
                Do(Step.StreamDelivers, any, 0);
                Check();
            }
        }

        public void List()
        {
            foreach (var step in (Step[])[Step.ListBegins, Step.ListIsMade, Step.ListArrives])
            {
                Do(step, new ObjectKey("ns", "k0"), 0);
            }
        }

        // Plain comparisons: this runs a million times.
        public void Check()
        {
            foreach (var thing in Cache.Items)
            {
                var before = _shown.GetValueOrDefault(thing.Key);
                Must(thing.Version >= before.Version, "goes back", thing.Key);
                Must(Cache.UidOf(thing.Key) == thing.Uid && Cache.Shows(thing.Key, thing.Version) && !Cache.Shows(thing.Key, thing.Version + 1), "has another uid or version", thing.Key);
                Must(Cache.ByIndex("third", (thing.Version % 3).ToString()).Contains(thing), "is not in its index", thing.Key);
                _shown[thing.Key] = (thing.Uid, thing.Version);
            }

            foreach (var (key, (own, deleted)) in _own)
            {
                var shown = Cache.Find(key);
                if (deleted)
                {
                    Must(shown?.Uid != own.Uid, "is shown though this process has deleted it", key);
                }
                else if (shown is not null)
                {
                    Must(shown.Version >= own.Version, "is shown as before an own write", key);
                }
                else
                {
                    Must(_log.Exists(entry => entry.Deleted && entry.Thing.Key == key && entry.Thing.Version > own.Version), "is not shown", key);
                }
            }

            var indexed = Enumerable.Range(0, 3).Sum(third => Cache.ByIndex("third", third.ToString()).Count);
            Must(Cache.Count == Cache.Items.Count() && Cache.Count == indexed, "is counted wrongly", default);
            Must(!Changes.Exists(change => change.Old is not null && change.Old.Version == change.New?.Version), "was told twice", default);
        }

        private static void Must(bool holds, string what, ObjectKey key)
        {
            if (!holds)
            {
                Assert.Fail($"{key} {what}");
            }
        }

        private Thing Commit(Thing thing, bool deleted = false)
        {
            var next = thing with { Version = ++_version };
            _log.Add((next, deleted));
            if (deleted)
            {
                Server.Remove(thing.Key);
            }
            else
            {
                Server[thing.Key] = next;
            }

            return next;
        }

        private void Answer(int at)
        {
            var (thing, underWay) = _answers[at];
            _answers.RemoveAt(at);
            if (underWay is null)
            {
                Cache.RemoveOwn(thing.Key, thing.Uid);
            }
            else
            {
                Cache.PutOwn(Parse(thing));
                underWay.Dispose();
            }

            if (!_own.TryGetValue(thing.Key, out var before) || before.Thing.Version < thing.Version)
            {
                _own[thing.Key] = (thing, underWay is null);
            }
        }
    }
}
