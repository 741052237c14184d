namespace TenantOperator.Emulators;

// What people do at the admin site, or what was there before; no documented call does these.
public sealed partial class HatzEmulator
{
    /// <summary>Puts units of a package into the account's pool.</summary>
    public HatzPackage AddPackage(string name, int unassigned = 1, decimal creditLimit = 20000, string? id = null)
    {
        var package = new HatzPackage { Id = id ?? Ids.Hash("package_"), Name = name, Unassigned = unassigned, CreditLimit = creditLimit };
        Change(state => state with { Packages = state.Packages.With(package) });
        return package;
    }

    /// <summary>Puts a tenant there without taking a package from the pool.</summary>
    public HatzTenant AddTenant(string name, string packageName = "Business", decimal creditLimit = 20000)
    {
        var tenant = new HatzTenant
        {
            Id = Ids.Hash("tenant_"),
            Name = name,
            PrimaryPackageName = packageName,
            TotalCreditLimit = creditLimit,
            CreatedAt = Now,
        };
        Change(state => state with { Tenants = state.Tenants.With(tenant) });
        return tenant;
    }

    /// <summary>Puts a user into a tenant; without a role, with the default one.</summary>
    public HatzUser AddUser(string tenantId, string email, string? role = null)
    {
        var user = new HatzUser { Id = Ids.Hash("user_"), Email = email, TenantId = tenantId, RoleName = role ?? RoleNames[0] };
        Change(state => state with { Users = state.Users.With(user) });
        return user;
    }

    /// <summary>Puts a template there, whatever its package.</summary>
    public HatzTemplate AddTemplate(string name, string packageName = "Business")
    {
        var template = new HatzTemplate { Id = Ids.Hash("tentemplate_"), Name = name, PackageName = packageName, CreatedAt = Now, UpdatedAt = Now };
        Change(state => state with { Templates = state.Templates.With(template) });
        return template;
    }

    /// <summary>Makes a custom role, named by its slug.</summary>
    public HatzRole AddCustomRole(string name, decimal? userCreditLimit = null)
    {
        var role = new HatzRole { Id = Ids.Hash("role_"), Name = name, DisplayName = name, UserCreditLimit = userCreditLimit, IsCustom = true };
        Change(state => state with { Roles = state.Roles.With(role) });
        return role;
    }

    /// <summary>Lets somebody else on the platform have a name.</summary>
    public void TakeName(string name) => Change(state => state with { NamesOfOthers = state.NamesOfOthers.Add(name) });

    /// <summary>Changes anything about a tenant behind the operator's back.</summary>
    public void ChangeTenant(string tenantId, Func<HatzTenant, HatzTenant> change) =>
        Change(state => state with { Tenants = state.Tenants.With(tenantId, change) });

    /// <summary>Changes anything about a user behind the operator's back.</summary>
    public void ChangeUser(string userId, Func<HatzUser, HatzUser> change) =>
        Change(state => state with { Users = state.Users.With(userId, change) });

    /// <summary>Moves a tenant to another package of the account, at once as an upgrade is.</summary>
    public void ChangePackage(string tenantId, string packageName) => ChangeTenant(tenantId, tenant => tenant with
    {
        PrimaryPackageName = packageName,
        TotalCreditLimit = State.Packages.FirstOrDefault(package => package.Name == packageName)?.CreditLimit ?? tenant.TotalCreditLimit,
    });

    /// <summary>Cancels a tenant: it stays until the month ends, and takes no new users.</summary>
    public void CancelTenant(string tenantId) => ChangeTenant(tenantId, tenant => tenant with { Status = PendingCancellationStatus });

    /// <summary>Takes a cancellation back.</summary>
    public void ReactivateTenant(string tenantId) => ChangeTenant(tenantId, tenant => tenant with { Status = ActiveStatus });

    /// <summary>Deletes a tenant with its users, at once and for ever.</summary>
    public void DeleteTenant(string tenantId) => Change(state => state with
    {
        Tenants = state.Tenants.Without(tenantId),
        Users = state.Users.Without(user => user.TenantId == tenantId),
    });

    /// <summary>Deletes a user's account.</summary>
    public void DeleteUser(string userId) => Change(state => state with { Users = state.Users.Without(userId) });

    /// <summary>A tenant's people spend credits.</summary>
    public void UseCredits(string tenantId, decimal credits) =>
        ChangeTenant(tenantId, tenant => tenant with { TotalCreditsUsed = tenant.TotalCreditsUsed + credits });

    /// <summary>A new month: credits count from 0, and tenants whose cancellation was pending are canceled.</summary>
    public void StartMonth() => Change(state => state with
    {
        Msp = state.Msp with { TotalCreditsUsed = 0 },
        Tenants = state.Tenants.Aggregate(state.Tenants, (tenants, tenant) => tenants.With(tenant with
        {
            TotalCreditsUsed = 0,
            Status = tenant.Status == PendingCancellationStatus ? CanceledStatus : tenant.Status,
        })),
    });
}
