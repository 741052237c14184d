using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>What every remote platform does with a tenant, as far as its capabilities go.</summary>
public sealed class PlatformConformanceOfTenants(OperatorCluster cluster)
{
    public static TheoryData<PlatformType> Platforms => RemoteWorld.All;

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_with_its_people_is_made_and_shown(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.CreateTenantAsync();

        var tenant = await world.Account.UntilAsync(
            "acme", each => each.Status is { Users.Summary: "2/2", Remote.CreatedAt: not null } && TestAccount.Ready(each)?.Reason == TenantReasons.Active, "it is ready with both");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced);

        world.Tenant.DisplayName.Should().Be("Acme Corporation");
        world.People.Should().BeEquivalentTo([new PersonThere("jane@acme.example", Admin: true), new PersonThere("omar@acme.example", Admin: false)]);
        tenant.Status!.ExternalId.Should().Be(world.Tenant.Id);
        tenant.Status.Platform.Should().Be(new PlatformStatus { Name = "default", Type = type });
        tenant.Status.Remote.Should().BeEquivalentTo(new { world.Tenant.Name, DisplayName = "Acme Corporation", Origin = RemoteOrigin.Created });
        tenant.Metadata.Annotations.Should().Contain(Annotations.ExternalId, world.Tenant.Id).And.NotContainKey(Annotations.CreationAttempt);

        var platform = await world.UntilPlatformAsync(each => each.Status?.Account is not null, "the account is shown");
        platform.Status!.Type.Should().Be(type);
        platform.Status.Conditions.Should().Contain(condition => condition.Type == TenantPlatformConditions.CredentialsValid && condition.Status == ConditionStatus.True);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_status_that_was_lost_says_again_what_tenant_it_is_and_who_made_it(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, interval: "15m");
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");

        await world.Account.Rest.PatchAsync(world.Account.PathOf("tenants", "acme") + "/status", JsonNode.Parse("""{"status":{"externalId":null,"remote":null}}""")!);
        await world.AskAgainAsync();

        var tenant = await world.Account.UntilAsync("acme", each => each.Status is { ExternalId: not null, Remote: not null }, "the status is written again");
        tenant.Status!.ExternalId.Should().Be(world.Tenant.Id);
        tenant.Status.Remote.Should().BeEquivalentTo(new { world.Tenant.Name, DisplayName = "Acme Corporation", Origin = RemoteOrigin.Created });
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_a_stranger_makes_after_our_creation_was_refused_is_not_ours(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, interval: "15m");
        await world.UntilPlatformAsync(platform => platform.Status?.Conditions?.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }) == true, "the account is known");
        using (var refusal = world.Emulator.On(request => request.IsWrite, PlatformFault.Refuse(400)))
        {
            await world.CreateTenantAsync();
            await refusal.Hit;
        }

        var refused = await world.Account.UntilAsync("acme", tenant => TestAccount.Ready(tenant) is { Status: ConditionStatus.False, Reason: not (TenantReasons.Progressing or TenantReasons.Provisioning) }, "the refusal is told");
        refused.Metadata.Annotations?.Keys.Should().NotContain(Annotations.CreationAttempt);

        // ProcessMind and Hatz have but one name that can be looked for.
        var theirs = world.AddTenant("acme", type == PlatformType.Hatz ? "Acme Corporation" : "acme", daysAgo: 0);
        await world.AskAgainAsync();
        await world.Account.UntilAsync("acme", tenant => TestAccount.Ready(tenant)?.Reason == TenantReasons.NameTaken, "it is said to be somebody's");
        world.Tenant.Id.Should().Be(theirs);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_whose_object_is_edited_during_every_call_is_made_once(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, start: false, interval: "15m");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();

        // What a pass wants to write on it then is about an older version, so that it starts over.
        using var rule = world.Emulator.On("*", PlatformFault.Hook(Moment.AfterCommit, () => world.AskAgainAsync(Guid.NewGuid().ToString())), times: 10);
        await world.Account.StartAsync();
        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1" && TestAccount.Ready(tenant)?.Reason == TenantReasons.Active, "it is ready");

        world.Tenant.DisplayName.Should().Be("Acme Corporation");
        world.People.Should().BeEquivalentTo([new PersonThere("jane@acme.example", Admin: true)]);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Nothing_is_asked_while_nothing_changes(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, interval: "15m");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await world.Account.UntilQuietAsync();
        var mark = world.Emulator.Log.Mark();

        for (var number = 0; number < 3; number++)
        {
            await world.AskAgainAsync($"{number}");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.LastHandledReconcileAt == $"{number}", "the pass is done");
        }

        mark.Writes.Should().BeEmpty();
        mark.Requests.Should().HaveCountLessThanOrEqualTo(1, "one list serves all tenants for an interval");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_that_is_there_is_taken_up_by_its_id_with_its_people(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        var id = world.AddTenant("acme", "Acme Corporation");
        world.AddPerson(id, "old@acme.example");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { ExternalId = id });

        var tenant = await world.Account.UntilAsync("acme", each => each.Status?.Users is { Summary: "1/1", Unmanaged: 1 } && TestAccount.Ready(each)?.Reason == TenantReasons.Active, "it is taken up");

        (tenant.Status!.ExternalId, tenant.Status.Remote!.Origin).Should().Be((id, RemoteOrigin.Adopted));
        tenant.Metadata.Annotations.Should().Contain(Annotations.ExternalId, id);
        world.Tenant.Id.Should().Be(id);
        world.People.Select(person => person.Email).Should().BeEquivalentTo(["old@acme.example", "jane@acme.example"]);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task An_id_that_nobody_has_is_reported_and_nothing_is_made(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.CreateTenantAsync(change: spec => spec with { ExternalId = world.UnknownId });

        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.ExternalIdNotFound);

        TestAccount.Ready(refused)!.Message.Should().Contain(world.UnknownId).And.Contain("spec.externalId");
        world.Tenants.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_name_that_somebody_else_has_is_not_taken_over(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        var theirs = world.AddTenant("acme", "Acme Corporation");
        world.AddPerson(theirs, "old@acme.example");
        var before = world.Tenant;
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();

        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.NameTaken);
        await world.Account.UntilUserAsync("jane", TenantUserReasons.WaitingForTenant);

        refused.Status!.ExternalId.Should().BeNull();
        world.Tenant.Should().Be(before);
        world.People.Should().ContainSingle("nobody was added");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_of_the_same_account_by_another_TenantPlatform_is_not_taken_over(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        var id = (await world.Account.UntilReadyAsync("acme")).Status!.ExternalId!;
        var platform = TestAccount.Read<TenantPlatform>(await world.Account.Rest.FindAsync(world.Account.PathOf("tenantplatforms", world.Name)))!;
        await world.Account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("second"), Spec = platform.Spec });

        await world.CreateTenantAsync("double", spec => spec with { PlatformRef = new LocalReference { Name = "second" }, ExternalId = id, PackageRef = null });

        var refused = await world.Account.UntilReadyAsync("double", TenantReasons.ExternalIdTaken);
        TenantOperator.Tenants.CreationAttempts.KnownIdOf(refused).Should().BeNull();
        world.People.Should().ContainSingle("she stays");
    }

    [Fact]
    public async Task A_copy_of_an_installation_has_tenants_of_its_own_under_the_same_ids()
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, PlatformType.Mindzie);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        var (id, original) = ((await world.Account.UntilReadyAsync("acme")).Status!.ExternalId!, (MindzieEmulator)world.Emulator);
        await using var copy = await MindzieEmulator.StartAsync();
        copy.AddKey(original.Key);
        copy.Change(_ => original.State);
        var platform = TestAccount.Read<TenantPlatform>(await world.Account.Rest.FindAsync(world.Account.PathOf("tenantplatforms", world.Name)))!;
        var there = platform.Spec.Mindzie! with { BaseUrl = $"http://{copy.Address.Authority}" };

        await world.Account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("copy"), Spec = platform.Spec with { Mindzie = there } });
        await world.CreateTenantAsync("double", spec => spec with { PlatformRef = new LocalReference { Name = "copy" }, ExternalId = id });

        (await world.Account.UntilReadyAsync("double")).Status!.Remote!.Origin.Should().Be(RemoteOrigin.Adopted);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_new_display_name_follows_or_is_said_to_be_impossible(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, interval: "15m");
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");

        await world.Account.PatchSpecAsync("tenants", "acme", """{"displayName":"Acme Limited"}""");
        var tenant = await world.Account.UntilReadyAsync("acme");

        if (world.Capabilities.Rename)
        {
            world.Tenant.DisplayName.Should().Be("Acme Limited");
            tenant.Status!.Remote!.DisplayName.Should().Be("Acme Limited");
            (tenant.Status.UnsupportedFields ?? []).Should().NotContain("displayName");
        }
        else
        {
            world.Tenant.DisplayName.Should().Be("Acme Corporation");
            tenant.Status!.UnsupportedFields.Should().Contain("displayName");
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_was_changed_there_is_put_back(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await UntilSettledAsync(world, "2/2");

        world.ChangeRole(world.Tenant.Id, "omar@acme.example", admin: false);
        await world.UntilThereAsync(() => world.People.All(person => person.Admin), "omar is an admin again");
        if (world.Capabilities.Rename)
        {
            await UntilSettledAsync(world, "2/2");
            world.ChangeDisplayName(world.Tenant.Id, "Mine");
            await world.UntilThereAsync(() => world.Tenant.DisplayName == "Acme Corporation", "the display name is put back");
        }

        await world.Account.UntilEventAsync(TenantReasons.DriftCorrected);
        await UntilSettledAsync(world, "2/2");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_was_changed_there_is_only_reported_when_wished(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { DriftPolicy = DriftPolicy.Report });
        await UntilSettledAsync(world, "2/2");
        var mark = world.Emulator.Log.Mark();

        world.ChangeRole(world.Tenant.Id, "omar@acme.example", admin: false);
        var drifted = await world.Account.UntilAsync("acme", tenant => IsDrifted(tenant, "omar"), "the role is reported");
        TestAccount.ConditionOf(drifted, TenantConditions.Synced)!.Reason.Should().Be(TenantReasons.DriftReported);
        if (world.Capabilities.Rename)
        {
            world.ChangeDisplayName(world.Tenant.Id, "Mine");
            await world.Account.UntilAsync("acme", tenant => IsDrifted(tenant, "displayName"), "the display name is reported");
            world.Tenant.DisplayName.Should().Be("Mine");
        }

        // Nor do later passes put it back.
        for (var number = 0; number < 3; number++)
        {
            await world.AskAgainAsync($"{number}");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.LastHandledReconcileAt == $"{number}" && IsDrifted(tenant, "omar"), "the pass is done");
        }

        mark.Writes.Should().BeEmpty();
        world.People.Should().Contain(new PersonThere("omar@acme.example", Admin: false));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_suspended_tenant_keeps_its_data_and_loses_access_until_it_is_resumed(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await UntilSettledAsync(world, "1/1");
        var (tenant, people) = (world.Tenant, world.People);

        await world.Account.PatchSpecAsync("tenants", "acme", """{"suspended":true}""");
        if (!world.Capabilities.Suspend)
        {
            var refused = await world.Account.UntilAsync(
                "acme", each => TestAccount.ConditionOf(each, TenantConditions.Synced)?.Reason == TenantReasons.SuspendUnsupported, "it is said to be impossible");
            refused.Status!.UnsupportedFields.Should().Contain("suspended");
            TestAccount.ConditionOf(refused, TenantConditions.Suspended)!.Status.Should().Be(ConditionStatus.False);
            world.Tenant.Should().Be(tenant);
            return;
        }

        var suspended = await world.Account.UntilReadyAsync("acme", TenantReasons.Suspended);
        suspended.Status!.Phase.Should().Be(TenantPhase.Suspended);
        world.Tenant.Should().Be(tenant with { Suspended = true });
        world.People.Select(person => person.Email).Should().BeEquivalentTo(people.Select(person => person.Email), "nobody is lost");

        await world.Account.PatchSpecAsync("tenants", "acme", """{"suspended":null}""");
        await world.Account.UntilReadyAsync("acme");
        world.Tenant.Should().Be(tenant);
        await world.UntilThereAsync(() => world.People.ToHashSet().SetEquals(people), "everybody is as before");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_is_used_is_shown(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.CreateTenantAsync();

        if (world.Capabilities.Usage)
        {
            var tenant = await world.Account.UntilAsync("acme", each => each.Status?.Usage?.Users == 2, "both are counted");
            tenant.Status!.Usage!.ObservedAt.Should().NotBeNull();
        }
        else
        {
            await UntilSettledAsync(world, "2/2");
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_that_is_gone_there_is_reported_and_not_made_again(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await UntilSettledAsync(world, "1/1");
        var mark = world.Emulator.Log.Mark();

        world.Delete(world.Tenant.Id);
        var missing = await world.Account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);

        missing.Status!.Phase.Should().Be(TenantPhase.Missing);
        missing.Status.Users!.Synced.Should().Be(0);
        await world.Account.UntilUserAsync("jane", TenantUserReasons.WaitingForTenant);
        world.Tenants.Should().BeEmpty();

        // What is known of a tenant at rest is as old as the interval, so that somebody may be about to be added to one that is gone; that is refused.
        mark.Writes.Where(request => request.Status < 400).Should().BeEmpty();

        await world.Account.DeleteAsync("tenantusers", "jane");
        await world.Account.UntilUserGoneAsync("jane");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_that_is_gone_there_is_made_again_when_wished(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { OnRemoteMissing = MissingPolicy.Recreate });
        await UntilSettledAsync(world, "1/1");
        var former = world.Tenant.Id;

        world.Delete(former);
        var again = await world.Account.UntilAsync(
            "acme", tenant => tenant.Status!.ExternalId != former && tenant.Status.Users?.Summary == "1/1" && TestAccount.Ready(tenant)?.Reason == TenantReasons.Active, "it is made again");

        world.Tenant.Id.Should().NotBe(former).And.Be(again.Status!.ExternalId);
        again.Metadata.Annotations.Should().Contain(Annotations.ExternalId, world.Tenant.Id).And.NotContainKey(Annotations.CreationAttempt);
        await world.UntilThereAsync(() => world.People is [{ Email: "jane@acme.example", Admin: true, HasAccess: true }], "jane is in the new one");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_tenant_that_seemed_to_be_gone_there_is_in_use_again_by_itself(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await UntilSettledAsync(world, "1/1");
        var mark = world.Emulator.Log.Mark();

        var putBack = world.TakeAway();
        await world.Account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);
        await world.Account.UntilUserAsync("jane", TenantUserReasons.WaitingForTenant);
        putBack();

        await UntilSettledAsync(world, "1/1");
        mark.Writes.Where(request => request.Status < 400).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_platform_that_finds_nothing_at_all_has_lost_no_tenant(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { OnRemoteMissing = MissingPolicy.Recreate });
        await UntilSettledAsync(world, "1/1");
        var mark = world.Emulator.Log.Mark();

        using (var rule = world.Emulator.On("*", PlatformFault.Html(404), times: int.MaxValue))
        {
            await world.UntilThereAsync(() => rule.Hits >= 4, "it is asked again and again");
            (await world.Account.FindTenantAsync("acme"))!.Status!.Phase.Should().NotBe(TenantPhase.Missing);
        }

        await world.AskAgainAsync();
        await UntilSettledAsync(world, "1/1");
        mark.Writes.Where(request => !request.Route.EndsWith("/token", StringComparison.Ordinal)).Should().BeEmpty("nothing was made again");
        (await world.Account.FindTenantAsync("acme"))!.Metadata.Annotations.Should().NotContainKey(Annotations.CreationAttempt);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_platform_that_is_only_observed_is_not_changed(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type, platform: spec => spec with { Mode = PlatformMode.Observe });
        var id = world.AddTenant("globex", "Globex");
        await world.Account.CreateUserAsync("jane", "globex", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await world.CreateTenantAsync("globex", spec => spec with { ExternalId = id, DisplayName = "Globex Corporation" });

        var planned = await world.Account.UntilReadyAsync("acme", TenantReasons.Observing);
        var observed = await world.Account.UntilReadyAsync("globex", TenantReasons.Observing);

        TestAccount.Ready(planned)!.Message.Should().Contain("missing");
        TestAccount.Ready(observed)!.Message.Should().Contain("TenantUser jane");
        observed.Status!.ExternalId.Should().Be(id);
        world.Tenant.Should().Be(new TenantThere(id, world.Tenant.Name, "Globex", Suspended: false));
        world.People.Should().BeEmpty();
        world.Emulator.Log.Writes.Where(request => !request.Route.EndsWith("/token", StringComparison.Ordinal)).Should().BeEmpty();
        foreach (var name in (string[])["acme", "globex"])
        {
            (await world.Account.FindTenantAsync(name))!.Metadata.Finalizers.Should().BeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Credentials_are_named_when_they_are_wrong_and_new_ones_count_without_a_restart(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        world.Revoke();
        await world.CreateTenantAsync();
        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.WaitingForPlatform);
        TestAccount.Ready(refused)!.Message.Should().Contain("credentialsSecretRef");
        foreach (var secret in world.Secrets)
        {
            TestAccount.Ready(refused)!.Message.Should().NotContain(secret);
        }

        await world.WriteCredentialsAsync(world.Renew());
        await world.AskAgainAsync();
        await world.Account.UntilReadyAsync("acme");
        await world.AskPlatformAgainAsync();
        await world.UntilPlatformAsync(
            platform => platform.Status?.Conditions?.Any(condition => condition is { Type: TenantPlatformConditions.CredentialsValid, Status: ConditionStatus.True }) == true, "the platform is fine again");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_list_that_stays_behind_makes_no_tenant_missing(PlatformType type)
    {
        await using var world = await RemoteWorld.OpenAsync(cluster, type);
        world.Emulator.ListLag = TimeSpan.FromSeconds(4);
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync(change: spec => spec with { OnRemoteMissing = MissingPolicy.Recreate });
        var made = await world.Account.UntilReadyAsync("acme");
        var since = world.Emulator.Log.Requests[^1].At;

        await world.UntilThereAsync(() => world.Emulator.Log.Requests[^1].At > since.AddSeconds(8), "lists were read that stayed behind, and such that did not");
        await UntilSettledAsync(world, "1/1");

        world.Tenant.Id.Should().Be(made.Status!.ExternalId);
        (await world.Account.EventsAsync(TenantReasons.RemoteMissing)).Should().BeEmpty();
        world.People.Should().ContainSingle();
    }

    // Also the ids of people are known, which some platforms tell only in the next list: without them nobody knows what was there before.
    private static async Task<Tenant> UntilSettledAsync(RemoteWorld world, string people)
    {
        await Until.TrueAsync(
            async () => (await world.Account.Rest.ListAsync(world.Account.PathOf("tenantusers"))).All(user => user["status"]?["externalId"] is not null && user["status"]!["role"] is not null), "all people have ids");
        return await world.Account.UntilAsync(
            "acme",
            tenant => tenant.Status?.Users?.Summary == people && TestAccount.Ready(tenant) is { Reason: TenantReasons.Active }
                && TestAccount.ConditionOf(tenant, TenantConditions.Synced) is { Status: ConditionStatus.True } && TestAccount.ConditionOf(tenant, TenantConditions.Drifted) is { Status: ConditionStatus.False },
            "everything is as declared");
    }

    private static bool IsDrifted(Tenant tenant, string field) =>
        TestAccount.ConditionOf(tenant, TenantConditions.Drifted) is { Status: ConditionStatus.True, Reason: TenantReasons.DriftReported } && tenant.Status!.DriftedFields!.Any(each => each.Contains(field, StringComparison.Ordinal));
}
