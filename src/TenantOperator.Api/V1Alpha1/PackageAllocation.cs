using k8s;
using k8s.Models;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// One unit of a package, held by one tenant. Its name is the package's name and the slot: that the API server lets only one writer have a
/// name is what keeps a unit from being held twice. The operator writes these; to free a unit, change or delete the Tenant.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Group, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePlural)]
[Resource("packageallocation", "tenalloc", MaxNameLength = 63)]
[Column("Package", ".spec.packageName")]
[Column("Slot", ".spec.slot", Type = "integer")]
[Column("Holder", ".spec.holder.name")]
[Column("Holder-Uid", ".spec.holder.uid", Wide = true)]
[Column("Age", ".metadata.creationTimestamp", Type = "date")]
[Selectable(".spec.packageName")]
[Selectable(".spec.holder.name")]
// Not by string(slot): the server takes a text made of a number for boundless and refuses the rule as too costly.
[Rule("self.metadata.name.startsWith(self.spec.packageName + '-') "
    + "&& self.metadata.name.substring(self.spec.packageName.size() + 1).matches('^(0|[1-9][0-9]{0,6})$') "
    + "&& int(self.metadata.name.substring(self.spec.packageName.size() + 1)) == self.spec.slot",
    "metadata.name must be spec.packageName, a hyphen and spec.slot, such as \"business-0\": the name is what makes the claim unique", FieldPath = ".metadata.name")]
public sealed record PackageAllocation : ApiObject, IKubernetesObject<V1ObjectMeta>, ISpec<PackageAllocationSpec>
{
    /// <summary>The kind, as it stands in a manifest.</summary>
    public const string KubeKind = "PackageAllocation";

    /// <summary>The plural name, as it stands in a URL.</summary>
    public const string KubePlural = "packageallocations";

    /// <summary>The group and version of this object.</summary>
    public string ApiVersion { get; set; } = ApiGroup.ApiVersion;

    /// <summary>The kind of this object.</summary>
    public string Kind { get; set; } = KubeKind;

    /// <summary>Which unit, and who holds it.</summary>
    public PackageAllocationSpec Spec { get; set; } = new();

    /// <summary>The only name an allocation of this package and slot may have.</summary>
    public static string NameOf(string packageName, int slot) => $"{packageName}-{slot}";
}

/// <summary>One unit of a package and its holder.</summary>
[Rule("self == oldSelf", "a PackageAllocation cannot be changed: delete it and make another, so that a unit never passes from hand to hand unseen")]
public sealed record PackageAllocationSpec
{
    /// <summary>The name of the TenantPackage in the same namespace.</summary>
    [Required, Text(52, Min = 1), DnsLabel]
    public string PackageName { get; init; } = "";

    /// <summary>The slot of the stock: 0 to quantity-1.</summary>
    [Required, Range(0, 1_000_000)]
    public int Slot { get; init; }

    /// <summary>The tenant that holds the unit.</summary>
    [Required]
    public AllocationHolder Holder { get; init; } = new();
}

/// <summary>The tenant that holds a unit.</summary>
public sealed record AllocationHolder
{
    /// <summary>The name of the Tenant in the same namespace.</summary>
    [Required, Text(63, Min = 1), DnsLabel]
    public string Name { get; init; } = "";

    /// <summary>The uid of the Tenant: one made anew under the same name does not hold this unit.</summary>
    [Required, Text(64, Min = 1)]
    public string Uid { get; init; } = "";
}
