using TenantOperator.Api.V1Alpha1;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class ACrashAtAnyMomentLeavesNothingTwice(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int Tenants = 25;

    [Fact]
    public async Task Connections_cut_before_and_after_any_request_change_nothing_of_the_end()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await ApplyAsync(account);
        var cuts = new List<FaultRule>();
        foreach (var fault in (Fault[])[Fault.CutBefore, Fault.CutAfter])
        {
            for (var number = 0; number < 15; number++)
            {
                cuts.Add(account.Proxy.On(request => request.IsWrite && request.Resource is not "events", fault, nth: random.Next(1, 10 * Tenants)));
            }
        }

        await account.StartAsync();
        await UntilAllReadyAsync(account);
        cuts.ForEach(cut => cut.Dispose());
        await account.UntilQuietAsync();

        output.WriteLine($"{cuts.Sum(cut => cut.Hits)} cuts");
        cuts.Sum(cut => cut.Hits).Should().BeGreaterThan(5);
        await CheckAsync(account);
    }

    private static async Task ApplyAsync(TestAccount account)
    {
        await account.CreatePackageAsync("business", Tenants, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreateAsync(new TenantTemplate { Metadata = TestAccount.Meta("standard"), Spec = new TenantTemplateSpec { PackageRef = new PackageReference { Name = "business" } } });
        for (var number = 0; number < Tenants; number++)
        {
            await account.CreateAsync($"t{number}", new TenantSpec
            {
                TemplateRef = new LocalReference { Name = "standard" },
                InitialUsers = [new InitialUser { Email = "jane@acme.example", Roles = [TenantRole.Admin] }, new InitialUser { Email = "omar@acme.example" }],
            });
        }
    }

    private static Task UntilAllReadyAsync(TestAccount account) => Until.TrueAsync(
        async () => (await account.Rest.ListAsync(account.PathOf("tenants"))).Count(item =>
            TestAccount.Read<Tenant>(item)! is { Status.Users.Summary: "2/2" } tenant && TestAccount.Ready(tenant)?.Status == ConditionStatus.True) == Tenants,
        "all tenants are ready");

    private static async Task CheckAsync(TestAccount account)
    {
        var allocations = await account.AllocationsAsync();
        allocations.Select(each => each.Spec.Holder.Name).Should().BeEquivalentTo(Enumerable.Range(0, Tenants).Select(number => $"t{number}"), "each tenant holds one unit");
        allocations.Should().OnlyContain(each => each.Spec.Slot < Tenants);
        (await account.Rest.ListAsync(account.PathOf("tenantusers"))).GroupBy(user => (string)user["spec"]!["tenantRef"]!["name"]!).Should().HaveCount(Tenants).And.OnlyContain(group => group.Count() == 2);
        (await account.Rest.ListAsync(account.PathOf("namespaces"))).Count(ns => (string?)ns["metadata"]!["labels"]?[Labels.Account] == account.Name).Should().Be(Tenants);
        for (var number = 0; number < Tenants; number++)
        {
            var ns = account.NamespaceOf($"t{number}");
            foreach (var (resource, names) in ((string, string[])[])[("resourcequotas", ["tenant-quota"]), ("networkpolicies", ["tenant-isolation"]), ("rolebindings", ["tenant-admin", "tenant-member"])])
            {
                (await account.Rest.ListAsync(account.PathOf(resource, ns: ns))).Select(child => (string)child["metadata"]!["name"]!).Should().BeEquivalentTo(names);
            }
        }
    }
}
