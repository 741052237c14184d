using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace TenantOperator.Runtime;

/// <summary>One object as it came over the wire; <c>Value</c> is null if the cache does not keep such objects.</summary>
internal readonly record struct Parsed<T>(ObjectKey Key, Guid Uid, ulong Version, T? Value)
    where T : class;

/// <summary>Turns the bytes of an object into what a cache keeps.</summary>
internal abstract class WireFormat<T>
    where T : class
{
    /// <exception cref="JsonException">The bytes are no such object.</exception>
    public abstract Parsed<T> Parse(ReadOnlySpan<byte> json);

    /// <summary>
    /// Resource versions are numbers that grow: Kubernetes promises so since 1.35, and its storage has always made them so. An API
    /// server that uses other words cannot be cached here.
    /// </summary>
    public static ulong VersionOf(string? resourceVersion) =>
        ulong.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new JsonException($"resourceVersion \"{resourceVersion}\" is not a number.");

    /// <summary>Uids are UUIDs, as Kubernetes documents them; kept as such they take a sixth of the memory of their text.</summary>
    public static Guid UidOf(string? uid) => Guid.TryParseExact(uid, "D", out var parsed) ? parsed : throw new JsonException($"uid \"{uid}\" is no UUID.");

    public static string TextOf(ulong version) => version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Parses <typeparamref name="TWire"/> and keeps a projection of it.</summary>
internal sealed class WireFormat<TWire, T>(ResourceType type, Func<TWire, T?> project) : WireFormat<T>
    where TWire : class, IMetadata<V1ObjectMeta>
    where T : class
{
    private readonly JsonTypeInfo<TWire> _contract = (JsonTypeInfo<TWire>)RuntimeJson.Options.GetTypeInfo(typeof(TWire));

    public override Parsed<T> Parse(ReadOnlySpan<byte> json)
    {
        var wire = JsonSerializer.Deserialize(json, _contract) ?? throw new JsonException("The object is null.");
        var metadata = wire.Metadata ?? throw new JsonException("The object has no metadata.");
        var parsed = new Parsed<T>(ObjectKey.Of(metadata), UidOf(metadata.Uid), VersionOf(metadata.ResourceVersion), null);
        if (wire is IKubernetesObject { Kind: null or "" } bare)
        {
            // The server leaves kind and apiVersion out of the items of a list.
            bare.ApiVersion = type.ApiVersion;
            bare.Kind = type.Kind;
        }

        return parsed with { Value = project(wire) };
    }
}
