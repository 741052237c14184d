using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;

namespace TenantOperator.Tests.Remote;

/// <summary>A world whose platform is ScaiKey. Who and what was deleted there softly does not count.</summary>
internal sealed class ScaiKeyWorld(ScaiKeyEmulator scaiKey) : RemoteWorld(scaiKey)
{
    private const string Active = "ACTIVE";
    private const string Admin = "TENANT_ADMIN";

    public override PlatformType Type => PlatformType.ScaiKey;

    public override IReadOnlyList<TenantThere> Tenants => [.. scaiKey.State.LiveTenants.Select(tenant => new TenantThere(tenant.Id, tenant.Slug, tenant.Name, tenant.Status != Active))];

    public override string UnknownId => "tnt_nowhere";

    protected override IReadOnlyDictionary<string, string> Credentials => new Dictionary<string, string> { ["clientId"] = scaiKey.ClientId, ["clientSecret"] = scaiKey.ClientSecret };

    public override IReadOnlyList<PersonThere> PeopleOf(string id)
    {
        var state = scaiKey.State;
        return [.. state.UsersOf(id).Select(user => new PersonThere(
            user.Email, state.AdminRoles.Any(grant => grant.UserId == user.Id && grant.Role == Admin && grant.TenantId == id), user.Status == Active))];
    }

    public override string AddTenant(string name, string displayName, int daysAgo = 1)
    {
        var tenant = scaiKey.AddTenant(name, displayName);
        scaiKey.ChangeTenant(tenant.Id, each => each with { CreatedAt = each.CreatedAt.AddDays(-daysAgo) });
        return tenant.Id;
    }

    public override void ChangeDisplayName(string id, string displayName) => scaiKey.ChangeTenant(id, tenant => tenant with { Name = displayName });

    public override void Delete(string id) => scaiKey.PurgeTenant(id);

    public override Action TakeAway()
    {
        var all = scaiKey.State;
        scaiKey.Change(state => state with { Tenants = new() });
        return () => scaiKey.Change(_ => all);
    }

    public override void ChangeRole(string id, string email, bool admin) => scaiKey.Change(state =>
    {
        var user = state.UsersOf(id).Single(each => each.Email == email).Id;
        var others = state.AdminRoles.Without(grant => grant.UserId == user && grant.TenantId == id);
        return state with { AdminRoles = admin ? others.With(new ScaiKeyAdminRole("adr_by_hand", user, Admin, null, id, null)) : others };
    });

    public override bool SignIn(string id, string email, DateTimeOffset at) => false;

    public override void AddPerson(string id, string email) => scaiKey.AddUser(id, email);

    public override void Revoke()
    {
        scaiKey.ChangeSecret("another");
        scaiKey.ExpireTokens();
    }

    public override IReadOnlyDictionary<string, string> Renew()
    {
        scaiKey.ChangeSecret("renewed");
        return new Dictionary<string, string> { ["clientSecret"] = "renewed" };
    }

    protected override TenantPlatformSpec SettingsWith(Func<RemotePlatform, RemotePlatform> common) =>
        new() { ScaiKey = (ScaiKeyPlatform)common(new ScaiKeyPlatform { PartnerId = scaiKey.PartnerId }) };

    protected override TenantSpec Complete(TenantSpec spec) => spec;
}
