using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Tenants;

/// <summary>What a deletion may do, and when. Pure functions: nothing irreversible is decided anywhere else.</summary>
internal static class DeletionRules
{
    /// <summary>Whether a deletion may go on, and how far it is.</summary>
    internal sealed record Verdict(StepOutcome Outcome, DeletionProgress Progress);

    /// <summary>The policy in force: where a platform cannot suspend, everything is left as it is.</summary>
    public static DeletionPolicy PolicyOf(EffectiveSettings effective, PlatformCapabilities capabilities) => effective.DeletionPolicy switch
    {
        DeletionPolicy.Delete when capabilities.Delete => DeletionPolicy.Delete,
        DeletionPolicy.Retain => DeletionPolicy.Retain,
        _ => capabilities.Suspend ? DeletionPolicy.Suspend : DeletionPolicy.Retain,
    };

    /// <summary>Compares the confirmation with what the platform says now, then lets the grace period pass.</summary>
    public static Verdict Judge(Tenant tenant, TenantIdentity? identity, DateTimeOffset now)
    {
        if (identity is null)
        {
            return new(StepOutcome.Next, new() { Policy = DeletionPolicy.Delete, State = DeletionState.InProgress });
        }

        if (WhyUnconfirmed(tenant, identity) is { } doubt)
        {
            return new(
                new StepOutcome.Blocked(doubt.Reason, doubt.Message),
                new() { Policy = DeletionPolicy.Delete, State = DeletionState.Blocked, BlockedBy = doubt.Message });
        }

        var asked = new DateTimeOffset(tenant.Metadata.DeletionTimestamp ?? now.UtcDateTime, TimeSpan.Zero);
        if (GoDuration.TryParse(tenant.Spec.DeletionGracePeriod, out var grace) && asked + grace > now)
        {
            var end = asked + grace;
            return new(
                new StepOutcome.Waiting(
                    end - now,
                    TenantReasons.GracePeriod,
                    $"The tenant is deleted for ever at {end:yyyy-MM-dd HH:mm:ss}Z. Until then set spec.deletionPolicy to Retain or Suspend to keep it."),
                new() { Policy = DeletionPolicy.Delete, State = DeletionState.GracePeriod, NotBefore = end });
        }

        return new(StepOutcome.Next, new() { Policy = DeletionPolicy.Delete, State = DeletionState.InProgress });
    }

    /// <summary>What to say once a tenant was let go of.</summary>
    /// <param name="done">What was done.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="remoteId">The tenant's id on a platform that keeps no mark of ours, so that only the id leads back to it; null elsewhere.</param>
    public static (string Reason, string Note) Farewell(DeletionPolicy done, DeletionPolicy? asked, string? remoteId) => done switch
    {
        DeletionPolicy.Delete => (TenantReasons.TenantDeleted, "The tenant was deleted for ever, as its confirmed deletionPolicy says."),
        DeletionPolicy.Suspend when remoteId is not null => (
            TenantReasons.Suspended,
            $"The Tenant was deleted: access was taken away and data kept. To take it up again apply the Tenant with spec.externalId: {remoteId}, and spec.suspended: false to give access back."),
        DeletionPolicy.Suspend => (TenantReasons.Suspended, "The Tenant was deleted: access was taken away and data kept. Apply the same Tenant again to take it up."),
        _ when asked is DeletionPolicy.Suspend or null => (
            TenantReasons.SuspendUnsupported, "The Tenant was deleted. Its platform cannot suspend a tenant, so everything was left as it is, access included."),
        _ => (TenantReasons.RemoteRetained, "The Tenant was deleted with deletionPolicy Retain; everything was left as it is."),
    };

    private static (string Reason, string Message)? WhyUnconfirmed(Tenant tenant, TenantIdentity identity)
    {
        var wanted = $"spec.deletionConfirmation: {{externalId: \"{identity.ExternalId}\", name: \"{identity.Name}\", displayName: \"{identity.DisplayName}\"}}";
        if (tenant.Spec.DeletionConfirmation is not { } given)
        {
            return (TenantReasons.ConfirmationMissing,
                $"deletionPolicy Delete destroys the tenant's data, so it must be confirmed. Set {wanted}; or set spec.deletionPolicy to Suspend or Retain to keep it.");
        }

        var field = given.ExternalId != identity.ExternalId ? "externalId" : given.Name != identity.Name ? "name" : given.DisplayName != identity.DisplayName ? "displayName" : null;
        return field is null
            ? null
            : (TenantReasons.ConfirmationMismatch, $"spec.deletionConfirmation.{field} is not what the platform has now, so nothing is deleted. If this is the tenant you mean, set {wanted}.");
    }
}
