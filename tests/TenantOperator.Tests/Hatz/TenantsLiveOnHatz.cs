using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Hatz;

/// <summary>The life of a tenant on Hatz, on a real API server and an emulator of Hatz.</summary>
public sealed class TenantsLiveOnHatz(OperatorCluster cluster)
{
    private const string Create = "POST /admin/tenants";
    private const string Read = "GET /admin/tenants/{tenant_id}";
    private const string List = "GET /admin/tenants";
    private const string ListUsers = "GET /admin/tenants/{tenant_id}/users";
    private const string Configure = "PATCH /admin/tenants/{tenant_id}/config";
    private const string Invite = "POST /admin/users/invite";
    private const string ChangeUser = "PATCH /admin/users/{user_id}";

    [Theory]
    [InlineData(HatzDocuments.D1)]
    [InlineData(HatzDocuments.D2)]
    [InlineData(HatzDocuments.D3)]
    public async Task A_tenant_with_its_people_is_made_configured_and_shown(HatzDocuments documents)
    {
        await using var world = await HatzWorld.OpenAsync(cluster, new HatzOptions { Documents = documents, RefuseUnknownFields = true }, platform: settings => settings with { UsageInterval = "1s" });
        await world.AddPackageAsync("Business");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.CreateTenantAsync(change: spec => spec with
        {
            EarlyFeatures = true,
            Security = new TenantSecurity { MfaRequired = true },
            Hatz = new Api.V1Alpha1.HatzTenant { DefaultModelName = "gpt-4o" },
        });

        await world.Account.UntilReadyAsync("acme");
        var tenant = await world.Account.UntilAsync("acme", each => each.Status!.Remote!.PrimaryPackage is not null, "the list has told of it");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced);

        var there = world.Hatz.State.FindTenant("Acme Corporation")!;
        there.Should().BeEquivalentTo(new { BetaFeatures = true, MfaRequired = true, DefaultModelName = "gpt-4o", PrimaryPackageName = "Business" });
        world.Hatz.State.UsersOf(there.Id).Select(user => (user.Email, user.RoleName)).Should().BeEquivalentTo([("jane@acme.example", "client_admin"), ("omar@acme.example", "general_user")]);
        tenant.Status!.ExternalId.Should().Be(there.Id);
        tenant.Status.Remote.Should().BeEquivalentTo(new { Name = "Acme Corporation", PrimaryPackage = "Business", Origin = RemoteOrigin.Created });
        tenant.Metadata.Annotations.Should().Contain(Annotations.ExternalId, there.Id).And.NotContainKey(Annotations.CreationAttempt);
        (world.Hatz.Log.Count(Create), world.Hatz.Log.Count(Configure), world.Hatz.Log.Count(Invite)).Should().Be((1, 1, 1), "one call each is enough");

        var platform = await Until.NotNullAsync(
            async () => TestAccount.Read<TenantPlatform>(await world.Account.Rest.GetAsync(world.Account.PathOf("tenantplatforms", "default"))) is { Status.Account: not null } found ? found : null,
            () => "the account is shown");
        platform.Status!.Account!.Name.Should().Be("Internal Admin MSP");
        platform.Status.Conditions.Should().Contain(condition => condition.Type == TenantPlatformConditions.CredentialsValid && condition.Status == ConditionStatus.True);
    }

    [Fact]
    public async Task Nothing_is_asked_while_nothing_changes()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await world.Account.UntilQuietAsync();
        var mark = world.Hatz.Log.Mark();

        for (var number = 0; number < 3; number++)
        {
            await AskAgainAsync(world, $"{number}");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.LastHandledReconcileAt == $"{number}", "the pass is done");
        }

        mark.Writes.Should().BeEmpty();
        mark.Count(List).Should().BeLessThanOrEqualTo(1, "one list serves all tenants for an interval");
        (mark.Count(Read), mark.Count(ListUsers)).Should().Be((0, 0));
    }

    public static TheoryData<string> LostAnswers => ["ResetBeforeCommit", "ResetAfterCommit", "ResetInBody", "Html", "HtmlAfterCommit", "Malformed", "DuplicateKeys", "Truncated", "ErrorInside", "503"];

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_lost_answer_makes_no_second_tenant_and_needs_nobody(string fault)
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        using var rule = world.Hatz.On(Create, FaultOf(fault));
        await world.CreateTenantAsync();

        // It is told as unreachable until the next pass, which may come by itself as soon.
        await rule.Hit;
        await AskAgainAsync(world);
        var tenant = await world.Account.UntilReadyAsync("acme");

        rule.Hits.Should().Be(1);
        world.Hatz.State.Tenants.Should().ContainSingle();
        world.Hatz.State.Packages.Single().Unassigned.Should().Be(9);
        tenant.Status!.ExternalId.Should().Be(world.Hatz.State.Tenants.Single().Id);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_lost_answer_adds_nobody_twice_and_loses_nobody(string fault)
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        using var rule = world.Hatz.On(Invite, FaultOf(fault));
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.CreateTenantAsync();

        // It is told as unreachable until the next pass, which may come by itself as soon.
        await rule.Hit;
        await AskAgainAsync(world);
        await world.Account.UntilReadyAsync("acme");
        await world.Account.UntilUserAsync("jane", TenantUserReasons.Synced);

        rule.Hits.Should().Be(1);
        world.Hatz.State.Users.Where(user => user.Email == "jane@acme.example").Should().ContainSingle();
    }

    [Theory]
    [InlineData(HatzNameClash.Item)]
    [InlineData(HatzNameClash.Batch)]
    public async Task A_name_that_somebody_else_has_is_not_taken_over(HatzNameClash clash)
    {
        await using var world = await HatzWorld.OpenAsync(cluster, new HatzOptions { NameClash = clash });
        await world.AddPackageAsync("Business");
        var theirs = world.Hatz.AddTenant("Acme Corporation");
        world.Hatz.ChangeTenant(theirs.Id, tenant => tenant with { CreatedAt = tenant.CreatedAt.AddDays(-1) });
        await world.CreateTenantAsync();

        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.NameTaken);
        TestAccount.Ready(refused)!.Message.Should().Contain($"spec.externalId: {theirs.Id}");
        refused.Status!.ExternalId.Should().BeNull();

        await world.CreateTenantAsync("adopter", spec => spec with { ExternalId = theirs.Id });
        var adopted = await world.Account.UntilReadyAsync("adopter");
        (adopted.Status!.ExternalId, adopted.Status.Remote!.Origin).Should().Be((theirs.Id, RemoteOrigin.Adopted));
        world.Hatz.State.Tenants.Should().ContainSingle();
    }

    [Fact]
    public async Task Of_two_with_one_name_one_has_the_tenant_and_nobody_adopts_what_another_has()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.CreateTenantAsync("one");
        await world.CreateTenantAsync("two");

        var tenants = await Until.NotNullAsync(
            async () =>
            {
                Tenant[] both = [(await world.Account.FindTenantAsync("one"))!, (await world.Account.FindTenantAsync("two"))!];
                return Array.TrueForAll(both, each => TestAccount.Ready(each)?.Reason is TenantReasons.Active or TenantReasons.NameTaken) ? both : null;
            },
            () => "both are decided");
        tenants.Select(each => TestAccount.Ready(each)!.Reason).Should().BeEquivalentTo([TenantReasons.Active, TenantReasons.NameTaken]);
        var id = world.Hatz.State.Tenants.Should().ContainSingle().Which.Id;

        await world.CreateTenantAsync("three", spec => spec with { ExternalId = id });
        await world.Account.UntilReadyAsync("three", TenantReasons.ExternalIdTaken);
    }

    [Fact]
    public async Task Nothing_is_bought_unless_that_is_allowed()
    {
        await using var world = await HatzWorld.OpenAsync(cluster, new HatzOptions { MostPurchases = 5 });
        await world.AddPackageAsync("Business", quantity: null, unassigned: 0);
        await world.CreateTenantAsync();

        await world.Account.UntilReadyAsync("acme", TenantReasons.PurchaseNotAllowed);
        world.Hatz.Log.Count(Create).Should().Be(0);

        await world.Account.PatchSpecAsync("tenants", "acme", """{"hatz":{"allowPurchase":true}}""");
        var tenant = await world.Account.UntilReadyAsync("acme");
        tenant.Status!.Remote!.PurchaseOccurred.Should().BeTrue();

        // Lost with a backup, or with a leader that died before it could say so.
        await world.Account.Rest.PatchAsync(world.Account.PathOf("tenants", "acme") + "/status", JsonNode.Parse("""{"status":{"remote":null}}""")!);
        await world.AskAgainAsync();
        await world.Account.UntilAsync("acme", each => each.Status?.Remote?.PurchaseOccurred == true, "what was bought is known again");
    }

    [Fact]
    public async Task An_empty_stock_is_told_in_the_platforms_words()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business", unassigned: 0);
        await world.CreateTenantAsync();

        var tenant = await world.Account.UntilReadyAsync("acme", TenantReasons.NoUnassignedPackage);

        TestAccount.Ready(tenant)!.Message.Should().Contain("Acme Corporation").And.Contain("Hatz site");
    }

    [Fact]
    public async Task Settings_have_three_states_and_are_put_back()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.CreateTenantAsync(change: spec => spec with { Hatz = new Api.V1Alpha1.HatzTenant { DefaultModelName = "gpt-4o" } });
        await world.Account.UntilReadyAsync("acme");
        var id = world.Hatz.State.Tenants.Single().Id;

        await world.Account.PatchSpecAsync("tenants", "acme", """{"hatz":{"defaultModelName":""},"earlyFeatures":true}""");
        await Until.TrueAsync(() => Task.FromResult(world.Hatz.State.Tenants.Single() is { DefaultModelName: "", BetaFeatures: true }), "the model is cleared");
        await world.Account.UntilReadyAsync("acme");

        // Absence leaves it alone.
        await world.Account.PatchSpecAsync("tenants", "acme", """{"hatz":{"defaultModelName":null},"earlyFeatures":true,"security":{"mfaRequired":true}}""");
        world.Hatz.ChangeTenant(id, tenant => tenant with { DefaultModelName = "claude-3-opus" });
        await Until.TrueAsync(() => Task.FromResult(world.Hatz.State.Tenants.Single() is { MfaRequired: true }), "the change is made");
        await world.Account.UntilReadyAsync("acme");
        world.Hatz.State.Tenants.Single().DefaultModelName.Should().Be("claude-3-opus");

        await world.Account.PatchSpecAsync("tenants", "acme", """{"hatz":{"defaultModelName":"no-such-model"}}""");
        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.ModelUnavailable);
        TestAccount.Ready(refused)!.Message.Should().Contain("no-such-model").And.Contain("spec.hatz.defaultModelName");
    }

    [Fact]
    public async Task People_are_invited_in_batches_and_changed_one_by_one()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.CreateTenantAsync(change: spec => spec with
        {
            InitialUsers = [.. Enumerable.Range(0, 250).Select(number => new InitialUser { Email = $"u{number}@acme.example", Roles = number == 0 ? [TenantRole.Admin] : null })],
        });

        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "250/250", "all are in");
        world.Hatz.State.Users.Count(user => user.Email.EndsWith("@acme.example", StringComparison.Ordinal)).Should().Be(250);
        world.Hatz.Log.Count(Invite).Should().BeLessThanOrEqualTo(5);
        world.Hatz.Log.Requests.Should().HaveCountLessThan(20, "calls do not grow with people");
        (world.Hatz.Log.Count(Create), world.Hatz.Log.Count(Read), world.Hatz.Log.Count(ListUsers)).Should().Be((1, 0, 0), "what was just made need not be read");
    }

    [Fact]
    public async Task A_role_and_a_name_follow_their_object()
    {
        await using var world = await HatzWorld.OpenAsync(cluster, platform: settings => settings with { UsageInterval = "1s" });
        await world.AddPackageAsync("Business");
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.CreateTenantAsync();
        await world.Account.UntilUserAsync("omar", TenantUserReasons.Synced);

        await world.Account.PatchSpecAsync("tenantusers", "omar", """{"roles":["Admin"],"firstName":"Omar"}""");

        await Until.TrueAsync(() => Task.FromResult(world.Hatz.State.Users.Single(user => user.Email == "omar@acme.example") is { RoleName: "client_admin", FirstName: "Omar" }), "both are changed");
        world.Hatz.Log.Count(ChangeUser).Should().Be(1);
    }

    [Fact]
    public async Task Of_a_batch_that_succeeds_in_part_the_rest_is_tried_again()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        using var rule = world.Hatz.On(Invite, PlatformFault.PartialBatch(0));
        await world.Account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await world.Account.CreateUserAsync("omar");
        await world.Account.CreateUserAsync("zoe");
        await world.CreateTenantAsync();

        await world.Account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "2/3", "one is missing");
        TestAccount.ConditionOf((await world.Account.FindTenantAsync("acme"))!, TenantConditions.UsersSynced)!.Reason.Should().Be(TenantReasons.SomeUsersFailed);
        await Until.TrueAsync(
            async () =>
            {
                await world.AskAgainAsync(Guid.NewGuid().ToString());
                return (await world.Account.FindTenantAsync("acme"))!.Status!.Users!.Summary == "3/3";
            },
            "all are in");
        world.People.Select(person => person.Email).Should().BeEquivalentTo("jane@acme.example", "omar@acme.example", "zoe@acme.example");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Rows_that_a_shifting_list_skips_or_repeats_are_neither_gone_nor_twice(int rows)
    {
        await using var world = await HatzWorld.OpenAsync(cluster, platform: settings => settings with { UsageInterval = "1s", Discovery = Discovery.Report });
        await world.AddPackageAsync("Business");
        for (var stranger = 0; stranger < 100; stranger++)
        {
            world.AddTenant($"stranger {stranger}", $"stranger {stranger}");
        }

        // The first of the second page.
        await world.CreateTenantAsync(change: spec => spec with { OnRemoteMissing = MissingPolicy.Recreate });
        await world.Account.UntilReadyAsync("acme");
        await world.UntilPlatformAsync(platform => platform.Status?.Tenants?.Unmanaged == 100, "the strangers are counted");

        using var rule = world.Hatz.On(request => request is { Route: List } && request.Query.GetValueOrDefault("offset") == "100", PlatformFault.ShiftPages(rows), times: int.MaxValue);
        for (var number = 0; number < 3; number++)
        {
            var hits = rule.Hits;
            await Until.TrueAsync(() => rule.Hits > hits, "the list is read again");
            await world.AskAgainAsync($"shifted {number}");
            await world.Account.UntilAsync("acme", tenant => tenant.Status!.LastHandledReconcileAt == $"shifted {number}", "the pass is done");
            TestAccount.Ready((await world.Account.FindTenantAsync("acme"))!)!.Reason.Should().Be(TenantReasons.Active);
        }

        world.Hatz.Log.Count(Create).Should().Be(1);
        world.Tenants.Should().HaveCount(101);
    }

    [Fact]
    public async Task A_key_is_named_when_it_is_wrong_and_a_new_one_counts_without_a_restart()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        world.Hatz.RevokeKey(world.Hatz.Key);
        await world.CreateTenantAsync();
        var refused = await world.Account.UntilReadyAsync("acme", TenantReasons.WaitingForPlatform);
        TestAccount.Ready(refused)!.Message.Should().Contain("credentialsSecretRef").And.NotContain(world.Hatz.Key);

        world.Hatz.AddKey("renewed", HatzRights.All);
        await world.WriteKeyAsync("renewed");
        await AskAgainAsync(world);
        await world.Account.UntilReadyAsync("acme");
    }

    [Fact]
    public async Task While_the_platform_asks_for_silence_nothing_is_called()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        using var rule = world.Hatz.On(Create, PlatformFault.TooManyRequests(TimeSpan.FromSeconds(3)));
        await world.CreateTenantAsync();
        await world.Account.UntilAsync("acme", tenant => TestAccount.Ready(tenant)?.Status == ConditionStatus.False, "the silence has been heard of");
        await world.CreateTenantAsync("globex", spec => spec with { DisplayName = "Globex" });

        await world.Account.UntilReadyAsync("acme");
        await world.Account.UntilReadyAsync("globex");

        var refused = world.Hatz.Log.Requests.Single(request => request.Status == 429);
        world.Hatz.Log.Requests.Where(request => request.Number > refused.Number).Should().OnlyContain(request => request.At >= refused.At.AddSeconds(2.9));
        world.Hatz.State.Tenants.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_platform_that_answers_nothing_for_long_holds_up_no_tenant_of_the_cluster()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business", quantity: 100, unassigned: 100);
        await world.Account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("here"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() } });
        using var rule = world.Hatz.On(Create, PlatformFault.TimeOutBeforeCommit, times: 100);
        for (var number = 0; number < 40; number++)
        {
            await world.CreateTenantAsync($"slow-{number}", spec => spec with { DisplayName = $"Slow {number}" });
        }

        await rule.Hit;
        await world.Account.CreateAsync("quick", new TenantSpec { PlatformRef = new LocalReference { Name = "here" } });
        await world.Account.UntilReadyAsync("quick");
        world.Hatz.Log.Count(Create).Should().BeLessThan(40, "none of the slow ones was answered meanwhile");
    }

    [Fact]
    public async Task A_deleted_Tenant_leaves_the_tenant_as_it_is_and_says_so()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");

        await world.Account.DeleteAsync("tenants", "acme");
        await world.Account.UntilGoneAsync("acme");

        world.Hatz.State.Tenants.Should().ContainSingle().Which.Status.Should().Be(HatzEmulator.ActiveStatus);
        await world.Account.UntilEventAsync(TenantReasons.SuspendUnsupported);
    }

    [Fact]
    public async Task A_tenant_that_is_gone_there_is_reported_and_not_made_again()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        await world.AddPackageAsync("Business");
        await world.CreateTenantAsync();
        await world.Account.UntilReadyAsync("acme");
        world.Hatz.DeleteTenant(world.Hatz.State.Tenants.Single().Id);

        await world.Account.PatchSpecAsync("tenants", "acme", """{"earlyFeatures":true}""");
        var missing = await world.Account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);

        missing.Status!.Phase.Should().Be(TenantPhase.Missing);
        world.Hatz.Log.Count(Create).Should().Be(1);
    }

    // Waits are for the real platform; here a person asks.
    private static Task AskAgainAsync(HatzWorld world, string when = "again") => world.Account.Rest.PatchAsync(
        world.Account.PathOf("tenants", "acme"), new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ReconcileRequestedAt] = when } } });

    private static PlatformFault FaultOf(string name) => name switch
    {
        "ResetBeforeCommit" => PlatformFault.ResetBeforeCommit,
        "ResetAfterCommit" => PlatformFault.ResetAfterCommit,
        "ResetInBody" => PlatformFault.ResetInBody(),
        "Html" => PlatformFault.Html(),
        "HtmlAfterCommit" => PlatformFault.Html(afterCommit: true),
        "Malformed" => PlatformFault.Malformed,
        "DuplicateKeys" => PlatformFault.DuplicateKeys,
        "Truncated" => PlatformFault.Truncated(),
        "ErrorInside" => PlatformFault.ErrorInside(),
        _ => PlatformFault.Refuse(503),
    };
}
