using System.Text.Json;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>How a creation on a remote platform is written on the object: announced before it is asked for, and replaced by the id once that is known. Pure.</summary>
internal static class CreationAttempts
{
    /// <summary>The one that is open; null if there is none, or it cannot be read: then it is as if none had been made, and the name tells.</summary>
    public static CreationAttempt? Read(Tenant tenant) => Read(tenant.Metadata);

    /// <summary>The same of any object.</summary>
    public static CreationAttempt? Read(V1ObjectMeta metadata)
    {
        try
        {
            return metadata.Annotations?.TryGetValue(Annotations.CreationAttempt, out var text) == true
                ? JsonSerializer.Deserialize<CreationAttempt>(text, RuntimeJson.Options) is { Name: not null } attempt ? attempt : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The id by which the platform knows a tenant, as it was last known here.</summary>
    public static string? KnownIdOf(Tenant tenant) => KnownIdIn(tenant.Metadata) ?? tenant.Status?.ExternalId;

    /// <summary>The id that stands in the metadata of any object.</summary>
    public static string? KnownIdIn(V1ObjectMeta metadata) => metadata.Annotations?.TryGetValue(Annotations.ExternalId, out var id) == true && id.Length > 0 ? id : null;

    /// <summary>Whether what is found on a platform is another Tenant's, and not this one's.</summary>
    /// <param name="tenant">This one.</param>
    /// <param name="known">Those known by the id of what was found, by whatever TenantPlatform of the same installation.</param>
    /// <param name="neighbours">Those on the same TenantPlatform, of which one may have announced the creation of that name before this one did.</param>
    /// <param name="name">The name of what was found; null if only the id counts.</param>
    public static bool IsAnothers(Tenant tenant, IEnumerable<Tenant> known, IEnumerable<Tenant> neighbours, string? name)
    {
        var mine = Read(tenant);
        return known.Any(IsOther)
            || (name is not null && neighbours.Any(other => IsOther(other) && Read(other) is { } theirs && theirs.Name == name && (mine is null || theirs.Time < mine.Time)));

        bool IsOther(Tenant other) => other.Metadata.Uid != tenant.Metadata.Uid;
    }

    public static MetadataChange Begin(CreationAttempt attempt) => new()
    {
        Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.CreationAttempt] = JsonSerializer.Serialize(attempt, RuntimeJson.Options) },
    };

    /// <summary>The platform would not hear of it: whoever makes one of that name now is somebody else.</summary>
    public static MetadataChange Withdraw { get; } = new() { Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.CreationAttempt] = null } };

    public static MetadataChange End(string externalId, bool purchased = false)
    {
        var annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.ExternalId] = externalId, [Annotations.CreationAttempt] = null };
        if (purchased)
        {
            annotations[Annotations.Purchased] = "true";
        }

        return new() { Annotations = annotations };
    }
}
