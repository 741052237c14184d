using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Cluster;

namespace TenantOperator.Platforms.Tests.Cluster;

public sealed class ClusterPlanTests
{
    [Fact]
    public void A_tenant_that_wishes_for_nothing_gets_a_marked_namespace_and_isolation()
    {
        var plan = ClusterPlan.For(A.Wish());

        plan.Namespace.Should().Be("contoso-acme");
        plan.NamespaceLabels.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            [Labels.ManagedBy] = "tenant-operator",
            [Labels.Account] = "contoso",
            [Labels.AccountUid] = "account-uid",
            [Labels.Tenant] = "acme",
            [Labels.TenantUid] = "tenant-uid",
            ["pod-security.kubernetes.io/enforce"] = "baseline",
            ["pod-security.kubernetes.io/audit"] = "baseline",
            ["pod-security.kubernetes.io/warn"] = "baseline",
        });
        plan.NamespaceManifest().Metadata.Annotations.Should().BeEquivalentTo(new Dictionary<string, string> { [Annotations.DisplayName] = "Acme" });
        plan.NetworkPolicy.Should().NotBeNull();
        (plan.Quota, plan.LimitRange, plan.Suspension).Should().Be((null, null, null));
    }

    [Theory]
    [InlineData(PodSecurityLevel.Privileged, "privileged")]
    [InlineData(PodSecurityLevel.Baseline, "baseline")]
    [InlineData(PodSecurityLevel.Restricted, "restricted")]
    [InlineData(null, "baseline")]
    public void The_security_level_is_enforced_audited_and_warned_about(PodSecurityLevel? level, string word)
    {
        var labels = ClusterPlan.For(A.Wish(new EffectiveCluster { PodSecurity = level })).NamespaceLabels;

        labels.Where(label => label.Key.StartsWith("pod-security.kubernetes.io/", StringComparison.Ordinal)).Select(label => label.Value).Should().HaveCount(3).And.OnlyContain(value => value == word);
    }

    [Fact]
    public void No_label_of_a_tenant_replaces_a_mark_or_the_security_level()
    {
        var evil = new Dictionary<string, string>
        {
            [Labels.Account] = "rival",
            [Labels.TenantUid] = "0",
            [Labels.ManagedBy] = "me",
            ["pod-security.kubernetes.io/enforce"] = "privileged",
            ["cost"] = "4711",
        };

        var plan = ClusterPlan.For(A.Wish(new EffectiveCluster { Labels = evil }));

        plan.NamespaceLabels.Should().Contain(Labels.Account, "contoso").And.Contain(Labels.TenantUid, "tenant-uid").And.Contain(Labels.ManagedBy, "tenant-operator")
            .And.Contain("pod-security.kubernetes.io/enforce", "baseline").And.Contain("cost", "4711");
    }

    [Fact]
    public void A_suspended_tenant_is_labelled_and_allowed_no_pod()
    {
        var plan = ClusterPlan.For(A.Wish(new EffectiveCluster { Quota = A.Amounts(("pods", "10")) }, suspended: true));

        plan.NamespaceLabels.Should().Contain(Labels.Suspended, "true");
        plan.Suspension!.Content.Should().Be("""{"hard":{"pods":"0"}}""");
        plan.Quota!.Content.Should().Be("""{"hard":{"pods":"10"}}""", "its own quota stays as it is");
    }

    [Fact]
    public void A_quota_is_compared_by_value_and_sent_as_it_was_written()
    {
        var one = ClusterPlan.For(A.Wish(new EffectiveCluster { Quota = A.Amounts(("requests.memory", "1024Mi"), ("requests.cpu", "0.5")) })).Quota!;
        var other = ClusterPlan.For(A.Wish(new EffectiveCluster { Quota = A.Amounts(("requests.cpu", "500m"), ("requests.memory", "1Gi")) })).Quota!;

        one.Content.Should().Be(other.Content);
        one.Manifest.Spec!.ToJsonString().Should().Contain("1024Mi");
    }

    [Fact]
    public void A_limit_range_is_filled_in_as_the_server_does()
    {
        var limits = new ContainerLimits { Max = A.Amounts(("cpu", "2")), Min = A.Amounts(("memory", "64Mi")), Default = A.Amounts(("ephemeral-storage", "1Gi")) };

        var container = ClusterPlan.For(A.Wish(new EffectiveCluster { LimitRange = limits })).LimitRange!.Manifest.Spec!["limits"]![0]!;

        JsonNode.DeepEquals(container["default"], JsonNode.Parse("""{"ephemeral-storage":"1Gi","cpu":"2"}""")).Should().BeTrue();
        JsonNode.DeepEquals(container["defaultRequest"], JsonNode.Parse("""{"ephemeral-storage":"1Gi","cpu":"2","memory":"64Mi"}""")).Should().BeTrue();
    }

    [Fact]
    public void An_isolated_tenant_lets_in_itself_and_what_the_platform_names_and_goes_out_to_dns_only()
    {
        var platform = new ClusterPlatform { NetworkPolicy = new ClusterNetworkPolicy { AllowNamespaces = ["ingress-nginx"] } };

        var spec = ClusterPlan.For(A.Wish(platform: platform)).NetworkPolicy!.Manifest.Spec!;

        spec["policyTypes"]!.ToJsonString().Should().Be("""["Ingress","Egress"]""");
        spec["podSelector"]!.ToJsonString().Should().Be("{}");
        spec["ingress"]!.ToJsonString().Should().Be(
            """[{"from":[{"podSelector":{}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"ingress-nginx"}}}]}]""");
        spec["egress"]!.AsArray().Should().HaveCount(2);
        spec["egress"]![1]!["ports"]!.AsArray().Select(port => (int)port!["port"]!).Should().OnlyContain(port => port == 53);
    }

    [Fact]
    public void An_open_tenant_has_no_policy() => ClusterPlan.For(A.Wish(new EffectiveCluster { NetworkPolicy = NetworkIsolation.Open })).NetworkPolicy.Should().BeNull();

    [Fact]
    public void Which_labels_came_from_the_tenant_is_remembered_to_take_them_away_again()
    {
        var labels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };

        ClusterPlan.For(A.Wish(new EffectiveCluster { Labels = labels })).NamespaceAnnotations[Annotations.TenantLabels].Should().Be("a,b");
        ClusterPlan.For(A.Wish()).NamespaceAnnotations[Annotations.TenantLabels].Should().BeNull();
    }
}
