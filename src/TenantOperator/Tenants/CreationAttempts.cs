using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>How a creation on a remote platform is written on the Tenant: announced before it is asked for, and replaced by the id once that is known. Pure.</summary>
internal static class CreationAttempts
{
    /// <summary>The one that is open; null if there is none, or it cannot be read: then it is as if none had been made, and the name tells.</summary>
    public static CreationAttempt? Read(Tenant tenant)
    {
        try
        {
            return tenant.Metadata.Annotations?.TryGetValue(Annotations.CreationAttempt, out var text) == true
                ? JsonSerializer.Deserialize<CreationAttempt>(text, RuntimeJson.Options) is { Name: not null } attempt ? attempt : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static MetadataChange Begin(CreationAttempt attempt) => new()
    {
        Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.CreationAttempt] = JsonSerializer.Serialize(attempt, RuntimeJson.Options) },
    };

    public static MetadataChange End(string externalId) => new()
    {
        Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.ExternalId] = externalId, [Annotations.CreationAttempt] = null },
    };
}
