namespace TenantOperator.Hosting;

/// <summary>
/// Gives memory back to the system when work has ended: without work nothing is collected, and what a start or a burst has left behind would be held until the next one.
/// </summary>
internal sealed class IdleTrim(TimeProvider clock) : BackgroundService
{
    /// <summary>How often is looked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (IsDue(GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false)))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
