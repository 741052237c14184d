using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.ControlPlane;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>kubectl tenant, as kubectl finds and runs it, against the operator itself: every command, and ten broken objects whose cause and remedy it names.</summary>
public sealed partial class TheKubectlPlugin(PluginStage stage, InstalledCluster server, ITestOutputHelper output) : IClassFixture<PluginStage>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Tenant", "no-platform", TenantReasons.PlatformNotFound)]
    [InlineData("Tenant", "no-template", TenantReasons.TemplateNotFound)]
    [InlineData("Tenant", "no-package", TenantReasons.PackageNotFound)]
    [InlineData("Tenant", "wrong-package", TenantReasons.PackageTypeMismatch)]
    [InlineData("Tenant", "in-line", TenantReasons.WaitingForPackage)]
    [InlineData("Tenant", "no-key", TenantReasons.WaitingForPlatform)]
    [InlineData("Tenant", "no-name", TenantReasons.NameInvalid)]
    [InlineData("Tenant", "asleep", TenantReasons.Paused)]
    [InlineData("TenantUser", "orphan", TenantUserReasons.TenantNotFound)]
    [InlineData("TenantUser", "second", TenantUserReasons.DuplicateEmail)]
    [InlineData("TenantPlatform", "keyless", TenantPlatformReasons.SecretMissing)]
    [InlineData("TenantPackage", "soldout", TenantPackageReasons.Exhausted)]
    [InlineData("TenantTemplate", "half", TenantTemplateReasons.PackageNotFound)]
    public async Task A_broken_object_is_described_with_its_cause_and_its_remedy(string kind, string name, string reason)
    {
        await stage.OpenAsync(server, Token);
        var found = await stage.Walk.UntilSaidAsync(kind.ToLowerInvariant(), "Ready", reason, name);
        var remedy = Remedies.For(kind, reason)!;

        var result = await stage.RunAsync($"describe {kind.ToLowerInvariant()}/{name}", Token);

        result.ExitCode.Should().Be(0, result.Error);
        var page = string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        page.Should().StartWith($"{kind} {name} in namespace {PluginStage.Account} Ready ").And.Contain($"({reason})").And.Contain(remedy.Cause).And.Contain(remedy.Action);
        page.Should().Contain(string.Join(' ', WalkAccount.MessageOf(found[0]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        result.Output.Split('\n').Length.Should().BeLessThan(50, "it is one screen");
        foreach (var command in result.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("kubectl get ", StringComparison.Ordinal) || line.StartsWith("kubectl tenant describe ", StringComparison.Ordinal)))
        {
            var copied = await stage.KubectlAsync(command.Split(' ')[1..], Token);
            copied.ExitCode.Should().Be(0, $"{command} is to be copied: {copied.Error}");
        }
    }

    [Fact]
    public async Task What_lies_behind_a_tenant_is_told_with_it()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("WaitingForPlatform", "no-key");

        var page = await OutputAsync("describe no-key");

        page.Should().ContainAll("Because", "TenantPlatform \"keyless\" says SecretMissing", "Secret \"nowhere\" does not exist", "kubectl get secrets -n plug-in");
    }

    [Fact]
    public async Task The_list_is_that_of_kubectl_and_can_be_narrowed()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "fine");

        Rows(await OutputAsync("list")).Should().ContainMatch("NAME READY STATUS PLATFORM PACKAGE USERS USED AGE").And.ContainMatch("fine True Active cluster starter *").And.ContainMatch("no-platform False PlatformNotFound *");
        Rows(await OutputAsync("list --not-ready")).Should().ContainMatch("no-platform *").And.NotContainMatch("fine *");
        Rows(await OutputAsync("list -A")).Should().ContainMatch("NAMESPACE NAME *").And.ContainMatch("plug-in fine *").And.ContainMatch("lucerne acme *");
        Rows(await OutputAsync("list --platform keyless")).Should().HaveCount(2).And.ContainMatch("no-key *");
        (await stage.RunAsync("list -l there=none", Token)).Text.Should().Be("No Tenants found in namespace \"plug-in\". To look in all: kubectl tenant list -A");
        JsonNode.Parse(await OutputAsync("list -o json"))!["items"]!.AsArray().Should().Contain(item => (string)item!["metadata"]!["name"]! == "fine");
        (await OutputAsync("list -o yaml --platform keyless")).Should().Contain("kind: List").And.Contain("name: no-key");
    }

    [Fact]
    public async Task Nothing_that_somebody_wrote_into_an_object_reaches_the_terminal_as_a_command()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "fine");

        foreach (var arguments in new[] { "describe fine", "describe fine -o json", "describe fine -o yaml", "list", "list -o yaml" })
        {
            (await OutputAsync(arguments)).Should().NotContain("\e", arguments);
        }

        (await OutputAsync("describe fine")).Should().Contain("[31malert");
        JsonNode.Parse(await OutputAsync("describe fine -o json"))!["diagnosis"]!["reason"]!.ToString().Should().Be("Active");
    }

    [Fact]
    public async Task The_plan_of_a_file_is_what_applying_it_would_change_and_nothing_is_changed()
    {
        await stage.OpenAsync(server, Token);
        var before = WalkAccount.VersionOf(await stage.Walk.GetAsync("tenant", "no-package"));

        // kubectl applied it, so that what the manifest no longer says goes.
        var change = await stage.RunAsync("plan -f -", Token, AccountManifest.Object("Tenant", "no-package", "{packageRef: {name: starter}, suspended: true, limits: {maxUsers: 3}}") + "\n" + AccountManifest.Object("Tenant", "no-platform", "{platformRef: {name: nowhere}}"));
        change.ExitCode.Should().Be(0, change.Error);
        Rows(change.Output).Should().Equal(
            "Tenant no-package in namespace plug-in would change",
            "~ spec.packageRef.name: nowhere -> starter",
            "+ spec.limits.maxUsers: 3",
            "+ spec.suspended: true",
            "# spec.suspended: everybody loses access; all data is kept.",
            "# spec.packageRef: a unit of \"starter\" is taken before the former one is given back.",
            "Tenant no-platform in namespace plug-in would not change",
            "# spec.platformRef: TenantPlatform \"nowhere\" does not exist here, so that the tenant waits until it does.");

        var refused = await stage.RunAsync("plan -f -", Token, AccountManifest.Object("Tenant", "fine", "{colour: red}") + "\n" + AccountManifest.Object("Tenant", "new", "{hatz: {}, suspended: true}"));
        refused.ExitCode.Should().Be(1);
        refused.Output.Should().Contain("! spec.colour: there is no such field; see which there are: kubectl explain tenant.spec")
            .And.MatchRegex("! spec.suspended: Hatz and ProcessMind have no way to suspend a tenant: remove suspended");

        var made = JsonNode.Parse((await stage.RunAsync("plan -o json -f -", Token, AccountManifest.Object("Tenant", "new", "{displayName: New}"))).Output)!["plans"]![0]!;
        ((bool)made["new"]!).Should().BeTrue();
        made["changes"]!.AsArray().Should().ContainSingle().Which!["path"]!.ToString().Should().Be("spec.displayName");
        WalkAccount.VersionOf(await stage.Walk.GetAsync("tenant", "no-package")).Should().Be(before);
        (await stage.KubectlAsync(["get", "tenant", "new"], Token)).ExitCode.Should().NotBe(0);
    }

    [Fact]
    public async Task Names_are_completed_by_kubectl_itself()
    {
        await stage.OpenAsync(server, Token);
        var file = Path.Combine(stage.Folder, "bin", "kubectl_complete-tenant");
        await File.WriteAllTextAsync(file, await OutputAsync("completion kubectl"), Token);
        await new Command("chmod", "+x", file).OutputAsync(Token);

        (await CompletedAsync("no-")).Should().StartWith(["no-key", "no-name", "no-package", "no-platform", "no-template"]);
        (await CompletedAsync("tenantpackage/")).Should().StartWith(["tenantpackage/extra", "tenantpackage/soldout", "tenantpackage/starter"]);
        foreach (var shell in new[] { "bash", "zsh", "fish" })
        {
            (await OutputAsync("completion " + shell)).Should().Contain("kubectl-tenant __complete");
        }

        // Nobody waits long for a completion: on a busy machine there is none, and one presses Tab again.
        async Task<IReadOnlyList<string>> CompletedAsync(string word)
        {
            for (var presses = 1; ; presses++)
            {
                var rows = Rows((await stage.KubectlAsync(["__complete", "tenant", "describe", word], Token)).Output).ToList();
                if (rows.Count > 1 || presses == 10)
                {
                    return rows;
                }
            }
        }
    }

    [Fact]
    public async Task Bash_completes_with_the_script_it_is_given()
    {
        await stage.OpenAsync(server, Token);
        var script = await OutputAsync("completion bash");

        var result = await new Command("bash", "-c", script + "\nCOMP_WORDS=(kubectl-tenant li); COMP_CWORD=1; _kubectl_tenant; echo \"${COMPREPLY[@]}\"")
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{Path.Combine(stage.Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}" },
        }.RunAsync(Token);

        result.Text.Should().Be("list");
    }

    [Fact]
    public async Task What_is_not_there_is_named_in_one_line_with_exit_code_1()
    {
        await stage.OpenAsync(server, Token);

        foreach (var (arguments, words) in new[]
        {
            ("describe nobody", "error: Tenant \"nobody\" does not exist in namespace \"plug-in\". See which exist: kubectl get tenants -n plug-in"),
            ("describe tenantuser/nobody -n lucerne", "error: TenantUser \"nobody\" does not exist in namespace \"lucerne\". See which exist: kubectl get tenantusers -n lucerne"),
            ("suspend nobody", "error: Tenant \"nobody\" does not exist in namespace \"plug-in\". See which exist: kubectl get tenants -n plug-in"),
            ("suspend no-key -n", "error: Required argument missing for option: '-n'. See: kubectl tenant suspend --help"),
            ("unmanaged keyless", "error: Secret \"nowhere\", which TenantPlatform \"keyless\" names in credentialsSecretRef, does not exist in namespace \"plug-in\". Make it, or name another there."),
            ("unmanaged hatz", "error: TenantPlatform \"hatz\" cannot be asked: its address is private or not encrypted. If you trust it, call it all the same: --allow-hosts 127.0.0.1"),
            ("confirm-delete fine --yes fine", "error: Tenant \"fine\" has deletionPolicy Suspend, so that deleting it destroys nothing and needs no confirmation. To have its data destroyed, set spec.deletionPolicy: Delete first."),
        })
        {
            var result = await stage.RunAsync(arguments, Token);
            result.ExitCode.Should().Be(1, arguments);
            result.Text.Should().Be(words);
        }
    }

    [Fact]
    public async Task A_deletion_is_confirmed_by_the_name_and_by_no_other_word()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "doomed");
        await stage.Walk.DeleteAsync("tenant/doomed");
        await stage.Walk.UntilReadyAsync("ConfirmationMissing", "doomed");
        (await OutputAsync("describe doomed")).Should().Contain("kubectl tenant confirm-delete doomed -n plug-in");

        (await stage.RunAsync("confirm-delete doomed --yes fine", Token)).Text.Should().Contain("What was given by --yes is not \"doomed\". Nothing was confirmed.");
        (await stage.RunAsync("confirm-delete doomed", Token, "yes\n")).Text.Should().Contain("What was typed is not \"doomed\". Nothing was confirmed.");
        (await stage.Walk.GetAsync("tenant", "doomed"))["spec"]!["deletionConfirmation"].Should().BeNull();

        var confirmed = await stage.RunAsync("confirm-delete doomed", Token, "doomed\n");
        confirmed.ExitCode.Should().Be(0, confirmed.Error);
        confirmed.Output.Should().MatchRegex("externalId +[0-9a-f-]{36}\n").And.MatchRegex("name +plug-in-doomed\n").And.MatchRegex("displayName +doomed\n").And.Contain("tenant/doomed confirmed");
        await stage.Walk.UntilGoneAsync("tenant/doomed");
    }

    [Fact]
    public async Task Held_deletions_and_removals_go_on_when_their_number_is_confirmed()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "brittle", "crowd");
        await stage.Walk.UntilSaidAsync("tenantuser", "Ready", "Synced", "crowd-0", "crowd-1", "crowd-2", "crowd-3");
        (await OutputAsync("confirm-delete brittle --yes brittle")).Should().Contain("to delete it: kubectl delete tenant brittle -n plug-in");
        await stage.Walk.DeleteAsync("tenant/brittle", "tenantuser/crowd-1", "tenantuser/crowd-2", "tenantuser/crowd-3");
        await stage.Walk.UntilReadyAsync("DeletionBreakerOpen", "brittle");
        await stage.Walk.UntilSaidAsync("tenant", "UsersSynced", "TooManyRemovals", "crowd");
        await stage.Walk.UntilAsync("both are counted", async () =>
            (int?)(await stage.Walk.GetAsync("tenantplatform", "fragile"))["status"]!["deletionsToConfirm"] == 1 && (int?)(await stage.Walk.GetAsync("tenant", "crowd"))["status"]!["users"]!["removalsToConfirm"] == 3);
        (await OutputAsync("describe tenantplatform/fragile")).Should().Contain("kubectl tenant confirm-delete tenantplatform/fragile -n plug-in");
        (await OutputAsync("describe crowd")).Should().Contain("kubectl tenant confirm-delete crowd --removals -n plug-in");

        (await OutputAsync("confirm-delete tenantplatform/fragile --yes fragile")).Should().Contain("what was held goes on now");
        (await OutputAsync("confirm-delete crowd --removals --yes crowd")).Should().Contain("spec.maxRemovals is 3 now");

        await stage.Walk.UntilGoneAsync("tenant/brittle");
        await stage.Walk.UntilSaidAsync("tenant", "UsersSynced", "UsersSynced", "crowd");
        (await stage.Walk.PeopleAsync("crowd", "admin")).Should().Equal("u0@crowd.example");
    }

    [Fact]
    public async Task What_exists_is_adopted_by_its_id_or_by_the_mark_of_its_namespace()
    {
        await stage.OpenAsync(server, Token);
        var id = stage.Hatz.AddTenant("Late Adopter").Id;
        await stage.Walk.UntilReadyAsync("NamespaceTaken", "stray");
        (await stage.RunAsync("adopt stray --id 00000000-0000-4000-8000-000000000000", Token)).Text.Should().Contain("is not the uid of namespace \"plug-in-stray\"");
        var uid = (await stage.KubectlAsync(["get", "namespace", "plug-in-stray", "-o", "jsonpath={.metadata.uid}"], Token)).Output;

        (await OutputAsync($"adopt stray --id {uid}")).Should().Contain("namespace/plug-in-stray is marked for the tenant");
        (await OutputAsync($"adopt late --id {id}")).Should().Contain($"tenant/late takes up {id}");

        await stage.Walk.UntilReadyAsync("Active", "stray", "late");
        ((string?)(await stage.Walk.GetAsync("tenant", "late"))["status"]!["externalId"]).Should().Be(id);
    }

    [Fact]
    public async Task What_no_object_declares_is_listed_and_its_manifests_can_be_applied()
    {
        await stage.OpenAsync(server, Token);
        var there = stage.Hatz.AddTenant("Old Customer");
        stage.Hatz.AddUser(there.Id, "eve@old.example", "client_admin");

        var table = Rows(await OutputAsync("unmanaged hatz --allow-hosts 127.0.0.1"));
        table.Should().ContainMatch("ID NAME DISPLAY NAME AGE").And.ContainMatch($"{there.Id} Old Customer Old Customer *");

        // Of all that is there, this one.
        var list = JsonNode.Parse(await OutputAsync("unmanaged hatz --allow-hosts 127.0.0.1 -o json"))!["items"]!.AsArray();
        var manifest = list.Single(item => (string?)item!["spec"]!["externalId"] == there.Id)!;
        manifest.ToJsonString().Should().Be($$$$"""{"apiVersion":"tenantoperator.io/v1alpha1","kind":"Tenant","metadata":{"name":"old-customer","namespace":"plug-in"},"spec":{"platformRef":{"name":"hatz"},"displayName":"Old Customer","externalId":"{{{{there.Id}}}}"}}""");
        await stage.Walk.ApplyAsync(manifest.ToJsonString());
        await stage.Walk.UntilReadyAsync("Active", "old-customer");

        Rows(await OutputAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1")).Should().ContainMatch("eve@old.example Admin");
        await stage.Walk.ApplyAsync(await OutputAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1 -o yaml"));
        await stage.Walk.UntilSaidAsync("tenantuser", "Ready", "Synced", "old-customer-eve");
        (await stage.RunAsync("unmanaged hatz --users old-customer --allow-hosts 127.0.0.1", Token)).Text.Should().Be("Everybody in Tenant \"old-customer\" is declared by a TenantUser.");
        stage.Hatz.State.Tenants.Single(tenant => tenant.Id == there.Id).Name.Should().Be("Old Customer");
    }

    [Fact]
    public async Task A_namespace_that_a_deletion_left_behind_is_unmanaged_until_its_manifest_is_applied()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.ApplyAsync(AccountManifest.Object("Tenant", "leaver", "{}") + "\n" + AccountManifest.Object("TenantUser", "leaver-lea", "{tenantRef: {name: leaver}, email: lea@leaver.example, deletionPolicy: Retain}"));
        await stage.Walk.UntilReadyAsync("Active", "leaver");
        await stage.Walk.UntilSaidAsync("tenantuser", "Ready", "Synced", "leaver-lea");
        await stage.Walk.DeleteAsync("tenantuser/leaver-lea");
        await stage.Walk.UntilGoneAsync("tenantuser/leaver-lea");
        Rows(await OutputAsync("unmanaged default --users leaver")).Should().ContainMatch("lea@leaver.example Member");
        await stage.Walk.DeleteAsync("tenant/leaver");
        await stage.Walk.UntilGoneAsync("tenant/leaver");

        var yaml = await OutputAsync("unmanaged default -o yaml");
        yaml.Should().Contain("name: leaver");
        await stage.Walk.ApplyAsync(yaml);

        await stage.Walk.UntilReadyAsync("Active", "leaver");
    }

    [Fact]
    public async Task Every_command_of_the_guide_prints_what_the_guide_shows()
    {
        await stage.OpenAsync(server, Token);
        var account = new WalkAccount(stage.Kubectl, PluginStage.Guide, Token);
        await account.UntilReadyAsync("Active", "acme");
        await account.UntilReadyAsync("Observing", "umbrella");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "jane", "joe");
        await account.UntilAsync("its usage is read", async () => (string?)(await account.GetAsync("tenant", "acme"))["status"]?["usage"]?["highest"] == "40%");
        await account.ApplyAsync(AccountManifest.Object("Tenant", "initech", "{packageRef: {name: business}}"));
        await account.UntilReadyAsync("WaitingForPackage", "initech");
        await File.WriteAllTextAsync(Path.Combine(stage.Folder, "acme.yaml"), Repository.Blocks("docs/guides/kubectl-tenant.md", "yaml")[0], Token);

        var printed = new List<string>();
        var expected = new List<string>();
        foreach (var (command, shown) in GuideCommands.Of(Repository.Blocks("docs/guides/kubectl-tenant.md", "console")))
        {
            var result = await stage.GuideAsync(command, Token);
            output.WriteLine($"$ {command}\n{result.Output}{result.Error}");
            printed.Add($"$ {command}\n{GuideCommands.Shape(result.Output + result.Error)}");
            expected.Add($"$ {command}\n{GuideCommands.Shape(shown)}");
        }

        printed.Should().HaveCountGreaterThan(10);
        string.Join('\n', printed).Should().Be(string.Join('\n', expected));
    }

    private async Task<string> OutputAsync(string arguments)
    {
        var result = await stage.RunAsync(arguments, Token);
        result.ExitCode.Should().Be(0, $"kubectl tenant {arguments}: {result.Error}");
        return result.Output;
    }

    private static IReadOnlyList<string> Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Spaces().Replace(line, " ").Trim())];

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
