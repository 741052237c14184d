using System.Text.Json.Nodes;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class ManyDeletionsAtOnceAreHeld(OperatorCluster cluster)
{
    private const int Tenants = 8;
    private const int Believed = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_five_are_held_over_a_restart_until_their_number_is_confirmed(bool platformFirst)
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        if (platformFirst)
        {
            await MakePlatformAsync(account);
        }

        foreach (var index in Enumerable.Range(0, Tenants))
        {
            await account.CreateAsync($"t{index}", new TenantSpec { DeletionPolicy = DeletionPolicy.Delete });
            var tenant = await account.UntilReadyAsync($"t{index}");
            await account.PatchSpecAsync("tenants", $"t{index}", $$$"""
                {"deletionConfirmation":{"externalId":"{{{tenant.Status!.ExternalId}}}","name":"{{{tenant.Status.Remote!.Name}}}","displayName":"{{{tenant.Status.Remote.DisplayName}}}"}}
                """);
        }

        foreach (var index in Enumerable.Range(0, Tenants))
        {
            await account.DeleteAsync("tenants", $"t{index}");
        }

        var last = $"t{Tenants - 1}";
        var held = await account.UntilAsync(last, tenant => TestAccount.ConditionOf(tenant, TenantConditions.DeletionBlocked)?.Reason == TenantReasons.DeletionBreakerOpen, "it is held");
        TestAccount.ConditionOf(held, TenantConditions.DeletionBlocked)!.Message.Should().Contain(Annotations.ConfirmDeletions);
        await account.UntilQuietAsync();
        (await LeftAsync(account)).Should().BeGreaterThanOrEqualTo(Tenants - Believed);
        if (!platformFirst)
        {
            await MakePlatformAsync(account);
        }

        await account.StopAsync();
        await account.StartAsync();
        await account.UntilQuietAsync();
        if (platformFirst)
        {
            (await LeftAsync(account)).Should().BeGreaterThanOrEqualTo(Tenants - Believed, "a restart forgets nothing");
            var platform = await account.Rest.GetAsync(account.PathOf("tenantplatforms", "default"));
            ((bool?)platform["status"]!["deletionBreakerOpen"]).Should().BeTrue();
        }

        await account.Rest.PatchAsync(account.PathOf("tenantplatforms", "default"), JsonNode.Parse($$$$"""{"metadata":{"annotations":{"{{{{Annotations.ConfirmDeletions}}}}":"{{{{Tenants}}}}"}}}""")!);

        await Until.TrueAsync(async () => await LeftAsync(account) == 0, "all are deleted");
    }

    [Fact]
    public async Task The_platform_tells_of_a_deletion_that_was_confirmed_after_it_was_asked_for()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await MakePlatformAsync(account, new DeletionBreaker { MaxDeletions = new CountOrPercent("0") });
        await account.CreateAsync("acme", new TenantSpec { DeletionPolicy = DeletionPolicy.Delete });
        var tenant = await account.UntilReadyAsync("acme");
        await account.DeleteAsync("tenants", "acme");
        await account.UntilReadyAsync("acme", TenantReasons.ConfirmationMissing);
        await account.UntilQuietAsync();

        await account.PatchSpecAsync("tenants", "acme", $$$"""
            {"deletionConfirmation":{"externalId":"{{{tenant.Status!.ExternalId}}}","name":"{{{tenant.Status.Remote!.Name}}}","displayName":"{{{tenant.Status.Remote.DisplayName}}}"}}
            """);

        await account.UntilReadyAsync("acme", TenantReasons.DeletionBreakerOpen);
        await Until.TrueAsync(async () => (int?)(await account.Rest.GetAsync(account.PathOf("tenantplatforms", "default")))["status"]?["deletionsToConfirm"] == 1, "the platform says how many");
    }

    private static Task MakePlatformAsync(TestAccount account, DeletionBreaker? breaker = null) => account.CreateAsync(new TenantPlatform
    {
        Metadata = TestAccount.Meta("default"),
        Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform(), DeletionBreaker = breaker },
    });

    private static async Task<int> LeftAsync(TestAccount account)
    {
        var namespaces = await account.Rest.ListAsync(account.PathOf("namespaces"));
        return namespaces.Count(each => (string?)each["metadata"]!["labels"]?[Labels.Account] == account.Name && each["metadata"]!["deletionTimestamp"] is null);
    }
}
