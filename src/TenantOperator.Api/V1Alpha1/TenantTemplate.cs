using System.Text.Json;
using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// Defaults for new tenants. A template shapes a tenant at its creation and never afterwards: changing or deleting it touches no tenant.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("tenanttemplate", "tentpl")]
[Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[Column("Status", ".status.conditions[?(@.type==\"Ready\")].reason")]
[Column("Package", ".spec.packageRef.name")]
[Column("Used-By", ".status.usedBy", Type = "integer")]
[Column("Remote-Id", ".status.remote.id", Wide = true)]
[Column("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
[Selectable(".spec.packageRef.name")]
public sealed record TenantTemplate : IKubernetesObject<V1ObjectMeta>, ISpec<TenantTemplateSpec>, IStatus<TenantTemplateStatus?>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "TenantTemplate";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "tenanttemplates";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>Standard metadata of the object.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The defaults. A field set in the Tenant itself wins over them.</summary>
    public TenantTemplateSpec Spec { get; set; } = new();

    /// <summary>What became of the template.</summary>
    public TenantTemplateStatus? Status { get; set; }
}

/// <summary>Defaults for new tenants, under the names they have in a Tenant.</summary>
[Rule("(has(self.cluster) ? 1 : 0) + (has(self.hatz) ? 1 : 0) + (has(self.mindzie) ? 1 : 0) + (has(self.scaiKey) ? 1 : 0) <= 1",
    "only one of the platform blocks cluster, hatz, mindzie and scaiKey may be set: make one template for each platform")]
[Rule("!has(self.deletionPolicy) || self.deletionPolicy != 'Delete'",
    "a template must not make tenants deletable: set deletionPolicy: Delete in the Tenant itself", FieldPath = ".deletionPolicy")]
public sealed record TenantTemplateSpec
{
    /// <summary>What tenants of this template are for.</summary>
    [Text(1024)]
    public string? Description { get; init; }

    /// <summary>The primary package.</summary>
    public PackageReference? PackageRef { get; init; }

    /// <summary>Add-on packages, with the number of units of each. A Tenant that lists add-ons replaces the whole list.</summary>
    [Count(20), ListMap("name")]
    public IReadOnlyList<AddOn>? AddOns { get; init; }

    /// <summary>Ceilings, over those of the packages.</summary>
    public TenantLimits? Limits { get; init; }

    /// <summary>Sign-in rules of the tenant.</summary>
    public TenantSecurity? Security { get; init; }

    /// <summary>Whether tenants get features before general release.</summary>
    public bool? EarlyFeatures { get; init; }

    /// <summary>What happens when a managed field was changed outside.</summary>
    public DriftPolicy? DriftPolicy { get; init; }

    /// <summary>What deleting a Tenant does: Suspend or Retain. Delete must be said in the Tenant itself.</summary>
    public DeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Defaults for tenants in this cluster.</summary>
    public ClusterTemplate? Cluster { get; init; }

    /// <summary>Defaults for tenants on Hatz AI.</summary>
    public HatzTemplate? Hatz { get; init; }

    /// <summary>Defaults for tenants on mindzieStudio.</summary>
    public MindzieTenant? Mindzie { get; init; }

    /// <summary>Defaults for tenants on ScaiKey.</summary>
    public ScaiKeyTemplate? ScaiKey { get; init; }
}

/// <summary>Defaults for tenants in this cluster.</summary>
public sealed record ClusterTemplate
{
    /// <summary>The Pod Security level. It may be stricter than that of the platform, never weaker.</summary>
    public PodSecurityLevel? PodSecurity { get; init; }

    /// <summary>Whom pods may talk to. Open only where the platform allows it.</summary>
    public NetworkIsolation? NetworkPolicy { get; init; }

    /// <summary>Labels for the namespaces; labels of the Tenant are added and win.</summary>
    [Count(32, ItemLength = 63)]
    [ReservedLabels, LabelSyntax]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Defaults for tenants on Hatz AI.</summary>
[Rule("!(has(self.packageId) && has(self.remoteTemplate))", "packageId and remoteTemplate exclude each other: Hatz takes the package from its template; remove one")]
public sealed record HatzTemplate
{
    /// <summary>The model that new chats use. An empty text clears it, absence leaves it alone.</summary>
    [Text(128)]
    public string? DefaultModelName { get; init; }

    /// <summary>The Hatz package to create tenants with, over the one of packageRef.</summary>
    [Text(128, Min = 1), HatzPackageId]
    public string? PackageId { get; init; }

    /// <summary>A template on Hatz that this object makes and keeps; tenants are then created from it.</summary>
    public HatzRemoteTemplate? RemoteTemplate { get; init; }
}

/// <summary>A package Hatz takes by name when a template is written; it shows others when one is read.</summary>
public enum HatzPackageName
{
    /// <summary>Intro.</summary>
    Intro,

    /// <summary>Starter.</summary>
    Starter,

    /// <summary>SMB.</summary>
    SMB,

    /// <summary>Business.</summary>
    Business,

    /// <summary>Professional.</summary>
    Professional,
}

/// <summary>What becomes of a template on the platform when this object is deleted.</summary>
public enum RemoteTemplateDeletionPolicy
{
    /// <summary>It stays.</summary>
    Retain,

    /// <summary>It is deleted. Tenants made from it keep what they have.</summary>
    Delete,
}

/// <summary>A tenant template on Hatz that is created, changed and deleted with this object. Model, early features and MFA come from the fields of this object.</summary>
[Rule("self.platformRef.name == oldSelf.platformRef.name", "platformRef cannot be changed: the remote template does not move; make a new TenantTemplate", FieldPath = ".platformRef")]
public sealed record HatzRemoteTemplate
{
    /// <summary>The TenantPlatform of type hatz that holds the template. Immutable.</summary>
    [Required]
    public LocalReference PlatformRef { get; init; } = new();

    /// <summary>The name on Hatz, 3 to 255 characters.</summary>
    [Required, Text(255, Min = 3)]
    public string Name { get; init; } = "";

    /// <summary>The package on Hatz: Intro, Starter, SMB, Business or Professional.</summary>
    [Required]
    public HatzPackageName PackageName { get; init; }

    /// <summary>What becomes of the template on Hatz when this object is deleted; Retain when absent.</summary>
    public RemoteTemplateDeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Takes up a template that exists on Hatz, by its id.</summary>
    [Text(128, Min = 1), HatzTemplateId]
    public string? ExternalId { get; init; }
}

/// <summary>Defaults for tenants on ScaiKey.</summary>
public sealed record ScaiKeyTemplate
{
    /// <summary>Whom ScaiKey may write to about the tenant. An empty text clears it.</summary>
    [Text(254), ContactEmail]
    public string? ContactEmail { get; init; }

    /// <summary>Logo, colours and domain, as ScaiKey names them.</summary>
    [Count(64)]
    public JsonElement? Branding { get; init; }

    /// <summary>The partner tenants belong to, such as prt_abc; the one of the platform when absent.</summary>
    [Text(128, Min = 1), PartnerIdText]
    public string? PartnerId { get; init; }
}

/// <summary>What became of a template.</summary>
public sealed record TenantTemplateStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready and, with a remote template, Synced; Reconciling and Stalled while true.</summary>
    [Count(8), ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>How many tenants name this template.</summary>
    [Range(0, int.MaxValue)]
    public int? UsedBy { get; init; }

    /// <summary>The template on the platform, when this object owns one.</summary>
    public RemoteTemplate? Remote { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}

/// <summary>A template on a platform, as the platform says.</summary>
public sealed record RemoteTemplate
{
    /// <summary>Its id there.</summary>
    [Text(128)]
    public string? Id { get; init; }

    /// <summary>Its name there.</summary>
    [Text(255)]
    public string? Name { get; init; }

    /// <summary>The name of its package there, which may be one that cannot be written.</summary>
    [Text(253)]
    public string? PackageName { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
