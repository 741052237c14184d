using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Promises;

public sealed class PeopleGetWhatIsDeclared(OperatorCluster cluster)
{
    [Fact]
    public async Task A_person_who_is_told_late_of_a_pause_is_told_of_its_end_too()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        var late = new TaskCompletionSource();
        using var hold = account.Proxy.On("patch", "tenantusers/status", Fault.HoldUntil(late.Task));
        var mark = account.Proxy.Mark();

        await account.PatchSpecAsync("tenants", "acme", """{"paused":true}""");
        await hold.Hit;
        await account.PatchSpecAsync("tenants", "acme", """{"paused":null}""");
        await account.UntilReadyAsync("acme");
        late.SetResult();
        await Until.TrueAsync(() => mark.Requests.Any(request => request is { Resource: "tenantusers/status", Status: 200 }), "the late word is there");

        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
    }

    [Fact]
    public async Task An_initial_user_left_by_a_former_tenant_of_that_name_becomes_the_new_ones()
    {
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        var person = new InitialUser { Email = "jane@acme.example", Roles = [TenantRole.Admin] };
        var former = A.Tenant("acme");
        former.Metadata.Uid = Guid.NewGuid().ToString();
        var left = InitialUserPlan.For(former, person);
        await account.CreateAsync(left);
        await account.CreateAsync("acme", new TenantSpec { InitialUsers = [person] });

        await account.StartAsync();

        // Whether or not a garbage collector was faster.
        var acme = await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1", "its person is in");
        await Until.TrueAsync(
            async () => TestAccount.Read<TenantUser>(await account.Rest.FindAsync(account.PathOf("tenantusers", left.Metadata.Name))) is { } jane
                && jane.Metadata.OwnerReferences.Single().Uid == acme.Metadata.Uid,
            "the person is the new tenant's");
    }

    [Fact]
    public async Task Everybody_gets_a_binding_by_role_and_a_status_of_their_own()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateUserAsync("early", roles: [TenantRole.Admin]);
        (await account.UntilUserAsync("early", TenantUserReasons.TenantNotFound)).Status!.Conditions!.Should().Contain(each => each.Message.Contains("Apply it"));
        await account.CreateAsync("acme");
        await account.UntilUserAsync("early", TenantUserReasons.Synced);
        await account.CreateUserAsync("dev", roles: [TenantRole.Developer, TenantRole.Analyst], email: "dev@acme.example");
        var dev = await account.UntilUserAsync("dev", TenantUserReasons.Synced);

        (dev.Status!.ExternalId, dev.Status.Role).Should().Be(("dev@acme.example", "edit, view"));
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("early@acme.example");
        (await SubjectsAsync(account, "tenant-developer")).Should().Equal("dev@acme.example");
        (await SubjectsAsync(account, "tenant-analyst")).Should().Equal("dev@acme.example");
    }

    [Fact]
    public async Task Removing_or_deactivating_a_person_takes_access_away()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        foreach (var name in (string[])["anna", "omar", "zoe"])
        {
            await account.CreateUserAsync(name);
            await account.UntilUserAsync(name, TenantUserReasons.Synced);
        }

        await account.DeleteAsync("tenantusers", "anna");
        await Until.TrueAsync(async () => (await SubjectsAsync(account, "tenant-member")).SequenceEqual(["omar@acme.example", "zoe@acme.example"]), "anna has no access");
        await account.PatchSpecAsync("tenantusers", "omar", """{"active":false}""");
        (await account.UntilUserAsync("omar", TenantUserReasons.Inactive)).Status!.ExternalId.Should().BeNull();
        (await SubjectsAsync(account, "tenant-member")).Should().Equal("zoe@acme.example");
        await account.DeleteAsync("tenantusers", "zoe");
        await Until.TrueAsync(async () => (await SubjectsAsync(account, "tenant-member")).Count == 0, "nobody has access");
        await account.PatchSpecAsync("tenantusers", "omar", """{"active":true,"roles":["Admin"]}""");

        await account.UntilUserAsync("omar", TenantUserReasons.Synced);
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("omar@acme.example");
    }

    [Fact]
    public async Task An_address_declared_twice_counts_once_and_seats_are_given_in_order()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec { Limits = new TenantLimits { MaxUsers = 2 } });
        await account.CreateUserAsync("a-first", email: "jane@acme.example");
        await account.UntilUserAsync("a-first", TenantUserReasons.Synced);
        await account.CreateUserAsync("b-again", email: "jane@acme.example");
        await account.UntilUserAsync("b-again", TenantUserReasons.DuplicateEmail);
        await account.CreateUserAsync("c-second");
        await account.UntilUserAsync("c-second", TenantUserReasons.Synced);
        await account.CreateUserAsync("d-third");
        await account.UntilUserAsync("d-third", TenantUserReasons.WaitingForSeat);
        await account.UntilAsync(
            "acme",
            tenant => tenant.Status?.Users?.Summary == "2/4" && TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Status == ConditionStatus.False
                && TestAccount.ConditionOf(tenant, TenantConditions.WithinLimits)?.Reason == TenantReasons.UserLimitReached,
            "the tenant says that people are left out");

        await account.DeleteAsync("tenantusers", "a-first");

        await account.UntilUserAsync("b-again", TenantUserReasons.Synced);
        await account.UntilUserAsync("d-third", TenantUserReasons.WaitingForSeat);
        await account.PatchSpecAsync("tenants", "acme", """{"limits":{"maxUsers":3}}""");
        await account.UntilUserAsync("d-third", TenantUserReasons.Synced);
    }

    [Fact]
    public async Task Initial_users_are_made_once_and_never_again()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec
        {
            InitialUsers = [new InitialUser { Email = "jane@acme.example", Roles = [TenantRole.Admin] }, new InitialUser { Email = "omar@acme.example" }],
        });
        await account.UntilAsync("acme", tenant => tenant.Status?.Users is { Summary: "2/2", InitialCreated: 2 }, "both are in");
        var users = await account.Rest.ListAsync(account.PathOf("tenantusers"));
        users.Should().HaveCount(2);
        users[0]["metadata"]!["ownerReferences"]![0]!["kind"]!.ToString().Should().Be("Tenant");

        await account.DeleteAsync("tenantusers", (string)users[0]["metadata"]!["name"]!);
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1", "one is left");
        await account.StopAsync();
        await account.StartAsync();
        await account.UntilQuietAsync();

        (await account.Rest.ListAsync(account.PathOf("tenantusers"))).Should().HaveCount(1, "whoever was removed stays removed");
    }

    [Fact]
    public async Task When_all_initial_users_are_gone_the_tenant_says_so_and_how_to_have_them_again()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme", new TenantSpec { InitialUsers = [new InitialUser { Email = "jane@acme.example" }] });
        var acme = await account.UntilAsync("acme", tenant => tenant.Status?.Users is { Summary: "1/1" }, "she is in");
        TestAccount.ConditionOf(acme, TenantConditions.UsersSynced)!.Message.Should().Be("The only active person has the access that is declared.");

        await account.DeleteAsync("tenantusers", (string)(await account.Rest.ListAsync(account.PathOf("tenantusers"))).Single()["metadata"]!["name"]!);
        acme = await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "0/0", "nobody is left");
        var words = TestAccount.ConditionOf(acme, TenantConditions.UsersSynced)!.Message;
        words.Should().StartWith("Nobody is declared: spec.initialUsers became a TenantUser once, and none is there any more.");

        // What it tells a person to do does what it says.
        await account.Cluster.Kubectl.OutputAsync(words.Split("kubectl ")[1].Split(' '), null, TestContext.Current.CancellationToken);
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1", "she is in again");
    }

    [Fact]
    public async Task A_role_that_the_operator_may_not_hand_out_is_refused()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync(new TenantPlatform
        {
            Metadata = TestAccount.Meta("default"),
            Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform { Roles = new ClusterRoleNames { Admin = "owner" } } },
        });
        await account.CreateAsync("acme");
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);

        await account.UntilReadyAsync("acme", TenantReasons.RoleNotAllowed);
        await account.UntilUserAsync("jane", TenantReasons.RoleNotAllowed);
        (await SubjectsAsync(account, "tenant-admin")).Should().BeEmpty();
    }

    [Fact]
    public async Task Somebody_declared_while_the_tenant_can_take_nobody_is_told_so_and_gets_in_afterwards()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var labels = (await account.Rest.GetAsync(path))["metadata"]!["labels"]!.DeepClone();
        await account.Rest.PatchAsync(path, JsonNode.Parse("""{"metadata":{"labels":null}}""")!);
        await account.UntilReadyAsync("acme", TenantReasons.NamespaceTaken);

        await account.CreateUserAsync("jane");
        var waiting = await account.UntilUserAsync("jane", TenantUserReasons.WaitingForTenant);
        waiting.Status!.Conditions!.First(condition => condition.Type == CommonConditions.Ready).Message.Should().Contain("Tenant \"acme\"").And.Contain("was not made for this Tenant");

        await account.Rest.PatchAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } });
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
    }

    [Fact]
    public async Task People_of_a_tenant_that_is_gone_are_not_said_to_have_access()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.CreateUserAsync("jane");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);

        await WhatWasChangedByHandIsPutBack.HoldNamespaceAsync(account, "acme");
        await account.Rest.DeleteAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        await WhatWasChangedByHandIsPutBack.FinishNamespaceAsync(account, "acme");
        await account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);

        await account.UntilUserAsync("jane", TenantUserReasons.WaitingForTenant);
    }

    private static async Task<IReadOnlyList<string>> SubjectsAsync(TestAccount account, string binding) =>
        [.. ((await account.Rest.FindAsync(account.PathOf("rolebindings", binding, account.NamespaceOf("acme"))))?["subjects"] as JsonArray ?? []).Select(subject => (string)subject!["name"]!)];
}
