namespace TenantOperator.Runtime;

/// <summary>The queue of one controller as a service of its own, so that the controller itself may ask for it.</summary>
internal sealed class OperatorQueue<TEntity> : IOperatorQueue<TEntity>, IDisposable
    where TEntity : class
{
    public OperatorQueue(ControllerOptions<TEntity> options, TimeProvider clock, RandomSource randoms) =>
        Keys = new WorkQueue<ObjectKey>(
            new WorkQueueOptions { BackoffBase = options.BackoffBase, BackoffMax = options.BackoffMax }, clock, randoms.Next());

    public WorkQueue<ObjectKey> Keys { get; }

    public void Enqueue(ObjectKey key, TimeSpan delay = default, QueuePriority priority = QueuePriority.Fresh) =>
        Keys.AddAfter(key, delay, priority);

    public void Dispose() => Keys.Dispose();
}
