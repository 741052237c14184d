namespace TenantOperator.Runtime;

/// <summary>A token that is cancelled by its parent, or when its time is up; the time can be pushed on.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _link;
    private readonly CancellationToken _parent;

    public Deadline(TimeSpan time, TimeProvider clock, CancellationToken parent)
    {
        _parent = parent;
        _source = new CancellationTokenSource(time, clock);
        _link = parent.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether it was the time that ended it, and not the parent.</summary>
    public bool Passed => _source.IsCancellationRequested && !_parent.IsCancellationRequested;

    /// <summary>Counts anew from now.</summary>
    public void Push(TimeSpan time) => _source.CancelAfter(time);

    public void Dispose()
    {
        _link.Dispose();
        _source.Dispose();
    }
}
