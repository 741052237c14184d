using System.Diagnostics.Metrics;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Telemetry;

/// <summary>
/// Sends metrics and traces to an OpenTelemetry collector, if the variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one; without it nothing is made. The other variables of the OpenTelemetry
/// specification hold too: protocol, headers, sampler, intervals, resource attributes, and <c>none</c> as <c>OTEL_TRACES_EXPORTER</c> or <c>OTEL_METRICS_EXPORTER</c>.
/// </summary>
/// <remarks>
/// Two exporters of metrics, because the library keeps a cumulative series for ever once it was reported, and a tenant that is gone would keep its numbers. What is told of objects goes through one
/// that forgets; a gauge says the same with either.
/// </remarks>
internal sealed class OtlpExport(OperatorOptions options) : IHostedService, IDisposable
{
    // Three to five conditions of 10,000 tenants. Beyond it, one series with the attribute otel.metric.overflow stands for the rest.
    private const int MostSeries = 50_000;

    private readonly List<IDisposable> providers = [];

    /// <summary>Whether a collector is named.</summary>
    public static bool IsWished => IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsNone("OTEL_TRACES_EXPORTER"))
        {
            providers.Add(Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe)
                .AddSource(OperatorTelemetry.Name, RemotePlatformServices.TelemetryName)
                .AddOtlpExporter()
                .Build());
        }

        if (!IsNone("OTEL_METRICS_EXPORTER"))
        {
            providers.Add(Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe)
                .AddMeter(OperatorTelemetry.Name, RemotePlatformServices.TelemetryName, TenantMetrics.Name, UsageMetrics.Name, "System.Runtime")
                .AddView(instrument => IsOfObjects(instrument) ? MetricStreamConfiguration.Drop
                    : instrument is Histogram<double> ? new ExplicitBucketHistogramConfiguration { Boundaries = PrometheusText.Bounds } : null)
                .AddOtlpExporter()
                .Build());
            providers.Add(Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe)
                .AddMeter(TenantMetrics.Name, UsageMetrics.Name)
                .AddView(instrument => IsOfObjects(instrument) ? new MetricStreamConfiguration { CardinalityLimit = MostSeries } : MetricStreamConfiguration.Drop)
                .AddOtlpExporter((_, reader) => reader.TemporalityPreference = MetricReaderTemporalityPreference.Delta)
                .Build());
        }

        return Task.CompletedTask;
    }

    /// <summary>Sends what is left.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, cancellationToken);

    public void Dispose()
    {
        foreach (var provider in providers)
        {
            provider.Dispose();
        }

        providers.Clear();
    }

    private static bool IsOfObjects(Instrument instrument) => instrument.IsObservable && instrument.Meter.Name is (TenantMetrics.Name or UsageMetrics.Name);

    // What the environment says comes last and holds.
    private void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService(OperatorIdentity.Name, serviceVersion: typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion, serviceInstanceId: options.Identity)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static bool IsNone(string variable) => string.Equals(Environment.GetEnvironmentVariable(variable), "none", StringComparison.OrdinalIgnoreCase);
}
