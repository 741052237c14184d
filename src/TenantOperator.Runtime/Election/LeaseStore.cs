using System.Globalization;
using System.Text.Json.Nodes;

namespace TenantOperator.Runtime;

/// <summary>What stands in a lease. Times are kept as the text that was read: only whether they change matters, never what they say.</summary>
/// <param name="Holder">Who holds it; empty: nobody.</param>
/// <param name="Duration">How long others must leave it alone after its last change.</param>
/// <param name="AcquireTime">When the holder got it.</param>
/// <param name="RenewTime">When the holder last renewed it, by the holder's clock.</param>
/// <param name="Transitions">How often it changed hands.</param>
/// <param name="Version">Its resourceVersion.</param>
internal sealed record LeaseRecord(string Holder, TimeSpan Duration, string AcquireTime, string RenewTime, int Transitions, string Version);

/// <summary>One lease: a register that can be read and swapped.</summary>
internal interface ILeaseStore
{
    /// <summary>What stands there, or null if nothing ever did.</summary>
    Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes, if the lease is still at the version that <paramref name="next"/> carries (empty: if there is none yet). Returns what now
    /// stands there, or null if somebody else was faster.
    /// </summary>
    Task<LeaseRecord?> TryWriteAsync(LeaseRecord next, CancellationToken cancellationToken);
}

/// <summary>A <c>coordination.k8s.io/v1</c> Lease.</summary>
internal sealed class KubernetesLeaseStore(KubernetesApi api, string ns, string name) : ILeaseStore
{
    private static readonly ResourceType Type = new("coordination.k8s.io", "v1", "Lease", "leases");

    private readonly ObjectKey _key = new(ns, name);

    public async Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return RecordOf(await ExchangeAsync(new(HttpMethod.Get, Type.ObjectPath(_key), "get", Type.Plural), cancellationToken));
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    public async Task<LeaseRecord?> TryWriteAsync(LeaseRecord next, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["spec"] = SpecOf(next) };
        ApiRequest request;
        if (next.Version.Length == 0)
        {
            body["apiVersion"] = Type.ApiVersion;
            body["kind"] = Type.Kind;
            body["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns };
            request = api.CreateRequest(Type, ns, body);
        }
        else
        {
            body["metadata"] = new JsonObject { ["resourceVersion"] = next.Version };
            request = api.PatchRequest(Type, _key, body, subresource: null);
        }

        try
        {
            return RecordOf(await ExchangeAsync(request, cancellationToken));
        }
        catch (ApiException error) when (error is ConflictException or AlreadyExistsException or NotFoundException { Reason: "NotFound" } && !IsMissingNamespace(error, next))
        {
            return null;
        }
    }

    // Creating into a namespace that does not exist is answered with 404 too, and is a mistake to be shown.
    private static bool IsMissingNamespace(ApiException error, LeaseRecord next) => error is NotFoundException && next.Version.Length == 0;

    private Task<JsonObject> ExchangeAsync(ApiRequest request, CancellationToken cancellationToken) =>
        api.ExchangeAsync<JsonObject>(request with { Urgent = true }, cancellationToken);

    private static JsonObject SpecOf(LeaseRecord lease) => new()
    {
        ["holderIdentity"] = lease.Holder,
        ["leaseDurationSeconds"] = Math.Max(1, (int)Math.Ceiling(lease.Duration.TotalSeconds)),
        ["acquireTime"] = lease.AcquireTime,
        ["renewTime"] = lease.RenewTime,
        ["leaseTransitions"] = lease.Transitions,
    };

    private static LeaseRecord RecordOf(JsonObject lease)
    {
        var spec = lease["spec"];
        return new(
            (string?)spec?["holderIdentity"] ?? "",
            TimeSpan.FromSeconds((int?)spec?["leaseDurationSeconds"] ?? 0),
            (string?)spec?["acquireTime"] ?? "",
            (string?)spec?["renewTime"] ?? "",
            (int?)spec?["leaseTransitions"] ?? 0,
            (string?)lease["metadata"]?["resourceVersion"] ?? "");
    }

    /// <summary>MicroTime: the server's parser wants exactly six digits.</summary>
    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
