using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Describing;

namespace TenantOperator.Kubectl.Planning;

/// <summary>What the operator would do, or does, for a Tenant as it is declared now. Pure: the operator's own words, from its status.</summary>
/// <param name="Headline">How it stands, in one sentence.</param>
/// <param name="Changes">What would be made or changed.</param>
/// <param name="Next">What to do to have it done; null if nothing is.</param>
internal sealed record TenantPlan(string Headline, IReadOnlyList<string> Changes, string? Next)
{
    public static TenantPlan Of(Tenant tenant, TenantPlatform? platform, Diagnosis diagnosis)
    {
        var drifted = tenant.Status?.DriftedFields ?? [];
        if (diagnosis.IsStale)
        {
            return new("The operator has not looked at the latest change yet. Ask again in a moment.", [], null);
        }

        return diagnosis.Reason switch
        {
            TenantReasons.Observing when drifted.Count == 0 => new($"TenantPlatform \"{platform?.Metadata.Name}\" is in mode Observe. Nothing would be changed: everything is as declared.", [], null),
            TenantReasons.Observing => new(
                $"TenantPlatform \"{platform?.Metadata.Name}\" is in mode Observe, so that nothing is done. With mode Manage these would be made or changed:",
                drifted,
                $"kubectl patch tenantplatform {platform?.Metadata.Name} -n {tenant.Metadata.NamespaceProperty} --type=merge -p '{{\"spec\":{{\"mode\":\"Manage\"}}}}'"),
            _ when drifted.Count > 0 => new(
                "Changed outside, and left because spec.driftPolicy is Report. With driftPolicy Correct these would be put back:",
                drifted,
                $"kubectl patch tenant {tenant.Metadata.Name} -n {tenant.Metadata.NamespaceProperty} --type=merge -p '{{\"spec\":{{\"driftPolicy\":\"Correct\"}}}}'"),
            _ when diagnosis.Ready == ConditionStatus.True => new("Nothing would be changed: everything is as declared.", [], null),
            _ => new(diagnosis.Message, [], diagnosis.Problems is [{ } first, ..] ? first.Command ?? first.Action : null),
        };
    }
}
