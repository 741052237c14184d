using System.Text.Json.Serialization;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// What a tenant should be. A field that is absent is left alone on the platform, an empty text clears it, a value sets it.
/// At most one of the blocks cluster, hatz, processMind, mindzie and scaiKey may be present; it says which platform is meant.
/// </summary>
[Rule("(has(self.cluster) ? 1 : 0) + (has(self.hatz) ? 1 : 0) + (has(self.processMind) ? 1 : 0) + (has(self.mindzie) ? 1 : 0) + (has(self.scaiKey) ? 1 : 0) <= 1",
    "only one of the platform blocks cluster, hatz, processMind, mindzie and scaiKey may be set: keep the one of your platform and remove the others")]
[Rule("(!has(oldSelf.cluster) || has(self.cluster)) && (!has(oldSelf.hatz) || has(self.hatz)) && (!has(oldSelf.processMind) || has(self.processMind)) "
    + "&& (!has(oldSelf.mindzie) || has(self.mindzie)) && (!has(oldSelf.scaiKey) || has(self.scaiKey))",
    "the platform block cannot be removed or exchanged for another once it is set: a tenant does not move; keep the block, even if empty (such as hatz: {}), or make a new Tenant")]
[Rule("has(self.platformRef) == has(oldSelf.platformRef) && (!has(self.platformRef) || self.platformRef.name == oldSelf.platformRef.name)",
    "platformRef cannot be set, changed or removed once the Tenant exists: a tenant does not move between platforms; make a new Tenant", FieldPath = ".platformRef")]
[Rule("has(self.templateRef) == has(oldSelf.templateRef) && (!has(self.templateRef) || self.templateRef.name == oldSelf.templateRef.name)",
    "templateRef cannot be set, changed or removed once the Tenant exists: a template shapes a tenant at creation only; set the fields in the Tenant itself", FieldPath = ".templateRef")]
[Rule("!has(oldSelf.externalId) || (has(self.externalId) && self.externalId == oldSelf.externalId)",
    "externalId cannot be changed or removed once it is set: it says which remote tenant this is; make a new Tenant for another one", FieldPath = ".externalId")]
[Rule("(has(self.cluster) && has(self.cluster.__namespace__) ? self.cluster.__namespace__ : '') == (has(oldSelf.cluster) && has(oldSelf.cluster.__namespace__) ? oldSelf.cluster.__namespace__ : '')",
    "namespace cannot be set, changed or removed once the Tenant exists: data does not move between namespaces; make a new Tenant", FieldPath = ".cluster.namespace")]
[Rule("has(self.initialUsers) == has(oldSelf.initialUsers) && (!has(self.initialUsers) || self.initialUsers == oldSelf.initialUsers)",
    "initialUsers are taken at creation only and cannot be changed later: add or remove TenantUser objects instead", FieldPath = ".initialUsers")]
[Rule("!has(self.suspension) || (has(self.suspended) && self.suspended)",
    "suspension has a meaning only with suspended: true; set that or remove suspension", FieldPath = ".suspension")]
[Rule("!has(self.suspended) || !self.suspended || !(has(self.hatz) || has(self.processMind))",
    "Hatz and ProcessMind have no way to suspend a tenant: remove suspended; to take access away, set spec.active: false on its TenantUsers on ProcessMind, or act in the site of Hatz", FieldPath = ".suspended")]
[Rule("!has(self.deletionPolicy) || self.deletionPolicy != 'Delete' || !has(self.hatz)",
    "Hatz has no way to delete a tenant through its API: use deletionPolicy: Retain and delete the tenant in the Hatz admin site", FieldPath = ".deletionPolicy")]
[Rule("!has(self.security) || !(has(self.processMind) || has(self.mindzie))",
    "ProcessMind and mindzieStudio have no sign-in settings in their APIs: remove security", FieldPath = ".security")]
[Rule("!has(self.security) || !has(self.hatz) || !(has(self.security.mfaMethods) || has(self.security.passwordPolicy) || has(self.security.sessionTimeoutMinutes))",
    "Hatz knows only security.mfaRequired: remove mfaMethods, passwordPolicy and sessionTimeoutMinutes", FieldPath = ".security")]
[Rule("!has(self.hatz) || !has(oldSelf.hatz) || (has(self.displayName) == has(oldSelf.displayName) && (!has(self.displayName) || self.displayName == oldSelf.displayName))",
    "displayName cannot be changed on Hatz: it is the tenant's only name there; put the old value back", FieldPath = ".displayName")]
[Rule("!has(self.externalId) || !has(self.hatz) || self.externalId.matches('^tenant_[a-zA-Z0-9]+$')",
    "externalId of a Hatz tenant looks like \"tenant_abc123\": copy it from the Hatz admin site", FieldPath = ".externalId")]
[Rule("!has(self.externalId) || !(has(self.processMind) || has(self.mindzie) || has(self.cluster)) || self.externalId.matches('^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$')",
    "externalId must be the GUID of the tenant on the platform, or the uid of the namespace in a cluster, such as \"0b6f0c5e-0000-4000-8000-000000000001\"", FieldPath = ".externalId")]
public sealed record TenantSpec
{
    /// <summary>
    /// The TenantPlatform where the tenant lives. Without it, the TenantPlatform named default, or, if there is none, this cluster
    /// with built-in defaults. Immutable.
    /// </summary>
    public LocalReference? PlatformRef { get; init; }

    /// <summary>
    /// The technical name: lower case letters, digits and hyphens; metadata.name when absent. mindzieStudio: name; ProcessMind: shortName;
    /// ScaiKey: slug; Hatz has none. Immutable, except on ScaiKey with allowSlugChange.
    /// </summary>
    [Text(63, Min = 1), DnsLabel]
    public string? Name { get; init; }

    /// <summary>The name for people, up to 255 characters; the technical name when absent. Hatz: tenant_name, unique across all of Hatz and immutable.</summary>
    [Text(255, Min = 1), Rule("!self.matches('^[[:space:]]|[[:space:]]$|[[:cntrl:]]')", "must not start or end with white space or hold control characters: remove them")]
    public string? DisplayName { get; init; }

    /// <summary>What the tenant is for. An empty text clears it. mindzieStudio: always; ProcessMind: at creation; elsewhere kept in the cluster only.</summary>
    [Text(1024)]
    public string? Description { get; init; }

    /// <summary>The TenantTemplate whose values shape the tenant at creation, and never afterwards. Immutable.</summary>
    public LocalReference? TemplateRef { get; init; }

    /// <summary>The TenantPackage of type Primary of which the tenant holds one unit. It may change: the new unit is claimed before the old one is freed.</summary>
    public PackageReference? PackageRef { get; init; }

    /// <summary>Add-on packages that raise limits and credits, with the number of units of each.</summary>
    [Count(20), ListMap("name")]
    public IReadOnlyList<AddOn>? AddOns { get; init; }

    /// <summary>
    /// Adopts a tenant that exists: its id on the platform (Hatz tenant_…, ProcessMind and mindzieStudio a GUID, ScaiKey tnt_…), or the uid of a
    /// namespace marked for this account. Immutable once set.
    /// </summary>
    [Text(253, Min = 1), Rule("!self.matches('[[:space:]/?#%]')", "must be an id as the platform shows it, without spaces, slashes or the characters ? # %")]
    public string? ExternalId { get; init; }

    /// <summary>Takes access away and keeps all data. Not possible on Hatz and ProcessMind.</summary>
    public bool? Suspended { get; init; }

    /// <summary>Why, and until when, the tenant is suspended. Only with suspended: true.</summary>
    public Suspension? Suspension { get; init; }

    /// <summary>Stops the operator from changing anything for this tenant, deletion included. Status still says so.</summary>
    public bool? Paused { get; init; }

    /// <summary>What happens when a managed field was changed outside: it is corrected (the default) or only reported in the condition Drifted.</summary>
    public DriftPolicy? DriftPolicy { get; init; }

    /// <summary>What happens when the tenant is gone from the platform: it is reported (the default) or made anew, which may cost money.</summary>
    public MissingPolicy? OnRemoteMissing { get; init; }

    /// <summary>What deleting this object does to the tenant. Absent means Suspend, and Retain where a platform cannot suspend.</summary>
    public DeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>How long to wait before an irreversible deletion, as a duration such as 72h. Time to export the data; removing the policy stops it.</summary>
    [Text(32, Min = 2), GoDuration]
    public string? DeletionGracePeriod { get; init; }

    /// <summary>What must match the platform exactly before deletionPolicy Delete is carried out.</summary>
    public DeletionConfirmation? DeletionConfirmation { get; init; }

    /// <summary>Ceilings of this tenant, over those of template and packages.</summary>
    public TenantLimits? Limits { get; init; }

    /// <summary>Lets a limit be lowered under what is in use. Without it such a change is refused in the condition Synced.</summary>
    public bool? AllowBelowUsage { get; init; }

    /// <summary>Sign-in rules. Hatz: MFA only; ScaiKey: all; other platforms have none.</summary>
    public TenantSecurity? Security { get; init; }

    /// <summary>Whether the tenant gets features before general release. Hatz: beta_features; mindzieStudio: preRelease.</summary>
    public bool? EarlyFeatures { get; init; }

    /// <summary>
    /// People who become TenantUsers once, when the tenant is created; at most 1000. Immutable: later changes belong to the TenantUsers.
    /// </summary>
    [Count(1000), ListMap("email")]
    public IReadOnlyList<InitialUser>? InitialUsers { get; init; }

    /// <summary>Removes access of people on the platform for whom no TenantUser exists. Without it they are only counted. The last admin always stays.</summary>
    public bool? PruneUsers { get; init; }

    /// <summary>
    /// The most people who may lose access within a minute, as a number or a percentage of all; more stops the removal and asks for a person.
    /// 10 or 20%, whichever is more, when absent.
    /// </summary>
    [CountOrPercent]
    public CountOrPercent? MaxRemovals { get; init; }

    /// <summary>Settings for a tenant that lives in this cluster.</summary>
    public ClusterTenant? Cluster { get; init; }

    /// <summary>Settings for a tenant on Hatz AI.</summary>
    public HatzTenant? Hatz { get; init; }

    /// <summary>Settings for a tenant (an environment) on ProcessMind. It has none of its own yet: an empty block only says which platform is meant.</summary>
    public ProcessMindTenant? ProcessMind { get; init; }

    /// <summary>Settings for a tenant on mindzieStudio.</summary>
    public MindzieTenant? Mindzie { get; init; }

    /// <summary>Settings for a tenant on ScaiKey.</summary>
    public ScaiKeyTenant? ScaiKey { get; init; }
}

/// <summary>Names a TenantPackage in the same namespace.</summary>
public sealed record PackageReference
{
    /// <summary>The name of the TenantPackage, in the same namespace.</summary>
    [Required, Text(52, Min = 1), DnsLabel]
    public string Name { get; init; } = "";
}

/// <summary>Why and until when a tenant is suspended.</summary>
public sealed record Suspension
{
    /// <summary>Why, in a few words; shown in the condition Suspended.</summary>
    [Text(256)]
    public string? Reason { get; init; }

    /// <summary>When access comes back by itself. Without it the tenant stays suspended until suspended is taken back.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What to do about a managed field that was changed outside.</summary>
public enum DriftPolicy
{
    /// <summary>Put the declared value back.</summary>
    Correct,

    /// <summary>Name the field in the condition Drifted and leave it.</summary>
    Report,
}

/// <summary>What to do about a tenant that is gone from its platform.</summary>
public enum MissingPolicy
{
    /// <summary>Say so in the conditions and wait for a person.</summary>
    Report,

    /// <summary>Make it anew.</summary>
    Recreate,
}

/// <summary>What deleting a Tenant object does.</summary>
public enum DeletionPolicy
{
    /// <summary>Access is taken away and data kept; the same Tenant applied again takes it up again.</summary>
    Suspend,

    /// <summary>Everything stays as it is and the operator lets go.</summary>
    Retain,

    /// <summary>The tenant and its data are deleted for ever, after deletionConfirmation and deletionGracePeriod.</summary>
    Delete,
}

/// <summary>Three identifiers that must equal, letter for letter, what the platform says just before an irreversible deletion.</summary>
public sealed record DeletionConfirmation
{
    /// <summary>The id on the platform, as in status.externalId.</summary>
    [Required, Text(253, Min = 1)]
    public string ExternalId { get; init; } = "";

    /// <summary>The technical name, as in status.remote.name; on Hatz and wherever there is none, the display name.</summary>
    [Required, Text(255, Min = 1)]
    public string Name { get; init; } = "";

    /// <summary>The name for people, as in status.remote.displayName.</summary>
    [Required, Text(255, Min = 1)]
    public string DisplayName { get; init; } = "";
}

/// <summary>A person who becomes a TenantUser when the tenant is created.</summary>
public sealed record InitialUser
{
    /// <summary>The e-mail address, in lower case; no two people may have the same.</summary>
    [Required, Text(254, Min = 3), Email]
    public string Email { get; init; } = "";

    /// <summary>Given name, up to 50 characters.</summary>
    [Text(50)]
    public string? FirstName { get; init; }

    /// <summary>Family name, up to 50 characters.</summary>
    [Text(50)]
    public string? LastName { get; init; }

    /// <summary>Name for people, up to 100 characters; made of the other two when absent.</summary>
    [Text(100)]
    public string? DisplayName { get; init; }

    /// <summary>What the person may do; Member when absent.</summary>
    [Count(4), ListSet]
    public IReadOnlyList<TenantRole>? Roles { get; init; }
}
