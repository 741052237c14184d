using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Settings;
using TenantOperator.Templates;
using TenantOperator.Users;

namespace TenantOperator.Tenants;

/// <summary>What one pass over a tenant has found out so far. Each step adds its part; the status is computed from the whole at the end.</summary>
internal sealed class TenantPass(Tenant tenant)
{
    /// <summary>The Tenant; replaced by the server's answer whenever this pass writes it.</summary>
    public Tenant Tenant { get; set; } = tenant;

    /// <summary>The step that is running, for the place a stop is reported at.</summary>
    public string Step { get; set; } = "";

    public TenantPlatform? Platform { get; set; }

    public ITenantPlatform? Adapter { get; set; }

    public TemplateCopy? Template { get; set; }

    /// <summary>Whether the pass got as far as asking for units; a tenant that did not must hold up nobody in line.</summary>
    public bool ClaimsMade { get; set; }

    public IReadOnlyList<PackageUnit> Units { get; set; } = [];

    /// <summary>The wish for a unit that could not be had, in words.</summary>
    public string? WaitsForPackage { get; set; }

    public ResolvedSettings? Settings { get; set; }

    public TenantWish? Wish { get; set; }

    public TenantObservation? Observation { get; set; }

    /// <summary>The platform may only be looked at.</summary>
    public bool Observes => Platform?.Spec.Mode == PlatformMode.Observe;

    /// <summary>Limits that stay because lowering them would go under what is in use, in words.</summary>
    public string? BelowUsage { get; set; }

    /// <summary>What was changed outside and put back.</summary>
    public IReadOnlyList<string> Corrected { get; private set; } = [];

    /// <summary>What differs from the wish and was left as it is; null as long as nobody looked.</summary>
    public IReadOnlyList<string>? Drifted { get; private set; }

    public RosterPlan? RosterPlan { get; set; }

    public RosterDiff? RosterDiff { get; set; }

    public RosterObservation? Roster { get; set; }

    public TenantUsage? Usage { get; set; }

    /// <summary>Whether <see cref="Usage"/> was looked at; null then means that the platform tells nothing.</summary>
    public bool UsageRead { get; set; }

    public bool Suspended { get; set; }

    /// <summary>A suspension is wished that the platform cannot do.</summary>
    public bool SuspensionDenied { get; set; }

    public DeletionProgress? Deletion { get; set; }

    /// <summary>When time itself changes something next: the end of a suspension or of a grace period.</summary>
    public DateTimeOffset? LookAgainAt { get; set; }

    /// <summary>Notes what differed from the wish.</summary>
    /// <param name="differences">What differed.</param>
    /// <param name="left">It was left as it is.</param>
    /// <param name="outside">It had been as wished before, so that somebody else must have changed it.</param>
    public void NoteDifferences(IReadOnlyList<string> differences, bool left, bool outside)
    {
        Drifted = left ? [.. Drifted ?? [], .. differences] : Drifted ?? [];
        Corrected = !left && outside ? [.. Corrected, .. differences] : Corrected;
    }
}
