using System.Collections.Concurrent;

namespace TenantOperator.Users;

/// <summary>
/// How many people each tenant lost of late. Whoever deletes a hundred TenantUsers deletes them one by one, so that a pass alone would see a few and
/// think nothing of it. In memory only: after a restart a mass removal is judged from what is left of it.
/// </summary>
internal sealed class RecentRemovals(TimeProvider clock)
{
    /// <summary>How long a removal is remembered.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Queue<(DateTimeOffset At, int Count)>> tenants = new(StringComparer.Ordinal);

    /// <summary>How many people the tenant lost within the window.</summary>
    public int Of(string tenantUid)
    {
        if (!tenants.TryGetValue(tenantUid, out var removals))
        {
            return 0;
        }

        lock (removals)
        {
            while (removals.TryPeek(out var oldest) && oldest.At + Window <= clock.GetUtcNow())
            {
                removals.Dequeue();
            }

            if (removals.Count == 0)
            {
                tenants.TryRemove(tenantUid, out _);
            }

            return removals.Sum(removal => removal.Count);
        }
    }

    /// <summary>Notes that people were removed.</summary>
    public void Add(string tenantUid, int count)
    {
        if (count > 0)
        {
            var removals = tenants.GetOrAdd(tenantUid, _ => new());
            lock (removals)
            {
                removals.Enqueue((clock.GetUtcNow(), count));
            }
        }
    }
}
