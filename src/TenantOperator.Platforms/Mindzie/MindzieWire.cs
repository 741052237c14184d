using System.Text.Json;
using System.Text.Json.Serialization;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Mindzie;

// What mindzieStudio sends and takes, in its own words; names of requests and answers differ. Read tolerantly: every field may be missing, and unknown ones are passed over. Documents: "Tenant
// API", "User API", "Response Formats"; docs/design/0009-mindzie.md says where they contradict each other.

/// <summary>A tenant, from the list or read alone: neither tells all.</summary>
internal sealed record MindzieRow : IRemoteTenant
{
    public string TenantId { get; init; } = "";

    public string Name { get; init; } = "";

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    /// <summary>Only in lists, as the next two.</summary>
    public long? CaseCount { get; init; }

    public long? UserCount { get; init; }

    public long? AnalystCount { get; init; }

    public int? MaxUserCount { get; init; }

    public int? MaxAnalystCount { get; init; }

    /// <summary>Null is without limit if <see cref="Whole"/>, else unknown.</summary>
    public long? MaxCases { get; init; }

    public bool? IsDisabled { get; init; }

    public bool? IsAcademic { get; init; }

    public bool? PreRelease { get; init; }

    public bool? Autoload { get; init; }

    public DateTimeOffset? ExpirationDate { get; init; }

    public DateTimeOffset? DateCreated { get; init; }

    /// <summary>Read alone, so that what is missing is really not there.</summary>
    [JsonIgnore]
    public bool Whole { get; init; }

    [JsonIgnore]
    public string Id => TenantId;

    [JsonIgnore]
    public DateTimeOffset? MadeAt => DateCreated;
}

/// <summary>A tenant to be made. A field that is null is not sent; no limit of cases is none sent.</summary>
internal sealed record MindzieNewTenant(
    string Name, string DisplayName, string? Description, int? MaxUsers, int? MaxAnalyst, long? MaxCases, string? TimeZone, string? ExpirationDate);

/// <summary>What came of a creation.</summary>
internal sealed record MindzieCreated
{
    public string? TenantId { get; init; }

    public bool? StorageContainerCreated { get; init; }
}

/// <summary>What is changed of a tenant. A field that is null is not sent; -1 takes the limit of cases away, an empty date the date.</summary>
internal sealed record MindzieTenantChange
{
    public required string TenantId { get; init; }

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public int? MaxUsers { get; init; }

    public int? MaxAnalyst { get; init; }

    public long? MaxCases { get; init; }

    public bool? IsDisabled { get; init; }

    public bool? IsAcademic { get; init; }

    public bool? PreRelease { get; init; }

    public string? TimeZone { get; init; }

    public string? ExpirationDate { get; init; }
}

/// <summary>The three identifiers that delete a tenant for ever.</summary>
internal sealed record MindzieDeletion(string TenantId, string Name, string DisplayName);

/// <summary>What an answer to a change says.</summary>
internal sealed record MindzieSaid
{
    public string? TenantId { get; init; }

    public string? UserId { get; init; }
}

/// <summary>A person, with what they are in each tenant.</summary>
internal sealed record MindziePerson : IRemotePerson
{
    public string UserId { get; init; } = "";

    public string Email { get; init; } = "";

    public string? DisplayName { get; init; }

    /// <summary>Of the account; the one in the tenant counts where it is told.</summary>
    public string? RoleName { get; init; }

    /// <summary>On the whole server.</summary>
    public bool? Disabled { get; init; }

    public bool? IsServiceAccount { get; init; }

    public string? HomeTenantId { get; init; }

    [JsonPropertyName("lastLogin")]
    public DateTimeOffset? LastSignInAt { get; init; }

    public IReadOnlyList<MindzieAssignmentRow>? Tenants { get; init; }

    [JsonIgnore]
    public string Key => Email.ToLowerInvariant();
}

/// <summary>A person's place in one tenant.</summary>
internal sealed record MindzieAssignmentRow
{
    public string? TenantId { get; init; }

    public string? RoleName { get; init; }
}

/// <summary>A person to be added; an account that exists is assigned.</summary>
internal sealed record MindzieNewPerson(string Email, string DisplayName, string RoleName, string? FirstName, string? LastName, bool SendWelcomeEmail);

/// <summary>What can be changed of a person in one tenant.</summary>
internal sealed record MindziePersonChange(string DisplayName, string RoleName);

/// <summary>What can be changed of an account on the whole server.</summary>
internal sealed record MindzieAccountChange(string DisplayName, string RoleName, bool IsServiceAccount, string HomeTenantId);

/// <summary>The contract of all of the above, and what may stand around it.</summary>
internal static class MindzieJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A single thing, out of <c>data</c> if it stands there.</summary>
    public static JsonElement Item(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : body;

    /// <summary>The rows of a page: under their name, or under <c>data</c>.</summary>
    public static JsonElement Rows(JsonElement body, string name)
    {
        var item = Item(body);
        return item.ValueKind != JsonValueKind.Object ? item
            : item.TryGetProperty(name, out var rows) ? rows
            : item.TryGetProperty("data", out var data) ? data
            : throw new JsonException($"There is no {name}.");
    }
}
