using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Packages;

/// <summary>Shows how many units of each package are held, free and waited for, and lets tenants at the front of the line say where they stand now.</summary>
internal sealed class TenantPackageController(
    ResourceCache<TenantPackage> packages, ResourceCache<Tenant> tenants, PackageLedger ledger, IOperatorQueue<Tenant> queue, WriteGate gate, TimeProvider clock)
    : IEntityController<TenantPackage>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantPackage entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is null)
        {
            var key = ObjectKey.Of(entity.Metadata);
            var status = PackageStatusRules.Next(entity, ledger.CountOf(key), clock.GetUtcNow());
            await gate.UpdateStatusAsync(packages, entity, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
            foreach (var (tenant, position) in ledger.FrontOf(key))
            {
                if (tenants.Find(tenant)?.Status?.Packages?.FirstOrDefault(unit => unit.Name == key.Name && unit.State == PackageUnitState.Waiting)?.Position != position)
                {
                    queue.Enqueue(tenant);
                }
            }
        }

        return ReconciliationResult.Success();
    }
}

/// <summary>The status of a package. Pure.</summary>
internal static class PackageStatusRules
{
    public static TenantPackageStatus Next(TenantPackage package, StockCount count, DateTimeOffset now)
    {
        var name = package.Metadata.Name;
        var conditions = new ConditionSet(package.Status?.Conditions, package.Metadata.Generation, now);
        if (count.Surplus > 0)
        {
            var message = $"{Counted.UnitsAre(count.Held)} held, {count.Surplus} more than spec.quantity allows. Nothing is taken away; no new unit is given until {(package.Spec.Quantity == 0 ? "" : $"{count.Surplus + 1} are freed or ")}spec.quantity is raised.";
            conditions.True(CommonConditions.Ready, TenantPackageReasons.Surplus, message);
            conditions.True(TenantPackageConditions.Exhausted, TenantPackageReasons.Surplus, message);
        }
        else if (count.Free == 0)
        {
            var message = package.Spec.Quantity == 0
                ? $"spec.quantity is 0, so no unit is given, and {Tenants(count.Waiting)}. Raise it to sell the package."
                : $"{(count.Quantity == 1 ? "The only unit is" : $"All {count.Quantity} units are")} held and {Tenants(count.Waiting)}. Raise spec.quantity, or free a unit: kubectl get packageallocations --field-selector spec.packageName={name}";
            conditions.True(CommonConditions.Ready, TenantPackageReasons.Exhausted, message);
            conditions.True(TenantPackageConditions.Exhausted, TenantPackageReasons.Exhausted, message);
        }
        else if (package.Spec.Quantity is null)
        {
            conditions.True(CommonConditions.Ready, TenantPackageReasons.Unlimited, "The stock has no limit.");
            conditions.False(TenantPackageConditions.Exhausted, TenantPackageReasons.Unlimited, "The stock has no limit.");
        }
        else
        {
            conditions.True(CommonConditions.Ready, TenantPackageReasons.Available, $"{count.Free} of {Counted.UnitsAre(count.Quantity.GetValueOrDefault())} free.");
            conditions.False(TenantPackageConditions.Exhausted, TenantPackageReasons.Available, $"{count.Free} of {Counted.UnitsAre(count.Quantity.GetValueOrDefault())} free.");
        }

        return new TenantPackageStatus
        {
            ObservedGeneration = package.Metadata.Generation,
            Conditions = conditions.ToList(),
            Held = count.Held,
            Free = package.Spec.Quantity is null ? null : count.Free,
            Waiting = count.Waiting,
            Surplus = count.Surplus > 0 ? count.Surplus : null,
            LastHandledReconcileAt = package.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true
                ? asked
                : package.Status?.LastHandledReconcileAt,
        };

        static string Tenants(int waiting) => waiting == 1 ? "1 tenant is waiting" : $"{waiting} tenants are waiting";
    }
}
