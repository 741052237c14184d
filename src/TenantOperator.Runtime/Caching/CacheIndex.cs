using System.Collections.Concurrent;

namespace TenantOperator.Runtime;

/// <summary>
/// A place in the cache. It stays the same object while its key is there, so that indexes need not follow each update. Which incarnation and version it shows is the writer's to know; readers,
/// who take no lock, see the value alone.
/// </summary>
internal sealed class Slot<T>
    where T : class
{
    /// <summary>Null once the key is gone.</summary>
    public volatile T? Value;
    public Guid Uid;
    public ulong Version;
}

/// <summary>
/// Value → slots. One writer at a time (the cache's lock); readers take none: a bucket is an array that is only ever appended to
/// beyond the published count, and is copied when something is taken out.
/// </summary>
internal sealed class CacheIndex<T>(Func<T, IEnumerable<string>> valuesOf)
    where T : class
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public IReadOnlyCollection<T> Find(string value)
    {
        if (!_buckets.TryGetValue(value, out var bucket))
        {
            return [];
        }

        var found = new List<T>(bucket.Count);
        foreach (var slot in bucket.Slots.AsSpan(0, bucket.Count))
        {
            if (slot.Value is { } shown)
            {
                found.Add(shown);
            }
        }

        return found;
    }

    /// <summary>Files a slot under what its new value says. Either value may be null.</summary>
    public void Move(Slot<T> slot, T? old, T? next)
    {
        var before = ValuesOf(old);
        var after = ValuesOf(next);
        if (before.AsSpan().SequenceEqual(after))
        {
            return;
        }

        foreach (var value in before)
        {
            if (!after.Contains(value, StringComparer.Ordinal))
            {
                Remove(value, slot);
            }
        }

        foreach (var value in after)
        {
            if (!before.Contains(value, StringComparer.Ordinal))
            {
                Add(value, slot);
            }
        }
    }

    private string[] ValuesOf(T? value) => value is null ? [] : [.. valuesOf(value).Distinct(StringComparer.Ordinal)];

    private void Add(string value, Slot<T> slot)
    {
        if (!_buckets.TryGetValue(value, out var bucket))
        {
            _buckets[value] = new([slot], 1);
            return;
        }

        var slots = bucket.Slots;
        if (bucket.Count == slots.Length)
        {
            slots = new Slot<T>[slots.Length * 2];
            Array.Copy(bucket.Slots, slots, bucket.Count);
        }

        slots[bucket.Count] = slot;
        _buckets[value] = new(slots, bucket.Count + 1);
    }

    private void Remove(string value, Slot<T> slot)
    {
        if (!_buckets.TryGetValue(value, out var bucket) || Array.IndexOf(bucket.Slots, slot, 0, bucket.Count) is var at && at < 0)
        {
            return;
        }

        if (bucket.Count == 1)
        {
            _buckets.TryRemove(value, out _);
            return;
        }

        var slots = new Slot<T>[bucket.Count - 1];
        Array.Copy(bucket.Slots, slots, at);
        Array.Copy(bucket.Slots, at + 1, slots, at, bucket.Count - 1 - at);
        _buckets[value] = new(slots, slots.Length);
    }

    private sealed record Bucket(Slot<T>[] Slots, int Count);
}
