namespace TenantOperator.Emulators;

/// <summary>An emulator whose state is one immutable record, so that whoever looks at it sees one moment whole.</summary>
public abstract class StatefulEmulator<TState> : Emulator
    where TState : class
{
    private readonly List<(DateTimeOffset At, TState State)> _history = [];
    private volatile TState _state;
    private bool _isWritten;

    private protected StatefulEmulator(EmulatorOptions options, TState state)
        : base(options) =>
        _state = state;

    /// <summary>What the platform holds at this moment. Never changes once looked at; ask again to see what came.</summary>
    public TState State => _state;

    /// <summary>
    /// Changes the state behind the operator's back, as a person at the platform's own site would. What is put there before the first write
    /// through the API is in all lists at once; later changes reach lists after <see cref="Emulator.ListLag"/>.
    /// </summary>
    public void Change(Func<TState, TState> change)
    {
        lock (CommitLock)
        {
            Keep(_isWritten);
            _state = change(_state);
        }
    }

    /// <summary>The state that lists show at this moment. Only inside a call.</summary>
    private protected TState Listed
    {
        get
        {
            var seen = Now - ListLag;
            _history.RemoveAll(past => past.At <= seen);
            return _history.Count > 0 ? _history[0].State : _state;
        }
    }

    /// <summary>Writes the state. Only inside a call.</summary>
    private protected void Write(Func<TState, TState> change)
    {
        _isWritten = true;
        Keep(keep: true);
        _state = change(_state);
    }

    // Each entry is a state and when it ended: lists show the oldest that ended after the moment they show.
    private void Keep(bool keep)
    {
        if (keep && ListLag > TimeSpan.Zero)
        {
            _history.Add((Now, _state));
        }
    }
}
