using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.Settings;

namespace TenantOperator.Tenants;

/// <summary>Which units a tenant should hold, which it misses and which it holds for nothing. Pure: the ledger and the caches say what is there.</summary>
internal sealed class UnitPlan
{
    private readonly List<(string Package, int Units, PackageType Type)> wanted = [];
    /// <summary>Who stands behind these is not told its place in line: with each unit that is freed all places move, and each would cost a write.</summary>
    public const int PositionsTold = 10;

    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);
    private IReadOnlyList<HeldUnit> held = [];

    /// <summary>Why no plan can be made: a package that is missing, or of the wrong type.</summary>
    public StepOutcome? Problem { get; private set; }

    /// <summary>A package for each unit that is missing.</summary>
    public IReadOnlyList<string> Missing => [.. wanted.SelectMany(want => Enumerable.Repeat(want.Package, Math.Max(0, want.Units - HeldOf(want.Package))))];

    /// <summary>Units of packages no longer wished for, and second units where one is enough: the lowest slots are kept.</summary>
    public IReadOnlyList<HeldUnit> Superfluous => Missing.Count > 0
        ? [.. Doubles()]
        : [.. held.Where(unit => wanted.All(want => want.Package != unit.Package)), .. Doubles()];

    /// <summary>The units as they would be if every one that is missing were had.</summary>
    public IReadOnlyList<HeldUnit> AllGranted => [.. held, .. Missing.Select((package, index) => new HeldUnit(package, int.MaxValue - index))];

    /// <summary>Whether the primary package wished for is not held yet, and another one is.</summary>
    public bool ReplacesPrimary => wanted.Find(want => want.Type == PackageType.Primary) is { Package: { } primary } && HeldOf(primary) == 0 && held.Count > 0;

    public static UnitPlan For(Tenant tenant, TenantTemplateSpec? template, IReadOnlyList<HeldUnit> held, Func<string, TenantPackage?> findPackage)
    {
        var plan = new UnitPlan { held = held };
        if (SettingsRules.WantedPackage(tenant, template) is { } primary)
        {
            plan.Want(tenant, primary, 1, PackageType.Primary, findPackage);
        }

        foreach (var addOn in SettingsRules.WantedAddOns(tenant, template))
        {
            plan.Want(tenant, addOn.Name, addOn.Units ?? 1, PackageType.AddOn, findPackage);
        }

        return plan;
    }

    /// <summary>The packages whose limits count now: those held and wished for, and while the new primary is waited for, the old one.</summary>
    public static IReadOnlyList<PackageInForce> InForce(Tenant tenant, TenantTemplateSpec? template, IReadOnlyList<HeldUnit> held, Func<string, TenantPackage?> findPackage)
    {
        var inForce = new List<PackageInForce>();
        var name = SettingsRules.WantedPackage(tenant, template);
        var owned = held
            .GroupBy(unit => unit.Package, StringComparer.Ordinal)
            .Select(group => (Package: findPackage(group.Key), Units: group.Count()))
            .Where(each => each.Package is not null)
            .ToList();
        var primaries = owned.Where(each => each.Package!.Spec.Type == PackageType.Primary).ToList();
        var primary = primaries.Find(each => each.Package!.Metadata.Name == name).Package ?? (name is null ? null : primaries.FirstOrDefault().Package);
        if (primary is not null)
        {
            inForce.Add(new(primary, 1));
        }

        foreach (var addOn in SettingsRules.WantedAddOns(tenant, template))
        {
            if (owned.Find(each => each.Package!.Metadata.Name == addOn.Name && each.Package.Spec.Type == PackageType.AddOn) is { Package: { } package } units)
            {
                inForce.Add(new(package, Math.Min(units.Units, addOn.Units ?? 1)));
            }
        }

        return inForce;
    }

    /// <summary>What to tell somebody in line.</summary>
    public static string WhyWaiting(string package, Reservation.Parked parked) =>
        $"No unit of package \"{package}\" is free: {parked.Held} of {parked.Quantity} are held. {(parked.Position <= PositionsTold ? $"You are {Ordinal(parked.Position)}" : $"You are not among the first {PositionsTold}")} in line. Raise spec.quantity of TenantPackage "
        + $"\"{package}\" or free a unit: kubectl get packageallocations --field-selector spec.packageName={package}";

    public void NoteWaiting(string package, int position)
    {
        if (position <= PositionsTold)
        {
            positions[package] = position;
        }
    }

    public UnitPlan With(IReadOnlyList<HeldUnit> now)
    {
        held = now;
        return this;
    }

    /// <summary>The units for the status: held, waited for, about to be freed.</summary>
    public IReadOnlyList<PackageUnit> Describe()
    {
        var units = new List<PackageUnit>();
        foreach (var (package, count, type) in wanted)
        {
            var slots = held.Where(unit => unit.Package == package).Select(unit => unit.Slot).ToList();
            for (var unit = 0; unit < count; unit++)
            {
                units.Add(unit < slots.Count
                    ? new()
                    {
                        Name = package,
                        Unit = unit,
                        Type = type,
                        State = PackageUnitState.Allocated,
                        Slot = slots[unit],
                        Allocation = PackageAllocation.NameOf(package, slots[unit]),
                    }
                    : new() { Name = package, Unit = unit, Type = type, State = PackageUnitState.Waiting, Position = positions.TryGetValue(package, out var position) ? position : null });
            }
        }

        foreach (var group in held.Where(unit => wanted.All(want => want.Package != unit.Package)).GroupBy(unit => unit.Package, StringComparer.Ordinal))
        {
            units.AddRange(group.Select((unit, index) => new PackageUnit
            {
                Name = unit.Package,
                Unit = index,
                State = PackageUnitState.Releasing,
                Slot = unit.Slot,
                Allocation = PackageAllocation.NameOf(unit.Package, unit.Slot),
            }));
        }

        return units.Count <= 64 ? units : units[..64];
    }

    private IEnumerable<HeldUnit> Doubles() => wanted.SelectMany(want => held.Where(unit => unit.Package == want.Package).OrderBy(unit => unit.Slot).Skip(want.Units));

    private int HeldOf(string package) => held.Count(unit => unit.Package == package);

    private void Want(Tenant tenant, string name, int units, PackageType type, Func<string, TenantPackage?> findPackage)
    {
        wanted.Add((name, units, type));
        var ns = tenant.Metadata.NamespaceProperty;
        var package = findPackage(name);
        if (package is null)
        {
            Problem ??= new StepOutcome.Blocked(
                TenantReasons.PackageNotFound,
                $"TenantPackage \"{name}\" does not exist in namespace \"{ns}\". Apply it, and this tenant goes on by itself; or name another: kubectl get tenantpackages -n {ns}",
                NeedsPerson: false);
        }
        else if (package.Spec.Type != type)
        {
            Problem ??= new StepOutcome.Blocked(
                TenantReasons.PackageTypeMismatch,
                $"TenantPackage \"{name}\" is of type {package.Spec.Type}, but is named {(type == PackageType.Primary ? "in spec.packageRef, where a Primary belongs" : "in spec.addOns, where AddOns belong")}. "
                + $"Name another: kubectl get tenantpackages -n {ns}");
        }
    }

    // Of a place that is told.
    private static string Ordinal(int place) => place switch
    {
        1 => "1st",
        2 => "2nd",
        3 => "3rd",
        _ => $"{place}th",
    };
}
