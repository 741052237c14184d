using TenantOperator.Api.V1Alpha1;

namespace TenantOperator;

/// <summary>
/// The conditions of one object while its next status is computed: starts from the old ones, and moves a transition time only when a status changes.
/// </summary>
internal sealed class ConditionSet(IReadOnlyList<Condition>? old, long? generation, DateTimeOffset now)
{
    private readonly List<Condition> conditions = [];

    // Seconds are what Kubernetes keeps.
    private readonly DateTimeOffset moment = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    public void True(string type, string reason, string message) => Set(type, ConditionStatus.True, reason, message);

    public void False(string type, string reason, string message) => Set(type, ConditionStatus.False, reason, message);

    public void Unknown(string type, string reason, string message) => Set(type, ConditionStatus.Unknown, reason, message);

    /// <summary>Says how a step ended that did not lead to the end: Stalled if only a person can help, Reconciling if it goes on by itself, neither if another object is waited for.</summary>
    public void Progress(StepOutcome? outcome)
    {
        switch (outcome)
        {
            case StepOutcome.Blocked { NeedsPerson: true } blocked:
                True(CommonConditions.Stalled, blocked.Reason, blocked.Message);
                break;
            case StepOutcome.Waiting waiting:
                True(CommonConditions.Reconciling, waiting.Reason, "Goes on by itself.");
                break;
            case StepOutcome.Failed:
                True(CommonConditions.Reconciling, TenantReasons.UpdateFailed, "The last attempt failed; it is tried again by itself.");
                break;
        }
    }

    public Condition? Find(string type) => conditions.Find(each => each.Type == type);

    /// <summary>Keeps what was said before, for aspects that this pass did not get to look at.</summary>
    public void Keep(string type)
    {
        if (old?.FirstOrDefault(each => each.Type == type) is { } known)
        {
            conditions.Add(known);
        }
    }

    public void Set(string type, ConditionStatus status, string reason, string message)
    {
        var before = old?.FirstOrDefault(each => each.Type == type);
        conditions.RemoveAll(each => each.Type == type);
        conditions.Add(new Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message.Length <= 1024 ? message : message[..1021] + "...",
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : moment,
            ObservedGeneration = generation,
        });
    }

    public IReadOnlyList<Condition> ToList() => conditions;
}
