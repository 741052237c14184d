using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>Whether a condition holds.</summary>
public enum ConditionStatus
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not hold.</summary>
    False,
}

/// <summary>One aspect of the state of an object, in the form that kubectl wait, Argo CD and Flux read.</summary>
public sealed record Condition
{
    /// <summary>The aspect, such as Ready.</summary>
    [Required, Text(316, Min = 1)]
    public string Type { get; init; } = "";

    /// <summary>Whether it holds: True, False or Unknown.</summary>
    [Required]
    public ConditionStatus Status { get; init; }

    /// <summary>Why, as one word in CamelCase that programs can compare.</summary>
    [Required, Text(1024)]
    public string Reason { get; init; } = "";

    /// <summary>Why, for people: the object, the problem and what to do next. At most 1024 characters by convention of the operator.</summary>
    [Required, Text(32768)]
    public string Message { get; init; } = "";

    /// <summary>When the status of this condition last changed; a new reason or message does not move it.</summary>
    [Required]
    public DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>The generation of the object for which this was found.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }
}

/// <summary>Condition types that every kind shares, as kstatus, Argo CD and Flux know them.</summary>
public static class CommonConditions
{
    /// <summary>The summary: as specified and usable. Always present.</summary>
    public const string Ready = "Ready";

    /// <summary>Work is under way. Present only while true.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>A person must act. Present only while true; waiting is not stalled.</summary>
    public const string Stalled = "Stalled";
}

/// <summary>Reasons that every kind shares.</summary>
public static class CommonReasons
{
    /// <summary>The operator has not looked at the object yet. The API server fills this in by itself.</summary>
    public const string Pending = "Pending";
}
