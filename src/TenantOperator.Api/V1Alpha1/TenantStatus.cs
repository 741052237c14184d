using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>What a tenant is, as last seen. Computed anew in every pass: it is a view, not a memory.</summary>
public sealed record TenantStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Where the tenant is in its life.</summary>
    public TenantPhase? Phase { get; init; }

    /// <summary>Ready, TemplateResolved, PackageAllocated, Synced, UsersSynced, WithinLimits, Suspended, Drifted, DeletionBlocked; Reconciling and Stalled while true.</summary>
    [Count(16), ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The id of the tenant on its platform; in a cluster the uid of its namespace.</summary>
    [Text(253)]
    public string? ExternalId { get; init; }

    /// <summary>The platform the tenant lives on.</summary>
    public PlatformStatus? Platform { get; init; }

    /// <summary>The settings that count, after tenant, template, packages and platform were put together, and where each comes from.</summary>
    public EffectiveSettings? Effective { get; init; }

    /// <summary>The template that shaped the tenant, at the moment it did.</summary>
    public AppliedTemplate? Template { get; init; }

    /// <summary>The units of packages the tenant holds or waits for.</summary>
    [Count(64), ListMap("name", "unit")]
    public IReadOnlyList<PackageUnit>? Packages { get; init; }

    /// <summary>How many people the tenant has, and how many of them are as declared.</summary>
    public UserCounts? Users { get; init; }

    /// <summary>How much of what it may have the tenant uses.</summary>
    public TenantUsage? Usage { get; init; }

    /// <summary>What the platform says about the tenant.</summary>
    public RemoteTenant? Remote { get; init; }

    /// <summary>How far the deletion has come, while the object is being deleted.</summary>
    public DeletionProgress? Deletion { get; init; }

    /// <summary>Fields of the spec that this platform cannot carry out; they have no effect there.</summary>
    [Count(64, ItemLength = 128), ListSet]
    public IReadOnlyList<string>? UnsupportedFields { get; init; }

    /// <summary>Fields that were changed outside and differ from the spec.</summary>
    [Count(64, ItemLength = 128), ListSet]
    public IReadOnlyList<string>? DriftedFields { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}

/// <summary>Where a tenant is in its life.</summary>
public enum TenantPhase
{
    /// <summary>Nothing has been done yet.</summary>
    Pending,

    /// <summary>The tenant is being made.</summary>
    Provisioning,

    /// <summary>The tenant is in use.</summary>
    Active,

    /// <summary>Access is taken away, data is kept.</summary>
    Suspended,

    /// <summary>The platform says its time has run out.</summary>
    Expired,

    /// <summary>The platform says it is about to end.</summary>
    Cancelling,

    /// <summary>The platform says it has ended.</summary>
    Deactivated,

    /// <summary>The platform no longer has it.</summary>
    Missing,

    /// <summary>The platform says something the operator does not know; see remote.status.</summary>
    Unknown,

    /// <summary>The object is being deleted, or its deletion is blocked.</summary>
    Deleting,
}

/// <summary>The platform of a tenant.</summary>
public sealed record PlatformStatus
{
    /// <summary>The name of the TenantPlatform; absent when the built-in defaults of the cluster are used.</summary>
    [Text(253)]
    public string? Name { get; init; }

    /// <summary>What kind of platform it is.</summary>
    public PlatformType Type { get; init; }
}

/// <summary>The settings that count for a tenant.</summary>
public sealed record EffectiveSettings
{
    /// <summary>The technical name.</summary>
    [Text(255)]
    public string? Name { get; init; }

    /// <summary>The name for people.</summary>
    [Text(255)]
    public string? DisplayName { get; init; }

    /// <summary>What the tenant is for.</summary>
    [Text(1024)]
    public string? Description { get; init; }

    /// <summary>The primary package whose unit the tenant holds.</summary>
    [Text(63)]
    public string? Package { get; init; }

    /// <summary>The add-on packages that count.</summary>
    [Count(20), ListMap("name")]
    public IReadOnlyList<AddOn>? AddOns { get; init; }

    /// <summary>Credits a month of all packages together.</summary>
    [Range(0, long.MaxValue)]
    public long? Credits { get; init; }

    /// <summary>Ceilings: the sum of the packages, or what tenant or template say.</summary>
    public TenantLimits? Limits { get; init; }

    /// <summary>Sign-in rules of the tenant.</summary>
    public TenantSecurity? Security { get; init; }

    /// <summary>Whether the tenant gets features before general release.</summary>
    public bool? EarlyFeatures { get; init; }

    /// <summary>What deleting the object will do.</summary>
    public DeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Settings of the tenant's namespace.</summary>
    public EffectiveCluster? Cluster { get; init; }

    /// <summary>Settings on Hatz AI.</summary>
    public HatzTenant? Hatz { get; init; }

    /// <summary>Settings on mindzieStudio.</summary>
    public MindzieTenant? Mindzie { get; init; }

    /// <summary>Settings on ScaiKey.</summary>
    public ScaiKeyTenant? ScaiKey { get; init; }

    /// <summary>Where each value comes from: the path under effective, such as limits.maxUsers, and Tenant, Template, Package, Platform or Default.</summary>
    [Count(128, ItemLength = 16)]
    public IReadOnlyDictionary<string, SettingSource>? Sources { get; init; }
}

/// <summary>Where a setting comes from; the first that has a value wins.</summary>
public enum SettingSource
{
    /// <summary>The Tenant itself.</summary>
    Tenant,

    /// <summary>The copy of the template.</summary>
    Template,

    /// <summary>The packages the tenant holds.</summary>
    Package,

    /// <summary>The TenantPlatform.</summary>
    Platform,

    /// <summary>The operator's built-in default.</summary>
    Default,
}

/// <summary>The settings that count for a tenant's namespace.</summary>
public sealed record EffectiveCluster
{
    /// <summary>The name of the tenant's namespace.</summary>
    [Text(63)]
    public string? Namespace { get; init; }

    /// <summary>The Pod Security level of the namespace.</summary>
    public PodSecurityLevel? PodSecurity { get; init; }

    /// <summary>Whom its pods may talk to.</summary>
    public NetworkIsolation? NetworkPolicy { get; init; }

    /// <summary>The hard limits of its ResourceQuota.</summary>
    [Count(32)]
    public IReadOnlyDictionary<string, Quantity>? Quota { get; init; }

    /// <summary>The limits of its containers.</summary>
    public ContainerLimits? LimitRange { get; init; }

    /// <summary>Labels of the namespace beside those of the operator.</summary>
    [Count(32, ItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>A template at the moment it shaped a tenant.</summary>
public sealed record AppliedTemplate
{
    /// <summary>The name of the TenantTemplate.</summary>
    [Required, Text(253)]
    public string Name { get; init; } = "";

    /// <summary>Its uid: a template made anew under the same name is another one.</summary>
    [Text(64)]
    public string? Uid { get; init; }

    /// <summary>Its generation then; later ones have no effect on this tenant.</summary>
    [Range(0, long.MaxValue)]
    public long? Generation { get; init; }

    /// <summary>When its values were copied.</summary>
    public DateTimeOffset? AppliedAt { get; init; }
}

/// <summary>One unit of a package that a tenant holds or waits for.</summary>
public sealed record PackageUnit
{
    /// <summary>The name of the TenantPackage.</summary>
    [Required, Text(63)]
    public string Name { get; init; } = "";

    /// <summary>Which of the tenant's units of this package it is, counted from 0.</summary>
    [Required, Range(0, 100)]
    public int Unit { get; init; }

    /// <summary>Primary or AddOn.</summary>
    public PackageType? Type { get; init; }

    /// <summary>Whether the unit is held.</summary>
    public PackageUnitState? State { get; init; }

    /// <summary>The slot of the stock, once held.</summary>
    [Range(0, int.MaxValue)]
    public int? Slot { get; init; }

    /// <summary>The name of the PackageAllocation, once held.</summary>
    [Text(253)]
    public string? Allocation { get; init; }

    /// <summary>The place in the queue, counted from 1, while waiting.</summary>
    [Range(1, int.MaxValue)]
    public int? Position { get; init; }
}

/// <summary>Whether a tenant has a unit of a package.</summary>
public enum PackageUnitState
{
    /// <summary>The tenant holds it.</summary>
    Allocated,

    /// <summary>No unit is free; the tenant waits in line.</summary>
    Waiting,

    /// <summary>The tenant no longer needs it and is about to give it back.</summary>
    Releasing,
}

/// <summary>How many people a tenant has. Never who they are.</summary>
public sealed record UserCounts
{
    /// <summary>How many TenantUsers are declared.</summary>
    [Range(0, int.MaxValue)]
    public int? Declared { get; init; }

    /// <summary>How many of them are on the platform as declared.</summary>
    [Range(0, int.MaxValue)]
    public int? Synced { get; init; }

    /// <summary>How many of them could not be synced.</summary>
    [Range(0, int.MaxValue)]
    public int? Failed { get; init; }

    /// <summary>How many people are on the platform without a TenantUser.</summary>
    [Range(0, int.MaxValue)]
    public int? Unmanaged { get; init; }

    /// <summary>How many of spec.initialUsers have become TenantUsers.</summary>
    [Range(0, int.MaxValue)]
    public int? InitialCreated { get; init; }

    /// <summary>Synced and declared as one text for the column, such as 7/8.</summary>
    [Text(32)]
    public string? Summary { get; init; }
}

/// <summary>
/// How much a tenant uses. Written only when a number moved by 1 %, crossed 80, 90 or 100 %, or the last one written is older than an hour; exact numbers are in the metrics.
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
