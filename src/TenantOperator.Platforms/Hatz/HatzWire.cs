using System.Text.Json;
using System.Text.Json.Serialization;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

// What Hatz sends and takes, in its own words. Read tolerantly: every field may be missing, and unknown ones are passed over. Documents: Hatz "Admin - Tenant", "Admin - Tenant Templates",
// "Admin - User"; docs/design/0007-hatz.md says where they contradict each other.

/// <summary>A tenant of the MSP.</summary>
internal sealed record HatzTenantRow : IRemoteTenant
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string? PrimaryPackageName { get; init; }

    public IReadOnlyList<string>? AdditionalPackageNames { get; init; }

    public long? UserCount { get; init; }

    /// <summary>active or Active; others are not documented.</summary>
    public string? Status { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset? MadeAt => CreatedAt;

    /// <summary>Of the current calendar month, so that it falls at its end.</summary>
    public decimal? TotalCreditsUsed { get; init; }

    public decimal? TotalCreditLimit { get; init; }

    public HatzConfig? TenantConfig { get; init; }

    /// <summary>Missing means unknown: one version of the list leaves it out.</summary>
    public IReadOnlyList<string>? DisabledModelNames { get; init; }
}

/// <summary>The settings of a tenant that can be changed. A field that is null is not sent and stays as it is; an empty model clears it.</summary>
internal sealed record HatzConfig
{
    public bool? BetaFeatures { get; init; }

    public bool? MfaRequired { get; init; }

    public string? DefaultModelName { get; init; }
}

/// <summary>A person in a tenant.</summary>
internal sealed record HatzUserRow : IRemotePerson
{
    public string Id { get; init; } = "";

    public string Email { get; init; } = "";

    [JsonIgnore]
    public string Key => Email.ToLowerInvariant();

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? RoleName { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }
}

/// <summary>The MSP's own account. Versions of the API differ in what they tell.</summary>
internal sealed record HatzMsp
{
    public string? Name { get; init; }

    public string? PrimaryPackageName { get; init; }

    public IReadOnlyList<string>? AdditionalPackageNames { get; init; }

    public decimal? TotalCreditsUsed { get; init; }

    public decimal? TotalCreditLimit { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public long? UserCount { get; init; }

    public long? AdminUserCount { get; init; }

    public long? TenantUserCount { get; init; }

    /// <summary>From 0 to 1.</summary>
    public decimal? AdminLoginRate { get; init; }

    /// <summary>From 0 to 1.</summary>
    public decimal? TenantLoginRate { get; init; }
}

/// <summary>What is sent to make tenants; one at a time, so that a refusal is about this one.</summary>
internal sealed record HatzCreateTenants(IReadOnlyList<HatzNewTenant> Tenants);

/// <summary>A tenant to be made, with a package or from a template.</summary>
internal sealed record HatzNewTenant(string TenantName, string? PackageId, string? TemplateId);

/// <summary>A template for tenants.</summary>
internal sealed record HatzTemplateRow : IRemoteTenant
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Reads may show others than can be written.</summary>
    public string? PackageName { get; init; }

    public string? DefaultModelName { get; init; }

    public bool? BetaFeatures { get; init; }

    public bool? MfaRequired { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset? MadeAt => CreatedAt;
}

/// <summary>A page of templates. The cursor of the last one is null, empty or missing.</summary>
internal sealed record HatzTemplatePage
{
    public IReadOnlyList<HatzTemplateRow>? Templates { get; init; }

    public string? NextCursor { get; init; }
}

/// <summary>A template to be made. A field that is null is not sent.</summary>
internal sealed record HatzNewTemplate(string Name, string PackageName, string? DefaultModelName, bool? BetaFeatures, bool? MfaRequired);

/// <summary>What is changed of a template. A field that is null is not sent and stays as it is; an empty model clears it.</summary>
internal sealed record HatzTemplateChange
{
    public string? Name { get; init; }

    public string? PackageName { get; init; }

    public string? DefaultModelName { get; init; }

    public bool? BetaFeatures { get; init; }

    public bool? MfaRequired { get; init; }
}

/// <summary>What came of a creation. It may fail in an answer that says 200.</summary>
internal sealed record HatzCreated
{
    public IReadOnlyList<HatzCreatedTenant>? Tenants { get; init; }
}

/// <summary>What came of one tenant.</summary>
internal sealed record HatzCreatedTenant
{
    public string? TenantId { get; init; }

    public bool? Success { get; init; }

    public string? Error { get; init; }

    public bool? PurchaseOccurred { get; init; }
}

/// <summary>People to be added to a tenant; at most 100.</summary>
internal sealed record HatzInvite(string TenantId, IReadOnlyList<HatzNewUser> Users, bool SendEmail);

/// <summary>A person to be added.</summary>
internal sealed record HatzNewUser(string Email, string? FirstName, string? LastName, string? Role, string? CustomRoleName);

/// <summary>What came of people; some may fail in an answer that says 200.</summary>
internal sealed record HatzInvited
{
    public string? Message { get; init; }

    public int? TotalNewUsersCreated { get; init; }

    public IReadOnlyList<string>? NewUsersFailedEmails { get; init; }

    /// <summary>Whether it says what came of the people; an answer that does not is none.</summary>
    public bool Tells => TotalNewUsersCreated is not null || NewUsersFailedEmails is not null;
}

/// <summary>What is changed of a person. A field that is null is not sent.</summary>
internal sealed record HatzUserChange(string? FirstName, string? LastName, string? RoleName);

/// <summary>The contract of all of the above.</summary>
internal static class HatzJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };
}
