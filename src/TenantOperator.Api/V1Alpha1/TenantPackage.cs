using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// A stock of one package: how many units there are, and what one unit gives a tenant. Each unit that is held is a PackageAllocation.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("tenantpackage", "tenpkg", MaxNameLength = 52)]
[Column("Type", ".spec.type")]
[Column("Held", ".status.held", Type = "integer")]
[Column("Quantity", ".spec.quantity", Type = "integer")]
[Column("Waiting", ".status.waiting", Type = "integer")]
[Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[Column("Status", ".status.conditions[?(@.type==\"Ready\")].reason")]
[Column("Free", ".status.free", Type = "integer", Wide = true)]
[Column("Surplus", ".status.surplus", Type = "integer", Wide = true)]
[Column("Credits", ".spec.credits", Type = "integer", Wide = true)]
[Column("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
[Selectable(".spec.type")]
[Rule("self.metadata.name.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
    "metadata.name must have at most 52 characters, and only lower case letters, digits and hyphens: it becomes part of the names of PackageAllocations; choose a shorter name", FieldPath = ".metadata.name")]
public sealed record TenantPackage : IKubernetesObject<V1ObjectMeta>, ISpec<TenantPackageSpec>, IStatus<TenantPackageStatus?>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "TenantPackage";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "tenantpackages";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>Standard metadata of the object.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the package gives and how many units of it there are.</summary>
    public TenantPackageSpec Spec { get; set; } = new();

    /// <summary>How many units are held.</summary>
    public TenantPackageStatus? Status { get; set; }
}

/// <summary>Whether a package is a tenant's main one or an addition.</summary>
public enum PackageType
{
    /// <summary>A tenant holds at most one.</summary>
    Primary,

    /// <summary>A tenant may hold several, each with several units.</summary>
    AddOn,
}

/// <summary>What one unit gives a tenant, and how many units there are.</summary>
[Rule("self.type == oldSelf.type", "type cannot be changed while tenants may hold units: make a new TenantPackage", FieldPath = ".type")]
[Rule("!has(self.limitRange) || self.type == 'Primary'", "limitRange is for packages of type Primary: limits of single containers do not add up", FieldPath = ".limitRange")]
public sealed record TenantPackageSpec
{
    /// <summary>Primary, of which a tenant holds one, or AddOn, which raises limits and credits. Immutable.</summary>
    [Required]
    public PackageType Type { get; init; }

    /// <summary>The name for people, up to 255 characters.</summary>
    [Text(255)]
    public string? DisplayName { get; init; }

    /// <summary>How many units there are; absent is unlimited. Lowering it takes nothing away: the surplus is reported.</summary>
    [Range(0, 100_000)]
    public int? Quantity { get; init; }

    /// <summary>Credits a month that one unit gives.</summary>
    [Range(0, 1_000_000_000_000)]
    public long? Credits { get; init; }

    /// <summary>Ceilings one unit gives; those of primary package and add-ons add up.</summary>
    public TenantLimits? Limits { get; init; }

    /// <summary>Hard limits of the ResourceQuota of a tenant's namespace that one unit gives, such as requests.cpu: "4"; those of all units add up.</summary>
    [Count(32), Quantities]
    public IReadOnlyDictionary<string, Quantity>? Quota { get; init; }

    /// <summary>What containers get and may ask for in a tenant's namespace. Only on packages of type Primary.</summary>
    public ContainerLimits? LimitRange { get; init; }

    /// <summary>The package on Hatz AI.</summary>
    public HatzPackage? Hatz { get; init; }
}

/// <summary>A package on Hatz AI.</summary>
public sealed record HatzPackage
{
    /// <summary>The id that creates a tenant with this package; Hatz has no call to look it up by name.</summary>
    [Required, Text(128, Min = 1), HatzPackageId]
    public string PackageId { get; init; } = "";
}

/// <summary>How many units of a package are held.</summary>
public sealed record TenantPackageStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready and Exhausted; Reconciling and Stalled while true.</summary>
    [Count(8), ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Units that tenants hold.</summary>
    [Range(0, int.MaxValue)]
    public int? Held { get; init; }

    /// <summary>Units that are free; absent when the stock is unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int? Free { get; init; }

    /// <summary>Tenants that wait for a unit.</summary>
    [Range(0, int.MaxValue)]
    public int? Waiting { get; init; }

    /// <summary>Units held beyond spec.quantity.</summary>
    [Range(0, int.MaxValue)]
    public int? Surplus { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}
