using System.Text.Json;
using System.Text.Json.Serialization;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ProcessMind;

// What ProcessMind sends and takes, in its own words. Read tolerantly: every field may be missing, and unknown ones are passed over. Documents: "API Reference: Tenants", "API Reference:
// Organizations"; docs/design/0008-processmind.md says what they leave open.

/// <summary>A tenant, which the product calls an environment.</summary>
internal sealed record ProcessMindRow : IRemoteTenant
{
    public string Id { get; init; } = "";

    public string? DisplayName { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Missing in lists.</summary>
    public string? Plan { get; init; }

    /// <summary>Read by a call of its own; never in an answer that shows the tenant.</summary>
    [JsonIgnore]
    public ProcessMindStatistics? Statistics { get; init; }

    [JsonIgnore]
    public DateTimeOffset? MadeAt => CreatedAt;
}

/// <summary>What a tenant uses.</summary>
internal sealed record ProcessMindStatistics
{
    public long? ProcessCount { get; init; }

    public long? DatasetCount { get; init; }

    public long? UserCount { get; init; }

    public long? StorageUsedBytes { get; init; }
}

/// <summary>The organisation.</summary>
internal sealed record ProcessMindOrganization
{
    public string? Id { get; init; }

    public string? DisplayName { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>What all tenants of the organisation use.</summary>
internal sealed record ProcessMindTotals
{
    public long? TenantCount { get; init; }

    public long? TotalProcessCount { get; init; }

    public long? TotalDatasetCount { get; init; }

    public long? TotalUserCount { get; init; }

    public long? TotalStorageUsedBytes { get; init; }
}

/// <summary>A person in a tenant. Flags that are missing are those of a new person.</summary>
internal sealed record ProcessMindPerson : IRemotePerson
{
    public string Id { get; init; } = "";

    public string Email { get; init; } = "";

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    [JsonPropertyName("lastLoginAt")]
    public DateTimeOffset? LastSignInAt { get; init; }

    public bool? IsActiveInTenant { get; init; }

    public bool? IsAdminInTenant { get; init; }

    public bool? IsDeveloperInTenant { get; init; }

    public bool? IsActiveInOrganization { get; init; }

    public bool? IsAdminInOrganization { get; init; }

    [JsonIgnore]
    public string Key => Email.ToLowerInvariant();
}

/// <summary>What an answer to a change says.</summary>
internal sealed record ProcessMindSaid
{
    public string? Id { get; init; }
}

/// <summary>A tenant to be made.</summary>
internal sealed record ProcessMindNewTenant(string ShortName, string DisplayName, string? Description);

/// <summary>What can be changed of a tenant.</summary>
internal sealed record ProcessMindTenantChange(string DisplayName);

/// <summary>A person to be added; an account that exists is taken.</summary>
internal sealed record ProcessMindNewPerson(string Email, string? FirstName, string? LastName, bool IsActiveInTenant, bool IsAdminInTenant, bool IsDeveloperInTenant);

/// <summary>What is changed of a person in a tenant. A field that is null is not sent.</summary>
internal sealed record ProcessMindFlags(string UserId, string TenantId, bool? IsActiveInTenant = null, bool? IsAdminInTenant = null, bool? IsDeveloperInTenant = null);

/// <summary>What is changed of a person in the organisation. A field that is null is not sent.</summary>
internal sealed record ProcessMindOrganizationChange(string UserId, bool? IsActiveInOrganization = null, bool? IsAdminInOrganization = null);

/// <summary>The contract of all of the above. Its documents mix cases.</summary>
internal static class ProcessMindJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
