using System.ComponentModel;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// How much a tenant uses. Written only when a number moved by 1 % of its limit, crossed 80, 90 or 100 % of it, came or went, or changed and the last one written is an hour
/// old; exact numbers are in the metrics.
/// </summary>
public sealed record TenantUsage
{
    /// <summary>People in the tenant.</summary>
    [Range(0, long.MaxValue)]
    public long? Users { get; init; }

    /// <summary>Admins among them.</summary>
    [Range(0, long.MaxValue)]
    public long? Admins { get; init; }

    /// <summary>Analysts among them. mindzieStudio: analystCount.</summary>
    [Range(0, long.MaxValue)]
    public long? Analysts { get; init; }

    /// <summary>Cases. mindzieStudio: caseCount; cluster: by PromQL.</summary>
    [Range(0, long.MaxValue)]
    public long? Cases { get; init; }

    /// <summary>Processes. ProcessMind: processCount; cluster: by PromQL.</summary>
    [Range(0, long.MaxValue)]
    public long? Processes { get; init; }

    /// <summary>Data sets. ProcessMind: datasetCount; cluster: by PromQL.</summary>
    [Range(0, long.MaxValue)]
    public long? Datasets { get; init; }

    /// <summary>Storage in bytes. ProcessMind: storageUsedBytes; cluster: storage requested by volume claims.</summary>
    [Range(0, long.MaxValue)]
    public long? StorageBytes { get; init; }

    /// <summary>Credits spent in this calendar month, rounded; it falls back when the month changes. Hatz: total_credits_used.</summary>
    [Range(0, long.MaxValue)]
    public long? CreditsUsed { get; init; }

    /// <summary>Credits a month, rounded. Hatz: total_credit_limit; elsewhere the sum of the packages.</summary>
    [Range(0, long.MaxValue)]
    public long? CreditLimit { get; init; }

    /// <summary>Resources of the quota of a tenant's namespace, used and hard.</summary>
    [Count(32)]
    [ImmutableObject(true)]
    public IReadOnlyDictionary<string, ResourceUsage>? Resources { get; init; }

    /// <summary>The share of the limit that is used most, such as 42%.</summary>
    [Text(16)]
    public string? Highest { get; init; }

    /// <summary>Which limit that is, such as credits or requests.cpu.</summary>
    [Text(253)]
    public string? HighestOf { get; init; }

    /// <summary>When these numbers were read.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
}

/// <summary>One resource of a quota.</summary>
public sealed record ResourceUsage
{
    /// <summary>How much is used.</summary>
    public Quantity? Used { get; init; }

    /// <summary>How much may be used.</summary>
    public Quantity? Hard { get; init; }
}

/// <summary>What the platform says about a tenant, as it says it.</summary>
public sealed record RemoteTenant
{
    /// <summary>The technical name there.</summary>
    [Text(255)]
    public string? Name { get; init; }

    /// <summary>The name for people there.</summary>
    [Text(255)]
    public string? DisplayName { get; init; }

    /// <summary>The state in the platform's own words.</summary>
    [Text(253)]
    public string? Status { get; init; }

    /// <summary>When the tenant was made there.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Whether this object made the tenant or took up one that existed.</summary>
    public RemoteOrigin? Origin { get; init; }

    /// <summary>The plan. ProcessMind: plan.</summary>
    [Text(253)]
    public string? Plan { get; init; }

    /// <summary>The primary package by the platform's name. Hatz: primary_package_name; a change in the site is shown, not fought.</summary>
    [Text(253)]
    public string? PrimaryPackage { get; init; }

    /// <summary>Further packages by the platform's names. Hatz: additional_package_names.</summary>
    [Count(32), ListSet]
    public IReadOnlyList<string>? AdditionalPackages { get; init; }

    /// <summary>Models that are switched off for the tenant. Hatz: disabled_model_names.</summary>
    [Count(64), ListSet]
    public IReadOnlyList<string>? DisabledModels { get; init; }

    /// <summary>Whether the creation bought a package. Hatz: purchase_occurred.</summary>
    public bool? PurchaseOccurred { get; init; }

    /// <summary>When the tenant expires. mindzieStudio: expirationDate.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether data is loaded by itself. mindzieStudio: autoload, read only.</summary>
    public bool? Autoload { get; init; }

    /// <summary>The time zone last sent. mindzieStudio does not give it back.</summary>
    [Text(64)]
    public string? TimeZone { get; init; }

    /// <summary>The partner of the tenant. ScaiKey: partner_id.</summary>
    [Text(128)]
    public string? PartnerId { get; init; }

    /// <summary>A hash of the password rules there. ScaiKey: password_policy.</summary>
    [Text(64)]
    public string? PasswordPolicyHash { get; init; }

    /// <summary>A hash of the branding there. ScaiKey: branding.</summary>
    [Text(64)]
    public string? BrandingHash { get; init; }
}

/// <summary>How a remote object came to be ours.</summary>
public enum RemoteOrigin
{
    /// <summary>The operator made it.</summary>
    Created,

    /// <summary>It existed and was taken up.</summary>
    Adopted,
}

/// <summary>How far a deletion has come.</summary>
public sealed record DeletionProgress
{
    /// <summary>What is happening.</summary>
    public DeletionState? State { get; init; }

    /// <summary>The policy that is being carried out.</summary>
    public DeletionPolicy? Policy { get; init; }

    /// <summary>The irreversible call is not made before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What a person must do first, when the deletion is blocked.</summary>
    [Text(1024)]
    public string? BlockedBy { get; init; }
}

/// <summary>The state of a deletion.</summary>
public enum DeletionState
{
    /// <summary>The grace period runs.</summary>
    GracePeriod,

    /// <summary>A person must act; see blockedBy.</summary>
    Blocked,

    /// <summary>Something must be done by hand on the platform.</summary>
    ManualActionRequired,

    /// <summary>The deletion is under way.</summary>
    InProgress,
}
