using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.ControlPlane.Running;
using TenantOperator.Hosting;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class UsageComesFromPrometheus(OperatorCluster cluster, PrometheusFixture prometheus)
{
    private const string Loopback = "127.0.0.1";

    // Over a range, so that a scrape that a slow machine missed takes no number away.
    private static readonly PrometheusQueries ForMany = new()
    {
        Credits = "sum by (namespace) (last_over_time(credits{namespace=~$namespaces}[5m]))",
        Cases = "max by (namespace) (last_over_time(cases{namespace=~$namespaces}[5m]))",
    };

    [Fact]
    public async Task Numbers_of_a_real_Prometheus_reach_status_and_metrics_and_go_with_the_tenant()
    {
        var real = await prometheus.GetAsync(TestContext.Current.CancellationToken);
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        var (acme, globex) = (account.NamespaceOf("acme"), account.NamespaceOf("globex"));
        real.Set("credits", acme, 12.75);
        real.Set("cases", acme, 7);
        real.Set("processes", acme, 3.5);
        real.Set("credits", globex, 40);
        await account.CreatePackageAsync("business", change: spec => spec with { Credits = 100 });
        await CreatePlatformAsync(account, real.Url, ForMany with { Processes = "sum(processes{namespace=$namespace})", Datasets = "sum(datasets{namespace=$namespace})" });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.CreateAsync("globex");

        var tenant = await account.UntilAsync("acme", each => each.Status?.Usage is { CreditsUsed: 12, Cases: 7, Processes: 3 }, "its numbers are read");
        tenant.Status!.Usage.Should().Match<TenantUsage>(usage => usage.Datasets == null && usage.CreditLimit == 100 && usage.Highest == "12%" && usage.HighestOf == "credits");
        (await account.UntilAsync("globex", each => each.Status?.Usage?.CreditsUsed == 40, "its credits are read")).Status!.Usage!.Cases.Should().BeNull();
        (await UntilConditionAsync(account, TenantPlatformReasons.UsageRead)).Status.Should().Be(ConditionStatus.True);
        await Until.TrueAsync(() => account.Operator!.Metrics().Contains($"tenantoperator_tenant_credits_used{{namespace=\"{account.Name}\",tenant=\"acme\"}} 12.75"), "metrics are exact");

        real.Set("credits", acme, 14.25);
        real.Set("datasets", acme, 5);
        real.Remove("processes", acme);
        await account.UntilAsync("acme", each => each.Status?.Usage is { CreditsUsed: 14, Datasets: 5, Processes: null }, "its numbers follow");

        await account.DeleteAsync("tenants", "acme");
        await account.UntilGoneAsync("acme");
        var series = $"namespace=\"{account.Name}\",tenant=\"acme\"";
        await Until.TrueAsync(() => !account.Operator!.Metrics().Contains(series), "its series are gone");
        account.Operator!.Metrics().Should().Contain($"tenantoperator_tenant_credits_used{{namespace=\"{account.Name}\",tenant=\"globex\"}} 40");
        (await account.EventsAsync(TenantReasons.CreditsLow)).Should().BeEmpty();
    }

    [Fact]
    public async Task Thresholds_of_credits_are_told_and_a_month_that_ends_is_not()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("10");
        await account.CreatePackageAsync("business", change: spec => spec with { Credits = 1000 });
        await CreatePlatformAsync(account, server.Url, new() { Credits = ForMany.Credits });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await UntilWithinLimitsAsync(10, TenantReasons.WithinLimits);

        server.AnswerAll("850");
        await UntilWithinLimitsAsync(850, TenantReasons.CreditsLow);
        await account.UntilEventAsync(TenantReasons.CreditsLow);
        server.AnswerAll("3.9");
        await UntilWithinLimitsAsync(3, TenantReasons.WithinLimits);
        server.AnswerAll("1000");
        await UntilWithinLimitsAsync(1000, TenantReasons.CreditsExhausted);
        await account.UntilEventAsync(TenantReasons.CreditsExhausted);

        (await account.EventsAsync()).Should().HaveCount(2);
        TestAccount.Ready((await account.FindTenantAsync("acme"))!)!.Status.Should().Be(ConditionStatus.True, "a tenant without credits is ready all the same");

        async Task UntilWithinLimitsAsync(long credits, string reason)
        {
            var tenant = await account.UntilAsync("acme", each => each.Status?.Usage?.CreditsUsed == credits, $"{credits} credits are used");
            TestAccount.ConditionOf(tenant, TenantConditions.WithinLimits)!.Reason.Should().Be(reason);
        }
    }

    [Fact]
    public async Task Many_tenants_cost_one_request_a_number_and_equal_numbers_cost_nothing()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("5");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(index => account.CreateAsync($"t-{index}")));
        for (var index = 0; index < 12; index++)
        {
            await account.UntilReadyAsync($"t-{index}");
        }

        await CreatePlatformAsync(account, server.Url, ForMany);
        for (var index = 0; index < 12; index++)
        {
            await account.UntilAsync($"t-{index}", tenant => tenant.Status?.Usage is { CreditsUsed: 5, Cases: 5 }, "its numbers are read");
        }

        await account.UntilQuietAsync();
        var mark = account.Proxy.Mark();
        var before = server.Asked.Count;
        await Until.TrueAsync(() => server.Asked.Count >= before + 6, "three more rounds were read");

        server.Asked.Skip(before).Should().OnlyContain(asked => asked.Query.Contains("t-11") && asked.Query.Contains("t-0|"), "one query asks for all");
        mark.Writes.Should().BeEmpty("no number changed");
        mark.Requests.Should().NotContain(request => request.Resource == "secrets", "no Secret is named");
    }

    [Fact]
    public async Task A_Prometheus_that_goes_away_is_told_once_and_the_last_numbers_stay()
    {
        var real = await prometheus.GetAsync(TestContext.Current.CancellationToken);
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        await using (var leaving = await ScrapedPrometheus.StartAsync(new(), TestContext.Current.CancellationToken))
        {
            leaving.Set("credits", account.NamespaceOf("acme"), 33);
            await account.CreatePackageAsync("business", change: spec => spec with { Credits = 100 });
            await CreatePlatformAsync(account, leaving.Url, ForMany);
            await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
            await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.CreditsUsed == 33, "its credits are read");
            await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        }

        var down = await UntilConditionAsync(account, TenantPlatformReasons.PrometheusUnreachable);
        down.Status.Should().Be(ConditionStatus.False);
        down.Message.Should().Contain("spec.cluster.prometheus.url");
        await account.UntilEventAsync(TenantPlatformReasons.PrometheusUnreachable);
        await account.UntilQuietAsync();
        var mark = account.Proxy.Mark();
        var shown = (await account.FindTenantAsync("acme"))!.Status!.Usage!;
        await account.UntilQuietAsync();
        mark.Writes.Should().BeEmpty("a problem that stays is not told again");

        // A pass for another reason has the last number still, and its moment too.
        await account.CreateUserAsync("jane");
        var tenant = await account.UntilAsync("acme", each => each.Status?.Usage?.Users == 1, "a person is counted");
        (tenant.Status!.Usage!.CreditsUsed, tenant.Status.Usage.ObservedAt).Should().Be((33L, shown.ObservedAt));

        // And after a restart, when nothing could be read yet.
        await account.StopAsync();
        var restarted = account.Proxy.Mark();
        await account.StartAsync();
        await account.UntilQuietAsync();
        restarted.Writes.Should().BeEmpty();
        (await account.FindTenantAsync("acme"))!.Status!.Usage.Should().BeEquivalentTo(tenant.Status.Usage);

        real.Set("credits", account.NamespaceOf("acme"), 44);
        await PatchPrometheusAsync(account, new JsonObject { ["url"] = real.Url });
        await account.UntilAsync("acme", each => each.Status?.Usage?.CreditsUsed == 44, "it is read from the other address");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        await account.UntilEventAsync(TenantPlatformReasons.UsageRead);
    }

    [Fact]
    public async Task A_restart_writes_nothing_when_the_numbers_are_as_before()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("850");
        await account.CreatePackageAsync("business", change: spec => spec with { Credits = 1000 });
        await CreatePlatformAsync(account, server.Url, ForMany);
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage is { CreditsUsed: 850, Cases: 850 }, "its numbers are read");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        await account.UntilEventAsync(TenantReasons.CreditsLow);
        await account.UntilQuietAsync();

        await account.StopAsync();
        var (mark, before) = (account.Proxy.Mark(), server.Asked.Count);
        await account.StartAsync();
        await Until.TrueAsync(() => server.Asked.Count >= before + 4, "two rounds were read");
        await account.UntilQuietAsync();

        mark.Writes.Should().BeEmpty();
    }

    [Fact]
    public async Task Credentials_come_from_Secrets_and_each_thing_missing_is_named()
    {
        const string Token = "tok-4711-very-secret";
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.Answer = (context, asked) =>
        {
            context.Response.StatusCode = asked.Authorization == "Bearer " + Token ? 200 : 401;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(asked.Authorization == "Bearer " + Token ? FakePrometheus.Vector((account.NamespaceOf("acme"), 9)) : "no " + asked.Authorization)).AsTask();
        };
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        await CreatePlatformAsync(account, server.Url, new() { Credits = ForMany.Credits }, source => source with { BearerTokenSecretRef = new SecretKeyReference { Name = "prometheus", Key = "token" } });

        (await UntilConditionAsync(account, TenantPlatformReasons.SecretMissing)).Message.Should().ContainAll("\"prometheus\"", $"\"{account.Name}\"");
        server.Asked.Should().BeEmpty("without its credentials nothing is sent");
        await account.Rest.CreateAsync(account.PathOf("secrets", ns: account.Name), SecretWith("other", "x"));
        (await UntilConditionAsync(account, TenantPlatformReasons.SecretKeyMissing)).Message.Should().Contain("\"token\"");
        await account.Rest.PatchAsync(account.PathOf("secrets", "prometheus", account.Name), SecretWith("token", "wrong-and-secret\n"));
        (await UntilConditionAsync(account, TenantPlatformReasons.Unauthorized)).Message.Should().Contain("Secrets");
        await account.Rest.PatchAsync(account.PathOf("secrets", "prometheus", account.Name), SecretWith("token", Token + "\n"));
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.CreditsUsed == 9, "its credits are read");

        foreach (var reason in new[] { TenantPlatformReasons.SecretMissing, TenantPlatformReasons.SecretKeyMissing, TenantPlatformReasons.Unauthorized, TenantPlatformReasons.UsageRead })
        {
            await account.UntilEventAsync(reason);
        }

        var requests = account.Proxy.Requests.Where(request => request.Resource == "secrets").ToList();
        requests.Should().NotBeEmpty().And.OnlyContain(request => request.Verb == "get" && request.Namespace == account.Name && request.Name == "prometheus");
        List<string> said = [.. account.Operator!.Log.Lines, account.Operator.Metrics(), (await account.Rest.GetAsync(account.PathOf("tenantplatforms", "default"))).ToJsonString(), .. (await account.EventsAsync()).Select(each => each.ToJsonString())];
        said.Should().NotContain(text => text.Contains(Token) || text.Contains("wrong-and-secret"));

        static JsonObject SecretWith(string key, string value) => new()
        {
            ["metadata"] = new JsonObject { ["name"] = "prometheus" },
            ["data"] = new JsonObject { [key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) },
        };
    }

    [Fact]
    public async Task A_Secret_is_read_once_a_round_and_once_more_when_it_is_refused()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerWith(401, "");
        await account.Rest.CreateAsync(account.PathOf("secrets", ns: account.Name), new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "prometheus" },
            ["stringData"] = new JsonObject { ["user"] = "u", ["password"] = "pass-word" },
        });
        await account.CreateAsync("acme");
        await account.UntilReadyAsync("acme");
        await CreatePlatformAsync(account, server.Url, new() { Credits = "c{namespace=$namespace}", Cases = "c{namespace=$namespace}" }, source => source with
        {
            BasicAuth = new BasicAuth { UsernameSecretRef = new() { Name = "prometheus", Key = "user" }, PasswordSecretRef = new() { Name = "prometheus", Key = "password" } },
        });
        await UntilConditionAsync(account, TenantPlatformReasons.Unauthorized);
        await account.StopAsync();

        // Each round of a refused platform: a read, a query, a read, a query.
        var expected = "Basic " + Convert.ToBase64String("u:pass-word"u8);
        server.Asked.Should().OnlyContain(asked => asked.Authorization == expected);
        var reads = account.Proxy.Requests.Count(request => request.Resource == "secrets");
        reads.Should().BeInRange(server.Asked.Count, server.Asked.Count + 1);
    }

    [Fact]
    public async Task A_private_address_is_not_called_unless_the_operator_is_told_so()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster);
        await CreatePlatformAsync(account, server.Url, ForMany);

        var condition = await UntilConditionAsync(account, TenantPlatformReasons.HostNotAllowed);

        condition.Message.Should().Contain("--allow-hosts 127.0.0.1");
        server.Asked.Should().BeEmpty();
        TestAccount.Read<TenantPlatform>(await account.Rest.GetAsync(account.PathOf("tenantplatforms", "default")))!.Status!.Conditions!
            .Should().Contain(each => each.Type == CommonConditions.Ready && each.Status == ConditionStatus.True, "tenants can be made all the same");
    }

    [Fact]
    public async Task A_query_that_Prometheus_refuses_is_told_in_its_words_and_the_other_numbers_are_read()
    {
        var real = await prometheus.GetAsync(TestContext.Current.CancellationToken);
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        real.Set("cases", account.NamespaceOf("acme"), 3);
        await CreatePlatformAsync(account, real.Url, ForMany with { Credits = "sum by (namespace (credits{namespace=~$namespaces})" });
        await account.CreateAsync("acme");

        var condition = await UntilConditionAsync(account, TenantPlatformReasons.UnexpectedAnswer);

        condition.Message.Should().ContainAll("spec.cluster.prometheus.queries.credits", "parse error");
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.Cases == 3, "its cases are read");
        await PatchPrometheusAsync(account, new JsonObject { ["queries"] = new JsonObject { ["credits"] = ForMany.Credits } });
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
    }

    [Fact]
    public async Task A_number_that_is_none_leaves_the_last_one()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("21");
        await CreatePlatformAsync(account, server.Url, new() { Cases = ForMany.Cases });
        await account.CreateAsync("acme");
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.Cases == 21, "its cases are read");

        foreach (var (value, words) in new[] { ("NaN", "NaN"), ("+Inf", "infinite"), ("-3", "negative") })
        {
            server.AnswerAll(value);
            await UntilConditionAsync(account, TenantPlatformReasons.UnexpectedAnswer, words);
        }

        (await account.FindTenantAsync("acme"))!.Status!.Usage!.Cases.Should().Be(21);
        server.AnswerAll("22");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
    }

    [Fact]
    public async Task A_paused_platform_is_not_asked_and_a_deleted_one_is_forgotten()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("8");
        await CreatePlatformAsync(account, server.Url, ForMany, name: "other");
        await account.CreateAsync("acme", new TenantSpec { PlatformRef = new LocalReference { Name = "other" } });
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.CreditsUsed == 8, "its credits are read");

        await account.PatchSpecAsync("tenantplatforms", "other", """{"paused":true}""");
        (await UntilConditionAsync(account, TenantPlatformReasons.Paused, name: "other")).Status.Should().Be(ConditionStatus.Unknown);
        await account.UntilQuietAsync();
        var asked = server.Asked.Count;
        await account.UntilQuietAsync();
        server.Asked.Should().HaveCount(asked);

        await account.PatchSpecAsync("tenantplatforms", "other", """{"paused":null}""");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead, name: "other");
        account.Operator!.Metrics().Should().Contain($"tenantoperator_tenant_credits_used{{namespace=\"{account.Name}\",tenant=\"acme\"}} 8");
        await account.DeleteAsync("tenantplatforms", "other");
        await Until.TrueAsync(() => !account.Operator!.Metrics().Contains($"tenantoperator_tenant_credits_used{{namespace=\"{account.Name}\""), "its numbers are forgotten");
        await account.UntilQuietAsync();
        asked = server.Asked.Count;
        await account.UntilQuietAsync();
        server.Asked.Should().HaveCount(asked);
    }

    [Fact]
    public async Task A_number_whose_query_is_removed_leaves_the_status_and_the_condition_goes_with_the_Prometheus()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("8");
        await CreatePlatformAsync(account, server.Url, ForMany);
        await account.CreateAsync("acme");
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage is { CreditsUsed: 8, Cases: 8 }, "its numbers are read");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);

        await PatchPrometheusAsync(account, new JsonObject { ["queries"] = new JsonObject { ["credits"] = null } });
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage is { CreditsUsed: null, Cases: 8 }, "credits are gone");
        await account.PatchSpecAsync("tenantplatforms", "default", """{"cluster":{"prometheus":null}}""");
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage is { CreditsUsed: null, Cases: null }, "cases are gone");
        await Until.TrueAsync(async () => await FindConditionAsync(account, "default") is null, "the condition is gone");
    }

    [Fact]
    public async Task A_Prometheus_with_a_password_and_a_certificate_of_its_own_authority_is_read()
    {
        using var authority = OwnAuthority.Make();
        var (certificate, key) = authority.Issue(IPAddress.Loopback);
        await using var real = await ScrapedPrometheus.StartAsync(
            new PrometheusOptions
            {
                // The password is "test", as in Prometheus' own guide.
                WebConfiguration = """
                    tls_server_config: {cert_file: server.crt, key_file: server.key}
                    basic_auth_users: {admin: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay}
                    """,
                Files = new Dictionary<string, string> { ["server.crt"] = certificate, ["server.key"] = key },
            },
            TestContext.Current.CancellationToken);
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        real.Set("credits", account.NamespaceOf("acme"), 77);
        await account.Rest.CreateAsync(account.PathOf("secrets", ns: account.Name), new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "prometheus" },
            ["stringData"] = new JsonObject { ["user"] = "admin", ["password"] = "tset", ["ca.crt"] = "no certificate" },
        });
        await account.CreateAsync("acme");
        await CreatePlatformAsync(account, real.Url.Replace("http:", "https:", StringComparison.Ordinal), ForMany, source => source with { Insecure = null });

        (await UntilConditionAsync(account, TenantPlatformReasons.PrometheusUnreachable)).Message.Should().Contain("certificate").And.Contain("caSecretRef");
        await PatchPrometheusAsync(account, new JsonObject { ["caSecretRef"] = Reference("ca.crt") });
        (await UntilConditionAsync(account, TenantPlatformReasons.SecretKeyMissing)).Message.Should().Contain("PEM");
        await PatchSecretAsync("ca.crt", authority.Pem);
        (await UntilConditionAsync(account, TenantPlatformReasons.Unauthorized)).Message.Should().Contain("basicAuth");
        await PatchPrometheusAsync(account, new JsonObject { ["basicAuth"] = new JsonObject { ["usernameSecretRef"] = Reference("user"), ["passwordSecretRef"] = Reference("password") } });
        await UntilConditionAsync(account, TenantPlatformReasons.Unauthorized, "credentials that may query");
        await PatchSecretAsync("password", "test");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.CreditsUsed == 77, "its credits are read");

        JsonObject Reference(string secretKey) => new() { ["name"] = "prometheus", ["key"] = secretKey };

        Task PatchSecretAsync(string secretKey, string value) =>
            account.Rest.PatchAsync(account.PathOf("secrets", "prometheus", account.Name), new JsonObject { ["stringData"] = new JsonObject { [secretKey] = value } });
    }

    [Fact]
    public async Task A_platform_of_an_account_that_another_operator_serves_is_not_asked()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.StartAsync(new OperatorArguments { WatchNamespaces = [account.Name], ControllerClass = "gold", AllowHosts = [Loopback] });
        await CreatePlatformAsync(account, server.Url, ForMany);
        await account.UntilQuietAsync();
        server.Asked.Should().BeEmpty();

        await LabelAsync("gold");
        await UntilConditionAsync(account, TenantPlatformReasons.UsageRead);
        await LabelAsync(null);
        await account.UntilQuietAsync();
        var asked = server.Asked.Count;
        await account.UntilQuietAsync();
        server.Asked.Should().HaveCount(asked);

        Task LabelAsync(string? value) =>
            account.Rest.PatchAsync(account.PathOf("namespaces", account.Name), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Labels.ControllerClass] = value } } });
    }

    [Fact]
    public async Task No_tenant_is_told_the_numbers_of_a_namespace_that_is_not_its_own()
    {
        await using var server = await FakePrometheus.StartAsync();
        await using var account = await TestAccount.OpenAsync(cluster, allowHosts: Loopback);
        server.AnswerAll("8");
        var taken = account.Name + "-taken";
        await account.Rest.CreateAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = taken } });
        await CreatePlatformAsync(account, server.Url, ForMany);
        await account.CreateAsync("acme");
        await account.CreateAsync("thief", new TenantSpec { Cluster = new ClusterTenant { Namespace = taken } });
        await account.UntilReadyAsync("thief", TenantReasons.NamespaceTaken);
        await account.UntilAsync("acme", tenant => tenant.Status?.Usage?.CreditsUsed == 8, "its credits are read");

        server.Asked.Should().NotContain(asked => asked.Query.Contains(taken));
        (await account.FindTenantAsync("thief"))!.Status!.Usage?.CreditsUsed.Should().BeNull();
    }

    private static Task CreatePlatformAsync(
        TestAccount account, string url, PrometheusQueries queries, Func<PrometheusSource, PrometheusSource>? change = null, string name = "default")
    {
        var source = new PrometheusSource { Url = url, Insecure = true, Queries = queries };
        return account.CreateAsync(new TenantPlatform
        {
            Metadata = TestAccount.Meta(name),
            Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform { UsageInterval = "1s", Prometheus = change?.Invoke(source) ?? source } },
        });
    }

    private static Task PatchPrometheusAsync(TestAccount account, JsonObject change) =>
        account.Rest.PatchAsync(account.PathOf("tenantplatforms", "default"), new JsonObject { ["spec"] = new JsonObject { ["cluster"] = new JsonObject { ["prometheus"] = change } } });

    private static async Task<Condition?> FindConditionAsync(TestAccount account, string name) =>
        TestAccount.Read<TenantPlatform>(await account.Rest.GetAsync(account.PathOf("tenantplatforms", name)))!.Status?.Conditions?.FirstOrDefault(each => each.Type == TenantPlatformConditions.UsageRead);

    private static async Task<Condition> UntilConditionAsync(TestAccount account, string reason, string words = "", string name = "default")
    {
        Condition? last = null;
        return await Until.NotNullAsync(
            async () => (last = await FindConditionAsync(account, name)) is { } condition && condition.Reason == reason && condition.Message.Contains(words) ? condition : null,
            () => $"UsageRead has the reason {reason}; it was {JsonSerializer.Serialize(last)}; the operator logged {string.Join('\n', account.Operator?.Log.Lines.TakeLast(20) ?? [])}");
    }
}
