using System.Diagnostics.Metrics;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Packages;
using TenantOperator.Platforms.Amounts;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Telemetry;

/// <summary>
/// Numbers about tenants, packages and platforms, read from the caches when somebody asks, so that the series of a tenant vanish with it. No label holds personal data.
/// </summary>
internal sealed class TenantMetrics(TenantCaches caches, PackageLedger ledger, Accounts accounts) : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "TenantOperator";

    private readonly Meter meter = new(Name);

    public void Start()
    {
        meter.CreateObservableGauge("tenantoperator.tenants", TenantsByPhase, description: "Tenants by type of platform and phase.");
        meter.CreateObservableGauge("tenantoperator.tenant.condition", Conditions, description: "1 if the condition of the tenant is True, 0 if not: Ready, unless the tenant is paused or only observed, WithinLimits, and while they are there Stalled, DeletionBlocked and ExpiringSoon.");
        meter.CreateObservableGauge("tenantoperator.tenant.used_ratio", UsedRatios, description: "Usage of a resource of the tenant, as a share of its limit (1 is all of it).");
        meter.CreateObservableGauge("tenantoperator.tenant.users", Users, description: "People in the tenant.");
        meter.CreateObservableGauge("tenantoperator.package.units", Units, description: "Units of the package there are; none where nobody limits them.");
        meter.CreateObservableGauge("tenantoperator.package.held", () => Packages(count => count.Held), description: "Units of the package that tenants hold.");
        meter.CreateObservableGauge("tenantoperator.package.waiting", () => Packages(count => count.Waiting), description: "Tenants that wait for a unit of the package.");
        meter.CreateObservableGauge("tenantoperator.platform.condition", PlatformConditions, description: "1 if the condition of the TenantPlatform is True, 0 if not.");
        meter.CreateObservableGauge("tenantoperator.platform.unmanaged", Unmanaged, description: "Tenants on the platform that have no Tenant here, where that is looked at.");
    }

    public void Dispose() => meter.Dispose();

    private IEnumerable<Tenant> Tenants => caches.Tenants.Items.Where(tenant => accounts.IsOurs(tenant.Namespace()));

    private IEnumerable<Measurement<long>> TenantsByPhase() => Tenants
        .GroupBy(tenant => (tenant.Status?.Platform?.Type, tenant.Status?.Phase))
        .Select(group => new Measurement<long>(
            group.LongCount(),
            new KeyValuePair<string, object?>("platform_type", group.Key.Type?.ToString() ?? "Unknown"),
            new KeyValuePair<string, object?>("phase", (group.Key.Phase ?? TenantPhase.Pending).ToString())));

    private IEnumerable<Measurement<int>> Conditions() => Tenants.SelectMany(tenant => (tenant.Status?.Conditions ?? [])
        .Where(condition => condition.Type is CommonConditions.Ready or CommonConditions.Stalled or TenantConditions.WithinLimits or TenantConditions.DeletionBlocked or TenantConditions.ExpiringSoon)
        // What is stopped on purpose is not in trouble: no alert is to take it for that.
        .Where(condition => condition is not { Status: ConditionStatus.Unknown, Reason: TenantReasons.Paused or TenantReasons.Observing })
        .Select(condition => new Measurement<int>(
            condition.Status == ConditionStatus.True ? 1 : 0,
            new KeyValuePair<string, object?>("namespace", tenant.Namespace()),
            new KeyValuePair<string, object?>("tenant", tenant.Name()),
            new KeyValuePair<string, object?>("type", condition.Type))));

    private IEnumerable<Measurement<double>> UsedRatios() => Tenants.SelectMany(tenant => (tenant.Status?.Usage?.Resources ?? new Dictionary<string, ResourceUsage>())
        .Select(resource => (resource.Key, Used: ValueOf(resource.Value.Used), Hard: ValueOf(resource.Value.Hard)))
        .Where(resource => resource is { Used: not null, Hard: > 0 })
        .Select(resource => new Measurement<double>(
            resource.Used!.Value / resource.Hard!.Value,
            new KeyValuePair<string, object?>("namespace", tenant.Namespace()),
            new KeyValuePair<string, object?>("tenant", tenant.Name()),
            new KeyValuePair<string, object?>("resource", resource.Key))));

    private IEnumerable<Measurement<long>> Users() => Tenants
        .Where(tenant => tenant.Status?.Usage?.Users is not null)
        .Select(tenant => new Measurement<long>(
            tenant.Status!.Usage!.Users!.Value,
            new KeyValuePair<string, object?>("namespace", tenant.Namespace()),
            new KeyValuePair<string, object?>("tenant", tenant.Name())));

    private IEnumerable<Measurement<long>> Packages(Func<StockCount, int> select) => caches.Packages.Items.Where(package => accounts.IsOurs(package.Metadata.NamespaceProperty)).Select(package => new Measurement<long>(
        select(ledger.CountOf(ObjectKey.Of(package.Metadata))),
        new KeyValuePair<string, object?>("namespace", package.Metadata.NamespaceProperty),
        new KeyValuePair<string, object?>("package", package.Metadata.Name)));

    private IEnumerable<Measurement<long>> Units() => caches.Packages.Items.Where(package => accounts.IsOurs(package.Metadata.NamespaceProperty))
        .Select(package => (package.Metadata, ledger.CountOf(ObjectKey.Of(package.Metadata)).Quantity))
        .Where(each => each.Quantity is not null)
        .Select(each => new Measurement<long>(
            each.Quantity!.Value,
            new KeyValuePair<string, object?>("namespace", each.Metadata.NamespaceProperty),
            new KeyValuePair<string, object?>("package", each.Metadata.Name)));

    private IEnumerable<TenantPlatform> Platforms => caches.Platforms.Items.Where(platform => accounts.IsOurs(platform.Metadata.NamespaceProperty));

    private IEnumerable<Measurement<int>> PlatformConditions() => Platforms.SelectMany(platform => (platform.Status?.Conditions ?? [])
        .Select(condition => new Measurement<int>(
            condition.Status == ConditionStatus.True ? 1 : 0,
            new KeyValuePair<string, object?>("namespace", platform.Metadata.NamespaceProperty),
            new KeyValuePair<string, object?>("platform", platform.Metadata.Name),
            new KeyValuePair<string, object?>("type", condition.Type))));

    private IEnumerable<Measurement<int>> Unmanaged() => Platforms
        .Where(platform => platform.Status?.Tenants?.Unmanaged is not null)
        .Select(platform => new Measurement<int>(
            platform.Status!.Tenants!.Unmanaged!.Value,
            new KeyValuePair<string, object?>("namespace", platform.Metadata.NamespaceProperty),
            new KeyValuePair<string, object?>("platform", platform.Metadata.Name)));

    private static double? ValueOf(Quantity? quantity) => quantity is { } some && Amount.TryParse(some.Text) is { } amount ? amount.ToDouble() : null;
}
