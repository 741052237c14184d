using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Packages;

/// <summary>
/// Takes and frees units. Creating the PackageAllocation is the claim: the API server lets one writer have the name, so a unit is never sold twice, whatever
/// this process or another believes.
/// </summary>
internal sealed class PackageClaims(ResourceCache<PackageAllocation> allocations, PackageLedger ledger, WriteGate gate)
{
    /// <summary>Takes one unit of a package for a tenant. Null when it got one; else where it stands in line.</summary>
    public async Task<Reservation.Parked?> ClaimAsync(Tenant tenant, string package, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (ledger.Reserve(tenant, package))
            {
                case Reservation.Slot slot:
                    if (await TryCreateAsync(tenant, package, slot.Number, cancellationToken))
                    {
                        return null;
                    }

                    break;
                case Reservation.Parked parked:
                    return parked;
            }
        }
    }

    /// <summary>Frees a unit, if it is still this tenant's.</summary>
    public Task ReleaseAsync(Tenant tenant, HeldUnit unit, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(tenant.Metadata.NamespaceProperty, PackageAllocation.NameOf(unit.Package, unit.Slot));
        return allocations.Find(key) is { } allocation && allocation.Spec.Holder.Uid == tenant.Metadata.Uid
            ? gate.DeleteAsync(allocations, key, allocation.Metadata.Uid, cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Puts back the labels and the owner of a tenant's units, without which the garbage collector would not free them.</summary>
    public async Task RepairAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        foreach (var unit in ledger.UnitsOf(tenant.Metadata.Uid))
        {
            var key = new ObjectKey(tenant.Metadata.NamespaceProperty, PackageAllocation.NameOf(unit.Package, unit.Slot));
            if (allocations.Find(key) is { Metadata.DeletionTimestamp: null } present && MetadataPatch(present, AllocationFor(tenant, unit.Package, unit.Slot)) is { } metadata)
            {
                await gate.PatchAsync(allocations, key, new JsonObject { ["metadata"] = metadata }, present.Metadata.ResourceVersion, cancellationToken);
            }
        }
    }

    private static JsonObject? MetadataPatch(PackageAllocation present, PackageAllocation wished)
    {
        JsonObject? patch = null;
        foreach (var (label, value) in wished.Metadata.Labels)
        {
            if (present.Metadata.Labels is not { } labels || !labels.TryGetValue(label, out var now) || now != value)
            {
                patch ??= [];
                (patch["labels"] ??= new JsonObject())[label] = value;
            }
        }

        var owner = wished.Metadata.OwnerReferences[0];
        var owners = present.Metadata.OwnerReferences ?? [];
        if (!owners.Any(each => each.Uid == owner.Uid && each.Kind == owner.Kind && each.Name == owner.Name))
        {
            // Another owner of this kind is ours as somebody has edited it.
            patch ??= [];
            patch["ownerReferences"] = JsonSerializer.SerializeToNode(owners.Where(each => each.Kind != owner.Kind).Append(owner).ToList(), RuntimeJson.Options);
        }

        return patch;
    }

    private async Task<bool> TryCreateAsync(Tenant tenant, string package, int slot, CancellationToken cancellationToken)
    {
        var stock = new ObjectKey(tenant.Metadata.NamespaceProperty, package);
        try
        {
            // The answer reaches the ledger through the cache before this returns.
            await gate.CreateAsync(allocations, AllocationFor(tenant, package, slot), cancellationToken);
            return true;
        }
        catch (AlreadyExistsException)
        {
            // Somebody else's, or ours from before a crash. What the server says goes into the ledger; if it is gone again, the slot is simply free.
            var key = new ObjectKey(stock.Namespace, PackageAllocation.NameOf(package, slot));
            var present = await gate.RefreshAsync(allocations, key, cancellationToken);
            ledger.Unreserve(stock, slot);
            return present?.Spec.Holder.Uid == tenant.Metadata.Uid;
        }
        catch
        {
            // Not known whether it was made. If it was, the watch tells the ledger, or the next try finds it as ours.
            ledger.Unreserve(stock, slot);
            throw;
        }
    }

    private static PackageAllocation AllocationFor(Tenant tenant, string package, int slot) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = PackageAllocation.NameOf(package, slot),
            NamespaceProperty = tenant.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Labels.ManagedBy] = OperatorIdentity.Name,
                [Labels.Package] = package,
                [Labels.Tenant] = tenant.Metadata.Name,
            },

            // The tenant owns its unit, so that the garbage collector frees it even while the operator is down.
            OwnerReferences = [OwnerOf(tenant)],
        },
        Spec = new PackageAllocationSpec
        {
            PackageName = package,
            Slot = slot,
            Holder = new AllocationHolder { Name = tenant.Metadata.Name, Uid = tenant.Metadata.Uid },
        },
    };

    internal static V1OwnerReference OwnerOf(Tenant tenant) => new()
    {
        ApiVersion = ApiGroup.ApiVersion,
        Kind = Tenant.KubeKind,
        Name = tenant.Metadata.Name,
        Uid = tenant.Metadata.Uid,
    };
}
