using System.Collections.Concurrent;
using TenantOperator.Runtime;

namespace TenantOperator;

/// <summary>
/// Keeps statuses that only count other objects from being written for each of them: the first change of a burst is written soon, the rest of it every
/// few seconds, however long it lasts.
/// </summary>
internal sealed class StatusPace(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private readonly ConcurrentDictionary<ObjectKey, long> written = new();

    /// <summary>How long the next write has to wait; null if it need not.</summary>
    public TimeSpan? WaitFor(ObjectKey key)
    {
        if (!written.TryGetValue(key, out var last))
        {
            return null;
        }

        var rest = Interval - clock.GetElapsedTime(last);
        if (rest > TimeSpan.Zero)
        {
            return rest;
        }

        written.TryRemove(key, out _);
        return null;
    }

    /// <summary>Notes a write that was sent.</summary>
    public void Note(ObjectKey key) => written[key] = clock.GetTimestamp();
}
