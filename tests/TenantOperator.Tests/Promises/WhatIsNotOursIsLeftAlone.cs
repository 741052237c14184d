using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class WhatIsNotOursIsLeftAlone(OperatorCluster cluster)
{
    [Fact]
    public async Task A_namespace_that_exists_without_our_mark_is_never_taken_over()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var before = await account.Rest.CreateAsync(account.PathOf("namespaces"), JsonNode.Parse($$$$"""{"metadata":{"name":"{{{{account.NamespaceOf("acme")}}}}","labels":{"theirs":"1"}}}""")!);

        await account.CreateAsync("acme", new TenantSpec { ExternalId = null });
        var tenant = await account.UntilReadyAsync("acme", TenantReasons.NamespaceTaken);

        TestAccount.ConditionOf(tenant, CommonConditions.Stalled)!.Status.Should().Be(ConditionStatus.True, "a person must act");
        await account.UntilEventAsync(TenantReasons.NamespaceTaken);
        await account.UntilQuietAsync();
        (await account.Rest.GetAsync(path))["metadata"]!["resourceVersion"]!.ToString().Should().Be(before["metadata"]!["resourceVersion"]!.ToString());
        account.Proxy.Requests.Should().NotContain(request => request.IsWrite && request.Namespace == account.NamespaceOf("acme"));
        await account.DeleteAsync("tenants", "acme");
        await account.UntilGoneAsync("acme");
        (await account.Rest.GetAsync(path))["metadata"]!["resourceVersion"]!.ToString().Should().Be(before["metadata"]!["resourceVersion"]!.ToString(), "nor is it touched by a deletion");
    }

    [Fact]
    public async Task The_namespace_of_another_tenant_is_never_taken_over()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        var acme = await account.UntilReadyAsync("acme");

        await account.CreateAsync("thief", new TenantSpec { ExternalId = acme.Status!.ExternalId, Cluster = new ClusterTenant { Namespace = account.NamespaceOf("acme") } });

        await account.UntilReadyAsync("thief", TenantReasons.NamespaceTaken);
        (await account.FindTenantAsync("acme"))!.Status!.ExternalId.Should().Be(acme.Status.ExternalId);
    }

    [Fact]
    public async Task A_namespace_is_made_only_under_a_name_of_the_account()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        var (foreign, own) = (account.Name + "x", account.Name + "-shop");

        await account.CreateAsync("thief", new TenantSpec { Cluster = new ClusterTenant { Namespace = foreign } });
        await account.CreateAsync("acme", new TenantSpec { Cluster = new ClusterTenant { Namespace = own } });

        var refused = await account.UntilReadyAsync("thief", TenantReasons.NameInvalid);
        TestAccount.Ready(refused)!.Message.Should().Contain($"begins with \"{account.Name}-\"");
        (await account.Rest.FindAsync(account.PathOf("namespaces", foreign))).Should().BeNull();
        await account.UntilReadyAsync("acme");
        (await account.Rest.FindAsync(account.PathOf("namespaces", own))).Should().NotBeNull();
    }

    [Fact]
    public async Task A_child_that_somebody_else_made_is_reported_and_kept()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        var quotas = account.PathOf("resourcequotas", ns: account.NamespaceOf("acme"));
        await account.Rest.CreateAsync(quotas, JsonNode.Parse("""{"metadata":{"name":"tenant-quota"},"spec":{"hard":{"pods":"1"}}}""")!);
        await account.CreatePackageAsync("business", change: spec => spec with { Quota = A.Amounts(("pods", "10")) });

        await account.PatchSpecAsync("tenants", "acme", """{"packageRef":{"name":"business"}}""");
        var tenant = await account.UntilReadyAsync("acme", TenantReasons.NamespaceTaken);

        TestAccount.Ready(tenant)!.Message.Should().Contain("ResourceQuota tenant-quota").And.Contain("was not made by this operator");
        ((string?)(await account.Rest.GetAsync(quotas + "/tenant-quota"))["spec"]!["hard"]!["pods"]).Should().Be("1");
    }

    [Fact]
    public async Task A_namespace_whose_marks_were_all_taken_away_is_left_alone_until_they_are_back()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var labels = (await account.Rest.GetAsync(path))["metadata"]!["labels"]!.DeepClone();

        await account.Rest.PatchAsync(path, JsonNode.Parse("""{"metadata":{"labels":null}}""")!);
        await account.UntilReadyAsync("acme", TenantReasons.NamespaceTaken);
        await account.Rest.PatchAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } });

        await account.UntilReadyAsync("acme");
    }
}
