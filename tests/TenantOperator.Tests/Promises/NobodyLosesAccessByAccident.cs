using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class NobodyLosesAccessByAccident(OperatorCluster cluster)
{
    [Fact]
    public async Task Somebody_whom_the_operator_did_not_add_is_counted_and_removed_only_when_pruning_is_asked_for()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);

        await AddSubjectAsync(account, "tenant-admin", "guest@acme.example");
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Unmanaged == 1, "the guest is counted");
        await account.UntilEventAsync(TenantReasons.UnmanagedUsers, "1 person");
        await account.CreateUserAsync("omar", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("omar", TenantUserReasons.Synced);
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("guest@acme.example", "jane@acme.example", "omar@acme.example");

        await account.PatchSpecAsync("tenants", "acme", """{"pruneUsers":true}""");

        await account.UntilEventAsync(TenantUserReasons.UserRemoved, "1 person");
        await account.UntilAsync("acme", tenant => tenant.Status?.Users is { Unmanaged: null, Summary: "2/2" }, "nobody is left uncounted");
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("jane@acme.example", "omar@acme.example");
    }

    [Fact]
    public async Task The_last_admin_stays_until_there_is_another()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.CreateUserAsync("omar");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilUserAsync("omar", TenantUserReasons.Synced);

        await account.PatchSpecAsync("tenantusers", "jane", """{"roles":["Member"]}""");
        await account.UntilUserAsync("jane", TenantUserReasons.LastAdmin);
        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Reason == TenantReasons.LastAdmin, "the tenant says why");
        await account.DeleteAsync("tenantusers", "jane");
        await account.UntilQuietAsync();
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("jane@acme.example");

        await account.PatchSpecAsync("tenantusers", "omar", """{"roles":["Admin"]}""");

        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Status == ConditionStatus.True, "omar took over");
        (await SubjectsAsync(account, "tenant-admin")).Should().Equal("omar@acme.example");
    }

    [Fact]
    public async Task The_seat_of_an_admin_who_is_kept_goes_to_nobody_else()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        await account.PatchSpecAsync("tenants", "acme", """{"limits":{"maxUsers":2}}""");
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.CreateUserAsync("omar");
        await account.UntilUserAsync("omar", TenantUserReasons.Synced);
        await account.CreateUserAsync("zoe");
        await account.UntilUserAsync("zoe", TenantUserReasons.WaitingForSeat);

        await account.DeleteAsync("tenantusers", "jane");
        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Reason == TenantReasons.LastAdmin, "jane is kept");
        await account.UntilQuietAsync();
        (await SubjectsAsync(account, "tenant-member")).Should().Equal("omar@acme.example");
        await account.UntilUserAsync("zoe", TenantUserReasons.WaitingForSeat);

        await account.PatchSpecAsync("tenantusers", "omar", """{"roles":["Admin"]}""");
        await account.UntilUserAsync("zoe", TenantUserReasons.Synced);
    }

    [Fact]
    public async Task Many_removals_at_once_are_held_until_somebody_says_so()
    {
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.CreateAsync("acme");
        foreach (var index in Enumerable.Range(0, 14))
        {
            await account.CreateUserAsync($"p{index:00}");
        }

        await account.StartAsync();
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "14/14", "all are in");
        foreach (var index in Enumerable.Range(0, 12))
        {
            await account.DeleteAsync("tenantusers", $"p{index:00}");
        }

        var held = await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Reason == TenantReasons.TooManyRemovals, "the removal is held");
        TestAccount.ConditionOf(held, CommonConditions.Stalled)!.Reason.Should().Be(TenantReasons.TooManyRemovals);
        await account.UntilQuietAsync();
        (await SubjectsAsync(account, "tenant-member")).Count.Should().BeGreaterThanOrEqualTo(4, "at most ten go within a minute");
        await account.StopAsync();
        await account.StartAsync();
        await account.UntilQuietAsync();
        (await SubjectsAsync(account, "tenant-member")).Count.Should().BeGreaterThanOrEqualTo(4, "a restart is no permission");

        await account.PatchSpecAsync("tenants", "acme", """{"maxRemovals":12}""");

        await Until.TrueAsync(async () => (await SubjectsAsync(account, "tenant-member")).Count == 2, "the permission is used");
        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.UsersSynced)?.Status == ConditionStatus.True, "all is well");
    }

    [Fact]
    public async Task A_person_deleted_with_retain_keeps_access_and_a_paused_one_is_left_alone()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        foreach (var name in (string[])["keep", "still", "gone"])
        {
            await account.CreateUserAsync(name);
            await account.UntilUserAsync(name, TenantUserReasons.Synced);
        }

        await account.PatchSpecAsync("tenantusers", "keep", """{"deletionPolicy":"Retain"}""");
        await Until.TrueAsync(async () => ((await account.Rest.GetAsync(account.PathOf("tenantusers", "keep")))["metadata"]!["finalizers"] as JsonArray)?.Count == 1, "it is held for its policy");
        await account.PatchSpecAsync("tenantusers", "still", """{"paused":true,"active":false}""");
        await account.UntilUserAsync("still", TenantUserReasons.Paused);
        await account.DeleteAsync("tenantusers", "keep");
        await account.DeleteAsync("tenantusers", "gone");

        await Until.TrueAsync(async () => (await SubjectsAsync(account, "tenant-member")).SequenceEqual(["keep@acme.example", "still@acme.example"]), "only gone has gone");
        await Until.TrueAsync(async () => await account.Rest.FindAsync(account.PathOf("tenantusers", "keep")) is null, "the object is let go of");
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Unmanaged == 1, "whoever was retained is nobody's business now");
    }

    [Fact]
    public async Task A_person_to_retain_is_told_of_the_access_as_anybody_else()
    {
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.CreateAsync("acme");
        await account.CreateAsync(new TenantUser
        {
            Metadata = TestAccount.Meta("keep"),
            Spec = new TenantUserSpec { TenantRef = new TenantReference { Name = "acme" }, Email = "keep@acme.example", DeletionPolicy = UserDeletionPolicy.Retain },
        });

        await account.StartAsync();

        await account.UntilUserAsync("keep", TenantUserReasons.Synced);
    }

    [Fact]
    public async Task A_limit_lowered_under_the_people_sends_nobody_away()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreateAsync("acme");
        foreach (var name in (string[])["a", "b", "c"])
        {
            await account.CreateUserAsync(name);
            await account.UntilUserAsync(name, TenantUserReasons.Synced);
        }

        await account.PatchSpecAsync("tenants", "acme", """{"limits":{"maxUsers":1}}""");
        await account.UntilAsync("acme", tenant => TestAccount.ConditionOf(tenant, TenantConditions.Synced)?.Reason == TenantReasons.BelowUsage, "the numbers are named");
        (await SubjectsAsync(account, "tenant-member")).Should().HaveCount(3);

        await account.PatchSpecAsync("tenants", "acme", """{"allowBelowUsage":true}""");

        await account.UntilUserAsync("c", TenantUserReasons.WaitingForSeat);
        (await SubjectsAsync(account, "tenant-member")).Should().Equal("a@acme.example");
    }

    private static async Task AddSubjectAsync(TestAccount account, string binding, string person)
    {
        var path = account.PathOf("rolebindings", binding, account.NamespaceOf("acme"));
        var subjects = (await account.Rest.GetAsync(path))["subjects"]!.DeepClone().AsArray();
        subjects.Add(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = person });
        await account.Rest.PatchAsync(path, new JsonObject { ["subjects"] = subjects });
    }

    private static async Task<IReadOnlyList<string>> SubjectsAsync(TestAccount account, string binding) =>
        [.. ((await account.Rest.FindAsync(account.PathOf("rolebindings", binding, account.NamespaceOf("acme"))))?["subjects"] as JsonArray ?? []).Select(subject => (string)subject!["name"]!)];
}
