using System.Diagnostics.Metrics;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Telemetry;

/// <summary>The numbers of tenants that come from Prometheus, exactly as they were read, and how often it was asked. The series of a tenant vanish with it.</summary>
internal sealed class UsageMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "TenantOperator.Usage";

    private readonly Meter meter = new(Name);
    private readonly Counter<long> requests;

    public UsageMetrics(TenantCaches caches, UsageReadings readings)
    {
        requests = meter.CreateCounter<long>("tenantoperator.prometheus.requests", description: "Queries sent to a Prometheus for usage, by what came of them.");
        Gauge("credits_used", UsageNumber.Credits, "Credits the tenant used.");
        Gauge("cases", UsageNumber.Cases, "Cases of the tenant.");
        Gauge("processes", UsageNumber.Processes, "Processes of the tenant.");
        Gauge("datasets", UsageNumber.Datasets, "Data sets of the tenant.");

        void Gauge(string name, UsageNumber number, string description) =>
            meter.CreateObservableGauge("tenantoperator.tenant." + name, () => Measure(caches, readings, number), description: description);
    }

    /// <summary>Counts a query by the reason it stands for.</summary>
    public void CountRequest(string result) => requests.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Measure(TenantCaches caches, UsageReadings readings, UsageNumber number)
    {
        foreach (var tenant in caches.Tenants.Items)
        {
            var platform = new ObjectKey(tenant.Namespace(), tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName);
            if (tenant.Status?.Effective?.Cluster?.Namespace is { } ns && readings.Find(platform, ns, number) is { } value)
            {
                yield return new(
                    value, new KeyValuePair<string, object?>("namespace", tenant.Namespace()), new KeyValuePair<string, object?>("tenant", tenant.Name()));
            }
        }
    }
}
