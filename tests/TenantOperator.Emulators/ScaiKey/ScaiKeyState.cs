using System.Text.Json;

namespace TenantOperator.Emulators;

/// <summary>What ScaiKey holds: platform, partners, tenants, users.</summary>
public sealed record ScaiKeyState
{
    /// <summary>The partners.</summary>
    public Table<ScaiKeyPartner> Partners { get; init; } = new();

    /// <summary>The tenants, with those that were deleted.</summary>
    public Table<ScaiKeyTenant> Tenants { get; init; } = new();

    /// <summary>The users, with those that were deleted.</summary>
    public Table<ScaiKeyUser> Users { get; init; } = new();

    /// <summary>The admin roles that were granted.</summary>
    public Table<ScaiKeyAdminRole> AdminRoles { get; init; } = new();

    /// <summary>The tenants that are not deleted.</summary>
    public IEnumerable<ScaiKeyTenant> LiveTenants => Tenants.Where(tenant => tenant.DeletedAt is null);

    /// <summary>The tenant with this slug that is not deleted.</summary>
    public ScaiKeyTenant? FindTenant(string slug) => LiveTenants.FirstOrDefault(tenant => tenant.Slug == slug);

    /// <summary>The users of a tenant that are not deleted.</summary>
    public IReadOnlyList<ScaiKeyUser> UsersOf(string tenantId) => [.. Users.Where(user => user.TenantId == tenantId && user.DeletedAt is null)];
}

/// <summary>A partner, as in Admin API.</summary>
public sealed record ScaiKeyPartner : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Unique.</summary>
    public required string Slug { get; init; }

    /// <summary>Tenants at most; null is without limit.</summary>
    public long? MaxTenants { get; init; }

    /// <summary>Users of one tenant at most; null is without limit.</summary>
    public long? MaxUsersPerTenant { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A tenant, as in Tenants API and Admin API.</summary>
public sealed record ScaiKeyTenant : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Unique, part of login addresses.</summary>
    public required string Slug { get; init; }

    /// <summary>ACTIVE or SUSPENDED.</summary>
    public string Status { get; init; } = "ACTIVE";

    /// <summary>Null when not known.</summary>
    public string? ContactEmail { get; init; }

    /// <summary>Whose tenant it is.</summary>
    public required string PartnerId { get; init; }

    /// <summary>An object: mfa_required, mfa_methods, password_policy, session_timeout in minutes, and what others put there.</summary>
    public JsonElement Settings { get; init; } = JsonElement.Parse("{}");

    /// <summary>An object: logo, colours, domain.</summary>
    public JsonElement Branding { get; init; } = JsonElement.Parse("{}");

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was deleted; null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>A user of a tenant.</summary>
public sealed record ScaiKeyUser : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>The user's tenant.</summary>
    public required string TenantId { get; init; }

    /// <summary>Unique in the tenant.</summary>
    public required string Email { get; init; }

    /// <summary>Null when not known.</summary>
    public string? FirstName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? LastName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? DisplayName { get; init; }

    /// <summary>ACTIVE or SUSPENDED.</summary>
    public string Status { get; init; } = "ACTIVE";

    /// <summary>Attributes as a directory has them.</summary>
    public JsonElement CustomAttributes { get; init; } = JsonElement.Parse("{}");

    /// <summary>LDAP or OIDC for users from outside; null for others.</summary>
    public string? IdentitySource { get; init; }

    /// <summary>Whether a password was sent; without one, an invitation is.</summary>
    public bool HasPassword { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was deleted; null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>A role that was granted to a user.</summary>
public sealed record ScaiKeyAdminRole(string Id, string UserId, string Role, string? PartnerId, string? TenantId, DateTimeOffset? ExpiresAt) : IRow;
