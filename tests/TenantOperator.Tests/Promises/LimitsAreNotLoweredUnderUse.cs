using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class LimitsAreNotLoweredUnderUse(OperatorCluster cluster)
{
    [Fact]
    public async Task A_smaller_package_than_what_is_in_use_is_refused_with_the_numbers_until_it_fits_or_is_allowed()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("large", 5, change: spec => spec with { Quota = A.Amounts(("pods", "10"), ("requests.cpu", "4")) });
        await account.CreatePackageAsync("small", 5, change: spec => spec with { Quota = A.Amounts(("pods", "5"), ("requests.cpu", "4")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "large" } });
        await account.UntilReadyAsync("acme");
        await UseAsync(account, pods: 8);

        // Kinds are watched one by one: what is not in view yet cannot be heeded.
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.Highest == "80%", "the use is in view");
        await account.PatchSpecAsync("tenants", "acme", """{"packageRef":{"name":"small"}}""");

        var refused = await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.PackageAllocated)?.Reason == TenantReasons.BelowUsage, "the change is refused");
        TestAccount.ConditionOf(refused, TenantConditions.Synced)!.Message.Should().Contain("pods would be 5 and 8 is in use").And.Contain("allowBelowUsage");
        await account.UntilQuietAsync();
        (await account.AllocationsAsync()).Single().Spec.PackageName.Should().Be("large", "no unit is taken for nothing");
        (await PodsAsync(account)).Should().Be("10");

        await UseAsync(account, pods: 3);

        await account.UntilAsync("acme", tenant => tenant.Status?.Effective?.Package == "small" && TestAccount.ConditionOf(tenant, TenantConditions.Synced)?.Status == ConditionStatus.True, "it fits now");
        (await account.AllocationsAsync()).Single().Spec.PackageName.Should().Be("small");
        (await PodsAsync(account)).Should().Be("5");
    }

    [Fact]
    public async Task A_package_edited_below_what_is_in_use_keeps_the_former_quota_until_that_is_allowed()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("large", 5, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "large" } });
        await account.UntilReadyAsync("acme");
        await UseAsync(account, pods: 8);

        await account.PatchSpecAsync("tenantpackages", "large", """{"quota":{"pods":"4"}}""");
        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.Synced)?.Reason == TenantReasons.BelowUsage, "the numbers are named");
        (await PodsAsync(account)).Should().Be("10");

        await account.PatchSpecAsync("tenants", "acme", """{"allowBelowUsage":true}""");

        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.Synced)?.Status == ConditionStatus.True, "it is allowed");
        (await PodsAsync(account)).Should().Be("4");
    }

    // What the quota controller of a whole cluster would write.
    private static Task UseAsync(TestAccount account, int pods) => account.Rest.PatchAsync(
        account.PathOf("resourcequotas", "tenant-quota", account.NamespaceOf("acme")) + "/status",
        JsonNode.Parse($$$$"""{"status":{"hard":{"pods":"10"},"used":{"pods":"{{{{pods}}}}"}}}""")!);

    private static async Task<string?> PodsAsync(TestAccount account) =>
        (string?)(await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-quota", account.NamespaceOf("acme"))))["spec"]!["hard"]!["pods"];
}
