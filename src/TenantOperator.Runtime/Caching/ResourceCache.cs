using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TenantOperator.Runtime;

/// <summary>All objects of one kind as this process knows them. Readers take no lock.</summary>
/// <remarks>
/// <para>The guarantee: what a reader sees of an object never goes back to an older version, and after a write of this process has
/// returned, no reader sees the object as it was before that write (rule "no pass acts on a view older than its own last write").
/// It is kept by write-through: <see cref="WriteGate"/> puts the server's answer here before it returns. When the watch delivers the
/// same version later, nothing changes and nobody is told. When the watch is faster than the answer, its event waits for the answer, so
/// that nobody takes the own write for somebody else's.</para>
/// <para>A list taken at version L removes what it does not name, except entries above L: those were written after the list was made.
/// An object deleted by this process leaves a tombstone with its uid, so that an event still on its way does not bring it back,
/// until its DELETED event or a list that was asked for after the deletion arrives.</para>
/// <para>Not covered: writes of other processes (compare-and-swap covers those) and own writes whose answer was lost, which the watch
/// brings. An own write that the selectors of this cache do not match must not be made through it.</para>
/// </remarks>
public sealed class ResourceCache<T>
    where T : class
{
    private readonly ConcurrentDictionary<ObjectKey, Slot<T>> _slots = new();
    private readonly Dictionary<string, CacheIndex<T>> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Scope> _scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, Tombstone> _tombstones = [];
    private readonly Dictionary<ObjectKey, WriteUnderWay> _writes = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _writing = new();
    private readonly Action<Exception>? _onHandlerError;
    private readonly bool _selective;
    private Action<CacheChange<T>>[] _subscribers = [];
    private long _deletions;
    private int _count;

    /// <param name="type">The kind.</param>
    /// <param name="format">How its bytes become entries.</param>
    /// <param name="namespaces">One watch each; empty: one for all.</param>
    /// <param name="indexes">Name and values.</param>
    /// <param name="selective">Whether the watch brings only some objects, by labels or fields.</param>
    /// <param name="onHandlerError">Told when a subscriber throws; the others and the cache go on.</param>
    internal ResourceCache(
        ResourceType type,
        WireFormat<T> format,
        IReadOnlyList<string> namespaces,
        IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexes,
        bool selective = false,
        Action<Exception>? onHandlerError = null)
    {
        Type = type;
        _selective = selective;
        _onHandlerError = onHandlerError;
        Format = format;
        foreach (var ns in type.Namespaced && namespaces.Count > 0 ? namespaces : [""])
        {
            _scopes[ns] = new Scope();
        }

        foreach (var (name, values) in indexes)
        {
            _indexes[name] = new CacheIndex<T>(values);
        }
    }

    /// <summary>The kind that is kept.</summary>
    public ResourceType Type { get; }

    /// <summary>Whether the first list of every watched namespace is complete.</summary>
    public bool Synced => _synced.Task.IsCompleted;

    /// <summary>How many entries there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All entries, each as it is when it is reached.</summary>
    public IEnumerable<T> Items => _slots.Select(pair => pair.Value.Value).OfType<T>();

    internal WireFormat<T> Format { get; }

    /// <summary>The namespaces watched, "" for all.</summary>
    internal IReadOnlyCollection<string> Scopes => _scopes.Keys;

    /// <summary>The keys, each as it is when it is reached.</summary>
    public IEnumerable<ObjectKey> Keys => _slots.Select(pair => pair.Key);

    /// <summary>The entry, or false.</summary>
    public bool TryGet(ObjectKey key, [NotNullWhen(true)] out T? value)
    {
        value = _slots.TryGetValue(key, out var slot) ? slot.Value : null;
        return value is not null;
    }

    /// <summary>The entry, or null.</summary>
    public T? Find(ObjectKey key) => TryGet(key, out var value) ? value : null;

    /// <summary>A snapshot of the entries that carry a value in a named index, in no order.</summary>
    /// <exception cref="KeyNotFoundException">No such index was declared.</exception>
    public IReadOnlyCollection<T> ByIndex(string index, string value) => _indexes[index].Find(value);

    /// <summary>
    /// Tells of every change, in order, on the writer's thread and under its lock: the handler must be quick and write nothing.
    /// What is already there is told first, marked <see cref="CacheChange{T}.Initial"/>. Dispose to stop.
    /// </summary>
    public IDisposable Subscribe(Action<CacheChange<T>> handler)
    {
        lock (_writing)
        {
            foreach (var (key, slot) in _slots)
            {
                if (slot.Value is { } value)
                {
                    handler(new(key, null, value, ChangeOrigin.Relist, Initial: true));
                }
            }

            _subscribers = [.. _subscribers, handler];
        }

        return new Subscription(this, handler);
    }

    /// <summary>Completes when <see cref="Synced"/> is true.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>Which incarnation is shown, if any.</summary>
    internal Guid? UidOf(ObjectKey key)
    {
        lock (_writing)
        {
            return SlotOf(key)?.Uid;
        }
    }

    /// <summary>Whether an object is shown at a version, or at a later one.</summary>
    internal bool Shows(ObjectKey key, ulong version)
    {
        lock (_writing)
        {
            return SlotOf(key) is { } slot && slot.Version >= version;
        }
    }

    private Slot<T>? SlotOf(ObjectKey key) => _slots.GetValueOrDefault(key);

    /// <summary>To be called before a list is asked for; its result goes into <see cref="Replace"/>.</summary>
    internal long BeginList()
    {
        lock (_writing)
        {
            return _deletions;
        }
    }

    /// <summary>Makes one namespace equal to a list at a version, except for what this process has written since.</summary>
    internal void Replace(string scope, long begun, IReadOnlyCollection<Parsed<T>> listed, ulong version)
    {
        lock (_writing)
        {
            var watched = _scopes[scope];
            var initial = !watched.Filled;
            // A list is never older than what the stream has shown, unless the server was put back to a backup. Then it is all that counts.
            var turnedBack = version < watched.Seen;
            var present = new HashSet<ObjectKey>(listed.Count);
            foreach (var item in listed)
            {
                if (Buried(item, madeBefore: begun))
                {
                    continue;
                }

                present.Add(item.Key);
                if (SlotOf(item.Key) is not { } slot || slot.Version < item.Version || (turnedBack && slot.Version != item.Version))
                {
                    Set(item, ChangeOrigin.Relist, initial);
                }
            }

            foreach (var (key, slot) in _slots)
            {
                if (Covers(scope, key) && !present.Contains(key) && (turnedBack || slot.Version <= version))
                {
                    Remove(key, ChangeOrigin.Relist);
                }
            }

            // What the stream said before is in the list.
            foreach (var (key, write) in _writes)
            {
                if (Covers(scope, key))
                {
                    write.Events.Clear();
                }
            }

            foreach (var key in _tombstones.Where(stone => stone.Value.Number <= begun).Select(stone => stone.Key).ToList())
            {
                _tombstones.Remove(key);
            }

            watched.Seen = version;
            watched.Filled = true;
            if (_scopes.Values.All(each => each.Filled))
            {
                _synced.TrySetResult();
            }
        }
    }

    /// <summary>Takes in one event of the watch.</summary>
    internal void Apply(string scope, bool deleted, Parsed<T> item)
    {
        lock (_writing)
        {
            if (_writes.TryGetValue(item.Key, out var write))
            {
                write.Events.Add((deleted, item));
            }
            else
            {
                ApplyLocked(deleted, item);
            }

            SeenLocked(scope, item.Version);
        }
    }

    /// <summary>
    /// To be called before a write is sent, and its result to be disposed after the answer was put in: what the watch says of the object meanwhile is taken in then.
    /// </summary>
    internal IDisposable BeginWrite(ObjectKey key)
    {
        lock (_writing)
        {
            if (!_writes.TryGetValue(key, out var write))
            {
                _writes[key] = write = new(this, key);
            }

            write.Count++;
            return write;
        }
    }

    private void ApplyLocked(bool deleted, Parsed<T> item)
    {
        var slot = SlotOf(item.Key);
        if (deleted)
        {
            if (_tombstones.TryGetValue(item.Key, out var stone) && stone.Uid == item.Uid)
            {
                _tombstones.Remove(item.Key);
            }

            if (slot is not null && (slot.Uid == item.Uid || slot.Version < item.Version))
            {
                Remove(item.Key, ChangeOrigin.Watch);
            }
        }
        else if (!Buried(item) && (slot is null || slot.Version < item.Version))
        {
            Set(item, ChangeOrigin.Watch, initial: false);
        }
    }

    /// <summary>A bookmark: everything up to this version has been delivered.</summary>
    internal void Seen(string scope, ulong version)
    {
        lock (_writing)
        {
            SeenLocked(scope, version);
        }
    }

    /// <summary>Puts the answer to an own write in, unless the stream is already past it.</summary>
    internal void PutOwn(Parsed<T> item)
    {
        lock (_writing)
        {
            if (_writes.TryGetValue(item.Key, out var write) && write.Events.FindIndex(each => each.Item.Version == item.Version && !each.Deleted) is >= 0 and var own)
            {
                // The watch was faster. In the order of the versions: what others did before, the own write, and, when no write is under way, the rest.
                // If the event is not there although the stream is past it, a list came between, and knows better than this answer.
                write.TakeIn(own);
                if (!Buried(item) && (SlotOf(item.Key) is not { } slot || slot.Version < item.Version))
                {
                    Set(item, ChangeOrigin.OwnWrite, initial: false);
                }
            }
            else
            {
                Put(item, ChangeOrigin.OwnWrite);
            }
        }
    }

    /// <summary>
    /// The same for an answer that may hold what others wrote (a read; a deletion that has only begun). Everybody is told of it as if
    /// the watch had brought it, since the watch will not tell them again.
    /// </summary>
    internal void PutRead(Parsed<T> item)
    {
        // What a selective watch has never shown it may never follow: taken in, it would be a ghost until the next list.
        if (!_selective || _slots.ContainsKey(item.Key))
        {
            Put(item, ChangeOrigin.Watch);
        }
    }

    private void Put(Parsed<T> item, ChangeOrigin origin)
    {
        lock (_writing)
        {
            // If the stream has seen this version, it has delivered this state or a later one (perhaps the end) of the object.
            if (ScopeOf(item.Key) is not { } watched || item.Version <= watched.Seen || Buried(item))
            {
                return;
            }

            if (SlotOf(item.Key) is not { } slot || slot.Version < item.Version)
            {
                Set(item, origin, initial: false);
            }
        }
    }

    /// <summary>Takes out what this process has deleted.</summary>
    internal void RemoveOwn(ObjectKey key, Guid uid)
    {
        lock (_writing)
        {
            // If the entry is not there any more, the watch was faster and its DELETED event has been here already.
            if (SlotOf(key) is { } slot && slot.Uid == uid)
            {
                _tombstones[key] = new(uid, slot.Version, ++_deletions);
                Remove(key, ChangeOrigin.OwnWrite);
            }
        }
    }

    // Whether an object is one we deleted, or an incarnation from before that one.
    private bool Buried(Parsed<T> item, long madeBefore = -1) =>
        _tombstones.TryGetValue(item.Key, out var stone)
        && stone.Number > madeBefore
        && (stone.Uid == item.Uid || item.Version < stone.Version);

    private void SeenLocked(string scope, ulong version)
    {
        var watched = _scopes[scope];
        watched.Seen = Math.Max(watched.Seen, version);
    }

    private Scope? ScopeOf(ObjectKey key) => _scopes.GetValueOrDefault("") ?? _scopes.GetValueOrDefault(key.Namespace);

    private static bool Covers(string scope, ObjectKey key) => scope.Length == 0 || scope == key.Namespace;

    private void Set(Parsed<T> item, ChangeOrigin origin, bool initial)
    {
        if (item.Value is not { } value)
        {
            Remove(item.Key, origin);
            return;
        }

        if (!_slots.TryGetValue(item.Key, out var slot))
        {
            slot = new Slot<T>();
        }

        var old = slot.Value;
        (slot.Uid, slot.Version, slot.Value) = (item.Uid, item.Version, value);
        if (old is null)
        {
            _slots[item.Key] = slot;
            Interlocked.Increment(ref _count);
        }

        foreach (var index in _indexes.Values)
        {
            index.Move(slot, old, value);
        }

        Tell(new(item.Key, old, value, origin, initial));
    }

    private void Remove(ObjectKey key, ChangeOrigin origin)
    {
        if (!_slots.TryRemove(key, out var slot) || slot.Value is not { } old)
        {
            return;
        }

        slot.Value = null;
        Interlocked.Decrement(ref _count);
        foreach (var index in _indexes.Values)
        {
            index.Move(slot, old, null);
        }

        Tell(new(key, old, null, origin));
    }

    private void Tell(CacheChange<T> change)
    {
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(change);
            }
            catch (Exception error) when (_onHandlerError is not null)
            {
                _onHandlerError(error);
            }
        }
    }

    /// <param name="Uid">Of the incarnation this process deleted.</param>
    /// <param name="Version">The last version of it that was shown.</param>
    /// <param name="Number">Counts the deletions of this process.</param>
    private sealed record Tombstone(Guid Uid, ulong Version, long Number);

    /// <summary>One or more own writes of an object that are not answered yet, and what the watch has said of it since they began.</summary>
    private sealed class WriteUnderWay(ResourceCache<T> cache, ObjectKey key) : IDisposable
    {
        public int Count { get; set; }

        public List<(bool Deleted, Parsed<T> Item)> Events { get; } = [];

        public void TakeIn(int count)
        {
            foreach (var (deleted, item) in Events[..count])
            {
                cache.ApplyLocked(deleted, item);
            }

            Events.RemoveRange(0, count);
        }

        public void Dispose()
        {
            lock (cache._writing)
            {
                if (--Count == 0)
                {
                    cache._writes.Remove(key);
                    TakeIn(Events.Count);
                }
            }
        }
    }

    private sealed class Scope
    {
        public ulong Seen { get; set; }

        public bool Filled { get; set; }
    }

    private sealed class Subscription(ResourceCache<T> cache, Action<CacheChange<T>> handler) : IDisposable
    {
        public void Dispose()
        {
            lock (cache._writing)
            {
                cache._subscribers = [.. cache._subscribers.Where(each => each != handler)];
            }
        }
    }
}
