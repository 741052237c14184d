using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class OperatorsOfTwoClassesShareACluster(OperatorCluster cluster)
{
    [Fact]
    public async Task Each_serves_the_accounts_of_its_class_and_touches_no_other()
    {
        await using var plain = await TestAccount.OpenAsync(cluster, start: false);
        await using var gold = await TestAccount.OpenAsync(cluster, start: false);
        await SetClassAsync(gold, "\"gold\"");
        string[] both = [plain.Name, gold.Name];
        await plain.StartAsync(new OperatorArguments { WatchNamespaces = both });
        await gold.StartAsync(new OperatorArguments { WatchNamespaces = both, ControllerClass = "gold" });

        await plain.CreateAsync("acme");
        await gold.CreateAsync("acme");
        await plain.UntilReadyAsync("acme");
        await gold.UntilReadyAsync("acme");
        await plain.UntilQuietAsync();
        await gold.UntilQuietAsync();

        plain.Proxy.Requests.Where(request => request.IsWrite).Should().OnlyContain(request => !request.Path.Contains(gold.Name));
        gold.Proxy.Requests.Where(request => request.IsWrite).Should().OnlyContain(request => !request.Path.Contains(plain.Name));

        // The account changes hands: the former operator lets it be, the other one takes it up as it is.
        var before = (await gold.FindTenantAsync("acme"))!.Status!.ExternalId;
        await SetClassAsync(gold, "null");
        await gold.PatchSpecAsync("tenants", "acme", """{"displayName":"Acme in other hands"}""");
        var taken = await gold.UntilReadyAsync("acme");
        taken.Status!.ExternalId.Should().Be(before);
        plain.Proxy.Requests.Should().Contain(request => request.IsWrite && request.Path.Contains(gold.Name));
    }

    private static Task SetClassAsync(TestAccount account, string name) => account.Rest.PatchAsync(
        account.PathOf("namespaces", account.Name), JsonNode.Parse($$$$"""{"metadata":{"labels":{"{{{{Labels.ControllerClass}}}}":{{{{name}}}}}}}""")!);
}
