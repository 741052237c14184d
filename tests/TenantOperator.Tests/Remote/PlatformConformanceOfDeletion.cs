using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>What every remote platform does with a tenant whose object is deleted, as far as its capabilities go.</summary>
public sealed class PlatformConformanceOfDeletion(OperatorCluster cluster)
{
    public static TheoryData<PlatformType> Platforms => RemoteWorld.All;

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Retain_leaves_everything_as_it_is(PlatformType type)
    {
        await using var world = await OpenAsync(type, DeletionPolicy.Retain);
        var (tenant, people, mark) = (world.Tenant, world.People, world.Emulator.Log.Mark());

        await world.Account.DeleteAsync("tenants", "acme");
        await world.Account.UntilGoneAsync("acme");

        await world.Account.UntilEventAsync(TenantReasons.RemoteRetained);
        mark.Writes.Should().BeEmpty();
        world.Tenant.Should().Be(tenant);
        world.People.Should().BeEquivalentTo(people);

        // Nobody's access goes with an object whose tenant was let go of.
        await world.Account.DeleteAsync("tenantusers", "jane");
        await world.Account.UntilUserGoneAsync("jane");
        world.People.Should().BeEquivalentTo(people);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Suspend_takes_access_away_where_that_is_possible_and_the_id_takes_it_up_again(PlatformType type)
    {
        await using var world = await OpenAsync(type, policy: null);
        var (tenant, people) = (world.Tenant, world.People);

        await world.Account.DeleteAsync("tenants", "acme");
        await world.Account.UntilGoneAsync("acme");

        await world.Account.UntilEventAsync(world.Capabilities.Suspend ? TenantReasons.Suspended : TenantReasons.SuspendUnsupported);
        world.Tenant.Should().Be(tenant with { Suspended = world.Capabilities.Suspend });
        world.People.Should().HaveSameCount(people);

        await world.CreateTenantAsync(change: spec => spec with { ExternalId = tenant.Id, Suspended = false });
        await world.Account.UntilAsync("acme", each => each.Status?.Users?.Summary == "1/1" && TestAccount.Ready(each)?.Reason == TenantReasons.Active, "it is taken up again");
        world.Tenant.Should().Be(tenant);
        world.People.Should().BeEquivalentTo(people);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Delete_needs_the_right_confirmation(PlatformType type)
    {
        await using var world = await OpenAsync(type, DeletionPolicy.Delete);
        var tenant = world.Tenant;
        await world.Account.DeleteAsync("tenants", "acme");
        if (!world.Capabilities.Delete)
        {
            await world.Account.UntilGoneAsync("acme");
            world.Tenant.Should().Be(world.Capabilities.Suspend ? tenant with { Suspended = true } : tenant);
            return;
        }

        var missing = await world.Account.UntilReadyAsync("acme", TenantReasons.ConfirmationMissing);
        TestAccount.ConditionOf(missing, TenantConditions.DeletionBlocked)!.Message.Should().Contain(tenant.Id).And.Contain("displayName: \"Acme Corporation\"");
        var name = world.NameToConfirm;
        foreach (var (id, technical, display, field) in (IReadOnlyList<(string, string, string, string)>)[
            (world.UnknownId, name, tenant.DisplayName, "externalId"),
            (tenant.Id, "another-name", tenant.DisplayName, "name"),
            (tenant.Id, name, "acme corporation", "displayName")])
        {
            await world.ConfirmDeletionAsync(id, technical, display);
            var mismatch = await world.Account.UntilAsync(
                "acme",
                each => TestAccount.ConditionOf(each, TenantConditions.DeletionBlocked) is { Reason: TenantReasons.ConfirmationMismatch } blocked && blocked.Message.Contains($"deletionConfirmation.{field} is not"),
                $"{field} is named");
            mismatch.Status!.Deletion!.State.Should().Be(DeletionState.Blocked);
        }

        world.Tenant.Should().Be(tenant, "nothing was deleted");
        await world.ConfirmDeletionAsync(missing);
        await world.Account.UntilGoneAsync("acme");

        world.Tenants.Should().BeEmpty();
        await world.Account.UntilEventAsync(TenantReasons.TenantDeleted);
        await world.Account.DeleteAsync("tenantusers", "jane");
        await world.Account.UntilUserGoneAsync("jane");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_that_is_gone_there_already_is_let_go_of(PlatformType type)
    {
        await using var world = await OpenAsync(type, DeletionPolicy.Delete);
        world.Delete(world.Tenant.Id);
        await world.Account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);
        var mark = world.Emulator.Log.Mark();

        await world.Account.DeleteAsync("tenants", "acme");
        await world.Account.UntilGoneAsync("acme");

        mark.Writes.Should().BeEmpty();
        world.Tenants.Should().BeEmpty();
    }

    private async Task<RemoteWorld> OpenAsync(PlatformType type, DeletionPolicy? policy)
    {
        var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { DeletionPolicy = policy });
        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1" && TestAccount.Ready(tenant)?.Reason == TenantReasons.Active, "it is ready");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        return world;
    }
}
