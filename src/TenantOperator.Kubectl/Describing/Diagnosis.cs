using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Describing;

/// <summary>One thing that is not as it should be, and what to do about it.</summary>
/// <param name="Condition">The condition that says so.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Cause">What the reason means.</param>
/// <param name="Message">What the operator says of this very object.</param>
/// <param name="Action">What to do.</param>
/// <param name="Command">A command to copy; null if none would help.</param>
internal sealed record Problem(string Condition, string Reason, string Cause, string Message, string Action, string? Command);

/// <summary>Why an object is, or is not, Ready. Pure: a function of what the status says.</summary>
/// <param name="Ready">The status of Ready.</param>
/// <param name="Reason">The reason of Ready.</param>
/// <param name="Message">The message of Ready.</param>
/// <param name="IsStale">Whether the operator has not seen the latest change of the spec.</param>
/// <param name="Problems">What is not as it should be, the cause of Ready first.</param>
internal sealed record Diagnosis(ConditionStatus Ready, string Reason, string Message, bool IsStale, IReadOnlyList<Problem> Problems)
{
    public static Diagnosis Of(string kind, IReadOnlyList<Condition>? conditions, long? generation, long? observedGeneration, IReadOnlyDictionary<string, string> names)
    {
        var all = conditions ?? [];
        var ready = all.FirstOrDefault(condition => condition.Type == CommonConditions.Ready)
            ?? new Condition { Type = CommonConditions.Ready, Status = ConditionStatus.Unknown, Reason = CommonReasons.Pending, Message = "The operator has not looked at the object yet." };
        var problems = new List<Problem>();
        foreach (var condition in all.Where(condition => condition.Type != CommonConditions.Ready).OrderBy(Weight).Prepend(ready))
        {
            // What several conditions say alike is one problem.
            if (Remedies.For(kind, condition.Reason) is { } remedy && !problems.Exists(known => known.Reason == condition.Reason || known.Message == condition.Message))
            {
                problems.Add(new(condition.Type, condition.Reason, remedy.Cause, condition.Message, remedy.Action, remedy.CommandFor(names)));
            }
        }

        return new(ready.Status, ready.Reason, ready.Message, observedGeneration is { } seen && generation > seen, problems);
    }

    public JsonObject ToJson() => new()
    {
        ["ready"] = Ready.ToString(),
        ["reason"] = Reason,
        ["message"] = Message,
        ["stale"] = IsStale,
        ["problems"] = new JsonArray([
            .. Problems.Select(problem => new JsonObject
            {
                ["condition"] = problem.Condition,
                ["reason"] = problem.Reason,
                ["cause"] = problem.Cause,
                ["message"] = problem.Message,
                ["action"] = problem.Action,
                ["command"] = problem.Command,
            }),
        ]),
    };

    // What stops a deletion before what only repeats something.
    private static int Weight(Condition condition) => condition.Type switch
    {
        TenantConditions.DeletionBlocked => 0,
        CommonConditions.Stalled => 1,
        CommonConditions.Reconciling => 9,
        _ => 5,
    };
}
