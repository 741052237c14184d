namespace TenantOperator.EndToEndTests.Walk;

internal static class WhatWasLeftIsTakenUp
{
    public static async Task RunAsync(WalkAccount account)
    {
        var before = (await account.UntilReadyAsync("Active", "t32", "t33")).Select(IdOf).ToList();
        await account.RunAsync("create", "configmap", "data", "-n", account.NamespaceOf("t32"), "--from-literal=kept=yes");
        await account.DeleteAsync("tenant/t32", "tenant/t33");
        await account.UntilGoneAsync("tenant/t32", "tenant/t33");
        (await account.RunAsync("get", "rolebindings", "-n", account.NamespaceOf("t32"), "-o", "name")).Should().BeEmpty();
        (await account.RunAsync("get", "namespace", account.NamespaceOf("t32"), "-o", "jsonpath={.metadata.labels}")).Should().Contain("\"tenantoperator.io/suspended\":\"true\"");

        // The same Tenant applied again; and one that says which namespace it means.
        await account.ApplyAsync(AccountManifest.Tenants(["t32"], "small") + '\n' + AccountManifest.Object("Tenant", "t33", $"{{templateRef: {{name: small}}, externalId: {before[1]}}}"));
        var again = await account.UntilReadyAsync("Active", "t32", "t33");

        again.Select(IdOf).Should().Equal(before, "it is the same namespace with its data");
        (await account.RunAsync("get", "configmap", "data", "-n", account.NamespaceOf("t32"), "-o", "jsonpath={.data.kept}")).Should().Be("yes");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "t32-u0", "t33-u9");
        (await account.PeopleAsync("t32", "admin")).Should().Equal("u0@t32.example");
        (await account.RunAsync("get", "namespace", account.NamespaceOf("t32"), "-o", "jsonpath={.metadata.labels}")).Should().NotContain("tenantoperator.io/suspended");

        // A wrong one is refused and says how to compare.
        await account.ApplyAsync(AccountManifest.Object("Tenant", "wrong", $"{{templateRef: {{name: small}}, externalId: {before[0]}}}"));
        var wrong = await account.UntilReadyAsync("ExternalIdNotFound", "wrong");
        WalkAccount.MessageOf(wrong).Should().Contain("there is no such namespace").And.Contain("Remove spec.externalId");
        await account.RunAsync("delete", "tenant/wrong");
    }

    private static string? IdOf(System.Text.Json.Nodes.JsonNode tenant) => (string?)tenant["status"]!["externalId"];
}
