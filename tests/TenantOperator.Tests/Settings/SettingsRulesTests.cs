using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Settings;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Settings;

public sealed class SettingsRulesTests
{
    private static readonly TenantTemplateSpec Template = new()
    {
        Description = "from the template",
        PackageRef = new PackageReference { Name = "business" },
        Limits = new TenantLimits { MaxUsers = 20, MaxAnalysts = 2, MaxCases = 200, Storage = "20Gi" },
        Security = new TenantSecurity { MfaRequired = false, SessionTimeoutMinutes = 20 },
        EarlyFeatures = false,
        DeletionPolicy = DeletionPolicy.Retain,
        Cluster = new ClusterTemplate { PodSecurity = PodSecurityLevel.Restricted, NetworkPolicy = NetworkIsolation.Isolated, Labels = new Dictionary<string, string> { ["a"] = "template", ["b"] = "template" } },
    };

    private static readonly TenantPackage Business = A.Package("business", new TenantPackageSpec
    {
        Type = PackageType.Primary,
        Credits = 100,
        Limits = new TenantLimits { MaxUsers = 30, MaxAnalysts = 3, MaxCases = 300, Storage = "30Gi" },
        Quota = A.Amounts(("pods", "10"), ("requests.cpu", "500m")),
        LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")) },
    });

    private static readonly TenantSpec Everything = new()
    {
        DisplayName = "Acme",
        Description = "from the tenant",
        Limits = new TenantLimits { MaxUsers = 10, MaxAnalysts = 1, MaxCases = 100, Storage = "10Gi" },
        Security = new TenantSecurity { MfaRequired = true, SessionTimeoutMinutes = 10 },
        EarlyFeatures = true,
        DeletionPolicy = DeletionPolicy.Delete,
        Cluster = new ClusterTenant { Namespace = "own", PodSecurity = PodSecurityLevel.Restricted, NetworkPolicy = NetworkIsolation.Isolated, Labels = new Dictionary<string, string> { ["a"] = "tenant" } },
    };

    public static TheoryData<string, SettingSource, SettingSource?, SettingSource?> WhoDecides => new()
    {
        // The field, who decides when everybody says something, when the tenant is silent, and when the template is silent too.
        { "description", SettingSource.Tenant, SettingSource.Template, null },
        { "displayName", SettingSource.Tenant, SettingSource.Default, SettingSource.Default },
        { "limits.maxUsers", SettingSource.Tenant, SettingSource.Template, SettingSource.Package },
        { "limits.maxAnalysts", SettingSource.Tenant, SettingSource.Template, SettingSource.Package },
        { "limits.maxCases", SettingSource.Tenant, SettingSource.Template, SettingSource.Package },
        { "limits.storage", SettingSource.Tenant, SettingSource.Template, SettingSource.Package },
        { "security.mfaRequired", SettingSource.Tenant, SettingSource.Template, null },
        { "security.sessionTimeoutMinutes", SettingSource.Tenant, SettingSource.Template, null },
        { "earlyFeatures", SettingSource.Tenant, SettingSource.Template, null },
        { "deletionPolicy", SettingSource.Tenant, SettingSource.Template, SettingSource.Default },
        { "credits", SettingSource.Package, SettingSource.Package, SettingSource.Package },
        { "cluster.namespace", SettingSource.Tenant, SettingSource.Default, SettingSource.Default },
        { "cluster.podSecurity", SettingSource.Tenant, SettingSource.Template, SettingSource.Platform },
        { "cluster.networkPolicy", SettingSource.Tenant, SettingSource.Template, SettingSource.Platform },
        { "cluster.labels", SettingSource.Tenant, SettingSource.Template, null },
        { "cluster.quota", SettingSource.Package, SettingSource.Package, SettingSource.Package },
        { "cluster.limitRange", SettingSource.Package, SettingSource.Package, SettingSource.Package },
    };

    [Theory]
    [MemberData(nameof(WhoDecides))]
    public void The_tenant_goes_before_its_template_before_its_packages_before_the_platform(
        string field, SettingSource everybody, SettingSource? tenantSilent, SettingSource? templateSilent)
    {
        var platform = A.Platform(new ClusterPlatform { PodSecurity = PodSecurityLevel.Baseline, NetworkPolicy = new ClusterNetworkPolicy { Mode = NetworkIsolation.Isolated } });

        SourceOf(Everything, Template, platform).Should().Be(everybody);
        SourceOf(new TenantSpec(), Template, platform).Should().Be(tenantSilent);
        SourceOf(new TenantSpec(), new TenantTemplateSpec(), platform).Should().Be(templateSilent);

        SettingSource? SourceOf(TenantSpec spec, TenantTemplateSpec template, TenantPlatform onPlatform) =>
            SettingsRules.Resolve(A.Tenant(spec: spec), template, [new(Business, 1)], onPlatform).Effective.Sources!.TryGetValue(field, out var source) ? source : null;
    }

    [Fact]
    public void A_tenant_that_says_nothing_at_all_has_defaults()
    {
        var effective = SettingsRules.Resolve(A.Tenant(), null, [], null).Effective;

        effective.Should().BeEquivalentTo(new
        {
            Name = "acme",
            DisplayName = "acme",
            DeletionPolicy = DeletionPolicy.Suspend,
            Package = (string?)null,
            Limits = (TenantLimits?)null,
            Cluster = new { Namespace = "contoso-acme", PodSecurity = PodSecurityLevel.Baseline, NetworkPolicy = NetworkIsolation.Isolated, Quota = (object?)null, LimitRange = (object?)null },
        });
        effective.Sources!.Values.Should().OnlyContain(source => source == SettingSource.Default);
    }

    [Fact]
    public void Packages_add_up_by_units()
    {
        var addOn = A.Package("more", new TenantPackageSpec
        {
            Type = PackageType.AddOn,
            Credits = 7,
            Limits = new TenantLimits { MaxUsers = 5, Storage = "512Mi" },
            Quota = A.Amounts(("pods", "1"), ("requests.cpu", "0.25")),
        });

        var effective = SettingsRules.Resolve(A.Tenant(), null, [new(Business, 1), new(addOn, 3)], null).Effective;

        effective.Credits.Should().Be(121);
        effective.Limits.Should().Be(new TenantLimits { MaxUsers = 45, MaxAnalysts = 3, MaxCases = 300, Storage = "32256Mi" });
        effective.Cluster!.Quota.Should().BeEquivalentTo(A.Amounts(("pods", "13"), ("requests.cpu", "1250m"), ("requests.storage", "32256Mi")));
        effective.Package.Should().Be("business");
        effective.AddOns.Should().Equal(new AddOn { Name = "more", Units = 3 });
    }

    [Fact]
    public void A_sum_never_passes_what_the_status_can_hold()
    {
        var addOn = A.Package("huge", new TenantPackageSpec { Type = PackageType.AddOn, Limits = new TenantLimits { MaxUsers = 1_000_000, MaxAnalysts = 1_000_000, MaxCases = 1_000_000_000_000 } });

        SettingsRules.Resolve(A.Tenant(), null, [new(addOn, 100)], null).Effective.Limits
            .Should().Be(new TenantLimits { MaxUsers = 1_000_000, MaxAnalysts = 1_000_000, MaxCases = 1_000_000_000_000 });
    }

    [Fact]
    public void Without_a_limit_on_cases_in_one_package_there_is_none_at_all()
    {
        var unlimited = A.Package("unlimited", new TenantPackageSpec { Type = PackageType.AddOn, Limits = new TenantLimits { MaxCases = -1 } });

        SettingsRules.Resolve(A.Tenant(), null, [new(Business, 1), new(unlimited, 1)], null).Effective.Limits!.MaxCases.Should().Be(-1);
    }

    [Theory]
    [InlineData("5Gi", "30Gi", "5Gi")]
    [InlineData("50Gi", "30Gi", "30Gi")]
    [InlineData("5Gi", null, "5Gi")]
    [InlineData(null, "30Gi", "30Gi")]
    public void A_storage_limit_is_a_ceiling_over_the_quota(string? limit, string? quota, string inForce)
    {
        var package = A.Package("p", new TenantPackageSpec { Type = PackageType.Primary, Quota = quota is null ? null : A.Amounts(("requests.storage", quota)) });
        var tenant = A.Tenant(spec: new TenantSpec { Limits = limit is null ? null : new TenantLimits { Storage = limit } });

        var effective = SettingsRules.Resolve(tenant, null, [new(package, 1)], null).Effective;

        effective.Cluster!.Quota!["requests.storage"].Should().Be(new Quantity(inForce));
        effective.Sources!["cluster.quota"].Should().Be(quota is null ? SettingSource.Tenant : SettingSource.Package);
    }

    [Fact]
    public void The_platforms_quota_counts_only_where_no_package_has_one()
    {
        var platform = A.Platform(new ClusterPlatform { Quota = A.Amounts(("pods", "3")) });

        SettingsRules.Resolve(A.Tenant(), null, [], platform).Effective.Cluster!.Quota.Should().BeEquivalentTo(A.Amounts(("pods", "3")));
        SettingsRules.Resolve(A.Tenant(), null, [new(Business, 1)], platform).Effective.Cluster!.Quota!["pods"].Should().Be(new Quantity("10"));
    }

    [Theory]
    [InlineData(null, PodSecurityLevel.Privileged, PodSecurityLevel.Baseline, true)]
    [InlineData(null, PodSecurityLevel.Restricted, PodSecurityLevel.Restricted, false)]
    [InlineData(PodSecurityLevel.Restricted, PodSecurityLevel.Baseline, PodSecurityLevel.Restricted, true)]
    [InlineData(PodSecurityLevel.Privileged, PodSecurityLevel.Privileged, PodSecurityLevel.Privileged, false)]
    public void Nobody_gets_a_weaker_pod_security_than_the_platform_allows(PodSecurityLevel? platform, PodSecurityLevel wished, PodSecurityLevel inForce, bool denied)
    {
        var tenant = A.Tenant(spec: new TenantSpec { Cluster = new ClusterTenant { PodSecurity = wished } });

        var resolved = SettingsRules.Resolve(tenant, null, [], A.Platform(new ClusterPlatform { PodSecurity = platform }));

        resolved.Effective.Cluster!.PodSecurity.Should().Be(inForce);
        resolved.Denied.Select(each => each.Reason).Should().Equal(denied ? [TenantReasons.PodSecurityNotAllowed] : []);
    }

    [Theory]
    [InlineData(null, null, NetworkIsolation.Isolated, true)]
    [InlineData(null, true, NetworkIsolation.Open, false)]
    [InlineData(NetworkIsolation.Open, null, NetworkIsolation.Open, false)]
    [InlineData(NetworkIsolation.Isolated, false, NetworkIsolation.Isolated, true)]
    public void An_open_network_must_be_allowed_by_the_platform(NetworkIsolation? mode, bool? allowOpen, NetworkIsolation inForce, bool denied)
    {
        var tenant = A.Tenant(spec: new TenantSpec { Cluster = new ClusterTenant { NetworkPolicy = NetworkIsolation.Open } });
        var platform = A.Platform(new ClusterPlatform { NetworkPolicy = new ClusterNetworkPolicy { Mode = mode, AllowOpen = allowOpen } });

        var resolved = SettingsRules.Resolve(tenant, null, [], platform);

        resolved.Effective.Cluster!.NetworkPolicy.Should().Be(inForce);
        resolved.Denied.Select(each => each.Reason).Should().Equal(denied ? [TenantReasons.NetworkNotAllowed] : []);
    }

    [Fact]
    public void An_empty_description_clears_the_templates_and_labels_are_merged()
    {
        var tenant = A.Tenant(spec: new TenantSpec { Description = "", Cluster = new ClusterTenant { Labels = new Dictionary<string, string> { ["a"] = "tenant" } } });

        var effective = SettingsRules.Resolve(tenant, Template, [], null).Effective;

        effective.Description.Should().BeEmpty();
        effective.Cluster!.Labels.Should().BeEquivalentTo(new Dictionary<string, string> { ["a"] = "tenant", ["b"] = "template" });
    }

    [Fact]
    public void A_list_of_add_ons_in_the_tenant_replaces_the_templates()
    {
        var template = Template with { AddOns = [new AddOn { Name = "templates" }] };

        SettingsRules.WantedAddOns(A.Tenant(), template).Should().Equal(new AddOn { Name = "templates" });
        SettingsRules.WantedAddOns(A.Tenant(spec: new TenantSpec { AddOns = [] }), template).Should().BeEmpty();
        SettingsRules.WantedPackage(A.Tenant(), template).Should().Be("business");
        SettingsRules.WantedPackage(A.Tenant(spec: new TenantSpec { PackageRef = new PackageReference { Name = "own" } }), template).Should().Be("own");
    }
}
