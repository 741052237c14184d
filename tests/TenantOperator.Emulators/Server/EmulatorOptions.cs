namespace TenantOperator.Emulators;

/// <summary>What all emulators can be told. Every switch of a platform stands in the options of that platform.</summary>
public abstract record EmulatorOptions
{
    /// <summary>The port on loopback; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Where the emulator takes the time from, also for waits inside faults.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How far lists stay behind what was written; reading one thing by its id never does. Can be changed later, see <see cref="Emulator.ListLag"/>.</summary>
    public TimeSpan ListLag { get; init; }

    /// <summary>Requests per second that are let through, before the platform answers 429 with Retry-After; 0 is without limit.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>How many requests may come at once under <see cref="RequestsPerSecond"/>; 0 is one second's worth.</summary>
    public int Burst { get; init; }

    /// <summary>Whether a body with a field that no document names is refused. The platforms ignore such fields, which hides a misspelled name.</summary>
    public bool RefuseUnknownFields { get; init; }

    /// <summary>Hears of each request once it is over, as one line per request on a console wants.</summary>
    public Action<LoggedRequest>? Observer { get; init; }
}
