using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>What every remote platform does with the people of a tenant, as far as its capabilities go.</summary>
public sealed class PlatformConformanceOfPeople(OperatorCluster cluster)
{
    public static TheoryData<PlatformType> Platforms => RemoteWorld.All;

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task People_are_added_later_and_get_another_role(PlatformType type)
    {
        await using var world = await OpenAsync(type);

        await world.Account.CreateUserAsync("ada");
        await world.Account.UntilUserAsync("ada", TenantUserReasons.Synced);
        world.People.Should().Contain(new PersonThere("ada@acme.example", Admin: false));

        await world.Account.PatchSpecAsync("tenantusers", "ada", """{"roles":["Admin"]}""");
        await world.UntilThereAsync(() => world.People.Contains(new PersonThere("ada@acme.example", Admin: true)), "ada is an admin");
        world.People.Should().HaveCount(3);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_person_keeps_the_object_until_the_access_is_gone(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        if (!world.Capabilities.RemoveAccess)
        {
            await world.Account.DeleteAsync("tenantusers", "omar");
            await world.Account.UntilUserGoneAsync("omar");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users is { Summary: "1/1", Unmanaged: 1 }, "omar is nobody's any more");
            world.People.Should().Contain(new PersonThere("omar@acme.example", Admin: false));
            return;
        }

        using (var rule = world.Emulator.On(request => request.IsWrite, PlatformFault.Refuse(500), times: int.MaxValue))
        {
            await world.Account.DeleteAsync("tenantusers", "omar");
            await rule.Hit;
            await world.Account.UntilAsync("acme", tenant => TestAccount.Ready(tenant)?.Reason != TenantReasons.Active, "the failure is shown");
            (await world.Account.Rest.FindAsync(world.Account.PathOf("tenantusers", "omar"))).Should().NotBeNull("the access is still there");
            world.People.Should().Contain(new PersonThere("omar@acme.example", Admin: false));
        }

        await world.AskAgainAsync();
        await world.Account.UntilUserGoneAsync("omar");
        world.People.Should().NotContain(person => person.Email == "omar@acme.example" && person.HasAccess);
        await world.Account.UntilReadyAsync("acme");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_person_who_is_to_be_retained_keeps_the_access(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"deletionPolicy":"Retain"}""");
        await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users is { Summary: "2/2" }, "both are there");

        await world.Account.DeleteAsync("tenantusers", "omar");
        await world.Account.UntilUserGoneAsync("omar");

        await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users is { Summary: "1/1", Unmanaged: 1 }, "omar is nobody's any more");
        world.People.Should().Contain(new PersonThere("omar@acme.example", Admin: false));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_stranger_is_counted_and_leaves_only_when_wished(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        world.AddPerson(world.Tenant.Id, "stranger@acme.example");
        await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users is { Summary: "2/2", Unmanaged: 1 }, "the stranger is counted");
        world.People.Should().HaveCount(3);

        if (world.Capabilities.RemoveAccess)
        {
            await world.Account.PatchSpecAsync("tenants", "acme", """{"pruneUsers":true}""");
            await world.UntilThereAsync(() => !world.People.Any(person => person.Email == "stranger@acme.example" && person.HasAccess), "the stranger has no access");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users is { Summary: "2/2", Unmanaged: null }, "nobody is counted");
            world.People.Count(person => person.HasAccess).Should().Be(2);
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_person_who_is_switched_off_has_no_access_until_switched_on(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        if (!world.Capabilities.RemoveAccess)
        {
            await world.Account.PatchSpecAsync("tenantusers", "omar", """{"active":false}""");
            await world.Account.UntilReadyAsync("acme", TenantReasons.ManualActionRequired);
            world.People.Should().Contain(new PersonThere("omar@acme.example", Admin: false));
            return;
        }

        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"active":false}""");
        await world.UntilThereAsync(() => !world.People.Any(person => person.Email == "omar@acme.example" && person.HasAccess), "omar has no access");
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Inactive);
        await world.Account.UntilReadyAsync("acme");

        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"active":true}""");
        await world.UntilThereAsync(() => world.People.Contains(new PersonThere("omar@acme.example", Admin: false)), "omar has access again");
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced);
        world.People.Should().HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task The_last_admin_is_neither_demoted_nor_removed(PlatformType type)
    {
        await using var world = await OpenAsync(type);

        await world.Account.PatchSpecAsync("tenantusers", "jane", """{"roles":["Member"]}""");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.LastAdmin);
        world.People.Should().Contain(new PersonThere("jane@acme.example", Admin: true));

        await world.Account.DeleteAsync("tenantusers", "jane");
        if (world.Capabilities.RemoveAccess)
        {
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.Users!.Summary == "1/1" && TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Reason == TenantReasons.LastAdmin, "the guard is told");
            (await world.Account.Rest.FindAsync(world.Account.PathOf("tenantusers", "jane"))).Should().NotBeNull();
        }
        else
        {
            await world.Account.UntilUserGoneAsync("jane");
        }

        world.People.Should().Contain(new PersonThere("jane@acme.example", Admin: true));

        // Somebody else can get in now, so the rest follows by itself.
        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"roles":["Admin"]}""");
        await world.UntilThereAsync(() => world.People.Contains(new PersonThere("omar@acme.example", Admin: true)), "omar is an admin");
        if (world.Capabilities.RemoveAccess)
        {
            await world.UntilThereAsync(() => !world.People.Any(person => person.Email == "jane@acme.example" && person.HasAccess), "jane has no access");
            await world.Account.UntilUserGoneAsync("jane");
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_with_many_people_costs_hardly_more_calls_than_it_must(PlatformType type)
    {
        const int People = 20;
        await using var world = await RemoteWorld.OpenAsync(cluster, type, interval: "15m");
        await world.UntilPlatformAsync(platform => platform.Status?.Conditions?.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }) == true, "the account is known");
        for (var number = 0; number < People; number++)
        {
            await world.Account.CreateUserAsync($"person-{number}");
        }

        var mark = world.Emulator.Log.Mark();
        await world.CreateTenantAsync(change: spec => type == PlatformType.Mindzie ? spec with { Limits = new TenantLimits { MaxUsers = 50, MaxAnalysts = 2 } } : spec);
        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == $"{People}/{People}", "all are there");

        world.People.Should().HaveCount(People);
        // ProcessMind gives the display name in a second call. One reading of all tenants is for all of them, and comes when it comes.
        var least = (type == PlatformType.ProcessMind ? 2 : 1) + (type == PlatformType.Hatz ? 1 : People);
        var calls = mark.Requests;
        calls.Count.Should().BeGreaterThanOrEqualTo(least).And.BeLessThanOrEqualTo((least * 11 / 10) + 1, "the calls were {0}", string.Join("; ", calls));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task The_last_sign_in_is_shown_where_the_platform_tells(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        if (!world.SignIn(world.Tenant.Id, "omar@acme.example", at))
        {
            return;
        }

        await Until.TrueAsync(async () => (await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced)).Status!.LastSignInAt == at, "the sign-in is shown");
        (await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced)).Status!.LastSignInAt.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_has_no_effect_on_the_platform_is_named(PlatformType type)
    {
        await using var world = await OpenAsync(type);
        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"cluster":{"username":"omar"}}""");

        await Until.TrueAsync(async () => (await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced)).Status!.UnsupportedFields is ["cluster"], "the settings for another platform are named");
        (await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced)).Status!.InvitationSent.Should().BeFalse("nobody asked for one");
    }

    private async Task<RemoteWorld> OpenAsync(PlatformType type)
    {
        var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.CreateTenantAsync();
        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "2/2", "both are there");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced);
        return world;
    }
}
