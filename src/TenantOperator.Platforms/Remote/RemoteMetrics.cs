using System.Diagnostics;
using System.Diagnostics.Metrics;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Remote;

/// <summary>The numbers and spans of calls to remote platforms. Tags tell the type of the platform, never an address, an id or a person; there are few of them, whatever is called.</summary>
internal static class RemoteMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "TenantOperator.Platforms";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>(
        "tenantoperator.platform.calls", description: "Calls to remote platforms by type, method and result: done, not_found, refused, unauthorized, busy (it asks for fewer calls), silent (no answer that can be used), held (not sent: the platform is left alone).");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "tenantoperator.platform.call.duration", unit: "s", description: "How long remote platforms took to answer, by type.");

    private static readonly Histogram<double> TurnWait = Meter.CreateHistogram<double>(
        "tenantoperator.platform.turn.wait", unit: "s", description: "How long calls waited for their turn, by type: what maxRequestsPerSecond and maxConcurrency cost.");

    /// <summary>Begins the span of a call, from the wait for its turn to the last byte of its answer; null if nobody follows the pass it belongs to.</summary>
    public static Activity? Follow(PlatformType type, RemoteCall call, Uri address)
    {
        if (!Activities.HasListeners())
        {
            return null;
        }

        // Paths hold ids, and on some platforms e-mail addresses.
        return Activities.StartActivity($"{call.Method} {type}", ActivityKind.Client)
            ?.SetTag("http.request.method", call.Method.Method).SetTag("server.address", address.Host).SetTag("server.port", address.Port);
    }

    /// <summary>Records that a call had its turn.</summary>
    public static void Waited(PlatformType type, TimeSpan time) => TurnWait.Record(time.TotalSeconds, TypeTag(type));

    /// <summary>Counts what came of a call.</summary>
    /// <param name="type">Where it went.</param>
    /// <param name="call">What was asked for.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="took">How long that was, without the wait; null if it was not sent.</param>
    /// <param name="activity">Its span.</param>
    public static void Count(PlatformType type, RemoteCall call, RemoteAnswer answer, TimeSpan? took, Activity? activity)
    {
        var result = took is null ? "held" : ResultOf(answer);
        Calls.Add(1, TypeTag(type), new("method", call.Method.Method), new("result", result));
        if (took is { } time)
        {
            Duration.Record(time.TotalSeconds, TypeTag(type));
        }

        activity?.SetTag("result", result).SetStatus(answer is RemoteAnswer.Done ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
    }

    private static string ResultOf(RemoteAnswer answer) => answer switch
    {
        RemoteAnswer.Done => "done",
        RemoteAnswer.NotFound => "not_found",
        RemoteAnswer.Refused => "refused",
        RemoteAnswer.Unauthorized => "unauthorized",
        RemoteAnswer.Busy => "busy",
        _ => "silent",
    };

    private static KeyValuePair<string, object?> TypeTag(PlatformType type) => new("platform_type", type.ToString());
}
