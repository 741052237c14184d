using System.Text.Json.Nodes;
using TenantOperator.Emulators;

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>kubectl tenant adopt and unmanaged: what was on a platform before the operator is declared, and stays as it was.</summary>
public sealed class WhatExistsIsTakenUp(PluginStage stage, InstalledCluster server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_exists_is_adopted_by_its_id_or_by_the_mark_of_its_namespace()
    {
        await stage.OpenAsync(server, Token);
        var id = stage.Hatz.AddTenant("Late Adopter").Id;
        await stage.Walk.UntilReadyAsync("NamespaceTaken", "stray");
        (await stage.RunAsync("adopt stray --id 00000000-0000-4000-8000-000000000000", Token)).Text.Should().Contain("is not the uid of namespace \"plug-in-stray\"");
        var uid = (await stage.KubectlAsync(["get", "namespace", "plug-in-stray", "-o", "jsonpath={.metadata.uid}"], Token)).Output;

        var (stray, late) = (OutputAsync($"adopt stray --id {uid}"), OutputAsync($"adopt late --id {id}"));
        (await stray).Should().Contain("namespace/plug-in-stray is marked for the tenant");
        (await late).Should().Contain($"tenant/late takes up {id}");

        await stage.Walk.UntilReadyAsync("Active", "stray", "late");
        ((string?)(await stage.Walk.GetAsync("tenant", "late"))["status"]!["externalId"]).Should().Be(id);
    }

    [Fact]
    public async Task What_no_object_declares_is_listed_and_its_manifests_can_be_applied()
    {
        await stage.OpenAsync(server, Token);
        var there = stage.Hatz.AddTenant("Old Customer");
        stage.Hatz.AddUser(there.Id, "eve@old.example", "client_admin");

        var (table, json) = (OutputAsync("unmanaged hatz --allow-hosts 127.0.0.1"), OutputAsync("unmanaged hatz --allow-hosts 127.0.0.1 -o json"));
        Rows(await table).Should().ContainMatch("ID NAME DISPLAY NAME AGE").And.ContainMatch($"{there.Id} Old Customer Old Customer *");

        // Of all that is there, this one.
        var list = JsonNode.Parse(await json)!["items"]!.AsArray();
        var manifest = list.Single(item => (string?)item!["spec"]!["externalId"] == there.Id)!;
        manifest.ToJsonString().Should().Be($$$$"""{"apiVersion":"tenantoperator.io/v1alpha1","kind":"Tenant","metadata":{"name":"old-customer","namespace":"plug-in"},"spec":{"platformRef":{"name":"hatz"},"displayName":"Old Customer","externalId":"{{{{there.Id}}}}"}}""");
        await stage.Walk.ApplyAsync(manifest.ToJsonString());
        await stage.Walk.UntilReadyAsync("Active", "old-customer");

        var (people, users) = (OutputAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1"), OutputAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1 -o yaml"));
        Rows(await people).Should().ContainMatch("eve@old.example Admin");
        await stage.Walk.ApplyAsync(await users);
        await stage.Walk.UntilSaidAsync("tenantuser", "Ready", "Synced", "old-customer-eve");
        (await stage.RunAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1", Token)).Text.Should().Be("Everybody in Tenant \"old-customer\" is declared by a TenantUser.");
        stage.Hatz.State.Tenants.Single(tenant => tenant.Id == there.Id).Name.Should().Be("Old Customer");
    }

    [Theory]
    [InlineData("processmind", "the-old-one-100-1")] // It tells no short names.
    [InlineData("mindzie", "mindzie-veteran")]
    [InlineData("scaikey", "scaikey-veteran")]
    public async Task What_a_platform_had_before_is_taken_up_by_the_manifests_as_they_are_printed(string platform, string name)
    {
        await stage.OpenAsync(server, Token);
        Settle(stage.On(platform).Emulator, name);
        var before = stage.On(platform).Only;
        var unmanaged = $"unmanaged {platform} --allow-hosts 127.0.0.1";

        var (table, tenants) = (OutputAsync(unmanaged), OutputAsync(unmanaged + " -o yaml"));
        Rows(await table).Should().ContainMatch($"{before.Id} * {before.DisplayName} *");
        await stage.Walk.ApplyAsync(await tenants);
        ((string?)(await stage.Walk.UntilReadyAsync("Active", name))["status"]!["externalId"]).Should().Be(before.Id);

        await stage.Walk.ApplyAsync(await OutputAsync($"{unmanaged} --users {name} -o yaml"));
        await stage.Walk.UntilSaidAsync("tenantuser", "Ready", "Synced", name + "-eve", name + "-bob");
        var (others, people) = (stage.RunAsync(unmanaged, Token), stage.RunAsync($"{unmanaged} --users {name}", Token));
        (await others).Text.Should().Be($"Every tenant on TenantPlatform \"{platform}\" is declared by a Tenant.");
        (await people).Text.Should().Be($"Everybody in Tenant \"{name}\" is declared by a TenantUser.");
        stage.On(platform).Only.Should().BeEquivalentTo(before, "nothing is changed by being declared");
    }

    // A name that YAML could take for something else, an admin and somebody.
    private static void Settle(Emulator platform, string name)
    {
        const string Shown = "The \"Old\" One: 100 % #1";
        const string Eve = "eve@old.example";
        const string Bob = "bob@old.example";
        switch (platform)
        {
            case ProcessMindEmulator mind:
                var environment = mind.AddTenant(name, Shown).Id;
                mind.AddUser(environment, Eve, isAdmin: true);
                mind.AddUser(environment, Bob);
                break;
            case MindzieEmulator mindzie:
                var tenant = mindzie.AddTenant(name, Shown).Id;
                mindzie.AddUser(Eve, "Administrator", tenant);
                mindzie.AddUser(Bob, "User", tenant);
                break;
            case ScaiKeyEmulator scaiKey:
                var id = scaiKey.AddTenant(name, Shown).Id;
                scaiKey.AddUser(id, Eve);
                scaiKey.AddUser(id, Bob);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(platform), platform, "No such platform.");
        }
    }

    private async Task<string> OutputAsync(string arguments)
    {
        var result = await stage.RunAsync(arguments, Token);
        result.ExitCode.Should().Be(0, $"kubectl tenant {arguments}: {result.Error}");
        return result.Output;
    }

    private static IReadOnlyList<string> Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
}
