using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises.Corruptions;

/// <summary>A tenant with package, template and people in an account of its own, and how it looked when all was well.</summary>
internal sealed class LiveTenant : IAsyncDisposable
{
    private static readonly string[] Objects =
    [
        "tenants/acme", "tenantusers/jane", "tenantusers/omar", "tenantusers/keep", "packageallocations/business-0", "packageallocations/storage-0", "packageallocations/storage-1", "ns",
        "ns/resourcequotas/tenant-quota", "ns/limitranges/tenant-limits", "ns/networkpolicies/tenant-isolation", "ns/rolebindings/tenant-admin", "ns/rolebindings/tenant-member",
    ];

    private readonly Dictionary<string, string> right = new(StringComparer.Ordinal);

    private LiveTenant(TestAccount account) => Account = account;

    public TestAccount Account { get; }

    public static async Task<LiveTenant> OpenAsync(OperatorCluster cluster)
    {
        var live = new LiveTenant(await TestAccount.OpenAsync(cluster));
        var account = live.Account;
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("default"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() } });
        await account.CreatePackageAsync("business", 3, change: spec => spec with
        {
            Credits = 100,
            Quota = A.Amounts(("pods", "10"), ("requests.storage", "10Gi")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")) },
        });
        await account.CreatePackageAsync("storage", 5, PackageType.AddOn, spec => spec with { Quota = A.Amounts(("requests.storage", "5Gi")) });
        await account.CreateAsync(new TenantTemplate
        {
            Metadata = TestAccount.Meta("standard"),
            Spec = new TenantTemplateSpec
            {
                PackageRef = new PackageReference { Name = "business" },
                Limits = new TenantLimits { MaxUsers = 50, MaxAnalysts = 5, MaxCases = 9 },
                Cluster = new ClusterTemplate { Labels = new Dictionary<string, string> { ["example.com/cost-center"] = "4711" } },
            },
        });
        await account.CreateAsync("acme", new TenantSpec
        {
            DisplayName = "Acme",
            Description = "The one that is corrupted",
            TemplateRef = new LocalReference { Name = "standard" },
            AddOns = [new AddOn { Name = "storage", Units = 2 }],
            InitialUsers = [new InitialUser { Email = "ann@acme.example" }],
        });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.CreateUserAsync("omar");
        await account.CreateUserAsync("keep");
        await account.PatchSpecAsync("tenantusers", "keep", """{"deletionPolicy":"Retain"}""");
        await account.Rest.PatchAsync(live.PathOf("tenants/acme"), JsonNode.Parse($$$$"""{"metadata":{"annotations":{"{{{{Annotations.ReconcileRequestedAt}}}}":"0"}}}""")!);
        await account.UntilAsync("acme", tenant => tenant.Status is { Users.Summary: "4/4", LastHandledReconcileAt: "0" } && TestAccount.Ready(tenant)?.Status == ConditionStatus.True, "it is ready with its people");
        await account.UntilQuietAsync();
        foreach (var name in Objects)
        {
            live.right[name] = Essence(name, await account.Rest.GetAsync(live.PathOf(name)));
        }

        return live;
    }

    /// <summary>Waits until an object is as it was when all was well.</summary>
    public async Task UntilRightAsync(string name)
    {
        var last = "";
        await Until.NotNullAsync(
            async () => await Account.Rest.FindAsync(PathOf(name)) is { } now && (last = Essence(name, now)) == right[name] ? last : null,
            () => $"{name} is again\n{right[name]}\nit was\n{last}\nthe operator logged {string.Join('\n', Account.Operator?.Log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).TakeLast(5) ?? [])}");
    }

    /// <summary>Waits until everything is as it was, with no unit more and no namespace less.</summary>
    public async Task UntilAllIsRightAsync()
    {
        foreach (var name in Objects)
        {
            await UntilRightAsync(name);
        }

        (await Account.AllocationsAsync()).Select(each => $"{each.Metadata.Name} {each.Spec.Holder.Name}").Should().BeEquivalentTo(["business-0 acme", "storage-0 acme", "storage-1 acme"]);
        (await Account.Rest.ListAsync(Account.PathOf("tenantusers"))).Should().HaveCount(4);
        Account.Proxy.Requests.Should().NotContain(request => request.Verb == "delete" && request.Resource == "namespaces");
    }

    public bool IsRight(string name, JsonObject json) => Essence(name, json) == right[name];

    public string PathOf(string name)
    {
        var parts = name.Split('/');
        var ns = Account.NamespaceOf("acme");
        return parts[0] != "ns" ? Account.PathOf(parts[0], parts[1]) : parts.Length == 1 ? Account.PathOf("namespaces", ns) : Account.PathOf(parts[1], parts[2], ns);
    }

    public ValueTask DisposeAsync() => Account.DisposeAsync();

    /// <summary>What the operator owns of an object, without moments, and without the few numbers that nothing but the status knows.</summary>
    private static string Essence(string name, JsonObject json)
    {
        var metadata = json["metadata"]!;
        var annotations = metadata["annotations"]?.DeepClone() as JsonObject ?? [];
        var status = name.Contains("resourcequotas", StringComparison.Ordinal) || name == "ns" ? null : json["status"]?.DeepClone() as JsonObject;
        if (status is not null)
        {
            foreach (var condition in status["conditions"] as JsonArray ?? [])
            {
                condition!.AsObject().Remove("lastTransitionTime");
            }

            (status["conditions"] as JsonArray)?.OrderBy(each => (string?)each!["type"], StringComparer.Ordinal).ToList().ForEach(each =>
            {
                status["conditions"]!.AsArray().Remove(each);
                status["conditions"]!.AsArray().Add(each);
            });
            (status["template"] as JsonObject)?.Remove("appliedAt");
            (status["users"] as JsonObject)?.Remove("initialCreated");
            foreach (var number in (string[])["observedAt", "cases", "processes", "datasets", "storageBytes", "creditsUsed"])
            {
                (status["usage"] as JsonObject)?.Remove(number);
            }

            if (status["usage"]?["resources"] is JsonObject { Count: 0 })
            {
                status["usage"]!.AsObject().Remove("resources");
            }

            if (annotations[Annotations.ReconcileRequestedAt] is not { } asked || (string?)status["lastHandledReconcileAt"] == (string?)asked)
            {
                status.Remove("lastHandledReconcileAt");
            }
        }

        var copy = annotations.ContainsKey(Annotations.AppliedTemplate) && IsJson(annotations[Annotations.AppliedTemplate]!, out var parsed) ? parsed : null;
        copy?.Remove("appliedAt");
        return new JsonObject
        {
            ["labels"] = metadata["labels"]?.DeepClone(),
            ["finalizers"] = metadata["finalizers"]?.DeepClone(),
            ["ownerReferences"] = metadata["ownerReferences"]?.DeepClone(),
            ["annotations"] = new JsonObject(annotations
                .Where(each => each.Key.StartsWith(ApiGroup.Group, StringComparison.Ordinal) && each.Key is not (Annotations.ReconcileRequestedAt or Annotations.AppliedTemplate))
                .OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => KeyValuePair.Create(each.Key, each.Value?.DeepClone()))),
            ["copy"] = copy ?? annotations[Annotations.AppliedTemplate]?.DeepClone(),
            ["spec"] = json["spec"]?.DeepClone(),
            ["roleRef"] = json["roleRef"]?.DeepClone(),
            ["subjects"] = json["subjects"]?.DeepClone(),
            ["status"] = status,
        }.ToJsonString();
    }

    private static bool IsJson(JsonNode text, out JsonObject? json)
    {
        try
        {
            json = JsonNode.Parse((string)text!) as JsonObject;
            return json is not null;
        }
        catch (System.Text.Json.JsonException)
        {
            json = null;
            return false;
        }
    }
}
