using TenantOperator.Runtime;

namespace TenantOperator.Hosting;

/// <summary>
/// When a number that other objects' changes move is written next: soon after a change that comes alone, and once per interval while changes keep
/// coming, so that a thousand tenants at once cost a few writes of their package's count and not hundreds. Safe for concurrent use.
/// </summary>
internal sealed class CountPace(TimeProvider clock)
{
    /// <summary>After a change that comes alone.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two writes of the same number.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ObjectKey, DateTimeOffset> due = [];
    private readonly Lock gate = new();

    /// <summary>How long the object that shows the number should wait now. Changes that come meanwhile get the same moment.</summary>
    public TimeSpan DelayFor(ObjectKey counting)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (!due.TryGetValue(counting, out var moment) || moment <= now)
            {
                var soon = now + Soon;
                moment = moment + Interval > soon ? moment + Interval : soon;
                due[counting] = moment;
            }

            return moment - now;
        }
    }
}
