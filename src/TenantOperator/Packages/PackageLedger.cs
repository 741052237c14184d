using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Settings;
using TenantOperator.Templates;
using TenantOperator.Tenants;

namespace TenantOperator.Packages;

/// <summary>A unit that a tenant holds.</summary>
internal readonly record struct HeldUnit(string Package, int Slot);

/// <summary>How many units of a package are held, free, waited for.</summary>
internal readonly record struct StockCount(bool Declared, int? Quantity, int Held, int Waiting, int Surplus)
{
    public int? Free => Quantity is { } quantity ? Math.Max(0, quantity - Held) : null;
}

/// <summary>
/// All stocks of all accounts, kept up to date by the caches of Tenants, TenantPackages and PackageAllocations (own writes included, so it is never behind what this
/// process did). It says which slot to try and whose turn it is; the API server decides.
/// </summary>
internal sealed class PackageLedger : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, PackageStock> stocks = [];
    private readonly Dictionary<string, Wants> wantsByTenant = new(StringComparer.Ordinal);
    private readonly HashSet<string> stoodBack = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<(string Package, int Slot)>> unitsByTenant = new(StringComparer.Ordinal);
    private readonly List<IDisposable> subscriptions = [];
    private readonly Action<ObjectKey> wake;
    private readonly Action<ObjectKey> counted;

    /// <summary>A ledger that follows the caches.</summary>
    /// <param name="tenants">All Tenants.</param>
    /// <param name="packages">All TenantPackages.</param>
    /// <param name="allocations">All PackageAllocations.</param>
    /// <param name="wake">Called with a tenant whose turn has come.</param>
    /// <param name="counted">Called with a package whose numbers have changed.</param>
    public PackageLedger(
        ResourceCache<Tenant> tenants,
        ResourceCache<TenantPackage> packages,
        ResourceCache<PackageAllocation> allocations,
        Action<ObjectKey> wake,
        Action<ObjectKey> counted)
    {
        this.wake = wake;
        this.counted = counted;
        subscriptions.Add(packages.Subscribe(OnPackage));
        subscriptions.Add(allocations.Subscribe(OnAllocation));
        subscriptions.Add(tenants.Subscribe(OnTenant));
    }

    /// <summary>The units a tenant holds, by its uid; lowest slots first.</summary>
    public IReadOnlyList<HeldUnit> UnitsOf(string tenantUid)
    {
        lock (gate)
        {
            return unitsByTenant.TryGetValue(tenantUid, out var units) ? [.. units.Select(unit => new HeldUnit(unit.Package, unit.Slot))] : [];
        }
    }

    /// <summary>Sets a slot aside for a tenant, or puts it in line.</summary>
    public Reservation Reserve(Tenant tenant, string package)
    {
        lock (gate)
        {
            return StockOf(new(tenant.Metadata.NamespaceProperty, package)).Reserve(ClaimantOf(tenant));
        }
    }

    /// <summary>Gives back a slot whose allocation could not be created, so far as is known.</summary>
    public void Unreserve(ObjectKey package, int slot) => Update(package, stock =>
    {
        if (stock.Unreserve(slot) is { } claimant)
        {
            stock.Want(claimant, Missing(claimant.Uid, package.Name));
        }
    });

    /// <summary>
    /// Takes a tenant out of every line because something else than a unit is missing (its template, its platform, another package), so that it holds up
    /// nobody behind it. It is in line again, in its old place, with <see cref="StepUp"/>.
    /// </summary>
    public void StandBack(Tenant tenant) => Queue(tenant, standsBack: true);

    /// <summary>Puts a tenant in line again that stood back.</summary>
    public void StepUp(Tenant tenant) => Queue(tenant, standsBack: false);

    /// <summary>The numbers of a package.</summary>
    public StockCount CountOf(ObjectKey package)
    {
        lock (gate)
        {
            return stocks.TryGetValue(package, out var stock)
                ? new(stock.Declared, stock.Quantity, stock.Held, stock.Waiting, stock.Surplus)
                : default;
        }
    }

    /// <summary>The tenants at the front of the line for a package and their places, so far as these are told them.</summary>
    public IReadOnlyList<(ObjectKey Tenant, int Position)> FrontOf(ObjectKey package)
    {
        lock (gate)
        {
            return stocks.TryGetValue(package, out var stock) ? [.. stock.Front(UnitPlan.PositionsTold)] : [];
        }
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }
    }

    private void OnPackage(CacheChange<TenantPackage> change) =>
        Update(change.Key, stock => stock.Declare(change.New is { Metadata.DeletionTimestamp: null }, change.New?.Spec.Quantity));

    private void OnAllocation(CacheChange<PackageAllocation> change)
    {
        // An allocation never changes; a new one under the old name is another.
        var (old, now) = (change.Old?.Spec, change.New?.Spec);
        if (old == now)
        {
            return;
        }

        var ns = change.Key.Namespace;
        if (old is not null)
        {
            Update(new(ns, old.PackageName), stock =>
            {
                stock.Free(old.Slot);
                if (unitsByTenant.TryGetValue(old.Holder.Uid, out var units) && units.Remove((old.PackageName, old.Slot)) && units.Count == 0)
                {
                    unitsByTenant.Remove(old.Holder.Uid);
                }

                Restate(stock, old.PackageName, old.Holder.Uid);
            });
        }

        if (now is not null)
        {
            Update(new(ns, now.PackageName), stock =>
            {
                var tooLate = stock.Hold(now.Slot, now.Holder.Uid);
                if (!unitsByTenant.TryGetValue(now.Holder.Uid, out var units))
                {
                    unitsByTenant[now.Holder.Uid] = units = [];
                }

                units.Add((now.PackageName, now.Slot));
                Restate(stock, now.PackageName, now.Holder.Uid);
                if (tooLate is { } claimant)
                {
                    stock.Want(claimant, Missing(claimant.Uid, now.PackageName));
                }
            });
        }
    }

    private void OnTenant(CacheChange<Tenant> change)
    {
        // A status says nothing about what is wished for.
        if (change is { Old: { } before, New: { } after } && before.Metadata.Uid == after.Metadata.Uid && before.Metadata.Generation == after.Metadata.Generation
            && before.Metadata.DeletionTimestamp == after.Metadata.DeletionTimestamp && AppliedTemplateOf(before) == AppliedTemplateOf(after))
        {
            return;
        }

        lock (gate)
        {
            if (change.Old is { } old && old.Metadata.Uid != change.New?.Metadata.Uid)
            {
                Leave(old);
            }

            if (change.New is { } tenant)
            {
                Follow(tenant);
            }
        }

        foreach (var package in PackagesOf(change.Old).Union(PackagesOf(change.New), StringComparer.Ordinal))
        {
            Update(new(change.Key.Namespace, package), _ => { });
        }
    }

    private void Follow(Tenant tenant)
    {
        var uid = SharedText.Of(tenant.Metadata.Uid);
        var next = WantsOf(tenant);
        var before = wantsByTenant.TryGetValue(uid, out var known) ? known.Units : [];
        if (next.Units.Count == 0)
        {
            wantsByTenant.Remove(uid);
        }
        else
        {
            wantsByTenant[uid] = next;
        }

        foreach (var package in before.Keys.Union(next.Units.Keys, StringComparer.Ordinal))
        {
            var stock = StockOf(new(tenant.Metadata.NamespaceProperty, package));
            stock.Want(next.Claimant, Missing(uid, package));
        }
    }

    private void Leave(Tenant tenant)
    {
        stoodBack.Remove(tenant.Metadata.Uid);
        if (wantsByTenant.Remove(tenant.Metadata.Uid, out var wants))
        {
            foreach (var package in wants.Units.Keys)
            {
                StockOf(new(tenant.Metadata.NamespaceProperty, package)).Want(wants.Claimant, 0);
            }
        }
    }

    private void Restate(PackageStock stock, string package, string uid)
    {
        if (wantsByTenant.TryGetValue(uid, out var wants))
        {
            stock.Want(wants.Claimant, Missing(uid, package));
        }
    }

    private void Queue(Tenant tenant, bool standsBack)
    {
        var uid = tenant.Metadata.Uid;
        List<string> packages;
        lock (gate)
        {
            if (!wantsByTenant.TryGetValue(uid, out var wants) || !(standsBack ? stoodBack.Add(uid) : stoodBack.Remove(uid)))
            {
                return;
            }

            packages = [.. wants.Units.Keys];
        }

        foreach (var package in packages)
        {
            Update(new(tenant.Metadata.NamespaceProperty, package), stock => Restate(stock, package, uid));
        }
    }

    private int Missing(string uid, string package)
    {
        if (stoodBack.Contains(uid))
        {
            return 0;
        }

        var wanted = wantsByTenant.TryGetValue(uid, out var wants) ? wants.Units.GetValueOrDefault(package) : 0;
        var held = unitsByTenant.TryGetValue(uid, out var units) ? units.Count(unit => unit.Package == package) : 0;
        return Math.Max(0, wanted - held);
    }

    private void Update(ObjectKey package, Action<PackageStock> change)
    {
        IReadOnlyList<ObjectKey> next;
        lock (gate)
        {
            var stock = StockOf(package);
            change(stock);
            next = stock.TakeNextInLine();
            if (stock.IsUnused)
            {
                stocks.Remove(package);
            }
        }

        foreach (var tenant in next)
        {
            wake(tenant);
        }

        counted(package);
    }

    private PackageStock StockOf(ObjectKey package)
    {
        if (!stocks.TryGetValue(package, out var stock))
        {
            stocks[package] = stock = new PackageStock();
        }

        return stock;
    }

    private static Claimant ClaimantOf(Tenant tenant) =>
        new(tenant.Metadata.CreationTimestamp ?? DateTime.MinValue, ObjectKey.Of(tenant.Metadata), SharedText.Of(tenant.Metadata.Uid));

    // One that is going away, or may not be touched, holds up nobody behind it.
    private static Wants WantsOf(Tenant tenant) =>
        tenant.Metadata.DeletionTimestamp is not null || tenant.Spec.Paused == true ? new(ClaimantOf(tenant), []) : new(ClaimantOf(tenant), UnitsWanted(tenant));

    private static string? AppliedTemplateOf(Tenant tenant) =>
        tenant.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotations.AppliedTemplate, out var copy) ? copy : null;

    private static IEnumerable<string> PackagesOf(Tenant? tenant) => tenant is null ? [] : UnitsWanted(tenant).Keys;

    private static Dictionary<string, int> UnitsWanted(Tenant tenant)
    {
        TenantTemplateSpec? values = null;
        if (tenant.Spec.TemplateRef is not null)
        {
            if (!TemplateCopy.TryRead(tenant, out var copy, out _))
            {
                return [];
            }

            values = copy.Values;
        }

        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        if (SettingsRules.WantedPackage(tenant, values) is { } primary)
        {
            units[primary] = 1;
        }

        foreach (var addOn in SettingsRules.WantedAddOns(tenant, values))
        {
            units[addOn.Name] = units.GetValueOrDefault(addOn.Name) + (addOn.Units ?? 1);
        }

        return units;
    }

    private sealed record Wants(Claimant Claimant, Dictionary<string, int> Units);
}
