using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class NothingIsSentThatChangesNothing(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int Tenants = 200;

    [Fact]
    public async Task Two_hundred_tenants_cost_what_they_must_and_a_second_look_costs_nothing()
    {
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.CreatePackageAsync("business", Tenants, change: spec => spec with
        {
            Quota = A.Amounts(("pods", "10"), ("requests.memory", "1024Mi"), ("requests.cpu", "0.5")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")), DefaultRequest = A.Amounts(("cpu", "100m")) },
        });
        await account.CreateAsync(new TenantTemplate { Metadata = TestAccount.Meta("standard"), Spec = new TenantTemplateSpec { Description = "usual" } });
        await Parallel.ForAsync(0, Tenants, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
        {
            await account.CreateAsync($"t{number}", new TenantSpec { PackageRef = new PackageReference { Name = "business" }, TemplateRef = new LocalReference { Name = "standard" } });
            await account.CreateUserAsync($"u{number}", $"t{number}", roles: [TenantRole.Admin]);
        });

        await account.StartAsync();
        await Until.TrueAsync(async () => (await ReadyAsync(account)) == Tenants, $"all {Tenants} tenants are ready");
        await account.UntilQuietAsync();

        // Finalizer with the template's copy, unit, namespace, quota, limits, isolation, binding, status of the person, status.
        const int Least = 9 * Tenants;
        var requests = account.Proxy.Requests.Where(request => request.Verb is not ("watch" or "list") && request.Resource is not "events").ToList();
        output.WriteLine($"{requests.Count} requests for {Tenants} tenants, {(double)requests.Count / Tenants:0.000} each, {(double)requests.Count / Least:0.0000} of the least.");
        requests.Where(request => request.Verb == "get").Should().BeEmpty();
        requests.Where(request => request.Status is < 200 or >= 300).Should().BeEmpty();
        requests.Count.Should().BeLessThanOrEqualTo((int)(Least * 1.02), string.Join(", ", requests.GroupBy(request => $"{request.Verb} {request.Resource}").Select(group => $"{group.Key}: {group.Count()}")));
        account.Proxy.Requests.Count(request => request.Resource == "events").Should().Be(0);

        await account.StopAsync();
        var mark = account.Proxy.Mark();
        await account.StartAsync();
        await account.UntilQuietAsync();
        mark.Writes.Should().BeEmpty("a second pass over everything sends nothing");
        mark.Requests.Should().NotContain(request => request.Verb == "get");
    }

    [Fact]
    public async Task A_restart_amid_people_who_wait_and_things_that_are_missing_writes_nothing()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("default"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform { Access = [new GroupAccess { Group = "support", Role = TenantRole.Analyst }] } } });
        await account.CreatePackageAsync("business", 1);
        var business = new TenantSpec { PackageRef = new PackageReference { Name = "business" } };
        await account.CreateAsync("first", business);
        await account.UntilReadyAsync("first");
        await account.CreateAsync("second", business with { InitialUsers = [new InitialUser { Email = "jane@acme.example" }] });
        await account.UntilReadyAsync("second", TenantReasons.WaitingForPackage);
        await account.CreateAsync("third", business);
        await account.UntilReadyAsync("third", TenantReasons.WaitingForPackage);
        await account.CreateAsync("asleep", new TenantSpec { Suspended = true });
        await account.UntilReadyAsync("asleep", TenantReasons.Suspended);
        await account.CreateAsync("paused", new TenantSpec { Paused = true });
        await account.CreateAsync("lost", new TenantSpec { TemplateRef = new LocalReference { Name = "absent" } });
        await account.UntilReadyAsync("lost", TenantReasons.TemplateNotFound);
        await account.CreateUserAsync("nobody", tenant: "absent");
        await account.CreateUserAsync("one", tenant: "first", email: "twin@acme.example");
        await account.UntilUserAsync("one", TenantUserReasons.Synced);
        await account.CreateUserAsync("two", tenant: "first", email: "twin@acme.example");
        await account.UntilUserAsync("two", TenantUserReasons.DuplicateEmail);
        await account.UntilUserAsync("nobody", TenantUserReasons.TenantNotFound);
        await account.UntilReadyAsync("paused", TenantReasons.Paused);
        await account.UntilQuietAsync();
        await account.StopAsync();

        // Once more, because the line may have moved since a status was written; then all is as it is.
        for (var round = 0; round < 2; round++)
        {
            var mark = account.Proxy.Mark();
            await account.StartAsync();
            await account.UntilQuietAsync();
            await account.StopAsync();

            mark.Requests.Should().NotContain(request => request.Verb == "get");
            mark.Writes.Should().BeEmpty("round {0}", round);
        }
    }

    private static async Task<int> ReadyAsync(TestAccount account) => (await account.Rest.ListAsync(account.PathOf("tenants")))
        .Count(item => TestAccount.Ready(item.Deserialize<Tenant>(RuntimeJson.Options)!)?.Status == ConditionStatus.True);
}
