using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>
/// Whether what differs was changed outside, or is simply not done yet: only what was as wished before can have drifted. Pure. A status that was lost makes a
/// difference look new, so that it is corrected: the mistake that harms nobody.
/// </summary>
internal static class DriftRules
{
    // Something cannot be done at all; everything else was.
    private static readonly HashSet<string> DoneButFor = new(StringComparer.Ordinal)
    {
        TenantReasons.UnsupportedFields, TenantReasons.SuspendUnsupported, TenantReasons.PodSecurityNotAllowed, TenantReasons.NetworkNotAllowed,
    };

    /// <summary>Whether the platform once had all that is wished for now.</summary>
    public static bool IsSettled(TenantStatus? old, long? generation, EffectiveSettings effective, bool suspended) =>
        (Holds(old, TenantConditions.Synced, generation) || Holds(old, TenantConditions.Drifted, generation))
        && IsTrue(old, TenantConditions.Suspended) == suspended
        && SameSettings(old?.Effective, effective);

    /// <summary>Whether everybody in the roster was in it before, with the same wish.</summary>
    public static bool IsRosterSettled(TenantStatus? old, IReadOnlyList<MemberWish> members, Func<MemberWish, string?> markOf) =>
        old?.Users?.Synced == members.Count
        && members.All(member => member.User.Status is { Role: not null } status
            && status.ObservedGeneration == member.User.Metadata.Generation
            && status.ExternalId is not null && status.ExternalId == markOf(member));

    private static bool Holds(TenantStatus? status, string type, long? generation) =>
        status?.Conditions?.Any(condition => condition.Type == type && condition.ObservedGeneration == generation
            && (condition.Status == ConditionStatus.True || (type == TenantConditions.Synced && DoneButFor.Contains(condition.Reason)))) == true;

    private static bool IsTrue(TenantStatus? status, string type) =>
        status?.Conditions?.Any(condition => condition.Type == type && condition.Status == ConditionStatus.True) == true;

    // A package that grew changes a quota too, and that is no drift.
    private static bool SameSettings(EffectiveSettings? old, EffectiveSettings? now) =>
        MergeDiff.Between(JsonSerializer.SerializeToNode(old, RuntimeJson.Options), JsonSerializer.SerializeToNode(now, RuntimeJson.Options)) is null;
}
