using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// Where tenants of this account live, with the credentials for it. The one named default serves tenants that name none.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("tenantplatform", "tenplat")]
[Column("Type", ".status.type")]
[Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[Column("Status", ".status.conditions[?(@.type==\"Ready\")].reason")]
[Column("Tenants", ".status.tenants.managed", Type = "integer")]
[Column("Unmanaged", ".status.tenants.unmanaged", Type = "integer", Wide = true)]
[Column("Account", ".status.account.name", Wide = true)]
[Column("Mode", ".spec.mode", Wide = true)]
[Column("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
public sealed record TenantPlatform : IKubernetesObject<V1ObjectMeta>, ISpec<TenantPlatformSpec>, IStatus<TenantPlatformStatus?>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "TenantPlatform";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "tenantplatforms";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>Standard metadata of the object.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Where tenants live and how to get there.</summary>
    public TenantPlatformSpec Spec { get; set; } = new();

    /// <summary>Whether the platform can be reached, and what it says about the account.</summary>
    public TenantPlatformStatus? Status { get; set; }
}

/// <summary>Where tenants live and how to get there. Exactly one of cluster, hatz, processMind, mindzie and scaiKey must be set.</summary>
[Rule("(has(self.cluster) ? 1 : 0) + (has(self.hatz) ? 1 : 0) + (has(self.processMind) ? 1 : 0) + (has(self.mindzie) ? 1 : 0) + (has(self.scaiKey) ? 1 : 0) == 1",
    "exactly one of cluster, hatz, processMind, mindzie and scaiKey must be set: it says what kind of platform this is (cluster: {} is enough for this cluster)")]
[Rule("has(self.cluster) == has(oldSelf.cluster) && has(self.hatz) == has(oldSelf.hatz) && has(self.processMind) == has(oldSelf.processMind) && has(self.mindzie) == has(oldSelf.mindzie) && has(self.scaiKey) == has(oldSelf.scaiKey)",
    "the kind of platform cannot be changed, because its tenants would be looked for in the wrong place: make a new TenantPlatform")]
public sealed record TenantPlatformSpec
{
    /// <summary>Manage changes the platform; Observe only reads it and reports. Manage when absent.</summary>
    public PlatformMode? Mode { get; init; }

    /// <summary>Stops all calls to this platform. Status still says so.</summary>
    public bool? Paused { get; init; }

    /// <summary>Stops deletions when many come at once, which is more often a mistake than a wish.</summary>
    public DeletionBreaker? DeletionBreaker { get; init; }

    /// <summary>Tenants are namespaces of this cluster.</summary>
    public ClusterPlatform? Cluster { get; init; }

    /// <summary>Tenants are on Hatz AI.</summary>
    public HatzPlatform? Hatz { get; init; }

    /// <summary>Tenants are environments on ProcessMind.</summary>
    public ProcessMindPlatform? ProcessMind { get; init; }

    /// <summary>Tenants are on a mindzieStudio installation.</summary>
    public MindziePlatform? Mindzie { get; init; }

    /// <summary>Tenants are on a ScaiKey installation.</summary>
    public ScaiKeyPlatform? ScaiKey { get; init; }
}

/// <summary>Whether the operator may change a platform.</summary>
public enum PlatformMode
{
    /// <summary>It reads and changes.</summary>
    Manage,

    /// <summary>It reads and reports only.</summary>
    Observe,
}

/// <summary>How many irreversible deletions are believed at once.</summary>
public sealed record DeletionBreaker
{
    /// <summary>
    /// The most tenants that may be deleted for ever within the period, as a number or a percentage of the platform's tenants. 0 stops all. 5 or 10%, whichever is more, when
    /// absent. More are held until the annotation tenantoperator.io/confirm-deletions has the number that the condition DeletionsHeld shows.
    /// </summary>
    [CountOrPercent]
    public CountOrPercent? MaxDeletions { get; init; }

    /// <summary>The period, as a duration such as 10m; 10m when absent.</summary>
    [Text(32, Min = 2), GoDuration]
    public string? Period { get; init; }
}

/// <summary>Names one key of a Secret in the same namespace.</summary>
public sealed record SecretKeyReference
{
    /// <summary>The name of the Secret, in the same namespace.</summary>
    [Required, Text(253, Min = 1), ObjectName]
    public string Name { get; init; } = "";

    /// <summary>The key in its data.</summary>
    [Required, Text(253, Min = 1), Rule("self.matches('^[-._a-zA-Z0-9]+$')", "must be a key of a Secret: letters, digits, hyphens, dots and underscores")]
    public string Key { get; init; } = "";
}

/// <summary>What is known of a platform.</summary>
public sealed record TenantPlatformStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready, CredentialsValid and Throttled; UsageRead with spec.cluster.prometheus; DeletionsHeld, Reconciling and Stalled while true.</summary>
    [Count(8), ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>What kind of platform it is.</summary>
    public PlatformType? Type { get; init; }

    /// <summary>The account behind the credentials, as the platform describes it.</summary>
    public PlatformAccount? Account { get; init; }

    /// <summary>How many tenants there are.</summary>
    public PlatformTenantCounts? Tenants { get; init; }

    /// <summary>Packages as the platform lists them, where it does. Hatz: packages of the account.</summary>
    [Count(64), ListSet]
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary>What kind of key the credentials are, such as Global or Tenant on mindzieStudio.</summary>
    [Text(64)]
    public string? CredentialKind { get; init; }

    /// <summary>When the credentials in their present version were first accepted.</summary>
    public DateTimeOffset? LastVerified { get; init; }

    /// <summary>The platform asked for no calls until this moment.</summary>
    public DateTimeOffset? ThrottledUntil { get; init; }

    /// <summary>Whether the deletion breaker is open: no tenant is deleted for ever until a person confirms the number that the condition DeletionsHeld shows.</summary>
    public bool? DeletionBreakerOpen { get; init; }

    /// <summary>While the breaker is open: how many deletions there are, which is what the annotation tenantoperator.io/confirm-deletions must say to let them through.</summary>
    [Range(0, int.MaxValue)]
    public int? DeletionsToConfirm { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}

/// <summary>How many tenants a platform has.</summary>
public sealed record PlatformTenantCounts
{
    /// <summary>Tenants that have a Tenant object here.</summary>
    [Range(0, int.MaxValue)]
    public int? Managed { get; init; }

    /// <summary>Tenants on the platform without one. Counted only with discovery: Report.</summary>
    [Range(0, int.MaxValue)]
    public int? Unmanaged { get; init; }

    /// <summary>Tenants here that are Ready.</summary>
    [Range(0, int.MaxValue)]
    public int? Ready { get; init; }
}

/// <summary>An account as its platform describes it; what the platform does not say is absent.</summary>
public sealed record PlatformAccount
{
    /// <summary>Its id. ProcessMind: the organisation; ScaiKey: the partner.</summary>
    [Text(253)]
    public string? Id { get; init; }

    /// <summary>Its name. Hatz: name of the MSP; ProcessMind: displayName of the organisation.</summary>
    [Text(255)]
    public string? Name { get; init; }

    /// <summary>Its own package. Hatz: primary_package_name.</summary>
    [Text(253)]
    public string? Package { get; init; }

    /// <summary>Its further packages. Hatz: additional_package_names.</summary>
    [Count(64), ListSet]
    public IReadOnlyList<string>? AdditionalPackages { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Credits spent in this calendar month, rounded.</summary>
    [Range(0, long.MaxValue)]
    public long? CreditsUsed { get; init; }

    /// <summary>Credits a month, rounded.</summary>
    [Range(0, long.MaxValue)]
    public long? CreditLimit { get; init; }

    /// <summary>Tenants of the account. ProcessMind: tenantCount.</summary>
    [Range(0, long.MaxValue)]
    public long? Tenants { get; init; }

    /// <summary>People of the account itself. Hatz: user_count or admin_user_count.</summary>
    [Range(0, long.MaxValue)]
    public long? Users { get; init; }

    /// <summary>People in its tenants. Hatz: tenant_user_count; ProcessMind: totalUserCount.</summary>
    [Range(0, long.MaxValue)]
    public long? TenantUsers { get; init; }

    /// <summary>The share of people of the account who signed in of late, in percent. Hatz: admin_login_rate.</summary>
    [Range(0, 100)]
    public int? LoginRatePercent { get; init; }

    /// <summary>The share of people in its tenants who signed in of late, in percent. Hatz: tenant_login_rate.</summary>
    [Range(0, 100)]
    public int? TenantLoginRatePercent { get; init; }

    /// <summary>Processes in all tenants. ProcessMind: totalProcessCount.</summary>
    [Range(0, long.MaxValue)]
    public long? Processes { get; init; }

    /// <summary>Data sets in all tenants. ProcessMind: totalDatasetCount.</summary>
    [Range(0, long.MaxValue)]
    public long? Datasets { get; init; }

    /// <summary>Storage of all tenants in bytes. ProcessMind: totalStorageUsedBytes.</summary>
    [Range(0, long.MaxValue)]
    public long? StorageBytes { get; init; }

    /// <summary>The most tenants the account may have. ScaiKey: max_tenants.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxTenants { get; init; }

    /// <summary>The most people a tenant may have. ScaiKey: max_users_per_tenant.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxUsersPerTenant { get; init; }
}
