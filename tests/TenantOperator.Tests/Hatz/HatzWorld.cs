using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Hatz;

/// <summary>An account of a real API server whose default platform is Hatz, played by an emulator.</summary>
internal sealed class HatzWorld : IAsyncDisposable
{
    private HatzWorld(TestAccount account, HatzEmulator hatz)
    {
        Account = account;
        Hatz = hatz;
    }

    public TestAccount Account { get; }

    public HatzEmulator Hatz { get; }

    public static async Task<HatzWorld> OpenAsync(OperatorCluster cluster, HatzOptions? options = null, bool start = true, Func<HatzPlatform, HatzPlatform>? platform = null)
    {
        var hatz = await HatzEmulator.StartAsync(options);
        var account = await TestAccount.OpenAsync(cluster, start: false, allowHosts: "127.0.0.1");
        var world = new HatzWorld(account, hatz);
        await world.WriteKeyAsync(hatz.Key);
        var settings = new HatzPlatform
        {
            BaseUrl = hatz.Address.AbsoluteUri,
            Insecure = true,
            CredentialsSecretRef = new CredentialsReference { Name = "hatz" },
            MaxRequestsPerSecond = 1000,
            MaxConcurrency = 16,
        };
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("default"), Spec = new TenantPlatformSpec { Hatz = platform?.Invoke(settings) ?? settings } });
        if (start)
        {
            await account.StartAsync();
        }

        return world;
    }

    /// <summary>Puts a key into the Secret.</summary>
    public async Task WriteKeyAsync(string key)
    {
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = "hatz" },
            ["data"] = new JsonObject { ["apiKey"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(key)) },
        };
        var path = Account.PathOf("secrets", "hatz", Account.Name);
        if (await Account.Rest.FindAsync(path) is null)
        {
            await Account.Rest.CreateAsync(Account.PathOf("secrets", "", Account.Name), secret);
        }
        else
        {
            await Account.Rest.PatchAsync(path, new JsonObject { ["data"] = secret["data"]!.DeepClone() });
        }
    }

    /// <summary>Makes a package on both sides: so many units here, so many unassigned there.</summary>
    public async Task AddPackageAsync(string name, int? quantity = 10, int unassigned = 10)
    {
        var there = Hatz.AddPackage(name, unassigned);
        await Account.CreatePackageAsync(name.ToLowerInvariant(), quantity, change: spec => spec with { Hatz = new Api.V1Alpha1.HatzPackage { PackageId = there.Id } });
    }

    public Task CreateTenantAsync(string name = "acme", Func<TenantSpec, TenantSpec>? change = null)
    {
        var spec = new TenantSpec { DisplayName = "Acme Corporation", PackageRef = new PackageReference { Name = "business" } };
        return Account.CreateAsync(name, change?.Invoke(spec) ?? spec);
    }

    public async ValueTask DisposeAsync()
    {
        await Account.DisposeAsync();
        await Hatz.DisposeAsync();
    }
}
