namespace TenantOperator.Bench;

/// <summary>What is measured, and how often.</summary>
internal sealed record BenchOptions
{
    /// <summary>Tenants before the clock runs, so that code is compiled and connections stand, on both sides.</summary>
    public const int WarmUp = 100;

    /// <summary>The small burst of the request count.</summary>
    public const int SmallBurst = 200;

    /// <summary>How often measurements of one thing (one tenant, one restart, one repair) are repeated in the last round.</summary>
    public const int Repeats = 7;

    /// <summary>The bare writers; the best of them is the floor.</summary>
    public static readonly IReadOnlyList<int> FloorWorkers = [8, 16, 32];

    public int Rounds { get; init; } = 5;

    public int Tenants { get; init; } = 1000;

    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);

    public int? Workers { get; init; }

    public string? OperatorFolder { get; init; }
}
