namespace TenantOperator.Emulators;

/// <summary>What one installation of mindzieStudio holds.</summary>
public sealed record MindzieState
{
    /// <summary>All tenants.</summary>
    public Table<MindzieTenant> Tenants { get; init; } = new();

    /// <summary>All accounts.</summary>
    public Table<MindzieUser> Users { get; init; } = new();

    /// <summary>Who is assigned to which tenant.</summary>
    public Table<MindzieAssignment> Assignments { get; init; } = new();

    /// <summary>Names that tenants had which are deleted.</summary>
    public ImmutableHashSet<string> FormerNames { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The tenant with this name.</summary>
    public MindzieTenant? FindTenant(string name) => Tenants.FirstOrDefault(tenant => tenant.Name == name);

    /// <summary>The account with this e-mail address.</summary>
    public MindzieUser? FindUser(string email) => Users.FirstOrDefault(user => user.Email.Equals(email, StringComparison.OrdinalIgnoreCase));

    /// <summary>Who is assigned to a tenant, with the role there.</summary>
    public IReadOnlyList<(MindzieUser User, string RoleName)> UsersOf(string tenantId) =>
        [.. Assignments.Where(one => one.TenantId == tenantId).Select(one => (User: Users[one.UserId], one)).Select(pair => (pair.User, pair.one.RoleName ?? pair.User.RoleName))];

    /// <summary>How many users of a tenant are analysts.</summary>
    public int AnalystsOf(string tenantId) => UsersOf(tenantId).Count(row => row.RoleName == "Analyst");
}

/// <summary>A tenant, as in Tenant API.</summary>
public sealed record MindzieTenant : IRow
{
    /// <summary>The <c>tenantId</c>, a GUID.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the installation, part of addresses, never changed.</summary>
    public required string Name { get; init; }

    /// <summary>For people; one of the three identifiers of a deletion.</summary>
    public required string DisplayName { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Cases in all projects; null when not known.</summary>
    public long? CaseCount { get; init; } = 0;

    /// <summary>Users at most.</summary>
    public int MaxUserCount { get; init; } = 1;

    /// <summary>Analysts at most.</summary>
    public int MaxAnalystCount { get; init; } = 1;

    /// <summary>Cases at most; null is without limit.</summary>
    public long? MaxCases { get; init; }

    /// <summary>Whether every login is blocked.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Whether it is an academic tenant.</summary>
    public bool IsAcademic { get; init; }

    /// <summary>Whether it has features before their release.</summary>
    public bool PreRelease { get; init; }

    /// <summary>A zone id; written and never read back.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>When a trial ends.</summary>
    public DateTimeOffset? ExpirationDate { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset DateCreated { get; init; }
}

/// <summary>An account, as in User API.</summary>
public sealed record MindzieUser : IRow
{
    /// <summary>The <c>userId</c>, a GUID.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the installation.</summary>
    public required string Email { get; init; }

    /// <summary>For people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? FirstName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? LastName { get; init; }

    /// <summary>The role wherever an assignment names no other.</summary>
    public required string RoleName { get; init; }

    /// <summary>Whether the account is disabled everywhere.</summary>
    public bool Disabled { get; init; }

    /// <summary>Whether it is a service account.</summary>
    public bool IsServiceAccount { get; init; }

    /// <summary>The tenant of a service account.</summary>
    public string? HomeTenantId { get; init; }

    /// <summary>Null for a user who never signed in.</summary>
    public DateTimeOffset? LastLogin { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset DateCreated { get; init; }
}

/// <summary>One user's place in one tenant; a role here goes before the account's own.</summary>
public sealed record MindzieAssignment(string UserId, string TenantId, string? RoleName, DateTimeOffset AssignedDate) : IRow
{
    /// <summary>Both ids, for the platform has none of its own.</summary>
    public string Id => KeyOf(UserId, TenantId);

    /// <summary>The id of a user's assignment to a tenant.</summary>
    public static string KeyOf(string userId, string tenantId) => userId + "@" + tenantId;
}
