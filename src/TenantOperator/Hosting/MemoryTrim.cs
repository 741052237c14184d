namespace TenantOperator.Hosting;

/// <summary>
/// Collects garbage where the runtime would wait, because the machine has memory to spare and it does not know that others want it. When work has ended: without work nothing
/// is collected, and what a start or a burst has left behind would be held until the next one. And while much is done, before the heap is two fifths larger than what lives in it.
/// </summary>
internal sealed class MemoryTrim(TimeProvider clock) : BackgroundService
{
    /// <summary>How often is looked whether work has ended.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How often is looked whether the heap has grown too much. In a second it can double.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>A heap smaller than this is let grow, in bytes.</summary>
    public const long Small = 64 << 20;

    /// <summary>Bytes allocated in an interval by a process that has nothing to do but to renew its lease and to be scraped.</summary>
    public const long AllocatedAtRest = 4 << 20;

    /// <summary>Bytes allocated since the last time for which a collection is worth its pause; or as many as are in use, if that is more.</summary>
    public const long WorthIt = 32 << 20;

    private long allocated;
    private long trimmedAt;

    /// <summary>Whether to collect now, given all bytes ever allocated and those in use. To be asked once per interval.</summary>
    public bool IsDue(long allocatedNow, long inUse)
    {
        var atRest = allocatedNow - allocated < AllocatedAtRest;
        allocated = allocatedNow;
        if (!atRest || allocatedNow - trimmedAt < Math.Max(WorthIt, inUse))
        {
            return false;
        }

        trimmedAt = allocatedNow;
        return true;
    }

    /// <summary>Whether too much of the heap is garbage, given the bytes in use and those that survived the last full collection.</summary>
    public static bool IsSwollen(long inUse, long survived) => inUse > Math.Max(Small, survived + (survived * 4 / 10));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        for (var tick = 1L; await timer.WaitForNextTickAsync(stoppingToken); tick++)
        {
            var inUse = GC.GetTotalMemory(forceFullCollection: false);
            if (tick % (Interval / Tick) == 0 && IsDue(GC.GetTotalAllocatedBytes(), inUse))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
            else if (IsSwollen(inUse, GC.GetGCMemoryInfo(GCKind.FullBlocking).PromotedBytes))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
