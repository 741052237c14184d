using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Platforms;
using TenantOperator.Tests.Hatz;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>A tenant as it is on a platform. Where a platform knows one name only, both are that.</summary>
internal sealed record TenantThere(string Id, string Name, string DisplayName, bool Suspended);

/// <summary>A person as they are in a tenant on a platform.</summary>
internal sealed record PersonThere(string Email, bool Admin, bool HasAccess = true);

/// <summary>
/// An account of a real API server with a TenantPlatform that is played by an emulator, and that emulator in words that are the same for all platforms. A world is alone in its account, where
/// its platform is the default, or one of many that share it.
/// </summary>
internal abstract class RemoteWorld(Emulator emulator) : IAsyncDisposable
{
    private TestAccount? account;
    private bool shared;
    private PlatformCapabilities? capabilities;

    /// <summary>All platforms that a suite is for.</summary>
    public static TheoryData<PlatformType> All => [.. Openers.Keys];

    public abstract PlatformType Type { get; }

    /// <summary>The name of the TenantPlatform and of its Secret.</summary>
    public string Name { get; private set; } = ApiGroup.DefaultPlatformName;

    public TestAccount Account => account ?? throw new InvalidOperationException("The world is not open yet.");

    public Emulator Emulator => emulator;

    /// <summary>What the operator says of the platform.</summary>
    public PlatformCapabilities Capabilities => capabilities ??= Account.Operator!.Services.GetServices<ITenantPlatform>().Single(each => each.Type == Type).Capabilities;

    /// <summary>The tenants there, but not those that a platform has from the beginning.</summary>
    public abstract IReadOnlyList<TenantThere> Tenants { get; }

    /// <summary>An id that a tenant could have, and none has.</summary>
    public abstract string UnknownId { get; }

    /// <summary>What the platform has for a technical name in the confirmation of a deletion: where it shows none, the display name.</summary>
    public virtual string NameToConfirm => Tenant.Name;

    /// <summary>The only tenant there.</summary>
    public TenantThere Tenant => Tenants.Should().ContainSingle().Subject;

    /// <summary>The people of the only tenant.</summary>
    public IReadOnlyList<PersonThere> People => PeopleOf(Tenant.Id);

    /// <summary>What must never be shown.</summary>
    public IReadOnlyCollection<string> Secrets => [.. Credentials.Where(each => each.Key != "clientId").Select(each => each.Value)];

    private static Dictionary<PlatformType, Func<Task<RemoteWorld>>> Openers { get; } = new()
    {
        [PlatformType.Hatz] = async () => new HatzWorld(await HatzEmulator.StartAsync()),
        [PlatformType.ProcessMind] = async () => new ProcessMindWorld(await ProcessMindEmulator.StartAsync()),
        [PlatformType.Mindzie] = async () => new MindzieWorld(await MindzieEmulator.StartAsync()),
        [PlatformType.ScaiKey] = async () => new ScaiKeyWorld(await ScaiKeyEmulator.StartAsync()),
    };

    /// <summary>A world of its own, in which a tenant can be made. It looks at the platform every second unless <paramref name="interval"/> says otherwise.</summary>
    public static async Task<RemoteWorld> OpenAsync(
        OperatorCluster cluster, PlatformType type, bool start = true, string interval = "1s", Func<TenantPlatformSpec, TenantPlatformSpec>? platform = null)
    {
        var world = await Openers[type]();
        await world.OpenAsync(cluster, start, settings => settings with { UsageInterval = interval }, platform);
        await world.PrepareAsync();
        return world;
    }

    /// <summary>A world beside others in one account, in which a tenant can be made. <paramref name="prepare"/> comes before the operator's first call.</summary>
    public static async Task<RemoteWorld> JoinAsync(TestAccount account, PlatformType type, string name, Action<Emulator>? prepare = null)
    {
        var world = await Openers[type]();
        (world.account, world.shared, world.Name) = (account, true, name);
        // Asked while the operator is there: one that is killed cannot be asked any more.
        _ = world.Capabilities;
        prepare?.Invoke(world.Emulator);
        await world.ConnectAsync(settings => settings, spec => spec);
        await world.PrepareAsync();
        return world;
    }

    /// <summary>The people of a tenant, in any order.</summary>
    public abstract IReadOnlyList<PersonThere> PeopleOf(string id);

    /// <summary>Puts a tenant there that somebody made, a day ago unless told otherwise, and returns its id.</summary>
    public abstract string AddTenant(string name, string displayName, int daysAgo = 1);

    /// <summary>Renames a tenant behind the operator's back.</summary>
    public abstract void ChangeDisplayName(string id, string displayName);

    /// <summary>Deletes a tenant behind the operator's back.</summary>
    public abstract void Delete(string id);

    /// <summary>Takes all tenants away with their people, as a fault of the platform would, and says how to put them back.</summary>
    public abstract Action TakeAway();

    /// <summary>Makes somebody an admin or an ordinary member behind the operator's back.</summary>
    public abstract void ChangeRole(string id, string email, bool admin);

    /// <summary>Somebody signs in. False: the platform does not tell.</summary>
    public abstract bool SignIn(string id, string email, DateTimeOffset at);

    /// <summary>Adds somebody behind the operator's back.</summary>
    public abstract void AddPerson(string id, string email);

    /// <summary>Takes the credentials back that the operator has.</summary>
    public abstract void Revoke();

    /// <summary>Makes new credentials, as they are to stand in the Secret.</summary>
    public abstract IReadOnlyDictionary<string, string> Renew();

    /// <summary>Puts credentials into the Secret.</summary>
    public async Task WriteCredentialsAsync(IReadOnlyDictionary<string, string> credentials)
    {
        var data = new JsonObject(credentials.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)Convert.ToBase64String(Encoding.UTF8.GetBytes(each.Value)))));
        var path = Account.PathOf("secrets", Name, Account.Name);
        if (await Account.Rest.FindAsync(path) is not null)
        {
            await Account.Rest.PatchAsync(path, new JsonObject { ["data"] = data });
            return;
        }

        await Account.Rest.CreateAsync(
            Account.PathOf("secrets", "", Account.Name),
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = Name }, ["data"] = data });
    }

    public Task CreateTenantAsync(string name = "acme", Func<TenantSpec, TenantSpec>? change = null)
    {
        var spec = Complete(new TenantSpec { DisplayName = "Acme Corporation", PlatformRef = shared ? new LocalReference { Name = Name } : null });
        return Account.CreateAsync(name, change?.Invoke(spec) ?? spec);
    }

    /// <summary>Asks for a pass over a tenant now, if it is there: waits are for the real platform.</summary>
    public Task AskAgainAsync(string when = "again", string tenant = "acme") => Account.Rest.AskAsync(null, HttpMethod.Patch, Account.PathOf("tenants", tenant), AskedAt(when));

    /// <summary>Confirms a deletion as a person would who copies the names from the condition that asks for it.</summary>
    public async Task ConfirmDeletionAsync(Tenant blocked)
    {
        var asked = TestAccount.ConditionOf(blocked, TenantConditions.DeletionBlocked)!.Message;
        await ConfirmDeletionAsync(After("externalId: \""), After(", name: \""), After("displayName: \""), blocked.Metadata.Name);

        string After(string field) => asked.Split(field)[1].Split('"')[0];
    }

    public Task ConfirmDeletionAsync(string id, string name, string displayName, string tenant = "acme") => Account.PatchSpecAsync(
        "tenants",
        tenant,
        new JsonObject { ["deletionConfirmation"] = new JsonObject { ["externalId"] = id, ["name"] = name, ["displayName"] = displayName } }.ToJsonString());

    /// <summary>Asks for a look at the platform now.</summary>
    public Task AskPlatformAgainAsync(string when = "again") => Account.Rest.PatchAsync(Account.PathOf("tenantplatforms", Name), AskedAt(when));

    public async Task<TenantPlatform> UntilPlatformAsync(Func<TenantPlatform, bool> condition, string what) => await Until.NotNullAsync(
        async () => TestAccount.Read<TenantPlatform>(await Account.Rest.GetAsync(Account.PathOf("tenantplatforms", Name))) is { } found && condition(found) ? found : null,
        () => what);

    public Task UntilThereAsync(Func<bool> condition, string what) => Until.TrueAsync(
        condition, $"{what}; there is {string.Join(", ", Tenants.Select(tenant => $"{tenant} with {string.Join(", ", PeopleOf(tenant.Id))}"))}; asked for was {string.Join("; ", emulator.Log.Requests.TakeLast(20))}");

    public async ValueTask DisposeAsync()
    {
        if (account is not null && !shared)
        {
            await account.DisposeAsync();
        }

        await emulator.DisposeAsync();
    }

    /// <summary>What the Secret holds at first.</summary>
    protected abstract IReadOnlyDictionary<string, string> Credentials { get; }

    /// <summary>The settings of the platform with what all platforms have in common filled in.</summary>
    protected abstract TenantPlatformSpec SettingsWith(Func<RemotePlatform, RemotePlatform> common);

    /// <summary>What a Tenant needs there to be made.</summary>
    protected abstract TenantSpec Complete(TenantSpec spec);

    /// <summary>What must be there before a tenant can be made.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected async Task OpenAsync(
        OperatorCluster cluster, bool start, Func<RemotePlatform, RemotePlatform>? settings = null, Func<TenantPlatformSpec, TenantPlatformSpec>? platform = null)
    {
        account = await TestAccount.OpenAsync(cluster, start: false, allowHosts: "127.0.0.1");
        await ConnectAsync(settings ?? (same => same), platform ?? (same => same));
        if (start)
        {
            await account.StartAsync();
        }
    }

    private async Task ConnectAsync(Func<RemotePlatform, RemotePlatform> settings, Func<TenantPlatformSpec, TenantPlatformSpec> platform)
    {
        await WriteCredentialsAsync(Credentials);
        var spec = SettingsWith(block => settings(block with
        {
            BaseUrl = emulator.Address.AbsoluteUri,
            Insecure = true,
            CredentialsSecretRef = new CredentialsReference { Name = Name },
            MaxRequestsPerSecond = 1000,
            MaxConcurrency = 16,
        }));
        await Account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta(Name), Spec = platform(spec) });
    }

    private static JsonObject AskedAt(string when) => new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ReconcileRequestedAt] = when } } };
}
