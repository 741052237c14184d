namespace TenantOperator.Runtime;

/// <summary>Brings one object and everything that hangs on it to where its spec says.</summary>
/// <remarks>
/// One pass at a time per object; passes may be repeated, merged and skipped, so a pass looks at the whole object and never at
/// what changed. The entity comes from the cache and is shared: it is never changed in place. Implementations are singletons.
/// </remarks>
public interface IEntityController<in TEntity>
    where TEntity : class
{
    /// <summary>Runs one pass. An exception that escapes counts as a failure; cancellation means the lease is lost, or time is up.</summary>
    Task<ReconciliationResult> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);
}

/// <summary>A controller that also takes leave: called instead of ReconcileAsync once the entity has a deletion timestamp.</summary>
public interface IEntityFinalizer<in TEntity>
    where TEntity : class
{
    /// <summary>Runs one pass of the farewell. Removing the finalizer is its last write.</summary>
    Task<ReconciliationResult> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}

/// <summary>Work beside the controllers that only the leader does, such as asking another system at intervals. Implementations are singletons.</summary>
public interface ILeaderWork
{
    /// <summary>
    /// Runs from the moment this process leads, the caches filled, until <paramref name="term"/> is cancelled because the lease is lost or the process stops; called anew for
    /// each term. An exception that escapes, other than the cancellation, stops the operator.
    /// </summary>
    Task RunAsync(CancellationToken term);
}

/// <summary>How a pass ended and when the next one is due even if nothing changes.</summary>
public sealed record ReconciliationResult
{
    private static readonly ReconciliationResult Done = new();

    private ReconciliationResult()
    {
    }

    /// <summary>False: the pass is repeated with growing delay until it succeeds.</summary>
    public bool IsSuccess { get; private init; } = true;

    /// <summary>When to come back; null leaves it to changes, the resync or the back-off.</summary>
    public TimeSpan? RequeueAfter { get; private init; }

    /// <summary>What went wrong, in words fit for a log.</summary>
    public string? Error { get; private init; }

    /// <summary>What was thrown, if anything was.</summary>
    public Exception? Exception { get; private init; }

    /// <summary>All done. The back-off of the key is forgotten.</summary>
    public static ReconciliationResult Success(TimeSpan? requeueAfter = null) =>
        requeueAfter is null ? Done : new() { RequeueAfter = requeueAfter };

    /// <summary>Not done. Retried for ever, after <paramref name="requeueAfter"/> if given, else after the key's back-off.</summary>
    public static ReconciliationResult Failure(string error, Exception? exception = null, TimeSpan? requeueAfter = null) =>
        new() { IsSuccess = false, Error = error, Exception = exception, RequeueAfter = requeueAfter };
}

/// <summary>The lanes of a work queue.</summary>
public enum QueuePriority
{
    /// <summary>Something happened.</summary>
    Fresh,

    /// <summary>Only a look whether all is still well; gives way to fresh changes, but not for ever.</summary>
    Resync,
}

/// <summary>Lets code other than watch handlers ask for a pass, for example to wake the first in line.</summary>
public interface IOperatorQueue<TEntity>
    where TEntity : class
{
    /// <summary>
    /// Asks for a pass now, or after a delay. Asking again before it has begun merges: the earliest time and the more urgent lane win.
    /// </summary>
    void Enqueue(ObjectKey key, TimeSpan delay = default, QueuePriority priority = QueuePriority.Fresh);
}
