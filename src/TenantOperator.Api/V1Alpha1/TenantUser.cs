using System.ComponentModel;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>One person in one tenant. Removing it takes access away and never deletes an account, unless deletionPolicy says so.</summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("tenantuser", "tenusr")]
[Column("Tenant", ".spec.tenantRef.name")]
[Column("Email", ".spec.email")]
[Column("Role", ".status.role")]
[Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[Column("Status", ".status.conditions[?(@.type==\"Ready\")].reason")]
[Column("External-Id", ".status.externalId", Wide = true)]
[Column("Last-Sign-In", ".status.lastSignInAt", Type = "date", Wide = true)]
[Column("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
[Selectable(".spec.tenantRef.name")]
[Selectable(".spec.email")]
public sealed record TenantUser : ApiObject, IKubernetesObject<V1ObjectMeta>, ISpec<TenantUserSpec>, IStatus<TenantUserStatus?>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "TenantUser";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "tenantusers";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>Who the person is and what they may do.</summary>
    public TenantUserSpec Spec { get; set; } = new();

    /// <summary>What became of it on the platform.</summary>
    public TenantUserStatus? Status { get; set; }
}

/// <summary>Who a person is and what they may do in one tenant.</summary>
[Rule("self.tenantRef.name == oldSelf.tenantRef.name",
    "tenantRef cannot be changed: moving a person deletes what they own on some platforms; delete this TenantUser and make one for the other tenant", FieldPath = ".tenantRef")]
[Rule("self.email == oldSelf.email", "email cannot be changed: it is who the person is; delete this TenantUser and make another", FieldPath = ".email")]
[Rule("(has(self.cluster) ? 1 : 0) + (has(self.hatz) ? 1 : 0) + (has(self.processMind) ? 1 : 0) + (has(self.mindzie) ? 1 : 0) + (has(self.scaiKey) ? 1 : 0) <= 1",
    "only one of the platform blocks cluster, hatz, processMind, mindzie and scaiKey may be set: keep the one of the tenant's platform")]
[Rule("!has(self.mindzie) || !has(self.displayName) || self.displayName.size() >= 2", "mindzieStudio needs a displayName of 2 to 100 characters", FieldPath = ".displayName")]
[Rule("!has(self.hatz) || !has(self.active) || self.active", "Hatz documents no call that switches a person off: remove the person in the site of Hatz, and delete this TenantUser with deletionPolicy: Retain", FieldPath = ".active")]
[Rule("!has(self.deletionPolicy) || self.deletionPolicy == 'Retain' || !has(self.hatz)",
    "Hatz documents no call that takes a person's access or account away: use deletionPolicy: Retain, and remove the person in the site of Hatz", FieldPath = ".deletionPolicy")]
[Rule("!has(self.deletionPolicy) || self.deletionPolicy != 'DeleteAccount' || !has(self.mindzie)",
    "mindzieStudio has no way to delete an account through its API: use deletionPolicy: RemoveAccess", FieldPath = ".deletionPolicy")]
public sealed record TenantUserSpec
{
    /// <summary>The Tenant the person belongs to. Immutable.</summary>
    [Required]
    public TenantReference TenantRef { get; init; } = new();

    /// <summary>The e-mail address, in lower case; who the person is on every platform. Immutable.</summary>
    [Required, Text(254, Min = 3), Email]
    public string Email { get; init; } = "";

    /// <summary>Given name, up to 50 characters. An empty text clears it where the platform can.</summary>
    [Text(50)]
    public string? FirstName { get; init; }

    /// <summary>Family name, up to 50 characters. An empty text clears it where the platform can.</summary>
    [Text(50)]
    public string? LastName { get; init; }

    /// <summary>Name for people, 2 to 100 characters on mindzieStudio; made of the other two when absent.</summary>
    [Text(100, Min = 1)]
    public string? DisplayName { get; init; }

    /// <summary>Whether the person may sign in; true when absent. Softer than deleting this object. Not possible on Hatz.</summary>
    public bool? Active { get; init; }

    /// <summary>What the person may do: Admin, Developer, Analyst, Member; Member when absent. Where a platform knows one role, the first in that order counts.</summary>
    [Count(4), ListSet]
    [ImmutableObject(true)]
    public IReadOnlyList<TenantRole>? Roles { get; init; }

    /// <summary>What deleting this object does to the person. Absent means RemoveAccess, and Retain where a platform cannot do that.</summary>
    public UserDeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Lets the platform send its welcome mail when the person is added; never when absent.</summary>
    public bool? SendInvitation { get; init; }

    /// <summary>Stops the operator from changing anything for this person. Status still says so.</summary>
    public bool? Paused { get; init; }

    /// <summary>Settings for a person in a namespace of this cluster.</summary>
    public ClusterUser? Cluster { get; init; }

    /// <summary>Settings for a person on Hatz AI.</summary>
    public HatzUser? Hatz { get; init; }

    /// <summary>Settings for a person on ProcessMind.</summary>
    public ProcessMindUser? ProcessMind { get; init; }

    /// <summary>Settings for a person on mindzieStudio.</summary>
    public MindzieUser? Mindzie { get; init; }

    /// <summary>Settings for a person on ScaiKey.</summary>
    public ScaiKeyUser? ScaiKey { get; init; }
}

/// <summary>Names a Tenant in the same namespace.</summary>
public sealed record TenantReference
{
    /// <summary>The name of the Tenant, in the same namespace.</summary>
    [Required, Text(63, Min = 1), DnsLabel]
    public string Name { get; init; } = "";
}

/// <summary>What deleting a TenantUser does.</summary>
public enum UserDeletionPolicy
{
    /// <summary>The person loses access to this tenant and keeps the account.</summary>
    RemoveAccess,

    /// <summary>The account is deleted, with what it owns.</summary>
    DeleteAccount,

    /// <summary>Everything stays as it is and the operator lets go.</summary>
    Retain,
}

/// <summary>A person in a namespace of this cluster.</summary>
public sealed record ClusterUser
{
    /// <summary>The name under which the cluster knows the person; the e-mail address when absent. The platform's usernamePrefix is put in front of it.</summary>
    [Text(253, Min = 1)]
    [Rule("!self.lowerAscii().startsWith('system:') && !self.matches('[[:space:][:cntrl:]]')",
        "must not start with \"system:\", which names parts of the cluster, and must not hold white space: use the name of a person")]
    public string? Username { get; init; }
}

/// <summary>A person on Hatz AI.</summary>
[Rule("!(has(self.role) && has(self.customRole))", "role and customRole exclude each other: remove one")]
public sealed record HatzUser
{
    /// <summary>The role by Hatz' own name, such as client_admin, general_user, chat_only_user or workshop_user, in place of the one that follows from roles.</summary>
    [Text(64, Min = 1), Rule("self.matches('^[a-z][a-z0-9_]*$')", "must be the name of a role in lower case, such as \"general_user\"")]
    public string? Role { get; init; }

    /// <summary>The slug of a role of your own, such as engineering-lead. Hatz: custom_role_name.</summary>
    [Text(64, Min = 1), Rule("self.matches('^[a-z0-9][a-z0-9_-]*$')", "must be the slug of a custom role, such as \"engineering-lead\"")]
    public string? CustomRole { get; init; }
}

/// <summary>A person on ProcessMind.</summary>
public sealed record ProcessMindUser
{
    /// <summary>Flags in the organisation, which reach its other tenants too; only where the platform sets allowOrganizationRoles.</summary>
    public ProcessMindOrganizationFlags? Organization { get; init; }
}

/// <summary>What a person may do in the organisation that tenants of ProcessMind share.</summary>
public sealed record ProcessMindOrganizationFlags
{
    /// <summary>Whether the person may sign in to any tenant of the organisation. ProcessMind: isActiveInOrganization.</summary>
    public bool? Active { get; init; }

    /// <summary>Whether the person manages the organisation. ProcessMind: isAdminInOrganization.</summary>
    public bool? Admin { get; init; }
}

/// <summary>A role by mindzieStudio's own name.</summary>
public enum MindzieRole
{
    /// <summary>Server Administrator: the whole server with all tenants, in spite of its name. Only where the platform sets allowServerRoles.</summary>
    TenantAdmin,

    /// <summary>Manages one tenant.</summary>
    Administrator,

    /// <summary>Looks after the technical side of one tenant.</summary>
    ITAdmin,

    /// <summary>Analyses; counts against the analyst limit.</summary>
    Analyst,

    /// <summary>Develops in projects.</summary>
    Developer,

    /// <summary>Reads.</summary>
    User,
}

/// <summary>A person on mindzieStudio.</summary>
[Rule("!has(self.serviceAccount) || !has(self.role) || self.role in ['Administrator', 'TenantAdmin']",
    "a service account on mindzieStudio may only have the role Administrator or TenantAdmin", FieldPath = ".role")]
public sealed record MindzieUser
{
    /// <summary>The role by mindzieStudio's own name, in place of the one that follows from roles.</summary>
    public MindzieRole? Role { get; init; }

    /// <summary>Makes the account one for programs. Needs a global key.</summary>
    public MindzieServiceAccount? ServiceAccount { get; init; }
}

/// <summary>A service account on mindzieStudio.</summary>
public sealed record MindzieServiceAccount
{
    /// <summary>The Tenant the service account is at home in; that of tenantRef when absent.</summary>
    public TenantReference? HomeTenantRef { get; init; }
}

/// <summary>A grant on ScaiKey.</summary>
public enum ScaiKeyRole
{
    /// <summary>The whole platform. Only where the platform sets allowServerRoles.</summary>
    [JsonStringEnumMemberName("SUPER_ADMIN")]
    SuperAdmin,

    /// <summary>All tenants of a partner. Only where the platform sets allowServerRoles.</summary>
    [JsonStringEnumMemberName("PARTNER_ADMIN")]
    PartnerAdmin,

    /// <summary>One tenant.</summary>
    [JsonStringEnumMemberName("TENANT_ADMIN")]
    TenantAdmin,
}

/// <summary>A person on ScaiKey.</summary>
public sealed record ScaiKeyUser
{
    /// <summary>The grant by ScaiKey's own name, in place of the one that follows from roles.</summary>
    public ScaiKeyRole? Role { get; init; }

    /// <summary>When the grant ends by itself. ScaiKey: expires_at.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? RoleExpiresAt { get; init; }

    /// <summary>Attributes as in a directory, such as title or department. ScaiKey: custom_attributes.</summary>
    [Count(32, ItemLength = 253)]
    public IReadOnlyDictionary<string, string>? CustomAttributes { get; init; }
}

/// <summary>What became of a person on the platform.</summary>
public sealed record TenantUserStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready and Synced; Reconciling and Stalled while true.</summary>
    [Count(8), ListMap("type")]
    [ImmutableObject(true)]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The id of the person on the platform; in a cluster the name that stands in RoleBindings.</summary>
    [Text(320)]
    public string? ExternalId { get; init; }

    /// <summary>The role in the platform's own words; in a cluster the ClusterRoles.</summary>
    [Text(253)]
    public string? Role { get; init; }

    /// <summary>Whether the platform was asked to send its welcome mail when the operator added the person. Absent for people who were there before.</summary>
    public bool? InvitationSent { get; init; }

    /// <summary>When the person last signed in, if the platform says so; up to a day older than the truth. Hatz: last_sign_in_at. ProcessMind: lastLoginAt. mindzieStudio: lastLogin.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Fields of the spec that this platform cannot carry out; they have no effect there.</summary>
    [Count(32, ItemLength = 128), ListSet]
    public IReadOnlyList<string>? UnsupportedFields { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}
