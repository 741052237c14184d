using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;

namespace TenantOperator.Tests.Remote;

/// <summary>A world whose platform is ProcessMind. The tenant through which the organisation is managed does not count.</summary>
internal sealed class ProcessMindWorld(ProcessMindEmulator processMind) : RemoteWorld(processMind)
{
    public override PlatformType Type => PlatformType.ProcessMind;

    public override IReadOnlyList<TenantThere> Tenants =>
        [.. processMind.State.Tenants.Where(tenant => tenant.Id != processMind.AnchorId).Select(tenant => new TenantThere(tenant.Id, tenant.ShortName, tenant.DisplayName, Suspended: false))];

    public override string UnknownId => "0b6f0c5e-0000-4000-8000-000000000001";

    public override string NameToConfirm => Tenant.DisplayName;

    protected override IReadOnlyDictionary<string, string> Credentials => new Dictionary<string, string> { ["apiKey"] = processMind.Key };

    public override IReadOnlyList<PersonThere> PeopleOf(string id) =>
        [.. processMind.State.UsersOf(id).Select(row => new PersonThere(row.User.Email, row.Access.IsAdminInTenant, row.Access.IsActiveInTenant && row.User.IsActiveInOrganization))];

    public override string AddTenant(string name, string displayName, int daysAgo = 1)
    {
        var tenant = processMind.AddTenant(name, displayName);
        processMind.ChangeTenant(tenant.Id, each => each with { CreatedAt = each.CreatedAt.AddDays(-daysAgo) });
        return tenant.Id;
    }

    public override void ChangeDisplayName(string id, string displayName) => processMind.ChangeTenant(id, tenant => tenant with { DisplayName = displayName });

    public override void Delete(string id) => processMind.DeleteTenant(id);

    public override Action TakeAway()
    {
        var all = processMind.State;
        processMind.Change(state => state with { Tenants = state.Tenants.Without(tenant => tenant.Id != processMind.AnchorId), Access = new() });
        return () => processMind.Change(_ => all);
    }

    public override void ChangeRole(string id, string email, bool admin) =>
        processMind.ChangeAccess(processMind.State.FindUser(email)!.Id, id, access => access with { IsAdminInTenant = admin });

    public override bool SignIn(string id, string email, DateTimeOffset at)
    {
        processMind.Change(state => state with { Users = state.Users.With(state.FindUser(email)! with { LastLoginAt = at }) });
        return true;
    }

    public override void AddPerson(string id, string email) => processMind.AddUser(id, email);

    public override void Revoke() => processMind.RevokeKey(processMind.Key);

    public override IReadOnlyDictionary<string, string> Renew()
    {
        processMind.AddKey("renewed");
        return new Dictionary<string, string> { ["apiKey"] = "renewed" };
    }

    protected override TenantPlatformSpec SettingsWith(Func<RemotePlatform, RemotePlatform> common) =>
        new() { ProcessMind = (ProcessMindPlatform)common(new ProcessMindPlatform { AnchorTenantId = processMind.AnchorId }) };

    protected override TenantSpec Complete(TenantSpec spec) => spec;
}
