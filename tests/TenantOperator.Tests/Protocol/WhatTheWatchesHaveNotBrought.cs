using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Protocol;

/// <summary>A name that is taken by an object which no watch has shown yet: the operator asks the server for that object, and goes on with it.</summary>
public sealed class WhatTheWatchesHaveNotBrought(OperatorCluster cluster)
{
    [Fact]
    public async Task Is_asked_for_where_a_name_is_taken()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        var person = new InitialUser { Email = "jane@acme.example", Roles = [TenantRole.Admin] };
        await account.CreatePackageAsync("team", quantity: 2);
        await account.UntilQuietAsync();
        foreach (var resource in new[] { "tenantplatforms", "packageallocations", "tenantusers" })
        {
            account.Proxy.FreezeStreams(resource);
        }

        // What another operator, or a person, did just now.
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("default"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() } });
        await account.CreateAsync(new PackageAllocation
        {
            Metadata = TestAccount.Meta(PackageAllocation.NameOf("team", 0)),
            Spec = new PackageAllocationSpec { PackageName = "team", Slot = 0, Holder = new AllocationHolder { Name = "globex", Uid = Guid.NewGuid().ToString() } },
        });
        var jane = InitialUserPlan.For(A.Tenant("acme"), person);
        jane.Metadata.OwnerReferences = null;
        await account.CreateAsync(jane);
        var mark = account.Proxy.Mark();
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "team" }, InitialUsers = [person] });

        var acme = await account.UntilReadyAsync("acme");

        acme.Status!.Platform!.Name.Should().Be("default", "it was there before the tenant");
        (await account.AllocationsAsync()).Should().ContainSingle(unit => unit.Spec.Holder.Uid == acme.Metadata.Uid).Which.Spec.Slot.Should().Be(1, "the other unit is taken");
        (await account.Rest.ListAsync(account.PathOf("tenantusers"))).Should().ContainSingle();
        mark.Requests.Where(request => request.Verb == "get" && request.Status == 200).Select(request => request.Resource).Should().Contain(["tenantplatforms", "packageallocations", "tenantusers"]);
    }
}
