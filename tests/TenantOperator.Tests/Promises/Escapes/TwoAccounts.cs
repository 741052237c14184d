using System.Text.Json.Nodes;
using k8s;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises.Escapes;

/// <summary>
/// A victim and an attacker in one cluster, served by one operator. The victim's account is called like the attacker's with an ending, so that a tenant of the
/// attacker can be given every name that the victim's namespaces have.
/// </summary>
internal sealed class TwoAccounts : IAsyncDisposable
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    // Where tests of other classes work, on a cluster that they share.
    private const string OthersPrefix = "acc-";

    private readonly Kubernetes client;
    private readonly HashSet<string> watched;

    private TwoAccounts(Kubernetes client, string attacker, string plain)
    {
        this.client = client;
        Rest = new Rest(client);
        Words = new(StringComparer.Ordinal)
        {
            ["me"] = attacker,
            ["myNs"] = attacker + "-own",
            ["victim"] = attacker + "-v",
            ["victimNs"] = attacker + "-v-acme",
            ["victimFormerNs"] = attacker + "-v-former",
            ["unmarked"] = plain,
            ["free"] = plain + "-free",
            ["longer"] = attacker + "x",
        };
        watched = [Words["victim"], Words["victimNs"], Words["victimFormerNs"], plain, Words["free"], Words["longer"], "kube-system", "default"];
    }

    public Rest Rest { get; }

    public RunningOperator Operator { get; private set; } = null!;

    /// <summary>What the $words of an attempt stand for.</summary>
    public Dictionary<string, string> Words { get; }

    public static async Task<TwoAccounts> OpenAsync(OperatorClusterWithRoles fixture)
    {
        var cluster = await fixture.ReadyAsync();
        var token = TestContext.Current.CancellationToken;
        var attacker = await fixture.CreateNamespaceAsync("acc", token);
        var plain = await fixture.CreateNamespaceAsync("plain", token);
        var accounts = new TwoAccounts(new Kubernetes(cluster.NewConfiguration()), attacker, plain);
        await accounts.MakeVictimAsync();
        await accounts.MakeAttackerAsync();
        accounts.Operator = await RunningOperator.StartAsync(
            cluster.NewConfiguration(), new OperatorArguments { WatchNamespaces = [attacker, accounts.Words["victim"]] });
        await accounts.SettleAsync();
        return accounts;
    }

    /// <summary>The path of something in the attacker's account; a path that is whole stays.</summary>
    public string PathOf(string path) => path.StartsWith('/') ? path : $"/apis/{ApiGroup.ApiVersion}/namespaces/{Words["me"]}/{path}";

    public string NameOf(Hat hat) => $"{hat}-of-{Words["me"]}";

    /// <summary>Everything that is not the attacker's, without what the server counts by itself.</summary>
    public async Task<SortedDictionary<string, string>> SnapshotAsync()
    {
        var snapshot = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in watched)
        {
            Add(await Rest.FindAsync("/api/v1/namespaces/" + name), "namespace/" + name);
        }

        foreach (var resource in (string[])["configmaps", "secrets", "resourcequotas", "limitranges"])
        {
            await AddAllAsync("/api/v1/" + resource);
        }

        await AddAllAsync("/apis/networking.k8s.io/v1/networkpolicies");
        await AddAllAsync(Rbac + "/roles");
        await AddAllAsync(Rbac + "/rolebindings");
        await AddAllAsync(Rbac + "/clusterroles");
        await AddAllAsync(Rbac + "/clusterrolebindings");
        foreach (var kind in (string[])["tenantplatforms", "tenantpackages", "tenanttemplates", "tenants", "tenantusers", "packageallocations"])
        {
            await AddAllAsync($"/apis/{ApiGroup.ApiVersion}/namespaces/{Words["victim"]}/{kind}");
        }

        return snapshot;

        async Task AddAllAsync(string collection)
        {
            foreach (var item in await Rest.ListAsync(collection))
            {
                var ns = (string?)item["metadata"]!["namespace"];
                if (ns is null || watched.Contains(ns) || (ns != Words["me"] && !ns.StartsWith(Words["me"] + "-", StringComparison.Ordinal) && !ns.StartsWith(OthersPrefix, StringComparison.Ordinal)))
                {
                    Add(item, $"{collection} {ns}/{item["metadata"]!["name"]}");
                }
            }
        }

        void Add(JsonObject? json, string name)
        {
            json?["metadata"]!.AsObject().Remove("managedFields");
            json?["metadata"]!.AsObject().Remove("resourceVersion");
            if (json is not null && name.Contains("resourcequotas", StringComparison.Ordinal))
            {
                json.Remove("status");
            }

            snapshot[name] = json?.ToJsonString() ?? "none";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Operator.DisposeAsync();
        client.Dispose();
    }

    private async Task MakeVictimAsync()
    {
        var victim = Words["victim"];
        await Rest.CreateAsync("/api/v1/namespaces", Json($$$"""{"metadata":{"name":"{{{victim}}}"}}"""));
        await Rest.CreateAsync($"/api/v1/namespaces/{victim}/secrets", Json("""{"metadata":{"name":"victims-key"},"stringData":{"apiKey":"hush","token":"hush"}}"""));
        await MakeAsync(victim, "tenantplatforms", "victims-platform", """{"cluster":{"podSecurity":"baseline"}}""");
        await MakeAsync(victim, "tenantpackages", "victims-package", """{"type":"Primary","quantity":3,"quota":{"pods":"10"}}""");
        await MakeAsync(victim, "tenantpackages", "victims-addon", """{"type":"AddOn","quantity":3}""");
        await MakeAsync(victim, "tenanttemplates", "victims-template", """{"packageRef":{"name":"victims-package"}}""");
        await MakeAsync(victim, "tenants", "acme", """
            {"platformRef":{"name":"victims-platform"},"templateRef":{"name":"victims-template"},"addOns":[{"name":"victims-addon"}],"displayName":"Acme"}
            """);
        await MakeAsync(victim, "tenants", "former", """{"platformRef":{"name":"victims-platform"}}""");
        await MakeAsync(victim, "tenantusers", "jane", """{"tenantRef":{"name":"acme"},"email":"jane@acme.example","roles":["Admin"]}""");
        await MakeAsync(victim, "tenantusers", "omar", """{"tenantRef":{"name":"acme"},"email":"omar@acme.example"}""");
    }

    private async Task MakeAttackerAsync()
    {
        var me = Words["me"];
        await MakeAsync(me, "tenantplatforms", "default", """{"cluster":{"podSecurity":"restricted"}}""");
        await MakeAsync(me, "tenanttemplates", "tpl", """{"description":"the attacker's own"}""");
        await MakeAsync(me, "tenants", "own", "{}");
        await MakeAsync(me, "tenantusers", "mallory", """{"tenantRef":{"name":"own"},"email":"mallory@own.example","roles":["Admin"]}""");
        await LetAsync(Hat.AccountAdmin, me, """[{"apiGroups":["tenantoperator.io"],"resources":["tenants","tenantusers","tenanttemplates"],"verbs":["*"]}]""");
        await LetAsync(Hat.PlatformAdmin, me, """[{"apiGroups":["tenantoperator.io"],"resources":["tenantplatforms","tenantpackages"],"verbs":["*"]}]""");
    }

    // The victim as it is at rest: a tenant with people and units, and a namespace that a deleted tenant left behind.
    private async Task SettleAsync()
    {
        var victim = Words["victim"];
        foreach (var (ns, tenant) in ((string, string)[])[(victim, "acme"), (victim, "former"), (Words["me"], "own")])
        {
            await UntilSaidAsync($"/apis/{ApiGroup.ApiVersion}/namespaces/{ns}/tenants/{tenant}", CommonConditions.Ready, TenantReasons.Active);
        }

        foreach (var user in (string[])["jane", "omar"])
        {
            await UntilSaidAsync($"/apis/{ApiGroup.ApiVersion}/namespaces/{victim}/tenantusers/{user}", CommonConditions.Ready, TenantUserReasons.Synced);
        }

        var former = $"/apis/{ApiGroup.ApiVersion}/namespaces/{victim}/tenants/former";
        await Rest.DeleteAsync(former);
        await Until.TrueAsync(async () => await Rest.FindAsync(former) is null, "the former tenant is gone");
        await UntilQuietAsync();

        var acme = await Rest.GetAsync($"/apis/{ApiGroup.ApiVersion}/namespaces/{victim}/tenants/acme");
        Words["victimTenantUid"] = UidOf(acme);
        Words["myUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/" + Words["me"]));
        Words["victimUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/" + victim));
        Words["victimNsUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/" + Words["victimNs"]));
        Words["victimFormerNsUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/" + Words["victimFormerNs"]));
        Words["unmarkedUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/" + Words["unmarked"]));
        Words["kubeSystemUid"] = UidOf(await Rest.GetAsync("/api/v1/namespaces/kube-system"));

        await LetAsync(Hat.NamespaceOwner, Words["myNs"], """[{"apiGroups":["","networking.k8s.io","rbac.authorization.k8s.io"],"resources":["*"],"verbs":["*"]}]""");
        var person = NameOf(Hat.NamespaceOwner);
        await Rest.CreateAsync(Rbac + "/clusterroles", Json($$"""
            {"metadata":{"name":"{{person}}"},"rules":[{"apiGroups":[""],"resources":["namespaces"],"resourceNames":["{{Words["me"]}}","{{Words["myNs"]}}"],"verbs":["get","patch","update"]}]}
            """));
        await Rest.CreateAsync(Rbac + "/clusterrolebindings", BindingOf(person, "ClusterRole", person));
    }

    /// <summary>Waits until a condition of an object has a reason, for the object as it is now.</summary>
    public async Task UntilSaidAsync(string path, string type, string reason)
    {
        JsonObject? last = null;
        await Until.NotNullAsync(
            async () =>
            {
                last = await Rest.FindAsync(PathOf(path));
                var condition = (last?["status"]?["conditions"] as JsonArray)?.FirstOrDefault(each => (string?)each!["type"] == type);
                return (string?)condition?["reason"] == reason && (long?)condition?["observedGeneration"] == (long?)last?["metadata"]!["generation"] ? last : null;
            },
            () => $"{path} says {type} {reason}; it was {last?.ToJsonString()}; the operator logged {string.Join('\n', Operator.Log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).TakeLast(10))}");
    }

    /// <summary>Waits until the operator has had nothing to do for longer than the counts it puts off.</summary>
    public async Task UntilQuietAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync(
            () =>
            {
                if (!Operator.IsIdle)
                {
                    since = TimeProvider.System.GetTimestamp();
                }

                return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(4);
            },
            "the operator has nothing to do");
    }

    private Task<JsonObject> MakeAsync(string ns, string resource, string name, string spec) => Rest.CreateAsync(
        $"/apis/{ApiGroup.ApiVersion}/namespaces/{ns}/{resource}",
        new JsonObject { ["apiVersion"] = ApiGroup.ApiVersion, ["kind"] = KindOf(resource), ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = Json(spec) });

    public static string KindOf(string resource) => resource switch
    {
        "tenantplatforms" => "TenantPlatform",
        "tenantpackages" => "TenantPackage",
        "tenanttemplates" => "TenantTemplate",
        "tenantusers" => "TenantUser",
        "packageallocations" => "PackageAllocation",
        _ => "Tenant",
    };

    private async Task LetAsync(Hat hat, string ns, string rules)
    {
        var name = NameOf(hat).ToLowerInvariant();
        await Rest.CreateAsync($"{Rbac}/namespaces/{ns}/roles", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["rules"] = Json(rules) });
        await Rest.CreateAsync($"{Rbac}/namespaces/{ns}/rolebindings", BindingOf(name, "Role", NameOf(hat)));
    }

    private static JsonObject BindingOf(string role, string kind, string person) => Json($$"""
        {"metadata":{"name":"{{role}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},
         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"{{person}}"}]}
        """).AsObject();

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static string UidOf(JsonObject json) => (string)json["metadata"]!["uid"]!;
}
