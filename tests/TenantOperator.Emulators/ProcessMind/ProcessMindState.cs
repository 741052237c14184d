namespace TenantOperator.Emulators;

/// <summary>What the ProcessMind platform holds for one organization.</summary>
public sealed record ProcessMindState
{
    /// <summary>The organization.</summary>
    public required ProcessMindOrganization Organization { get; init; }

    /// <summary>Its tenants, which the product calls environments. Never empty.</summary>
    public Table<ProcessMindTenant> Tenants { get; init; } = new();

    /// <summary>The accounts in the organization.</summary>
    public Table<ProcessMindUser> Users { get; init; } = new();

    /// <summary>Who has access to which tenant.</summary>
    public Table<ProcessMindAccess> Access { get; init; } = new();

    /// <summary>Short names of environments that are not ours; they are unique across the product.</summary>
    public ImmutableHashSet<string> ShortNamesOfOthers { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The users with access to a tenant, with what they may do there.</summary>
    public IReadOnlyList<(ProcessMindUser User, ProcessMindAccess Access)> UsersOf(string tenantId) =>
        [.. Access.Where(access => access.TenantId == tenantId).Select(access => (Users[access.UserId], access))];

    /// <summary>The account with this e-mail address.</summary>
    public ProcessMindUser? FindUser(string email) => Users.FirstOrDefault(user => user.Email.Equals(email, StringComparison.OrdinalIgnoreCase));
}

/// <summary>An organization, as in API Reference: Organizations.</summary>
public sealed record ProcessMindOrganization(string Id, string DisplayName, DateTimeOffset CreatedAt);

/// <summary>A tenant, as in API Reference: Tenants.</summary>
public sealed record ProcessMindTenant : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Part of the environment's address; never in an answer.</summary>
    public required string ShortName { get; init; }

    /// <summary>Never in an answer.</summary>
    public string? Description { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The plan; not in lists.</summary>
    public string Plan { get; init; } = "professional";

    /// <summary>From the statistics.</summary>
    public int ProcessCount { get; init; }

    /// <summary>From the statistics.</summary>
    public int DatasetCount { get; init; }

    /// <summary>From the statistics, in bytes.</summary>
    public long StorageUsedBytes { get; init; }

    /// <summary>The user count that is shown although it is not the number of users; null for the real one.</summary>
    public int? ShownUserCount { get; init; }
}

/// <summary>An account.</summary>
public sealed record ProcessMindUser : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>Unique in the product.</summary>
    public required string Email { get; init; }

    /// <summary>Null when not known.</summary>
    public string? FirstName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? LastName { get; init; }

    /// <summary>When the account was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for a user who never signed in.</summary>
    public DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>Whether the account works in the organization.</summary>
    public bool IsActiveInOrganization { get; init; } = true;

    /// <summary>Whether the account administers the organization.</summary>
    public bool IsAdminInOrganization { get; init; }
}

/// <summary>One user's access to one tenant.</summary>
public sealed record ProcessMindAccess(string UserId, string TenantId, bool IsActiveInTenant, bool IsAdminInTenant, bool IsDeveloperInTenant) : IRow
{
    /// <summary>Both ids, for the platform has none of its own.</summary>
    public string Id => KeyOf(UserId, TenantId);

    /// <summary>The id of a user's access to a tenant.</summary>
    public static string KeyOf(string userId, string tenantId) => userId + "@" + tenantId;
}
