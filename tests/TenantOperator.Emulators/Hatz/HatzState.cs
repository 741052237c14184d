namespace TenantOperator.Emulators;

/// <summary>What the Hatz platform holds for one MSP.</summary>
public sealed record HatzState
{
    /// <summary>The MSP's tenants.</summary>
    public Table<HatzTenant> Tenants { get; init; } = new();

    /// <summary>The users of all tenants.</summary>
    public Table<HatzUser> Users { get; init; } = new();

    /// <summary>The templates for new tenants.</summary>
    public Table<HatzTemplate> Templates { get; init; } = new();

    /// <summary>The packages of the account, with how many of each are unassigned.</summary>
    public Table<HatzPackage> Packages { get; init; } = new();

    /// <summary>Default and custom roles.</summary>
    public Table<HatzRole> Roles { get; init; } = new();

    /// <summary>The MSP's own account.</summary>
    public required HatzMsp Msp { get; init; }

    /// <summary>Names of tenants and MSPs that are not ours; names are unique across the whole platform.</summary>
    public ImmutableHashSet<string> NamesOfOthers { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The AI models that are enabled.</summary>
    public ImmutableHashSet<string> Models { get; init; } = ["gpt-4o", "claude-3-5-sonnet", "claude-3-opus"];

    /// <summary>The tenant with this name.</summary>
    public HatzTenant? FindTenant(string name) => Tenants.FirstOrDefault(tenant => tenant.Name == name);

    /// <summary>The users of a tenant, in the order in which they came.</summary>
    public IReadOnlyList<HatzUser> UsersOf(string tenantId) => [.. Users.Where(user => user.TenantId == tenantId)];
}

/// <summary>A tenant, as in Admin - Tenant.</summary>
public sealed record HatzTenant : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>Unique across the whole platform.</summary>
    public required string Name { get; init; }

    /// <summary>The package's display name.</summary>
    public required string PrimaryPackageName { get; init; }

    /// <summary>Display names of what was bought beside the package.</summary>
    public ImmutableArray<string> AdditionalPackageNames { get; init; } = [];

    /// <summary>As the detail shows it; lists of D2 show it in lower case.</summary>
    public string Status { get; init; } = HatzEmulator.ActiveStatus;

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Credits used in the current calendar month.</summary>
    public decimal TotalCreditsUsed { get; init; }

    /// <summary>Credits of a calendar month.</summary>
    public decimal TotalCreditLimit { get; init; }

    /// <summary>From <c>tenant_config</c>.</summary>
    public bool BetaFeatures { get; init; }

    /// <summary>From <c>tenant_config</c>.</summary>
    public bool MfaRequired { get; init; }

    /// <summary>From <c>tenant_config</c>; empty for none.</summary>
    public string DefaultModelName { get; init; } = "";

    /// <summary>Read only in the API.</summary>
    public ImmutableArray<string> DisabledModelNames { get; init; } = [];

    /// <summary>The user count that is shown although it is not the number of users; null for the real one.</summary>
    public int? ShownUserCount { get; init; }
}

/// <summary>A user of a tenant.</summary>
public sealed record HatzUser : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>Unique across the platform.</summary>
    public required string Email { get; init; }

    /// <summary>Null when not known.</summary>
    public string? FirstName { get; init; }

    /// <summary>Null when not known.</summary>
    public string? LastName { get; init; }

    /// <summary>The one tenant that the user belongs to.</summary>
    public required string TenantId { get; init; }

    /// <summary>The name of a role.</summary>
    public required string RoleName { get; init; }

    /// <summary>Null for a user who never signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }
}

/// <summary>What a new tenant starts with, as in Admin - Tenant Templates.</summary>
public sealed record HatzTemplate : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>3-255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The package of a new tenant.</summary>
    public required string PackageName { get; init; }

    /// <summary>Empty for none.</summary>
    public string DefaultModelName { get; init; } = "";

    /// <summary>For a new tenant.</summary>
    public bool BetaFeatures { get; init; }

    /// <summary>For a new tenant.</summary>
    public bool MfaRequired { get; init; }

    /// <summary>When it was created; also the cursor of lists.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A package type of the account. No documented call shows these.</summary>
public sealed record HatzPackage : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>The display name: Business.</summary>
    public required string Name { get; init; }

    /// <summary>Credits per calendar month that a tenant gets with it.</summary>
    public decimal CreditLimit { get; init; } = 20000;

    /// <summary>Units that no tenant has.</summary>
    public int Unassigned { get; init; }

    /// <summary>Units that creations bought.</summary>
    public int Purchased { get; init; }
}

/// <summary>A role that a user may have.</summary>
public sealed record HatzRole : IRow
{
    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <summary>The name that is sent.</summary>
    public required string Name { get; init; }

    /// <summary>The name that is shown.</summary>
    public required string DisplayName { get; init; }

    /// <summary>For a reader.</summary>
    public string Description { get; init; } = "";

    /// <summary>Credits per calendar month, or null.</summary>
    public decimal? UserCreditLimit { get; init; }

    /// <summary>Whether the MSP made it; default roles are the platform's.</summary>
    public bool IsCustom { get; init; }

    /// <summary>What it allows.</summary>
    public ImmutableArray<string> Permissions { get; init; } = [];
}

/// <summary>The MSP's own account.</summary>
public sealed record HatzMsp
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "Internal Admin MSP";

    /// <summary>Its package.</summary>
    public string PrimaryPackageName { get; init; } = "Enterprise";

    /// <summary>Credits used in the current calendar month.</summary>
    public decimal TotalCreditsUsed { get; init; }

    /// <summary>Credits of a calendar month.</summary>
    public decimal TotalCreditLimit { get; init; } = 500000;

    /// <summary>Its own users.</summary>
    public int UserCount { get; init; } = 1;

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a key may do: it acts with the rights of the user who owns it, so one call may answer while another refuses.</summary>
[Flags]
public enum HatzRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read tenants and their users.</summary>
    ReadTenants = 1,

    /// <summary>Create and configure tenants.</summary>
    WriteTenants = 2,

    /// <summary>Everything about templates.</summary>
    Templates = 4,

    /// <summary>Invite and change users, read roles.</summary>
    Users = 8,

    /// <summary>Everything.</summary>
    All = ReadTenants | WriteTenants | Templates | Users,
}
