using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class DriftIsOnlyReportedWhenWished(OperatorCluster cluster)
{
    [Fact]
    public async Task What_was_changed_outside_is_named_and_left_and_a_change_of_the_spec_still_works()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 5, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" }, DriftPolicy = DriftPolicy.Report });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilReadyAsync("acme");
        var ns = account.NamespaceOf("acme");

        await account.Rest.PatchAsync(account.PathOf("resourcequotas", "tenant-quota", ns), JsonNode.Parse("""{"spec":{"hard":{"pods":"99"}}}""")!);
        await account.Rest.DeleteAsync(account.PathOf("networkpolicies", "tenant-isolation", ns));
        await account.Rest.DeleteAsync(account.PathOf("rolebindings", "tenant-admin", ns));
        var drifted = await account.UntilAsync("acme", tenant => tenant.Status?.DriftedFields?.Count == 3, "all three are named");
        await account.UntilQuietAsync();

        drifted.Status!.DriftedFields.Should().BeEquivalentTo(
            "ResourceQuota tenant-quota (spec.hard.pods)", "NetworkPolicy tenant-isolation (missing)", "RoleBinding tenant-admin (missing)");
        TestAccount.ConditionOf(drifted, TenantConditions.Drifted)!.Reason.Should().Be(TenantReasons.DriftReported);
        TestAccount.Ready(drifted)!.Status.Should().Be(ConditionStatus.True);
        ((string?)(await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-quota", ns)))["spec"]!["hard"]!["pods"]).Should().Be("99");
        await account.UntilEventAsync(TenantReasons.DriftReported, "tenant-quota");
        await account.StopAsync();
        await account.StartAsync();
        await account.UntilQuietAsync();
        (await account.Rest.FindAsync(account.PathOf("networkpolicies", "tenant-isolation", ns))).Should().BeNull("a restart is no reason to put it back");

        await account.PatchSpecAsync("tenants", "acme", """{"driftPolicy":"Correct"}""");

        var corrected = await account.UntilAsync("acme", tenant => tenant.Status is { DriftedFields: null } && TestAccount.ConditionOf(tenant, TenantConditions.Drifted)?.Status == ConditionStatus.False, "all is put back");
        TestAccount.ConditionOf(corrected, TenantConditions.Synced)!.Status.Should().Be(ConditionStatus.True);
        ((string?)(await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-quota", ns)))["spec"]!["hard"]!["pods"]).Should().Be("10");
        (await account.Rest.FindAsync(account.PathOf("rolebindings", "tenant-admin", ns))).Should().NotBeNull();
    }

    [Fact]
    public async Task A_template_may_wish_so_for_its_tenants()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync(new TenantTemplate { Metadata = TestAccount.Meta("careful"), Spec = new TenantTemplateSpec { DriftPolicy = DriftPolicy.Report } });
        await account.CreateAsync("acme", new TenantSpec { TemplateRef = new LocalReference { Name = "careful" } });
        await account.UntilReadyAsync("acme");

        await account.Rest.DeleteAsync(account.PathOf("networkpolicies", "tenant-isolation", account.NamespaceOf("acme")));
        await account.UntilAsync("acme", tenant => tenant.Status?.DriftedFields?.Count == 1, "it is named");

        await account.PatchSpecAsync("tenants", "acme", """{"driftPolicy":"Correct"}""");
        await account.UntilAsync("acme", tenant => tenant.Status is { DriftedFields: null }, "the tenant's own wish comes first");
        (await account.Rest.FindAsync(account.PathOf("networkpolicies", "tenant-isolation", account.NamespaceOf("acme")))).Should().NotBeNull();
    }

    [Fact]
    public async Task A_platform_in_mode_observe_is_only_looked_at_and_the_plan_is_told()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync(new TenantPlatform
        {
            Metadata = TestAccount.Meta("default"),
            Spec = new TenantPlatformSpec { Mode = PlatformMode.Observe, Cluster = new ClusterPlatform() },
        });
        await account.CreatePackageAsync("business", 5, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);

        var observed = await account.UntilReadyAsync("acme", TenantReasons.Observing);
        await account.UntilUserAsync("jane", TenantUserReasons.Paused);
        await account.UntilQuietAsync();

        observed.Status!.DriftedFields.Should().Contain([$"Namespace {account.NamespaceOf("acme")} (missing)", "ResourceQuota tenant-quota (missing)"]);
        observed.Metadata.Finalizers.Should().BeNullOrEmpty();
        account.Proxy.Requests.Where(request => request.IsWrite && !request.Path.Contains("/status", StringComparison.Ordinal) && !request.Path.Contains("/events", StringComparison.Ordinal))
            .Should().BeEmpty("nothing outside our own status is written");

        await account.Rest.PatchAsync(account.PathOf("tenantplatforms", "default"), JsonNode.Parse("""{"spec":{"mode":"Manage"}}""")!);

        await account.UntilReadyAsync("acme");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
    }
}
