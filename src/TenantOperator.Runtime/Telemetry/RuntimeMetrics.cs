using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TenantOperator.Runtime;

/// <summary>The instruments of the runtime. Shared by the process, told apart by tags; no tag ever holds the name of an object.</summary>
internal static class RuntimeMetrics
{
    private static readonly Meter Meter = new(OperatorTelemetry.Name);

    public static readonly ActivitySource Activities = new(OperatorTelemetry.Name);

    public static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "operator.requests", description: "Requests to the API server by verb, resource and status code.");

    public static readonly Counter<long> Writes = Meter.CreateCounter<long>(
        "operator.writes", description: "Writes through the gate by resource and outcome: sent, skipped (would change nothing), conflict, failed.");

    public static readonly Counter<long> Passes = Meter.CreateCounter<long>(
        "operator.passes", description: "Passes by controller and result: success, failure, conflict, cancelled.");

    public static readonly Histogram<double> PassDuration = Meter.CreateHistogram<double>(
        "operator.pass.duration", unit: "s", description: "How long passes took, by controller.");

    public static readonly Histogram<double> QueueWait = Meter.CreateHistogram<double>(
        "operator.queue.wait", unit: "s", description: "How long keys were ready before their pass began, by controller and lane.");

    public static readonly Counter<long> Relists = Meter.CreateCounter<long>(
        "operator.relists", description: "Complete lists by resource; more than one per start and watch means gaps.");

    public static readonly Counter<long> WatchFailures = Meter.CreateCounter<long>(
        "operator.watch.failures", description: "Watches that ended otherwise than by the server's own timeout, by resource.");

    public static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "operator.events", description: "Kubernetes Events by outcome: sent, folded (seen in the last ten minutes), dropped, failed.");

    public static readonly Counter<long> Lease = Meter.CreateCounter<long>(
        "operator.lease.changes", description: "What became of the lease, by outcome: acquired, renewed, lost, released, unreachable.");

    private static readonly ConcurrentDictionary<Gauge, byte> Gauges = new();

    static RuntimeMetrics()
    {
        Observe("operator.queue.depth", "Keys that are ready, by controller.");
        Observe("operator.queue.delayed", "Keys that wait for their time, by controller.");
        Observe("operator.queue.running", "Passes under way, by controller.");
        Observe("operator.cache.entries", "Objects kept, by resource.");
        Observe("operator.leading", "1 while this process holds the lease.");
    }

    /// <summary>Counts what became of the lease.</summary>
    public static void CountLease(string outcome) => Lease.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Begins the span of a request, if somebody follows the pass that it belongs to; what no pass asks for (watches, the lease, Events) has none.</summary>
    public static Activity? Follow(in ApiRequest request)
    {
        if (Activity.Current is null || !Activities.HasListeners())
        {
            return null;
        }

        return Activities.StartActivity($"{request.Verb} {request.Resource}", ActivityKind.Client)
            ?.SetTag("http.request.method", request.Method.Method).SetTag("k8s.verb", request.Verb).SetTag("k8s.resource", request.Resource);
    }

    /// <summary>Reports a number whenever somebody collects, until disposed.</summary>
    public static IDisposable Register(string instrument, string? tag, string? tagValue, Func<long> read)
    {
        var gauge = new Gauge(instrument, tag is null ? [] : [new(tag, tagValue)], read);
        Gauges[gauge] = 0;
        return gauge;
    }

    private static void Observe(string name, string description) =>
        Meter.CreateObservableGauge(
            name,
            () => Gauges.Keys.Where(gauge => gauge.Instrument == name).Select(gauge => new Measurement<long>(gauge.Read(), gauge.Tags)),
            description: description);

    private sealed class Gauge(string instrument, KeyValuePair<string, object?>[] tags, Func<long> read) : IDisposable
    {
        public string Instrument { get; } = instrument;

        public KeyValuePair<string, object?>[] Tags { get; } = tags;

        public Func<long> Read { get; } = read;

        public void Dispose() => Gauges.TryRemove(this, out _);
    }
}
