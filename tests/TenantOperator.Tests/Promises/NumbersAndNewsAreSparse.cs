using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class NumbersAndNewsAreSparse(OperatorCluster cluster)
{
    [Fact]
    public async Task Usage_follows_the_quota_without_a_write_for_every_pod()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", change: spec => spec with { Quota = A.Amounts(("pods", "1000")) });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.UntilReadyAsync("acme");

        await CountAsync(account, 100);
        await UntilUsedAsync("10%");
        await account.UntilQuietAsync();
        var mark = account.Proxy.Mark();
        for (var pods = 101; pods <= 109; pods++)
        {
            await CountAsync(account, pods);
        }

        await account.UntilQuietAsync();
        mark.Writes.Should().BeEmpty("nine pods of a thousand are less than one percent");
        await CountAsync(account, 111);
        await UntilUsedAsync("11%");
        await CountAsync(account, 805);
        await UntilUsedAsync("80%");
        TestAccount.ConditionOf((await account.FindTenantAsync("acme"))!, TenantConditions.WithinLimits)!.Reason.Should().Be(TenantReasons.UsageHigh);
        await account.UntilEventAsync(TenantReasons.UsageHigh);
        TestAccount.Ready((await account.FindTenantAsync("acme"))!)!.Status.Should().Be(ConditionStatus.True, "a full tenant is ready all the same");

        Task UntilUsedAsync(string share) => account.UntilAsync("acme", tenant => tenant.Status?.Usage is { HighestOf: "pods" } usage && usage.Highest == share, "the usage is " + share);
    }

    [Fact]
    public async Task Events_come_on_transitions_only_and_metrics_go_with_the_tenant()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        await account.UntilQuietAsync();
        (await account.EventsAsync()).Should().BeEmpty("becoming Ready is told by the status");
        var series = $"namespace=\"{account.Name}\",tenant=\"acme\"";
        account.Operator!.Metrics().Should().Contain("tenantoperator_tenant_condition{").And.Contain(series);

        await account.Rest.DeleteAsync(account.PathOf("networkpolicies", "tenant-isolation", account.NamespaceOf("acme")));
        await account.UntilEventAsync(TenantReasons.DriftCorrected, "NetworkPolicy tenant-isolation");
        await account.UntilQuietAsync();
        (await account.EventsAsync()).Should().ContainSingle();

        await account.DeleteAsync("tenants", "acme");
        await account.UntilGoneAsync("acme");
        await Until.TrueAsync(() => !account.Operator.Metrics().Contains(series), "its series are gone");
    }

    [Fact]
    public async Task No_address_of_a_person_stands_in_names_labels_events_logs_or_metrics()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec
        {
            InitialUsers = [new InitialUser { Email = "ludmilla.person@acme.example", FirstName = "Ludmilla", Roles = [TenantRole.Admin] }],
            Limits = new TenantLimits { MaxUsers = 2 },
        });
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1", "the first person is in");
        await account.CreateUserAsync("second", email: "ludmilla.second@acme.example");
        await account.CreateUserAsync("third", email: "ludmilla.person@acme.example");
        await account.CreateUserAsync("fourth", email: "ludmilla.fourth@acme.example");
        await account.UntilUserAsync("third", TenantUserReasons.DuplicateEmail);
        await account.Rest.DeleteAsync(account.PathOf("rolebindings", "tenant-admin", account.NamespaceOf("acme")));
        await account.UntilEventAsync(TenantReasons.DriftCorrected);
        await account.UntilQuietAsync();

        var said = new List<string>();
        said.AddRange((await account.EventsAsync()).Select(event_ => event_.ToJsonString()));
        said.AddRange(account.Operator!.Log.Lines);
        said.Add(account.Operator.Metrics());
        said.AddRange(account.Proxy.Requests.Select(request => request.Path));
        foreach (var binding in await account.Rest.ListAsync(account.PathOf("rolebindings", ns: account.NamespaceOf("acme"))))
        {
            said.Add(binding["metadata"]!["labels"]!.ToJsonString() + binding["metadata"]!["name"]);
        }

        said.AddRange((await account.Rest.ListAsync(account.PathOf("tenantusers"))).Select(user => user["metadata"]!["name"] + user["metadata"]!["labels"]?.ToJsonString() + user["status"]?["conditions"]?.ToJsonString()));
        said.Add((await account.Rest.GetAsync(account.PathOf("tenants", "acme")))["status"]!.ToJsonString());
        said.Should().HaveCountGreaterThan(20);
        said.Should().NotContain(text => text.Contains("ludmilla", StringComparison.OrdinalIgnoreCase));
    }

    // What the quota controller of a whole cluster does.
    private static Task CountAsync(TestAccount account, int pods) => account.Rest.PatchAsync(
        account.PathOf("resourcequotas", "tenant-quota", account.NamespaceOf("acme")) + "/status",
        new JsonObject { ["status"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "1000" }, ["used"] = new JsonObject { ["pods"] = pods.ToString() } } });
}
