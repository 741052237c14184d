using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Usage;

/// <summary>The condition UsageRead of a platform, and which changes of it are worth an Event. Pure.</summary>
internal static class UsageConditionRules
{
    /// <summary>The status with the condition: as the verdict says; as it was while there is no verdict on what the spec says now; absent without a Prometheus.</summary>
    public static TenantPlatformStatus Next(TenantPlatformStatus status, TenantPlatform platform, UsageVerdict? verdict, DateTimeOffset now)
    {
        var conditions = new ConditionSet(platform.Status?.Conditions, platform.Metadata.Generation, now);
        if (platform.Spec.Cluster?.Prometheus is not null)
        {
            if (platform.Spec.Paused == true)
            {
                conditions.Unknown(TenantPlatformConditions.UsageRead, TenantPlatformReasons.Paused, "spec.paused stops the reading of usage; numbers stay as they were last read.");
            }
            else if (verdict is null || verdict.Source != UsageSource.Of(platform))
            {
                conditions.Keep(TenantPlatformConditions.UsageRead);
            }
            else
            {
                conditions.Set(TenantPlatformConditions.UsageRead, verdict.IsGood ? ConditionStatus.True : ConditionStatus.False, verdict.Reason, verdict.Message);
            }
        }

        return status with { Conditions = [.. (status.Conditions ?? []).Where(condition => condition.Type != TenantPlatformConditions.UsageRead), .. conditions.ToList()] };
    }

    /// <summary>A Warning when reading begins to fail, or fails for another reason; a Normal one when it works again.</summary>
    public static Happening? Between(TenantPlatformStatus? old, TenantPlatformStatus now)
    {
        var (before, after) = (Find(old), Find(now));
        return after switch
        {
            { Status: ConditionStatus.False } when before?.Status != ConditionStatus.False || before.Reason != after.Reason => new(EventType.Warning, after.Reason, "ReadUsage", after.Message),
            { Status: ConditionStatus.True } when before?.Status == ConditionStatus.False => new(EventType.Normal, after.Reason, "ReadUsage", after.Message),
            _ => null,
        };
    }

    private static Condition? Find(TenantPlatformStatus? status) => status?.Conditions?.FirstOrDefault(condition => condition.Type == TenantPlatformConditions.UsageRead);
}
