using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class PackagesAreNeverOversold(OperatorCluster cluster)
{
    private static readonly TenantSpec Business = new() { PackageRef = new PackageReference { Name = "business" } };

    [Fact]
    public async Task Who_finds_no_unit_waits_in_line_and_a_freed_unit_wakes_exactly_the_first()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1);
        await account.CreateAsync("first", Business);
        await account.UntilReadyAsync("first");
        await account.CreateAsync("second", Business);
        await account.UntilReadyAsync("second", TenantReasons.WaitingForPackage);
        await account.CreateAsync("third", Business);
        var third = await account.UntilReadyAsync("third", TenantReasons.WaitingForPackage);
        third.Status!.Phase.Should().Be(TenantPhase.Pending);
        TestAccount.Ready(third)!.Message.Should().StartWith("No unit of package \"business\" is free: 1 of 1 are held. You are 2nd in line.");
        TestAccount.ConditionOf(third, TenantConditions.PackageAllocated)!.Reason.Should().Be(TenantReasons.NoUnassignedPackage);
        await account.UntilQuietAsync();
        var mark = account.Proxy.Mark();

        await account.PatchSpecAsync("tenants", "first", """{"packageRef":null}""");

        await account.UntilReadyAsync("second");
        await account.UntilReadyAsync("first");
        await account.UntilQuietAsync();
        (await account.AllocationsAsync()).Select(each => $"{each.Metadata.Name} {each.Spec.Holder.Name}").Should().Equal("business-0 second");
        mark.Writes.Where(request => request.Name == "third").Select(request => request.Resource).Should().Equal(["tenants/status"], "it moves up in line, and no more than that");
        third = (await account.FindTenantAsync("third"))!;
        TestAccount.Ready(third)!.Reason.Should().Be(TenantReasons.WaitingForPackage);
        TestAccount.Ready(third)!.Message.Should().Contain("You are 1st in line.");
        third.Status!.Packages!.Single().Position.Should().Be(1);
    }

    [Fact]
    public async Task A_deleted_tenant_frees_its_unit_for_the_next()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1);
        await account.CreateAsync("first", Business);
        await account.UntilReadyAsync("first");
        await account.CreateAsync("second", Business);
        await account.UntilReadyAsync("second", TenantReasons.WaitingForPackage);

        await account.DeleteAsync("tenants", "first");

        await account.UntilReadyAsync("second");
        await account.UntilGoneAsync("first");
    }

    [Fact]
    public async Task A_larger_quantity_serves_those_in_line_and_a_smaller_one_takes_nothing_away()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 0);
        await account.CreateAsync("one", Business);
        await account.CreateAsync("two", Business);
        await account.UntilReadyAsync("one", TenantReasons.WaitingForPackage);
        await account.UntilReadyAsync("two", TenantReasons.WaitingForPackage);

        await account.PatchSpecAsync("tenantpackages", "business", """{"quantity":2}""");
        await account.UntilReadyAsync("one");
        await account.UntilReadyAsync("two");
        await account.PatchSpecAsync("tenantpackages", "business", """{"quantity":1}""");

        await Until.TrueAsync(
            async () => TestAccount.Read<TenantPackage>(await account.Rest.GetAsync(account.PathOf("tenantpackages", "business")))!.Status is { Held: 2, Surplus: 1, Free: 0 },
            "the surplus is shown");
        (await account.AllocationsAsync()).Should().HaveCount(2);
        TestAccount.Ready((await account.FindTenantAsync("two"))!)!.Status.Should().Be(ConditionStatus.True);
    }

    [Fact]
    public async Task A_change_of_package_claims_the_new_unit_before_the_old_one_is_freed()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1, change: spec => spec with { Quota = A.Amounts(("pods", "10")) });
        await account.CreatePackageAsync("enterprise", 0, change: spec => spec with { Quota = A.Amounts(("pods", "99")) });
        await account.CreateAsync("acme", Business);
        await account.UntilReadyAsync("acme");

        await account.PatchSpecAsync("tenants", "acme", """{"packageRef":{"name":"enterprise"}}""");
        var waiting = await account.UntilReadyAsync("acme", TenantReasons.WaitingForPackage);
        waiting.Status!.Effective!.Package.Should().Be("business", "the old one counts while the new one is waited for");
        waiting.Status.Phase.Should().Be(TenantPhase.Active);
        (await account.AllocationsAsync()).Select(each => each.Metadata.Name).Should().Equal("business-0");

        await account.PatchSpecAsync("tenantpackages", "enterprise", """{"quantity":1}""");
        (await account.UntilReadyAsync("acme")).Status!.Effective!.Package.Should().Be("enterprise");
        await Until.TrueAsync(async () => (await account.AllocationsAsync()).Select(each => each.Metadata.Name).SequenceEqual(["enterprise-0"]), "the old unit is freed");
        var quota = await account.Rest.GetAsync(account.PathOf("resourcequotas", "tenant-quota", account.NamespaceOf("acme")));
        ((string?)quota["spec"]!["hard"]!["pods"]).Should().Be("99");
    }

    [Fact]
    public async Task A_tenant_that_lacks_something_else_holds_up_nobody_behind_it()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1);
        await account.CreateAsync("first", Business with { AddOns = [new AddOn { Name = "absent" }] });
        await account.UntilReadyAsync("first", TenantReasons.PackageNotFound);

        await account.CreateAsync("second", Business);

        await account.UntilReadyAsync("second");
    }

    [Fact]
    public async Task A_unit_whose_claim_was_cut_off_is_neither_lost_nor_taken_twice()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 1);
        using var after = account.Proxy.On("create", "packageallocations", TenantOperator.Testing.Fault.CutAfter);

        await account.CreateAsync("acme", Business);

        await account.UntilReadyAsync("acme");
        after.Hits.Should().Be(1);
        (await account.AllocationsAsync()).Select(each => $"{each.Metadata.Name} {each.Spec.Holder.Name}").Should().Equal("business-0 acme");
    }
}
