using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.NewPlatform;

/// <summary>The guide for a new platform, carried out: the sample in place of a platform of the product, with everything else as it is.</summary>
public sealed class ANewPlatformIsOneFolder(OperatorCluster cluster)
{
    [Fact]
    public async Task A_tenant_lives_its_whole_life_on_it()
    {
        var root = Directory.CreateTempSubdirectory("tenant-operator-folders-").FullName;
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.StartAsync(configure: services =>
        {
            services.Remove(services.Single(service => service.ServiceType == typeof(ITenantPlatform) && service.ImplementationType?.Name == "MindzieTenantPlatform"));
            services.AddSingleton<ITenantPlatform>(new FolderTenantPlatform(root));
        });
        try
        {
            await account.CreateAsync(new TenantPlatform
            {
                Metadata = TestAccount.Meta("default"),
                Spec = new TenantPlatformSpec { Mindzie = new MindziePlatform { BaseUrl = "https://folders.example", CredentialsSecretRef = new CredentialsReference { Name = "none" } } },
            });
            await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
            await account.CreateUserAsync("omar");
            await account.CreateAsync("acme", new TenantSpec { DisplayName = "Acme Corporation" });
            await account.UntilReadyAsync("acme");
            await account.UntilUserAsync("omar", TenantUserReasons.Synced);
            Read("jane@acme.example").Should().Be("Admin");

            await account.PatchSpecAsync("tenants", "acme", """{"displayName":"Acme & Sons","suspended":true}""");
            await account.UntilReadyAsync("acme", TenantReasons.Suspended);
            (Read(".title"), File.Exists(Path.Combine(root, "acme", ".suspended"))).Should().Be(("Acme & Sons", true));

            await account.PatchSpecAsync("tenants", "acme", """{"suspended":false}""");
            await account.UntilReadyAsync("acme");
            await account.DeleteAsync("tenantusers", "omar");
            await Until.TrueAsync(() => !File.Exists(Path.Combine(root, "acme", "omar@acme.example")), "his access is gone");

            await account.PatchSpecAsync("tenants", "acme", """{"deletionPolicy":"Delete","deletionConfirmation":{"externalId":"acme","name":"acme","displayName":"wrong"}}""");
            await account.DeleteAsync("tenants", "acme");
            await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.DeletionBlocked)?.Reason == TenantReasons.ConfirmationMismatch, "the deletion is held");
            Directory.Exists(Path.Combine(root, "acme")).Should().BeTrue();
            await account.PatchSpecAsync("tenants", "acme", """{"deletionConfirmation":{"displayName":"Acme & Sons"}}""");
            await account.UntilGoneAsync("acme");
            Directory.Exists(Path.Combine(root, "acme")).Should().BeFalse();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        string Read(string file) => File.ReadAllText(Path.Combine(root, "acme", file));
    }
}
