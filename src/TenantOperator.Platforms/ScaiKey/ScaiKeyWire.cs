using System.Text.Json;
using System.Text.Json.Serialization;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ScaiKey;

// What ScaiKey sends and takes, in its own words. Its reference types most bodies as "any", so that much of this is the best guess of what related pages show; it all stands in this file. Documents:
// "Tenants API", "Admin API", "OAuth endpoints"; docs/design/0010-scaikey.md says what is known and what is not.

/// <summary>A tenant.</summary>
internal sealed record ScaiKeyRow : IRemoteTenant
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    public string? Slug { get; init; }

    /// <summary>ACTIVE, SUSPENDED, and others that no document lists; in some places in lower case.</summary>
    public string? Status { get; init; }

    public string? ContactEmail { get; init; }

    public string? PartnerId { get; init; }

    /// <summary>An object with keys of ours and of others; missing means unknown.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>An object; missing means unknown.</summary>
    public JsonElement? Branding { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Of a tenant that was softly deleted.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset? MadeAt => CreatedAt;

    [JsonIgnore]
    public bool IsDeleted => DeletedAt is not null || string.Equals(Status, "deleted", StringComparison.OrdinalIgnoreCase);

    [JsonIgnore]
    public bool IsSuspended => string.Equals(Status, ScaiKeyStatus.Suspended, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The states that are known.</summary>
internal static class ScaiKeyStatus
{
    public const string Active = "ACTIVE";
    public const string Suspended = "SUSPENDED";
}

/// <summary>A tenant to be made. A field that is null is not sent.</summary>
internal sealed record ScaiKeyNewTenant(string Name, string Slug, string? PartnerId, string? ContactEmail, JsonElement? Settings, JsonElement? Branding);

/// <summary>What is changed of a tenant. A field that is null is not sent.</summary>
internal sealed record ScaiKeyTenantChange
{
    public string? Name { get; init; }

    public string? Slug { get; init; }

    public string? Status { get; init; }

    public string? ContactEmail { get; init; }

    public string? PartnerId { get; init; }

    public JsonElement? Settings { get; init; }

    public JsonElement? Branding { get; init; }
}

/// <summary>A person; their roles are grants of their own.</summary>
internal sealed record ScaiKeyPerson : IRemotePerson
{
    public string Id { get; init; } = "";

    public string? TenantId { get; init; }

    public string Email { get; init; } = "";

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? DisplayName { get; init; }

    public string? Status { get; init; }

    public JsonElement? CustomAttributes { get; init; }

    /// <summary>LDAP or OIDC for people from outside, whose names come from there.</summary>
    public string? IdentitySource { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Not told by any document.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastSignInAt => null;

    /// <summary>What the person was granted.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScaiKeyGrant> Grants { get; init; } = [];

    [JsonIgnore]
    public string Key => Email.ToLowerInvariant();

    [JsonIgnore]
    public bool IsSuspended => string.Equals(Status, ScaiKeyStatus.Suspended, StringComparison.OrdinalIgnoreCase);

    [JsonIgnore]
    public bool IsDeleted => DeletedAt is not null || string.Equals(Status, "deleted", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A role that was granted to a person.</summary>
internal sealed record ScaiKeyGrant
{
    public string? Id { get; init; }

    public string? UserId { get; init; }

    /// <summary>SUPER_ADMIN, PARTNER_ADMIN or TENANT_ADMIN; in some places in lower case.</summary>
    public string? Role { get; init; }

    public string? PartnerId { get; init; }

    public string? TenantId { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool? IsActive { get; init; }
}

/// <summary>A person to be added. Without a password an invitation is sent.</summary>
internal sealed record ScaiKeyNewPerson(
    string TenantId, string Email, string? FirstName, string? LastName, string? DisplayName, string? Password, IReadOnlyDictionary<string, string>? CustomAttributes);

/// <summary>What is changed of a person. A field that is null is not sent.</summary>
internal sealed record ScaiKeyPersonChange
{
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? DisplayName { get; init; }

    public string? Status { get; init; }

    public JsonElement? CustomAttributes { get; init; }
}

/// <summary>A role to be granted.</summary>
internal sealed record ScaiKeyNewGrant(string UserId, string Role, string? TenantId, string? PartnerId, DateTimeOffset? ExpiresAt);

/// <summary>A partner.</summary>
internal sealed record ScaiKeyPartner
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public long? MaxTenants { get; init; }

    public long? MaxUsersPerTenant { get; init; }
}

/// <summary>What the token endpoint gives.</summary>
internal sealed record ScaiKeyToken
{
    public string? AccessToken { get; init; }

    /// <summary>Seconds.</summary>
    public int? ExpiresIn { get; init; }
}

/// <summary>The contract of all of the above, and what may stand around it: no document shows an envelope.</summary>
internal static class ScaiKeyJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A single thing, out of <c>data</c> if it stands there.</summary>
    public static JsonElement Item(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && !body.TryGetProperty("id", out _) && body.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : body;

    /// <summary>The rows: the root, or the first list under a name that related products use.</summary>
    public static JsonElement Rows(JsonElement body, string name)
    {
        if (body.ValueKind == JsonValueKind.Array)
        {
            return body;
        }

        foreach (var key in new[] { "data", "items", name, "results" })
        {
            if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(key, out var rows) && rows.ValueKind == JsonValueKind.Array)
            {
                return rows;
            }
        }

        throw new JsonException("There are no rows.");
    }

    /// <summary>How many rows there are in all; null if it does not say.</summary>
    public static long? Total(JsonElement body) => NumberIn(body, "total") ?? NumberIn(In(body, "pagination"), "total") ?? NumberIn(In(body, "meta"), "total") ?? NumberIn(In(In(body, "meta"), "pagination"), "total");

    private static JsonElement In(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static long? NumberIn(JsonElement json, string name) => In(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
