using System.ComponentModel;
using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// A customer, wherever it lives: a namespace of this cluster or a tenant on a SaaS platform. A manifest with nothing but a
/// name makes a namespace with built-in defaults.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("tenant", "ten", MaxNameLength = 63)]
[Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[Column("Status", ".status.conditions[?(@.type==\"Ready\")].reason")]
[Column("Platform", ".status.platform.type")]
[Column("Package", ".status.effective.package")]
[Column("Users", ".status.users.summary")]
[Column("Used", ".status.usage.highest")]
[Column("External-Id", ".status.externalId", Wide = true)]
[Column("Namespace", ".status.effective.cluster.namespace", Wide = true)]
[Column("Template", ".status.template.name", Wide = true)]
[Column("Phase", ".status.phase", Wide = true)]
[Column("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
[Selectable(".spec.platformRef.name")]
[Selectable(".spec.packageRef.name")]
[Selectable(".spec.templateRef.name")]
[Rule("self.metadata.name.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
    "metadata.name must have at most 63 characters, and only lower case letters, digits and hyphens (no dots): it becomes part of a namespace's name; choose a shorter name", FieldPath = ".metadata.name")]
[Rule("(has(self.spec.name) ? self.spec.name : self.metadata.name) == (has(oldSelf.spec.name) ? oldSelf.spec.name : oldSelf.metadata.name) "
    + "|| (has(self.spec.scaiKey) && has(self.spec.scaiKey.allowSlugChange) && self.spec.scaiKey.allowSlugChange)",
    "spec.name cannot be changed once the Tenant exists: make a new Tenant, or on ScaiKey set spec.scaiKey.allowSlugChange, which breaks login links", FieldPath = ".spec.name")]
[Rule("!has(self.spec.mindzie) || (has(self.spec.name) ? self.spec.name : self.metadata.name).size() >= 3",
    "mindzieStudio needs a technical name of 3 to 63 characters: set spec.name to a longer one", FieldPath = ".spec.name")]
public sealed record Tenant : ApiObject, IKubernetesObject<V1ObjectMeta>, ISpec<TenantSpec>, IStatus<TenantStatus?>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "Tenant";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "tenants";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>What the tenant should be. The operator never writes it.</summary>
    [ImmutableObject(true)]
    public TenantSpec Spec { get; set; } = new();

    /// <summary>What the tenant is, as last seen by the operator.</summary>
    public TenantStatus? Status { get; set; }
}
