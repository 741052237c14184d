using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Remote;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Hatz;

/// <summary>A world whose platform is Hatz.</summary>
internal sealed class HatzWorld(HatzEmulator hatz) : RemoteWorld(hatz)
{
    private const string Admin = "client_admin";

    public override PlatformType Type => PlatformType.Hatz;

    public HatzEmulator Hatz => hatz;

    public override IReadOnlyList<TenantThere> Tenants => [.. hatz.State.Tenants.Select(tenant => new TenantThere(tenant.Id, tenant.Name, tenant.Name, Suspended: false))];

    public override string UnknownId => "tenant_nowhere";

    protected override IReadOnlyDictionary<string, string> Credentials => new Dictionary<string, string> { ["apiKey"] = hatz.Key };

    private string Package => Name == ApiGroup.DefaultPlatformName ? "business" : "business-" + Name;

    public static async Task<HatzWorld> OpenAsync(OperatorCluster cluster, HatzOptions? options = null, bool start = true, Func<HatzPlatform, HatzPlatform>? platform = null)
    {
        var world = new HatzWorld(await HatzEmulator.StartAsync(options));
        await world.OpenAsync(cluster, start, platform is null ? null : settings => platform((HatzPlatform)settings));
        return world;
    }

    /// <summary>Puts a key into the Secret.</summary>
    public Task WriteKeyAsync(string key) => WriteCredentialsAsync(new Dictionary<string, string> { ["apiKey"] = key });

    /// <summary>Makes a package on both sides: so many units here, so many unassigned there.</summary>
    public async Task AddPackageAsync(string name, int? quantity = 10, int unassigned = 10)
    {
        var there = hatz.AddPackage(name, unassigned);
        await Account.CreatePackageAsync(name.ToLowerInvariant(), quantity, change: spec => spec with { Hatz = new Api.V1Alpha1.HatzPackage { PackageId = there.Id } });
    }

    public override IReadOnlyList<PersonThere> PeopleOf(string id) => [.. hatz.State.UsersOf(id).Select(user => new PersonThere(user.Email, user.RoleName == Admin))];

    public override string AddTenant(string name, string displayName, int daysAgo = 1)
    {
        var tenant = hatz.AddTenant(displayName);
        hatz.ChangeTenant(tenant.Id, each => each with { CreatedAt = each.CreatedAt.AddDays(-daysAgo) });
        return tenant.Id;
    }

    public override void ChangeDisplayName(string id, string displayName) => hatz.ChangeTenant(id, tenant => tenant with { Name = displayName });

    public override void Delete(string id) => hatz.DeleteTenant(id);

    public override Action TakeAway()
    {
        var all = hatz.State;
        hatz.Change(state => state with { Tenants = new(), Users = new() });
        return () => hatz.Change(_ => all);
    }

    public override void ChangeRole(string id, string email, bool admin) =>
        hatz.ChangeUser(hatz.State.UsersOf(id).Single(user => user.Email == email).Id, user => user with { RoleName = admin ? Admin : "general_user" });

    public override bool SignIn(string id, string email, DateTimeOffset at)
    {
        hatz.ChangeUser(hatz.State.UsersOf(id).Single(user => user.Email == email).Id, user => user with { LastSignInAt = at });
        return true;
    }

    public override void AddPerson(string id, string email) => hatz.AddUser(id, email);

    public override void Revoke() => hatz.RevokeKey(hatz.Key);

    public override IReadOnlyDictionary<string, string> Renew()
    {
        hatz.AddKey("renewed", HatzRights.All);
        return new Dictionary<string, string> { ["apiKey"] = "renewed" };
    }

    protected override TenantPlatformSpec SettingsWith(Func<RemotePlatform, RemotePlatform> common) => new() { Hatz = (HatzPlatform)common(new HatzPlatform()) };

    protected override TenantSpec Complete(TenantSpec spec) => spec with { PackageRef = new PackageReference { Name = Package } };

    protected override Task PrepareAsync() => AddPackageAsync(Package);
}
