namespace TenantOperator.EndToEndTests.Walk;

internal static class TemplatesShapeOnce
{
    public static async Task RunAsync(WalkAccount account)
    {
        // Edited: who has it keeps the first edition, who comes now gets the second.
        await account.PatchAsync("tenanttemplate/standard", """{"spec":{"packageRef":{"name":"starter"},"description":"second edition","cluster":{"labels":{"example.com/edition":"second"}}}}""");
        await account.ApplyAsync(AccountManifest.Tenants(["second"], "standard"));
        var second = await account.UntilReadyAsync("Active", "second");
        var first = await account.UntilReadyAsync("Active", "t05");
        ((string?)first["status"]!["effective"]!["description"], (string?)second["status"]!["effective"]!["description"]).Should().Be(("first edition", "second edition"));
        ((string?)first["status"]!["effective"]!["package"], (string?)second["status"]!["effective"]!["package"]).Should().Be(("business", "starter"));
        ((string?)first["status"]!["effective"]!["sources"]!["package"]).Should().Be("Template");
        ((long?)first["status"]!["template"]!["generation"], (long?)second["status"]!["template"]!["generation"]).Should().Be((1, 2));
        (await account.RunAsync("get", "namespaces", account.NamespaceOf("t05"), account.NamespaceOf("second"), "-L", "example.com/edition")).Should().MatchRegex("t05 .* first").And.MatchRegex("second .* second");

        // Deleted: nobody notices but who comes now.
        await account.RunAsync("delete", "tenanttemplate/standard");
        await account.ApplyAsync(AccountManifest.Tenants(["third"], "standard"));
        var missing = await account.UntilReadyAsync("TemplateNotFound", "third");
        WalkAccount.MessageOf(missing).Should().Be(
            $"TenantTemplate \"standard\" does not exist in namespace \"{account.Name}\". Apply it, and this tenant goes on by itself; or make a new Tenant without spec.templateRef.");
        await account.UntilDescribedAsync("tenant/third", "TemplateNotFound", "TemplateResolved");
        WalkAccount.VersionOf(await account.UntilReadyAsync("Active", "t05")).Should().Be(WalkAccount.VersionOf(first));

        // Made anew: another template of the same name.
        await account.ApplyAsync(AccountManifest.Object("TenantTemplate", "standard", "{packageRef: {name: starter}, description: third edition}"));
        var third = await account.UntilReadyAsync("Active", "third");
        ((string?)third["status"]!["effective"]!["description"]).Should().Be("third edition");
        ((string?)third["status"]!["template"]!["uid"]).Should().NotBe((string?)second["status"]!["template"]!["uid"]);
        WalkAccount.VersionOf(await account.UntilReadyAsync("Active", "t05")).Should().Be(WalkAccount.VersionOf(first));

        // A Tenant's own field wins over its template's.
        await account.PatchAsync("tenant/t05", """{"spec":{"description":"its own"}}""");
        var own = await account.UntilReadyAsync("Active", "t05");
        ((string?)own["status"]!["effective"]!["description"], (string?)own["status"]!["effective"]!["sources"]!["description"]).Should().Be(("its own", "Tenant"));
    }
}
