using k8s.Models;

namespace TenantOperator.Runtime;

/// <summary>The two types Kubernetes gives events.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Somebody should look.</summary>
    Warning,
}

/// <summary>Tells the people who run <c>kubectl describe</c> what happened to an object.</summary>
public interface IEventRecorder
{
    /// <summary>
    /// Queues an Event and returns at once; it never fails a pass. The same (regarding, reason, note) within ten minutes is sent once.
    /// When the channel is full the event is dropped and counted.
    /// </summary>
    /// <param name="regarding">The object it is about; needs kind, apiVersion, name and uid.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">A PascalCase constant.</param>
    /// <param name="action">What the operator did or tried, PascalCase.</param>
    /// <param name="note">One sentence for people, cut at 1,024 bytes.</param>
    /// <param name="related">A second object, if there is one.</param>
    void Record(V1ObjectReference regarding, EventType type, string reason, string action, string note, V1ObjectReference? related = null);
}

/// <summary>Under which name the runtime is found by those who collect metrics and traces.</summary>
public static class OperatorTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "TenantOperator.Runtime";
}

/// <summary>What the health endpoints answer.</summary>
public interface IOperatorHealth
{
    /// <summary>All caches have been filled. A standby replica is ready too.</summary>
    bool Ready { get; }

    /// <summary>Nothing is stuck: no pass beyond its timeout and grace, and the lease loop and all reflectors move.</summary>
    bool Live { get; }

    /// <summary>Whether this process holds the lease (always true without leader election).</summary>
    bool Leading { get; }

    /// <summary>One line per part that is not as it should be; empty if all is well.</summary>
    string Describe();
}
