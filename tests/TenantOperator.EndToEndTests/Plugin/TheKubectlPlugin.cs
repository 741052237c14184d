using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Running;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>kubectl tenant, as kubectl finds and runs it, against the operator itself: every command, and ten broken objects whose cause and remedy it names.</summary>
public sealed class TheKubectlPlugin(PluginStage stage, InstalledCluster server, ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // What is wrong with each, until somebody mends it.
    private static readonly (string Kind, string Name, string Reason)[] s_broken =
    [
        ("Tenant", "no-platform", TenantReasons.PlatformNotFound),
        ("Tenant", "no-template", TenantReasons.TemplateNotFound),
        ("Tenant", "no-package", TenantReasons.PackageNotFound),
        ("Tenant", "wrong-package", TenantReasons.PackageTypeMismatch),
        ("Tenant", "in-line", TenantReasons.WaitingForPackage),
        ("Tenant", "no-key", TenantReasons.WaitingForPlatform),
        ("Tenant", "no-name", TenantReasons.NameInvalid),
        ("Tenant", "asleep", TenantReasons.Paused),
        ("TenantUser", "orphan", TenantUserReasons.TenantNotFound),
        ("TenantUser", "second", TenantUserReasons.DuplicateEmail),
        ("TenantPlatform", "keyless", TenantPlatformReasons.SecretMissing),
        ("TenantPackage", "soldout", TenantPackageReasons.Exhausted),
        ("TenantTemplate", "half", TenantTemplateReasons.PackageNotFound),
    ];

    private static readonly ParallelOptions s_together = new() { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount };

    [Fact]
    public async Task Each_broken_object_is_described_with_its_cause_and_its_remedy()
    {
        await stage.OpenAsync(server, Token);
        var commands = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

        await Parallel.ForEachAsync(s_broken, s_together, async (broken, token) =>
        {
            var (kind, name, reason) = broken;
            var found = await stage.Walk.UntilSaidAsync(kind.ToLowerInvariant(), "Ready", reason, name);
            var remedy = Remedies.For(kind, reason)!; // There is one for each reason.

            var result = await stage.ReadAsync($"describe {kind.ToLowerInvariant()}/{name}", token);

            result.ExitCode.Should().Be(0, $"{name}: {result.Error}");
            var page = OneLine(result.Output);
            page.Should().StartWith($"{kind} {name} in namespace {PluginStage.Account} Ready ").And.Contain($"({reason})").And.Contain(remedy.Cause).And.Contain(remedy.Action);
            page.Should().Contain(OneLine(WalkAccount.MessageOf(found[0])));
            result.Output.Split('\n').Length.Should().BeLessThan(50, $"what is said of {name} is one screen");
            foreach (var command in result.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("kubectl get ", StringComparison.Ordinal) || line.StartsWith("kubectl tenant describe ", StringComparison.Ordinal)))
            {
                commands[command] = name;
            }
        });

        commands.Should().HaveCountGreaterThan(5);
        await Parallel.ForEachAsync(commands, s_together, async (command, token) =>
        {
            var copied = await stage.KubectlAsync(command.Key.Split(' ')[1..], token);
            copied.ExitCode.Should().Be(0, $"{command.Key} is to be copied from the page of {command.Value}: {copied.Error}");
        });
    }

    [Fact]
    public async Task What_lies_behind_a_tenant_is_told_with_it()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("WaitingForPlatform", "no-key");
        await stage.Walk.UntilSaidAsync("tenantplatform", "Ready", TenantPlatformReasons.SecretMissing, "keyless");

        var page = await ReadAsync("describe tenant/no-key");

        page.Should().ContainAll("Because", "TenantPlatform \"keyless\" says SecretMissing", "Secret \"nowhere\" does not exist", "kubectl get secrets -n plug-in");
    }

    [Fact]
    public async Task The_list_is_that_of_kubectl_and_can_be_narrowed()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "fine");
        await stage.Walk.UntilReadyAsync("PlatformNotFound", "no-platform");

        var (list, notReady, everywhere, ofPlatform, json, yaml) = (ReadAsync("list"), ReadAsync("list --not-ready"), ReadAsync("list -A"), ReadAsync("list --platform keyless"), ReadAsync("list -o json"), ReadAsync("list -o yaml"));
        var none = stage.ReadAsync("list -l there=none", Token);

        Rows(await list).Should().ContainMatch("NAME READY STATUS PLATFORM PACKAGE USERS USED AGE").And.ContainMatch("fine True Active cluster starter *").And.ContainMatch("no-platform False PlatformNotFound *");
        Rows(await notReady).Should().ContainMatch("no-platform *").And.NotContainMatch("fine *");
        Rows(await everywhere).Should().ContainMatch("NAMESPACE NAME *").And.ContainMatch("plug-in fine *").And.ContainMatch("lucerne acme *");
        Rows(await ofPlatform).Should().HaveCount(2).And.ContainMatch("no-key *");
        (await none).Text.Should().Be("No Tenants found in namespace \"plug-in\". To look in all: kubectl tenant list -A");
        JsonNode.Parse(await json)!["items"]!.AsArray().Should().Contain(item => (string)item!["metadata"]!["name"]! == "fine");
        (await yaml).Should().Contain("kind: List").And.Contain("name: no-key");
    }

    [Fact]
    public async Task Nothing_that_somebody_wrote_into_an_object_reaches_the_terminal_as_a_command()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "fine");
        await stage.Walk.UntilReadyAsync("PlatformNotFound", "no-platform");
        string[] commands = ["describe fine", "describe fine -o json", "describe fine -o yaml", "list", "list -o yaml"];

        var printed = await Task.WhenAll(commands.Select(ReadAsync));

        printed.Should().NotContain(text => text.Contains('\e'));
        printed[0].Should().Contain("[31malert");
        JsonNode.Parse(printed[1])!["diagnosis"]!["reason"]!.ToString().Should().Be("Active");
    }

    // Whoever asks for help may have no cluster, and does not want to see its names there.
    [Fact]
    public async Task Help_is_the_same_whatever_is_in_the_cluster()
    {
        await stage.OpenAsync(server, Token);

        var (all, one) = (ReadAsync("--help"), ReadAsync("unmanaged --help"));

        (await all).Should().Contain("describe <name> ").And.Contain("unmanaged <platform> ").And.Contain("usage <name> ");
        (await one).Should().Contain("unmanaged <platform> [options]").And.Contain("--users <tenant> ");
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

        var (tenants, packages) = (CompletedAsync("no-"), CompletedAsync("tenantpackage/"));

        (await tenants).Should().StartWith(["no-key", "no-name", "no-package", "no-platform", "no-template"]);
        (await packages).Should().StartWith(["tenantpackage/extra", "tenantpackage/soldout", "tenantpackage/starter"]);

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
    public async Task What_is_not_there_is_named_in_one_line_with_exit_code_1()
    {
        await stage.OpenAsync(server, Token);

        var cases = new[]
        {
            ("describe nobody", "error: Tenant \"nobody\" does not exist in namespace \"plug-in\". See which exist: kubectl get tenants -n plug-in"),
            ("describe tenantuser/nobody -n lucerne", "error: TenantUser \"nobody\" does not exist in namespace \"lucerne\". See which exist: kubectl get tenantusers -n lucerne"),
            ("suspend nobody", "error: Tenant \"nobody\" does not exist in namespace \"plug-in\". See which exist: kubectl get tenants -n plug-in"),
            ("suspend no-key -n", "error: Required argument missing for option: '-n'. See: kubectl tenant suspend --help"),
            ("unmanaged keyless", "error: Secret \"nowhere\", which TenantPlatform \"keyless\" names in credentialsSecretRef, does not exist in namespace \"plug-in\". Make it, or name another there."),
            ("unmanaged hatz", "error: TenantPlatform \"hatz\" cannot be asked: its address is private or not encrypted. If you trust it, call it all the same: --allow-hosts 127.0.0.1"),
            ("confirm-delete fine --yes fine", "error: Tenant \"fine\" has deletionPolicy Suspend, so that deleting it destroys nothing and needs no confirmation. To have its data destroyed, set spec.deletionPolicy: Delete first."),
        };
        await Parallel.ForEachAsync(cases, s_together, async (each, token) =>
        {
            var (arguments, words) = each;
            var result = await stage.RunAsync(arguments, token);
            result.ExitCode.Should().Be(1, arguments);
            result.Text.Should().Be(words);
        });
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
        var (ofPlatform, ofTenant) = (OutputAsync("describe tenantplatform/fragile"), OutputAsync("describe crowd"));
        (await ofPlatform).Should().Contain("kubectl tenant confirm-delete tenantplatform/fragile -n plug-in");
        (await ofTenant).Should().Contain("kubectl tenant confirm-delete crowd --removals -n plug-in");

        var (deletions, removals) = (OutputAsync("confirm-delete tenantplatform/fragile --yes fragile"), OutputAsync("confirm-delete crowd --removals --yes crowd"));
        (await deletions).Should().Contain("what was held goes on now");
        (await removals).Should().Contain("spec.maxRemovals is 3 now");

        await stage.Walk.UntilGoneAsync("tenant/brittle");
        await stage.Walk.UntilSaidAsync("tenant", "UsersSynced", "UsersSynced", "crowd");
        (await stage.Walk.PeopleAsync("crowd", "admin")).Should().Equal("u0@crowd.example");
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
    public async Task The_line_of_usage_is_what_a_Prometheus_scraped_from_one_operator_and_the_next()
    {
        await stage.OpenAsync(server, Token);
        await stage.Walk.UntilReadyAsync("Active", "fine");
        await using var former = await StartFormerOperatorAsync($$"""tenantoperator_tenant_users{namespace="{{PluginStage.Account}}",tenant="fine"} 3""" + "\n");
        await using var prometheus = await LocalPrometheus.StartAsync(new PrometheusOptions { Targets = [new Uri(former.Urls.First()).Authority, stage.Metrics] }, Token);
        using var http = new HttpClient();
        var usage = $"usage fine --prometheus http://127.0.0.1:{prometheus.Port} --since 1m";

        await stage.Walk.UntilAsync("both are scraped for some seconds", async () => await CountAsync("""count_over_time(tenantoperator_tenant_users{tenant="fine"}[1m]) > 6""") == 2);
        await former.StopAsync(Token);
        // A question ends at a whole second, the last before it is asked.
        await stage.Walk.UntilAsync("the numbers of the former operator have ended", async () => await CountAsync("""tenantoperator_tenant_users{tenant="fine"} offset 2s""") == 1);

        var (table, json) = (OutputAsync(usage), OutputAsync(usage + " -o json"));
        HistoryIn(await json).Should().Contain(3).And.EndWith(1);
        Rows(await table).Should().Contain("TENANT WHAT USED LIMIT SHARE HISTORY").And.ContainSingle(row => Regex.IsMatch(row, "^fine users 1 ▁*█+▁+$", RegexOptions.None, TimeSpan.FromSeconds(1)));

        async Task<int> CountAsync(string query) =>
            JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{prometheus.Port}/api/v1/query?query={Uri.EscapeDataString(query)}"), Token))!["data"]!["result"]!.AsArray().Count;

        static IReadOnlyList<double> HistoryIn(string json) =>
            [.. JsonNode.Parse(json)!["items"]![0]!["usage"]!.AsArray().Single(row => (string?)row!["what"] == "users")!["history"]!.AsArray().Select(number => (double)number!)];
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
        foreach (var commands in GuideCommands.Together(GuideCommands.Of(Repository.Blocks("docs/guides/kubectl-tenant.md", "console"))))
        {
            var results = await Task.WhenAll(commands.Select(each => stage.GuideAsync(each.Command, Token)));
            foreach (var ((command, shown), result) in commands.Zip(results))
            {
                output.WriteLine($"$ {command}\n{result.Output}{result.Error}");
                printed.Add($"$ {command}\n{GuideCommands.Shape(result.Output + result.Error)}");
                expected.Add($"$ {command}\n{GuideCommands.Shape(shown)}");
            }
        }

        printed.Should().HaveCountGreaterThan(10);
        string.Join('\n', printed).Should().Be(string.Join('\n', expected));
    }

    private async Task<string> ReadAsync(string arguments)
    {
        var result = await stage.ReadAsync(arguments, Token);
        result.ExitCode.Should().Be(0, $"kubectl tenant {arguments}: {result.Error}");
        return result.Output;
    }

    private async Task<string> OutputAsync(string arguments)
    {
        var result = await stage.RunAsync(arguments, Token);
        result.ExitCode.Should().Be(0, $"kubectl tenant {arguments}: {result.Error}");
        return result.Output;
    }

    // Of an operator that is gone, the last numbers.
    private static async Task<WebApplication> StartFormerOperatorAsync(string metrics)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var former = builder.Build();
        former.MapGet("/metrics", () => Results.Text(metrics, "text/plain; version=0.0.4; charset=utf-8"));
        await former.StartAsync(Token);
        return former;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IReadOnlyList<string> Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OneLine)];
}
