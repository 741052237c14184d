using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;

namespace TenantOperator.Tests.Remote;

/// <summary>A world whose platform is mindzieStudio. A tenant is made there for one person unless more are asked for.</summary>
internal sealed class MindzieWorld(MindzieEmulator mindzie) : RemoteWorld(mindzie)
{
    private const string Admin = "Administrator";

    public override PlatformType Type => PlatformType.Mindzie;

    public override IReadOnlyList<TenantThere> Tenants => [.. mindzie.State.Tenants.Select(tenant => new TenantThere(tenant.Id, tenant.Name, tenant.DisplayName, tenant.IsDisabled))];

    public override string UnknownId => "0b6f0c5e-0000-4000-8000-000000000001";

    protected override IReadOnlyDictionary<string, string> Credentials => new Dictionary<string, string> { ["apiKey"] = mindzie.Key };

    public override IReadOnlyList<PersonThere> PeopleOf(string id) => [.. mindzie.State.UsersOf(id).Select(row => new PersonThere(row.User.Email, row.RoleName == Admin, !row.User.Disabled))];

    public override string AddTenant(string name, string displayName, int daysAgo = 1)
    {
        var tenant = mindzie.AddTenant(name, displayName);
        mindzie.ChangeTenant(tenant.Id, each => each with { DateCreated = each.DateCreated.AddDays(-daysAgo) });
        return tenant.Id;
    }

    public override void ChangeDisplayName(string id, string displayName) => mindzie.ChangeTenant(id, tenant => tenant with { DisplayName = displayName });

    public override void Delete(string id) => mindzie.DeleteTenant(id);

    public override Action TakeAway()
    {
        var all = mindzie.State;
        mindzie.Change(state => state with { Tenants = new(), Assignments = new() });
        return () => mindzie.Change(_ => all);
    }

    public override void ChangeRole(string id, string email, bool admin) => mindzie.Change(state => state with
    {
        Assignments = state.Assignments.With(MindzieAssignment.KeyOf(state.FindUser(email)!.Id, id), assignment => assignment with { RoleName = admin ? Admin : "User" }),
    });

    public override bool SignIn(string id, string email, DateTimeOffset at)
    {
        mindzie.ChangeUser(mindzie.State.FindUser(email)!.Id, user => user with { LastLogin = at });
        return true;
    }

    public override void AddPerson(string id, string email) => mindzie.AddUser(email, tenantId: id);

    public override void Revoke() => mindzie.RevokeKey(mindzie.Key);

    public override IReadOnlyDictionary<string, string> Renew()
    {
        mindzie.AddKey("renewed");
        return new Dictionary<string, string> { ["apiKey"] = "renewed" };
    }

    protected override TenantPlatformSpec SettingsWith(Func<RemotePlatform, RemotePlatform> common) => new() { Mindzie = (MindziePlatform)common(new MindziePlatform()) };

    protected override TenantSpec Complete(TenantSpec spec) => spec with { Limits = new TenantLimits { MaxUsers = 10, MaxAnalysts = 2 } };
}
