namespace TenantOperator.Runtime;

/// <summary>Hands each part its own generator (they are not thread-safe), all from one seed so that a test can repeat a run.</summary>
internal sealed class RandomSource(int? seed)
{
    private int _given;

    public Random Next() => seed is { } start ? new Random(start + Interlocked.Increment(ref _given)) : new Random();
}
