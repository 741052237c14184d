namespace TenantOperator.EndToEndTests.Walk;

internal static class PeopleComeAndGo
{
    public static async Task RunAsync(WalkAccount account)
    {
        await OneByOneAsync(account);
        await SeatsAreLimitedAsync(account);
        await TheLastAdminStaysAsync(account);
        await ManyAreHeldAsync(account);
        await StrangersAreCountedAndPrunedOnDemandAsync(account);
    }

    private static async Task OneByOneAsync(WalkAccount account)
    {
        await account.DeleteAsync("tenantuser/t06-u9");
        await account.PatchAsync("tenantuser/t06-u8", """{"spec":{"roles":["Admin","Analyst"]}}""");
        await account.PatchAsync("tenantuser/t06-u7", """{"spec":{"active":false}}""");
        await account.ApplyAsync(AccountManifest.Person("t06", 10, "Member") + '\n'
            + AccountManifest.Object("TenantUser", "t06-again", "{tenantRef: {name: t06}, email: u0@t06.example}") + '\n'
            + AccountManifest.Object("TenantUser", "t06-lost", "{tenantRef: {name: nowhere}, email: u0@t06.example}"));

        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t06-u10");
        await account.UntilSaidAsync("tenantuser", "Ready", "Inactive", "t06-u7");
        var twice = (await account.UntilSaidAsync("tenantuser", "Ready", "DuplicateEmail", "t06-again"))[0];
        WalkAccount.MessageOf(twice).Should().Contain("TenantUser \"t06-u0\" of this tenant has the same e-mail address and is older");
        var lost = (await account.UntilSaidAsync("tenantuser", "Ready", "TenantNotFound", "t06-lost"))[0];
        WalkAccount.MessageOf(lost).Should().Contain("Tenant \"nowhere\" does not exist");
        await account.UntilAsync("the roles are as declared", async () => (await account.RowAsync("tenantusers", "t06-u8")).StartsWith("t06-u8 t06 u8@t06.example admin, view True Synced", StringComparison.Ordinal));
        (await account.PeopleAsync("t06", "admin")).Should().Equal("u0@t06.example", "u8@t06.example");
        (await account.PeopleAsync("t06", "member")).Should().NotContain(["u9@t06.example", "u8@t06.example", "u7@t06.example"]).And.Contain("u10@t06.example");

        var tenant = (await account.UntilSaidAsync("tenant", "UsersSynced", "SomeUsersFailed", "t06"))[0];
        WalkAccount.MessageOf(tenant, "UsersSynced").Should().Contain("the first is TenantUser \"t06-again\"");
        (await account.RowAsync("tenants", "t06")).Should().MatchRegex("^t06 True Active cluster business 9/10 ");
        await account.DeleteAsync("tenantuser/t06-again", "tenantuser/t06-lost");
        await account.UntilSaidAsync("tenant", "UsersSynced", "UsersSynced", "t06");
    }

    private static async Task SeatsAreLimitedAsync(WalkAccount account)
    {
        await account.ApplyAsync(AccountManifest.Person("t31", 10, "Member"));
        var waiting = (await account.UntilSaidAsync("tenantuser", "Ready", "WaitingForSeat", "t31-u10"))[0];
        WalkAccount.MessageOf(waiting).Should().Contain("All 10 seats of the tenant are taken");
        await account.UntilSaidAsync("tenant", "UsersSynced", "CapacityExhausted", "t31");

        await account.DeleteAsync("tenantuser/t31-u9");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t31-u10");
        await account.UntilSaidAsync("tenant", "UsersSynced", "UsersSynced", "t31");
    }

    private static async Task TheLastAdminStaysAsync(WalkAccount account)
    {
        await account.PatchAsync("tenantuser/t07-u0", """{"spec":{"roles":["Member"]}}""");
        var demoted = (await account.UntilSaidAsync("tenantuser", "Ready", "LastAdmin", "t07-u0"))[0];
        WalkAccount.MessageOf(demoted).Should().Contain("Give another TenantUser of this tenant the role Admin first");
        (await account.PeopleAsync("t07", "admin")).Should().Equal("u0@t07.example");

        await account.PatchAsync("tenantuser/t07-u1", """{"spec":{"roles":["Admin"]}}""");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t07-u0", "t07-u1");
        (await account.PeopleAsync("t07", "admin")).Should().Equal("u1@t07.example");
    }

    private static async Task ManyAreHeldAsync(WalkAccount account)
    {
        await account.PatchAsync("tenant/t08", """{"spec":{"maxRemovals":2}}""");
        await account.UntilReadyAsync("Active", "t08");
        await account.PatchAsync("tenant/t08", """{"spec":{"description":"many go at once"}}""");
        await account.DeleteAsync("tenantuser/t08-u3", "tenantuser/t08-u4", "tenantuser/t08-u5", "tenantuser/t08-u6", "tenantuser/t08-u7");

        var held = (await account.UntilSaidAsync("tenant", "UsersSynced", "TooManyRemovals", "t08"))[0];
        WalkAccount.MessageOf(held, "UsersSynced").Should().Contain("people would lose their access at once, and 2 may").And.Contain("set spec.maxRemovals to");
        WalkAccount.ReasonOf(held, "Stalled").Should().Be("TooManyRemovals");
        (await account.PeopleAsync("t08", "member")).Count.Should().BeInRange(5, 7, "two may go");

        await account.PatchAsync("tenant/t08", """{"spec":{"maxRemovals":"100%"}}""");
        await account.UntilSaidAsync("tenant", "UsersSynced", "UsersSynced", "t08");
        (await account.PeopleAsync("t08", "member")).Should().Equal("u8@t08.example", "u9@t08.example");
    }

    private static async Task StrangersAreCountedAndPrunedOnDemandAsync(WalkAccount account)
    {
        await account.RunAsync("patch", "rolebinding", "tenant-member", "-n", account.NamespaceOf("t09"), "--type=json", "-p", """
            [{"op":"add","path":"/subjects/-","value":{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"stranger@elsewhere.example"}}]
            """);
        await account.UntilAsync("the stranger is counted", async () => (int?)(await account.GetAsync("tenant", "t09"))["status"]!["users"]!["unmanaged"] == 1);
        await account.UntilDescribedAsync("tenant/t09", "UnmanagedUsers", "1 person without a TenantUser can get in");
        (await account.PeopleAsync("t09", "member")).Should().Contain("stranger@elsewhere.example");

        await account.PatchAsync("tenant/t09", """{"spec":{"pruneUsers":true}}""");
        await account.UntilDescribedAsync("tenant/t09", "UserRemoved", "as spec.pruneUsers says");
        (await account.PeopleAsync("t09", "member")).Should().NotContain("stranger@elsewhere.example").And.HaveCount(7);
    }
}
