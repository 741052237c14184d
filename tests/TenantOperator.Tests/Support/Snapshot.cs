using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Support;

/// <summary>
/// What there is of an account or of a tenant, as text with a line for each object. Two lives that came to the same end have the same text: what is given by
/// chance (uids, versions, times) is left out, or replaced by what it stands for.
/// </summary>
internal static partial class Snapshot
{
    private static readonly string[] AccountKinds = ["tenantplatforms", "tenantpackages", "tenanttemplates", "tenants", "tenantusers", "packageallocations"];
    private static readonly string[] ChildKinds = ["resourcequotas", "limitranges", "networkpolicies", "rolebindings"];
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All objects of our kinds in the account, all namespaces marked as its own, and what the operator makes in them.</summary>
    public static async Task<string> OfAccountAsync(TestAccount account)
    {
        var objects = new List<(string Kind, JsonObject Json)>();
        foreach (var kind in AccountKinds)
        {
            objects.AddRange((await account.Rest.ListAsync(account.PathOf(kind))).Select(json => (kind, json)));
        }

        var tenants = await account.Rest.ListAsync($"{account.PathOf("namespaces")}?labelSelector={Labels.Account}={account.Name}");
        objects.AddRange(tenants.Select(json => ("namespaces", json)));
        foreach (var ns in objects.Where(each => each.Kind is "namespaces" or "tenants").Select(NamespaceOf).Distinct(StringComparer.Ordinal).ToList())
        {
            objects.AddRange(await ChildrenAsync(account, ns));
        }

        return await TextOfAsync(account, objects);

        string NamespaceOf((string Kind, JsonObject Json) each) => each.Kind == "namespaces" ? NameOf(each.Json) : account.NamespaceOf(NameOf(each.Json));
    }

    /// <summary>A tenant with its people, its units, its namespace and what is in that. Which slots its units have is left out: others may have come first.</summary>
    public static async Task<string> OfTenantAsync(TestAccount account, string tenant)
    {
        var objects = new List<(string Kind, JsonObject Json)> { ("tenants", await account.Rest.GetAsync(account.PathOf("tenants", tenant))) };
        foreach (var (kind, selector) in ((string, string)[])[("tenantusers", "fieldSelector=spec.tenantRef.name"), ("packageallocations", "fieldSelector=spec.holder.name")])
        {
            objects.AddRange((await account.Rest.ListAsync($"{account.PathOf(kind)}?{selector}={tenant}")).Select(json => (kind, json)));
        }

        if (await account.Rest.FindAsync(account.PathOf("namespaces", account.NamespaceOf(tenant))) is { } ns)
        {
            objects.Add(("namespaces", ns));
            objects.AddRange(await ChildrenAsync(account, NameOf(ns)));
        }

        foreach (var (kind, json) in objects)
        {
            if (kind == "packageallocations")
            {
                json["spec"]!.AsObject().Remove("slot");
            }
            else if (kind == "tenants")
            {
                foreach (var unit in json["status"]?["packages"] as JsonArray ?? [])
                {
                    unit!.AsObject().Remove("slot");
                }
            }
        }

        var text = (await TextOfAsync(account, objects)).Replace(tenant, "<tenant>", StringComparison.Ordinal);
        return string.Join('\n', Slot().Replace(text, "${package}-<slot>").Split('\n').Order(StringComparer.Ordinal));
    }

    /// <summary>The lines that only one of two texts has, for a message; of an object that both have, from where they part.</summary>
    public static string Difference(string expected, string actual)
    {
        var (wanted, found) = (expected.Split('\n').ToLookup(NameOf, StringComparer.Ordinal), actual.Split('\n').ToLookup(NameOf, StringComparer.Ordinal));
        return string.Join('\n', wanted.Select(line => line.Key).Union(found.Select(line => line.Key), StringComparer.Ordinal).Select(name => Parting(name, wanted[name].FirstOrDefault(), found[name].FirstOrDefault())).OfType<string>());

        static string NameOf(string line) => string.Join(' ', line.Split(' ').Take(2));

        static string? Parting(string name, string? wanted, string? found)
        {
            if (wanted is null || found is null)
            {
                return wanted is null ? "+ " + found : "- " + wanted;
            }

            var same = wanted.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
            return wanted == found ? null : $"{name}\n  - {wanted[Math.Max(0, same - 80)..Math.Min(wanted.Length, same + 160)]}\n  + {found[Math.Max(0, same - 80)..Math.Min(found.Length, same + 160)]}";
        }
    }

    private static async Task<IReadOnlyList<(string Kind, JsonObject Json)>> ChildrenAsync(TestAccount account, string ns)
    {
        var children = new List<(string, JsonObject)>();
        foreach (var kind in ChildKinds)
        {
            children.AddRange((await account.Rest.ListAsync(account.PathOf(kind, ns: ns))).Select(json => (kind, json)));
        }

        return children;
    }

    private static async Task<string> TextOfAsync(TestAccount account, IReadOnlyList<(string Kind, JsonObject Json)> objects)
    {
        var home = await account.Rest.GetAsync(account.PathOf("namespaces", account.Name));
        var names = objects.Append(("account", home)).ToDictionary(each => UidOf(each.Item2), each => $"<uid of {each.Item1} {NameOf(each.Item2)}>", StringComparer.Ordinal);
        var lines = objects.Select(each => $"{each.Kind} {each.Json["metadata"]!["namespace"]}/{NameOf(each.Json)} {Canonical(Essence(each.Kind, each.Json))!.ToJsonString(Readable)}");
        var text = string.Join('\n', lines.Order(StringComparer.Ordinal));
        text = Uid().Replace(text, match => names.GetValueOrDefault(match.Value, "<uid>"));
        return Time().Replace(text, "<time>").Replace(account.Name, "<account>", StringComparison.Ordinal);
    }

    private static JsonObject Essence(string kind, JsonObject json)
    {
        var essence = json.DeepClone().AsObject();
        var metadata = essence["metadata"]!.AsObject();
        foreach (var chance in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"])
        {
            metadata.Remove(chance);
        }

        essence.Remove("apiVersion");
        essence.Remove("kind");
        if (!AccountKinds.Contains(kind))
        {
            // What the cluster's own controllers say.
            essence.Remove("status");
            if (kind == "namespaces")
            {
                essence.Remove("spec");
            }

            return essence;
        }

        Date(essence["status"], (long?)json["metadata"]!["generation"]);
        return essence;
    }

    // How often a spec was changed says nothing; whether a status is about the present one does.
    private static void Date(JsonNode? node, long? generation)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["observedGeneration"] is { } observed)
                {
                    members["observedGeneration"] = (long?)observed == generation ? "now" : "before";
                }

                foreach (var (_, value) in members)
                {
                    Date(value, generation);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Date(item, generation);
                }

                break;
        }
    }

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Canonical(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical).OrderBy(item => (string?)(item as JsonObject)?["type"], StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };

    private static string NameOf(JsonObject json) => (string)json["metadata"]!["name"]!;

    private static string UidOf(JsonObject json) => (string)json["metadata"]!["uid"]!;

    [GeneratedRegex("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Uid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?(Z|[+]00:00|\\+u002B00:00)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Time();

    [GeneratedRegex(@"\b(?<package>small|large|seats|cores)-[0-9]+\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Slot();
}
