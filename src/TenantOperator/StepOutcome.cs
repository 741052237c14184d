using TenantOperator.Platforms;
using TenantOperator.Runtime;

namespace TenantOperator;

/// <summary>How a step of a pass ended.</summary>
internal abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>On to the next step.</summary>
    public static StepOutcome Next { get; } = new Continue();

    /// <summary>On to the next step.</summary>
    internal sealed record Continue : StepOutcome;

    /// <summary>Only a matter of time: looked at again after the delay, or when what it waits for wakes it.</summary>
    internal sealed record Waiting(TimeSpan? Delay, string Reason, string Message) : StepOutcome;

    /// <summary>Time will not help; a change of an object will, and wakes us. <paramref name="NeedsPerson"/> makes it Stalled.</summary>
    internal sealed record Blocked(string Reason, string Message, bool NeedsPerson = true, TimeSpan? LookAgain = null) : StepOutcome;

    /// <summary>Unforeseen; retried for ever with growing delay.</summary>
    internal sealed record Failed(Exception Error) : StepOutcome;

    /// <summary>What a platform's answer means for a pass.</summary>
    public static StepOutcome Of(PlatformOutcome outcome) => outcome switch
    {
        PlatformOutcome.Done => Next,
        PlatformOutcome.Refused refused => new Blocked(refused.Reason, refused.Message, LookAgain: refused.LookAgain),
        PlatformOutcome.RefusedForNow later => new Waiting(later.Delay, later.Reason, later.Message),
        PlatformOutcome.Unauthorized denied => new Blocked(Api.V1Alpha1.TenantReasons.WaitingForPlatform, denied.Message, NeedsPerson: false),
        PlatformOutcome.NotFound missing => new Blocked(Api.V1Alpha1.TenantReasons.RemoteMissing, missing.Message),
        PlatformOutcome.Unreachable silent => new Waiting(TimeSpan.FromSeconds(30), Api.V1Alpha1.TenantReasons.PlatformUnreachable, silent.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    /// <summary>What the queue is told.</summary>
    public ReconciliationResult ToResult(TimeSpan? lookAgain = null) => this switch
    {
        Waiting waiting => ReconciliationResult.Success(Sooner(waiting.Delay, lookAgain)),
        Blocked blocked => ReconciliationResult.Success(Sooner(blocked.LookAgain, lookAgain)),
        Failed failed => ReconciliationResult.Failure(failed.Error.Message, failed.Error),
        _ => ReconciliationResult.Success(lookAgain),
    };

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}
