using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Platforms;

/// <summary>
/// The whole life of the Tenant of a platform's samples, with kubectl alone against the program itself: after each step what a person sees in the cluster, and what is on the platform.
/// </summary>
public sealed class ALifeOnEachPlatform(InstalledCluster server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hatz")]
    [InlineData("processmind")]
    [InlineData("mindzie")]
    [InlineData("scaikey")]
    public async Task A_tenant_lives_there_from_its_first_manifest_to_its_end(string platform)
    {
        await using var stage = await PlatformStage.OpenAsync(platform);
        var cluster = await server.ReadyAsync(Token);
        var account = new WalkAccount(cluster.Kubectl, stage.Account, Token);
        await using var process = OperatorProcess.Start(cluster.KubeconfigPath, "--controller-class", stage.Account, "--allow-hosts", "127.0.0.1", "--leader-election", "false");
        await cluster.ApplyAsync(stage.Manifest, Token);

        await LiveAsync(account, stage);
    }

    /// <summary>From its first manifest, which was applied, to its end.</summary>
    internal static async Task LiveAsync(WalkAccount account, PlatformStage stage)
    {
        await IsMadeAsync(account, stage);
        await IsRenamedAsync(account, stage);
        await GetsOtherSettingsAsync(account, stage);
        await CannotDoEverythingAsync(account, stage);
        await PeopleComeAndGoAsync(account, stage);
        await IsUsedAsync(account, stage);
        await IsSuspendedAndResumedAsync(account, stage);
        await EndsAsync(account, stage);
    }

    private static async Task IsMadeAsync(WalkAccount account, PlatformStage stage)
    {
        var tenant = await account.UntilReadyAsync("Active", stage.Tenant);
        ((string)tenant["status"]!["externalId"]!).Should().Be(stage.Only.Id);
        (await account.RowAsync("tenants", stage.Tenant)).Should().StartWith($"{stage.Tenant} True Active {stage.Word} ");
        var people = await account.ListAsync("tenantusers");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", people.Select(WalkAccount.NameOf));
        stage.Only.People.Should().HaveCount(2).And.ContainSingle(person => person.EndsWith(" admin", StringComparison.Ordinal));
        await account.UntilSaidAsync("tenantplatform", "CredentialsValid", "CredentialsAccepted", "default");
        (await account.RunAsync("get", "tenantplatform", "default", "-o", "jsonpath={.status.account}")).Should().NotBeEmpty("the account behind the key is shown");
    }

    private static async Task IsRenamedAsync(WalkAccount account, PlatformStage stage)
    {
        var renameAsync = () => account.PatchAsync("tenant/" + stage.Tenant, """{"spec":{"displayName":"Another Name"}}""");
        if (!stage.CanRename)
        {
            await renameAsync.Should().ThrowAsync<ControlPlaneException>().WithMessage("*displayName cannot be changed on Hatz*put the old value back*");
            return;
        }

        await renameAsync();
        await account.UntilAsync("it is renamed", () => Task.FromResult(stage.Only.DisplayName == "Another Name"));
        await account.UntilReadyAsync("Active", stage.Tenant);
    }

    private static async Task CannotDoEverythingAsync(WalkAccount account, PlatformStage stage)
    {
        if (stage.Impossible is not var (field, value))
        {
            return;
        }

        await account.PatchAsync("tenant/" + stage.Tenant, $$$$"""{"spec":{"{{{{field}}}}":{{{{value}}}}}}""");
        var tenant = (await account.UntilSaidAsync("tenant", "Synced", "UnsupportedFields", stage.Tenant))[0];
        WalkAccount.MessageOf(tenant, "Synced").Should().Contain(field).And.Contain("in the platform's own site");
        WalkAccount.ReasonOf(tenant).Should().Be("Active", "all the rest is as declared");
        await account.PatchAsync("tenant/" + stage.Tenant, $$$$"""{"spec":{"{{{{field}}}}":null}}""");
        await account.UntilSaidAsync("tenant", "Synced", "Synced", stage.Tenant);
    }

    private static async Task GetsOtherSettingsAsync(WalkAccount account, PlatformStage stage)
    {
        if (stage.Setting is var (patch, arrived))
        {
            await account.PatchAsync("tenant/" + stage.Tenant, patch);
            await account.UntilAsync("the settings have arrived", () => Task.FromResult(arrived()));
            await account.UntilReadyAsync("Active", stage.Tenant);
        }
    }

    private static async Task PeopleComeAndGoAsync(WalkAccount account, PlatformStage stage)
    {
        var zoe = "zoe@" + stage.Domain;
        await account.ApplyAsync($$"""
            apiVersion: tenantoperator.io/v1alpha1
            kind: TenantUser
            metadata: {name: zoe}
            spec: {tenantRef: {name: {{stage.Tenant}} }, email: {{zoe}}, displayName: Zoe Example}
            """);
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "zoe");
        stage.Only.People.Should().HaveCount(3).And.Contain(zoe);

        await account.PatchAsync("tenantuser/zoe", """{"spec":{"roles":["Admin"]}}""");
        await account.UntilAsync("zoe is an admin", () => Task.FromResult(stage.Only.People.Contains(zoe + " admin")));
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "zoe");

        await account.DeleteAsync("tenantuser/zoe");
        await account.UntilGoneAsync("tenantuser/zoe");
        if (stage.CanRemovePeople)
        {
            stage.Only.People.Should().HaveCount(2).And.NotContain(person => person.StartsWith(zoe, StringComparison.Ordinal));
            return;
        }

        await account.UntilAsync("zoe is counted as nobody's", async () => (int?)(await account.GetAsync("tenant", stage.Tenant))["status"]!["users"]!["unmanaged"] == 1);
        stage.Only.People.Should().Contain(zoe + " admin", "the platform has no call to take access away");
        await account.UntilDescribedAsync("tenant/" + stage.Tenant, "UnmanagedUsers");
    }

    private static async Task IsUsedAsync(WalkAccount account, PlatformStage stage)
    {
        if (stage.Usage is not var (use, field, value))
        {
            var tenant = await account.GetAsync("tenant", stage.Tenant);
            tenant["status"]!["usage"]!.AsObject().Select(each => each.Key).Should().BeSubsetOf(["users", "admins", "analysts", "highest", "highestOf", "observedAt"], "the platform tells no number");
            return;
        }

        use();
        await account.UntilAsync($"{field} is {value}", async () => (await account.GetAsync("tenant", stage.Tenant))["status"]!["usage"]?[field]?.ToString() == value);
    }

    private static async Task IsSuspendedAndResumedAsync(WalkAccount account, PlatformStage stage)
    {
        var suspendAsync = () => account.PatchAsync("tenant/" + stage.Tenant, """{"spec":{"suspended":true,"suspension":{"reason":"invoice 4711 is open"}}}""");
        if (!stage.CanSuspend)
        {
            await suspendAsync.Should().ThrowAsync<ControlPlaneException>().WithMessage("*have no way to suspend a tenant: remove suspended*");
            return;
        }

        await suspendAsync();
        WalkAccount.MessageOf(await account.UntilReadyAsync("Suspended", stage.Tenant)).Should().Contain("invoice 4711 is open");
        stage.Only.Suspended.Should().BeTrue();
        await account.PatchAsync("tenant/" + stage.Tenant, """{"spec":{"suspended":null,"suspension":null}}""");
        await account.UntilReadyAsync("Active", stage.Tenant);
        await account.UntilSaidAsync("tenant", "Synced", "Synced", stage.Tenant);
        stage.Only.Suspended.Should().BeFalse();
    }

    private static async Task EndsAsync(WalkAccount account, PlatformStage stage)
    {
        var only = stage.Only;
        if (!stage.CanDelete)
        {
            await account.DeleteAsync("tenant/" + stage.Tenant);
            await account.UntilGoneAsync("tenant/" + stage.Tenant);
            stage.Only.Should().BeEquivalentTo(only, "the platform has no call to delete a tenant");
            (await account.RunAsync("get", "events", "--field-selector", "involvedObject.kind=Tenant")).Should().Contain("everything was left as it is, access included");
            return;
        }

        await account.PatchAsync("tenant/" + stage.Tenant, """{"spec":{"deletionPolicy":"Delete"}}""");
        await account.DeleteAsync("tenant/" + stage.Tenant);
        var asked = WalkAccount.MessageOf(await account.UntilReadyAsync("ConfirmationMissing", stage.Tenant), "DeletionBlocked");
        asked.Should().Contain(only.Id);
        stage.Only.Should().BeEquivalentTo(only, "nothing is deleted without a word");

        var confirmation = new JsonObject { ["externalId"] = After("externalId: \""), ["name"] = After(", name: \""), ["displayName"] = After("displayName: \"") };
        await account.PatchAsync("tenant/" + stage.Tenant, new JsonObject { ["spec"] = new JsonObject { ["deletionConfirmation"] = confirmation } }.ToJsonString());
        await account.UntilGoneAsync("tenant/" + stage.Tenant);
        stage.Tenants().Should().BeEmpty();

        string After(string field) => asked.Split(field)[1].Split('"')[0];
    }
}
