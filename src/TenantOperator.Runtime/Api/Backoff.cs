namespace TenantOperator.Runtime;

/// <summary>
/// Growing delays that spread: each is drawn between the base and three times the one before, and capped ("decorrelated jitter"),
/// so that many clients of a server that comes back do not knock in step.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max, Random random)
{
    private TimeSpan? _last;

    public TimeSpan Next()
    {
        var upper = Math.Min(max.Ticks, (_last ?? first).Ticks * 3);
        _last = TimeSpan.FromTicks(first.Ticks + (long)(random.NextDouble() * Math.Max(0, upper - first.Ticks)));
        return _last.Value;
    }

    public void Reset() => _last = null;
}
