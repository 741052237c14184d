using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>An object as it should be: the manifest to create it with, and what of it is compared afterwards.</summary>
internal sealed record DesiredChild(ObjectKey Key, ChildWire Manifest, string Content)
{
    public string Kind => Manifest.Kind;
}

/// <summary>
/// What a tenant consists of in the cluster: its namespace and the objects inside. A pure function of the wish; reads nothing, writes nothing.
/// </summary>
internal sealed record ClusterPlan
{
    // Names are fixed, so that creating an object is also asking whether somebody else has it.
    public const string QuotaName = "tenant-quota";
    public const string SuspensionName = "tenant-suspended";
    public const string LimitRangeName = "tenant-limits";
    public const string NetworkPolicyName = "tenant-isolation";
    private const string PodSecurity = "pod-security.kubernetes.io/";

    private readonly TenantWish wish;
    private readonly string ns;

    private ClusterPlan(TenantWish wish)
    {
        this.wish = wish;
        ns = wish.Effective.Cluster?.Namespace ?? throw new InvalidOperationException("The effective settings name no namespace.");
    }

    public string Namespace => ns;

    /// <summary>Marks and labels of the namespace.</summary>
    public IReadOnlyDictionary<string, string> NamespaceLabels { get; private init; } = null!;

    /// <summary>Annotations of the namespace; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> NamespaceAnnotations { get; private init; } = null!;

    public DesiredChild? Quota { get; private init; }

    public DesiredChild? Suspension { get; private init; }

    public DesiredChild? LimitRange { get; private init; }

    public DesiredChild? NetworkPolicy { get; private init; }

    public static ClusterPlan For(TenantWish wish)
    {
        var plan = new ClusterPlan(wish);
        return plan with
        {
            NamespaceLabels = plan.LabelsOfNamespace(),
            NamespaceAnnotations = plan.AnnotationsOfNamespace(),
            Quota = plan.QuotaOf(),
            Suspension = wish.Suspended ? plan.Child("v1", "ResourceQuota", SuspensionName, new JsonObject { ["hard"] = new JsonObject { ["pods"] = "0" } }) : null,
            LimitRange = plan.LimitRangeOf(),
            NetworkPolicy = plan.NetworkPolicyOf(),
        };
    }

    /// <summary>What there is to be in the namespace, for people to read.</summary>
    public IEnumerable<string> Children =>
        new[] { Quota, Suspension, LimitRange, NetworkPolicy }.OfType<DesiredChild>().Select(child => $"{child.Kind} {child.Key.Name}");

    public ChildWire NamespaceManifest() => new()
    {
        ApiVersion = "v1",
        Kind = "Namespace",
        Metadata = new V1ObjectMeta
        {
            Name = ns,
            Labels = new Dictionary<string, string>(NamespaceLabels, StringComparer.Ordinal),
            Annotations = NamespaceAnnotations.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
        },
    };

    /// <summary>The marks that every object of the tenant carries.</summary>
    public static Dictionary<string, string> MarksOf(TenantWish wish) => new(StringComparer.Ordinal)
    {
        [Labels.ManagedBy] = OperatorIdentity.Name,
        [Labels.Account] = wish.Tenant.Metadata.NamespaceProperty,
        [Labels.AccountUid] = wish.AccountUid,
        [Labels.Tenant] = wish.Tenant.Metadata.Name,
        [Labels.TenantUid] = wish.Tenant.Metadata.Uid,
    };

    private Dictionary<string, string> LabelsOfNamespace()
    {
        // The tenant's own labels first: none of them may replace a mark or the security level.
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in wish.Effective.Cluster?.Labels ?? new Dictionary<string, string>())
        {
            labels[key] = value;
        }

        var level = wish.Effective.Cluster?.PodSecurity switch
        {
            PodSecurityLevel.Privileged => "privileged",
            PodSecurityLevel.Restricted => "restricted",
            _ => "baseline",
        };
        foreach (var mode in (ReadOnlySpan<string>)["enforce", "audit", "warn"])
        {
            labels[PodSecurity + mode] = level;
        }

        foreach (var (key, value) in MarksOf(wish))
        {
            labels[key] = value;
        }

        if (wish.Suspended)
        {
            labels[Labels.Suspended] = "true";
        }

        return labels;
    }

    private Dictionary<string, string?> AnnotationsOfNamespace() => new(StringComparer.Ordinal)
    {
        [Annotations.DisplayName] = wish.Effective.DisplayName,
        [Annotations.Description] = string.IsNullOrEmpty(wish.Effective.Description) ? null : wish.Effective.Description,
        [Annotations.RetainedAt] = null,

        // Which labels came from the tenant, to take away what it no longer wants.
        [Annotations.TenantLabels] = wish.Effective.Cluster?.Labels is { Count: > 0 } labels ? string.Join(',', labels.Keys.Order(StringComparer.Ordinal)) : null,
    };

    private DesiredChild? QuotaOf()
    {
        if (wish.Effective.Cluster?.Quota is not { Count: > 0 } quota)
        {
            return null;
        }

        return Child("v1", "ResourceQuota", QuotaName, new JsonObject { ["hard"] = Amounts(quota) });
    }

    private DesiredChild? LimitRangeOf()
    {
        if (wish.Effective.Cluster?.LimitRange is not { } limits)
        {
            return null;
        }

        // Filled in as the API server fills it in, or the object would seem edited for ever: what has a maximum defaults to it, a request defaults to
        // the default, else to the minimum.
        var defaults = Or(limits.Default, limits.Max);
        var requests = Or(limits.DefaultRequest, defaults, limits.Min);
        var container = new JsonObject { ["type"] = "Container" };
        foreach (var (name, amounts) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, Api.Quantity>?)>)
                 [("default", defaults), ("defaultRequest", requests), ("max", limits.Max), ("min", limits.Min)])
        {
            if (amounts is { Count: > 0 })
            {
                container[name] = Amounts(amounts);
            }
        }

        return container.Count == 1 ? null : Child("v1", "LimitRange", LimitRangeName, new JsonObject { ["limits"] = new JsonArray(container) });

        static Dictionary<string, Api.Quantity> Or(params ReadOnlySpan<IReadOnlyDictionary<string, Api.Quantity>?> sources)
        {
            var filled = new Dictionary<string, Api.Quantity>(StringComparer.Ordinal);
            foreach (var source in sources)
            {
                foreach (var (resource, amount) in source ?? new Dictionary<string, Api.Quantity>())
                {
                    filled.TryAdd(resource, amount);
                }
            }

            return filled;
        }
    }

    // Pods of the tenant talk to each other and ask DNS; from outside come only the namespaces that the platform lets in.
    private DesiredChild? NetworkPolicyOf()
    {
        if (wish.Effective.Cluster?.NetworkPolicy == NetworkIsolation.Open)
        {
            return null;
        }

        var from = new JsonArray(new JsonObject { ["podSelector"] = new JsonObject() });
        foreach (var allowed in wish.Platform?.Spec.Cluster?.NetworkPolicy?.AllowNamespaces ?? [])
        {
            from.Add(new JsonObject
            {
                ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = allowed } },
            });
        }

        return Child("networking.k8s.io/v1", "NetworkPolicy", NetworkPolicyName, new JsonObject
        {
            ["podSelector"] = new JsonObject(),
            ["policyTypes"] = new JsonArray("Ingress", "Egress"),
            ["ingress"] = new JsonArray(new JsonObject { ["from"] = from }),
            ["egress"] = new JsonArray(
                new JsonObject { ["to"] = new JsonArray(new JsonObject { ["podSelector"] = new JsonObject() }) },
                new JsonObject
                {
                    ["to"] = new JsonArray(new JsonObject
                    {
                        ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = "kube-system" } },
                    }),
                    ["ports"] = new JsonArray(
                        new JsonObject { ["protocol"] = "UDP", ["port"] = 53 },
                        new JsonObject { ["protocol"] = "TCP", ["port"] = 53 }),
                }),
        });
    }

    private DesiredChild Child(string apiVersion, string kind, string name, JsonObject spec) => new(
        new ObjectKey(ns, name),
        new ChildWire { ApiVersion = apiVersion, Kind = kind, Metadata = Metadata(name), Spec = spec },
        SharedText.Of(ChildProjection.ContentOf(spec)));

    private V1ObjectMeta Metadata(string name) => new() { Name = name, NamespaceProperty = ns, Labels = MarksOf(wish) };

    private static JsonObject Amounts(IReadOnlyDictionary<string, Api.Quantity> amounts)
    {
        var json = new JsonObject();
        foreach (var (name, amount) in amounts)
        {
            json[name] = amount.Text;
        }

        return json;
    }
}
