using System.Globalization;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Support;

/// <summary>
/// Specs of tenants in the cluster, by chance but valid, made from the schema that the API server has of them. A field of the schema that is neither drawn nor
/// said to be fixed is an error, so that a new one cannot be forgotten here.
/// </summary>
internal sealed class RandomSpecs
{
    // What a tenant cannot change, and other platforms' blocks.
    private static readonly HashSet<string> Fixed =
    [
        "platformRef", "name", "templateRef", "externalId", "initialUsers", "cluster.namespace", "hatz", "processMind", "mindzie", "scaiKey",
    ];

    // Drawn from the schema alone: types, enums and bounds.
    private static readonly HashSet<string> Plain =
    [
        "description", "suspended", "suspension.reason", "suspension.until", "paused", "driftPolicy", "onRemoteMissing", "deletionPolicy", "deletionConfirmation.externalId",
        "deletionConfirmation.name", "deletionConfirmation.displayName", "limits.maxAnalysts", "limits.maxCases", "allowBelowUsage", "security.mfaRequired", "security.mfaMethods",
        "security.sessionTimeoutMinutes", "earlyFeatures", "pruneUsers", "cluster.podSecurity", "cluster.networkPolicy",
    ];

    private static readonly string[] Letters = ["a", "Z", "9", " ", "é", "漢", "\U0001F600", "\"", "\\", "{", "<", "'"];

    private readonly JsonObject schema;
    private readonly Random random;

    // What the schema says in words or rules rather than in bounds.
    private readonly Dictionary<string, Func<JsonObject, JsonNode?>> own;

    private RandomSpecs(JsonObject schema, Random random, IReadOnlyList<string> packages, IReadOnlyList<string> addOns)
    {
        this.schema = schema;
        this.random = random;
        own = new(StringComparer.Ordinal)
        {
            ["displayName"] = field => "x" + Text(field, shorter: 2) + "x",
            ["packageRef.name"] = _ => Any(packages),
            ["addOns"] = _ => new JsonArray([.. addOns.Where(_ => Chance(0.6)).Select(name => Units(name))]),
            ["deletionGracePeriod"] = _ => Any(["90s", "1.5h", "72h", "1h30m", "8760h"]),

            // Whoever sits stays: a limit under the people there are would be no question of the spec alone.
            ["limits.maxUsers"] = _ => random.Next(2, 50),
            ["limits.storage"] = _ => Chance(0.2) ? (JsonNode)random.Next(0, 1000) : Any(["0", "500Mi", "1Gi", "1.5Gi", "100G", "1e9", "2000m"]),
            ["maxRemovals"] = _ => Chance(0.5) ? (JsonNode)random.Next(0, 1_000_001) : $"{random.Next(0, 101)}%",
            ["cluster.labels"] = _ => new JsonObject(Enumerable.Range(0, random.Next(0, 5)).Select(_ => LabelKey()).Distinct(StringComparer.Ordinal)
                .Select(key => KeyValuePair.Create(key, (JsonNode?)Any(["", "gold", "4711", "eu-west_1.A", new string('v', 63)])))),
            ["security.passwordPolicy"] = _ => new JsonObject
            {
                ["minLength"] = random.Next(1, 100),
                ["history"] = Chance(0.5) ? new JsonObject { ["keep"] = random.Next(0, 9), ["strict"] = Chance(0.5) } : null,
                ["classes"] = new JsonArray("upper", random.Next(0, 3)),
            },
        };
    }

    /// <summary>Made for the schema of the server; fails if there is a field that is not known here.</summary>
    public static async Task<RandomSpecs> ForAsync(TestAccount account, Random random, IReadOnlyList<string> packages, IReadOnlyList<string> addOns)
    {
        var definition = await account.Rest.GetAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{Tenant.KubePlural}.{ApiGroup.Group}");
        var version = definition["spec"]!["versions"]!.AsArray().Single(each => (string?)each!["name"] == ApiGroup.Version)!;
        var specs = new RandomSpecs(version["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!.AsObject(), random, packages, addOns);
        specs.Leaves(specs.schema, "").Should().BeEquivalentTo(Fixed.Concat(Plain).Concat(specs.own.Keys), "every field of the schema is known to the generator, and only those");
        return specs;
    }

    /// <summary>A spec; sometimes one that differs from another in a few fields only.</summary>
    public JsonObject Next(JsonObject? from)
    {
        var spec = Draw(schema, "", 0.5);
        if (from is not null && Chance(0.7))
        {
            var changed = from.DeepClone().AsObject();
            foreach (var name in schema["properties"]!.AsObject().Select(property => property.Key).Where(_ => Chance(0.2)))
            {
                changed.Remove(name);
                if (spec[name] is { } value)
                {
                    changed[name] = value.DeepClone();
                }
            }

            spec = changed;
        }

        // The platform is said once and for all, and a reason needs a suspension.
        spec["cluster"] ??= new JsonObject();
        if ((bool?)spec["suspended"] != true)
        {
            spec.Remove("suspension");
        }

        if ((bool?)spec["security"]?["mfaRequired"] == true && spec["security"]!["mfaMethods"] is JsonArray { Count: 0 })
        {
            spec["security"]!.AsObject().Remove("mfaMethods");
        }

        return spec;
    }

    private IEnumerable<string> Leaves(JsonObject node, string path) =>
        path.Length > 0 && (Fixed.Contains(path) || own.ContainsKey(path) || node["properties"] is not JsonObject)
            ? [path]
            : node["properties"]!.AsObject().SelectMany(property => Leaves(property.Value!.AsObject(), PathOf(path, property.Key)));

    private JsonObject Draw(JsonObject node, string path, double share)
    {
        var required = (node["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet(StringComparer.Ordinal);
        var drawn = new JsonObject();
        foreach (var (name, property) in node["properties"]!.AsObject())
        {
            var inner = PathOf(path, name);
            if (!Fixed.Contains(inner) && (required.Contains(name) || Chance(share)))
            {
                drawn[name] = Value(property!.AsObject(), inner);
            }
        }

        return drawn;
    }

    private JsonNode? Value(JsonObject field, string path)
    {
        if (own.TryGetValue(path, out var draw))
        {
            return draw(field);
        }

        if (field["enum"] is JsonArray choices)
        {
            return choices[random.Next(choices.Count)]!.DeepClone();
        }

        return (string?)field["type"] switch
        {
            "object" => Draw(field, path, 0.6),
            "boolean" => Chance(0.5),
            "integer" => Number(field),
            "array" => new JsonArray([.. field["items"]!["enum"]!.AsArray().Where(_ => Chance(0.5)).Select(item => item!.DeepClone())]),
            "string" when (string?)field["format"] == "date-time" => Any(["2001-02-03T04:05:06Z", "2099-12-31T23:59:59+01:00", "2099-01-01T00:00:00.5Z"]),
            "string" => Text(field, shorter: 0),
            var type => throw new InvalidOperationException($"{path} is of type {type}, which is not known here."),
        };
    }

    private long Number(JsonObject field)
    {
        var (least, most) = ((long)field["minimum"]!, (long)field["maximum"]!);
        return random.Next(4) switch { 0 => least, 1 => most, _ => random.NextInt64(least, most + 1) };
    }

    private string Text(JsonObject field, int shorter)
    {
        var (least, most) = ((int?)field["minLength"] ?? 0, (int)field["maxLength"]! - shorter);
        var length = random.Next(8) switch { 0 => least, 1 => most, _ => random.Next(least, Math.Min(most, 40) + 1) };
        return string.Concat(Enumerable.Range(0, length).Select(_ => Any(Letters)));
    }

    private string LabelKey() => random.Next(4) switch
    {
        0 => Any(["tier", "region", "Cost_Center.1"]),
        1 => "example.com/" + Any(["tier", "owner"]),

        // As long as Kubernetes takes them.
        2 => string.Join('.', Enumerable.Repeat(new string('p', 62), 4)) + "/" + new string('n', 62) + random.Next(0, 10).ToString(CultureInfo.InvariantCulture),
        _ => "key" + random.Next(0, 20).ToString(CultureInfo.InvariantCulture),
    };

    private JsonObject Units(string name)
    {
        var addOn = new JsonObject { ["name"] = name };
        if (Chance(0.7))
        {
            addOn["units"] = random.Next(1, 4);
        }

        return addOn;
    }

    private string Any(IReadOnlyList<string> choices) => choices[random.Next(choices.Count)];

    private bool Chance(double share) => random.NextDouble() < share;

    private static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
