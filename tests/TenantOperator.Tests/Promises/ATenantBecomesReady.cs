using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class ATenantBecomesReady(OperatorCluster cluster)
{
    [Fact]
    public async Task A_lone_tenant_in_an_empty_cluster_becomes_ready()
    {
        await using var account = await TestAccount.OpenAsync(cluster);

        await account.CreateAsync("acme");
        var tenant = await account.UntilReadyAsync("acme");

        tenant.Status!.Phase.Should().Be(TenantPhase.Active);
        var ns = await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        tenant.Status.ExternalId.Should().Be((string?)ns["metadata"]!["uid"]);
        ((string?)ns["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]).Should().Be("baseline");
        ((string?)ns["metadata"]!["labels"]![Labels.Tenant]).Should().Be("acme");
        (await account.Rest.FindAsync(account.PathOf("networkpolicies", "tenant-isolation", account.NamespaceOf("acme")))).Should().NotBeNull();
        tenant.Status.Conditions!.Where(condition => condition.Status == ConditionStatus.True).Select(condition => condition.Type).Should().BeEquivalentTo(
            CommonConditions.Ready, TenantConditions.TemplateResolved, TenantConditions.PackageAllocated, TenantConditions.Synced, TenantConditions.UsersSynced, TenantConditions.WithinLimits);
    }

    [Fact]
    public async Task A_tenant_with_platform_package_template_and_people_becomes_ready_and_says_where_each_value_comes_from()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync(new TenantPlatform
        {
            Metadata = TestAccount.Meta("default"),
            Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform { UsernamePrefix = "oidc:", Access = [new GroupAccess { Group = "support", Role = TenantRole.Developer }] } },
        });
        await account.CreatePackageAsync("business", 3, change: spec => spec with
        {
            Credits = 500,
            Quota = A.Amounts(("pods", "20"), ("requests.memory", "2048Mi")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")) },
            Limits = new TenantLimits { MaxUsers = 9 },
        });
        await account.CreatePackageAsync("seats", 10, PackageType.AddOn, spec => spec with { Limits = new TenantLimits { MaxUsers = 5 } });
        await account.CreateAsync(new TenantTemplate
        {
            Metadata = TestAccount.Meta("standard"),
            Spec = new TenantTemplateSpec { Description = "A usual customer", PackageRef = new PackageReference { Name = "business" }, Cluster = new ClusterTemplate { PodSecurity = PodSecurityLevel.Restricted } },
        });
        await account.CreateAsync("acme", new TenantSpec
        {
            DisplayName = "Acme Corporation",
            TemplateRef = new LocalReference { Name = "standard" },
            AddOns = [new AddOn { Name = "seats", Units = 2 }],
        });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.CreateUserAsync("omar");

        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilUserAsync("omar", TenantUserReasons.Synced);
        var tenant = await account.UntilAsync("acme", each => each.Status?.Users?.Summary == "2/2" && TestAccount.Ready(each)?.Status == ConditionStatus.True, "both people are in");

        var effective = tenant.Status!.Effective!;
        effective.Should().BeEquivalentTo(new { DisplayName = "Acme Corporation", Description = "A usual customer", Package = "business", Credits = 500, Limits = new { MaxUsers = 19 } });
        effective.Sources.Should().Contain(new Dictionary<string, SettingSource>
        {
            ["displayName"] = SettingSource.Tenant,
            ["description"] = SettingSource.Template,
            ["package"] = SettingSource.Template,
            ["addOns"] = SettingSource.Tenant,
            ["credits"] = SettingSource.Package,
            ["limits.maxUsers"] = SettingSource.Package,
            ["cluster.quota"] = SettingSource.Package,
            ["cluster.podSecurity"] = SettingSource.Template,
            ["cluster.networkPolicy"] = SettingSource.Default,
        });
        tenant.Status.Template.Should().BeEquivalentTo(new { Name = "standard", Generation = 1 });
        tenant.Status.Packages!.Select(unit => unit.Allocation).Should().Equal("business-0", "seats-0", "seats-1");
        var ns = account.NamespaceOf("acme");
        var quota = await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-quota", ns));
        ((string?)quota["spec"]!["hard"]!["requests.memory"]).Should().Be("2Gi");
        var admins = await account.Rest.GetAsync(account.PathOf("rolebindings", "tenant-admin", ns));
        ((string?)admins["subjects"]![0]!["name"]).Should().Be("oidc:jane@acme.example");
        ((string?)admins["roleRef"]!["name"]).Should().Be("admin");
        var developers = await account.Rest.GetAsync(account.PathOf("rolebindings", "tenant-developer", ns));
        ((string?)developers["subjects"]![0]!["name"]).Should().Be("support");
        await Until.TrueAsync(
            async () => TestAccount.Read<TenantPackage>(await account.Rest.GetAsync(account.PathOf("tenantpackages", "business")))!.Status is { Held: 1, Free: 2, Waiting: 0 },
            "the package counts its unit");
    }

    [Fact]
    public async Task Editing_or_deleting_a_template_later_changes_no_tenant()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        var standard = new TenantTemplate { Metadata = TestAccount.Meta("standard"), Spec = new TenantTemplateSpec { Description = "as it was" } };
        await account.CreateAsync(standard);
        await account.CreateAsync("acme", new TenantSpec { TemplateRef = new LocalReference { Name = "standard" } });
        var before = await account.UntilReadyAsync("acme");

        await account.PatchSpecAsync("tenanttemplates", "standard", """{"description":"as it is now"}""");
        await account.DeleteAsync("tenanttemplates", "standard");
        await account.PatchSpecAsync("tenants", "acme", """{"displayName":"Acme"}""");
        var after = await account.UntilReadyAsync("acme");

        after.Status!.Effective!.Description.Should().Be("as it was");
        after.Status.Template.Should().Be(before.Status!.Template);
    }

    [Fact]
    public async Task A_tenant_whose_template_platform_or_package_is_missing_says_so_and_goes_on_when_it_appears()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec
        {
            PlatformRef = new LocalReference { Name = "here" },
            TemplateRef = new LocalReference { Name = "standard" },
            PackageRef = new PackageReference { Name = "business" },
        });

        (await account.UntilReadyAsync("acme", TenantReasons.PlatformNotFound)).Status!.Phase.Should().Be(TenantPhase.Pending);
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("here"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() } });
        await account.UntilReadyAsync("acme", TenantReasons.TemplateNotFound);
        await account.CreateAsync(new TenantTemplate { Metadata = TestAccount.Meta("standard"), Spec = new TenantTemplateSpec { Description = "late" } });
        await account.UntilReadyAsync("acme", TenantReasons.PackageNotFound);
        await account.CreatePackageAsync("business", 1);

        (await account.UntilReadyAsync("acme")).Status!.Effective!.Description.Should().Be("late");
    }

    [Fact]
    public async Task What_the_platform_does_not_allow_is_named_and_does_not_stop_the_rest()
    {
        await using var account = await TestAccount.OpenAsync(cluster);

        await account.CreateAsync("acme", new TenantSpec { Cluster = new ClusterTenant { NetworkPolicy = NetworkIsolation.Open, PodSecurity = PodSecurityLevel.Privileged } });
        var tenant = await account.UntilReadyAsync("acme");

        TestAccount.ConditionOf(tenant, TenantConditions.Synced)!.Status.Should().Be(ConditionStatus.False);
        tenant.Status!.UnsupportedFields.Should().BeEquivalentTo("cluster.networkPolicy", "cluster.podSecurity");
        var ns = await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        ((string?)ns["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]).Should().Be("baseline");
    }

    [Fact]
    public async Task A_paused_tenant_is_left_alone_until_it_goes_on()
    {
        await using var account = await TestAccount.OpenAsync(cluster);

        await account.CreateAsync("acme", new TenantSpec { Paused = true });
        var paused = await account.UntilReadyAsync("acme", TenantReasons.Paused);

        TestAccount.Ready(paused)!.Status.Should().Be(ConditionStatus.Unknown);
        (await account.Rest.FindAsync(account.PathOf("namespaces", account.NamespaceOf("acme")))).Should().BeNull();
        await account.PatchSpecAsync("tenants", "acme", """{"paused":null}""");
        await account.UntilReadyAsync("acme");
    }

    [Fact]
    public async Task A_name_too_long_for_a_namespace_is_refused_with_the_way_out()
    {
        await using var account = await TestAccount.OpenAsync(cluster);

        await account.CreateAsync(new string('a', 63));

        var tenant = await account.UntilReadyAsync(new string('a', 63), TenantReasons.NameInvalid);
        TestAccount.Ready(tenant)!.Message.Should().Contain("spec.cluster.namespace");
    }

    [Fact]
    public async Task An_operator_for_some_namespaces_touches_no_other()
    {
        await using var mine = await TestAccount.OpenAsync(cluster);
        await using var other = await TestAccount.OpenAsync(cluster, start: false);
        await other.CreateAsync("acme");
        await mine.CreateAsync("acme");

        await mine.UntilReadyAsync("acme");
        await mine.UntilQuietAsync();

        (await other.FindTenantAsync("acme"))!.Metadata.Finalizers.Should().BeNullOrEmpty();
        (await other.Rest.FindAsync(other.PathOf("namespaces", other.NamespaceOf("acme")))).Should().BeNull();
        mine.Proxy.Requests.Where(request => request.IsWrite).Should().NotContain(request => request.Namespace == other.Name);
    }
}
