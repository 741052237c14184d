namespace TenantOperator.Emulators;

/// <summary>A fault that waits for its requests. Dispose to take it back.</summary>
public sealed class PlatformFaultRule : IDisposable
{
    private readonly Func<LoggedRequest, bool> _match;
    private readonly int _first;
    private readonly int _times;
    private readonly Action<PlatformFaultRule> _remove;
    private readonly TaskCompletionSource _hit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _matched;
    private int _hits;

    internal PlatformFaultRule(Func<LoggedRequest, bool> match, int nth, int times, PlatformFault fault, Action<PlatformFaultRule> remove)
    {
        _match = match;
        _first = nth;
        _times = times;
        _remove = remove;
        Fault = fault;
    }

    /// <summary>How often it struck.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Completes when it strikes for the first time: the request is there, and nothing is done yet.</summary>
    public Task Hit => _hit.Task;

    internal PlatformFault Fault { get; }

    /// <inheritdoc/>
    public void Dispose() => _remove(this);

    internal bool Strikes(LoggedRequest request)
    {
        if (!_match(request))
        {
            return false;
        }

        var number = Interlocked.Increment(ref _matched);
        if (number < _first || number - _first >= _times)
        {
            return false;
        }

        Interlocked.Increment(ref _hits);
        _hit.TrySetResult();
        return true;
    }
}
