using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>Tenants as namespaces of this cluster: what they get by default, and who may enter.</summary>
public sealed record ClusterPlatform
{
    /// <summary>What is put in front of a person's name in RoleBindings, as the cluster's OIDC settings do, such as "oidc:".</summary>
    [Text(64), Rule("!self.startsWith('system:') && (self == '' || !'system:'.startsWith(self)) && !self.matches('[[:space:][:cntrl:]]')", "must not start with \"system:\" or a part of it, or hold white space: use the prefix of your identity provider, such as \"oidc:\"")]
    public string? UsernamePrefix { get; init; }

    /// <summary>Which ClusterRole each role of a TenantUser is. Only those the operator's own configuration allows can be named.</summary>
    public ClusterRoleNames? Roles { get; init; }

    /// <summary>Groups that get a role in the namespace of every tenant, such as a support team.</summary>
    [Count(32), ListMap("group", "role")]
    public IReadOnlyList<GroupAccess>? Access { get; init; }

    /// <summary>The Pod Security level of tenants, and the weakest they may ask for; baseline when absent.</summary>
    public PodSecurityLevel? PodSecurity { get; init; }

    /// <summary>Whom pods of tenants may talk to.</summary>
    public ClusterNetworkPolicy? NetworkPolicy { get; init; }

    /// <summary>Hard limits of the ResourceQuota of tenants whose packages set none.</summary>
    [Count(32), Quantities]
    public IReadOnlyDictionary<string, Quantity>? Quota { get; init; }

    /// <summary>Limits of containers of tenants whose package sets none.</summary>
    public ContainerLimits? LimitRange { get; init; }

    /// <summary>Where numbers come from that Kubernetes does not know: credits, cases, processes, data sets.</summary>
    public PrometheusSource? Prometheus { get; init; }

    /// <summary>How often Prometheus is asked, as a duration such as 5m; 5m when absent. What Kubernetes counts itself is known at once.</summary>
    [Text(32, Min = 2), GoDuration]
    public string? UsageInterval { get; init; }
}

/// <summary>Which ClusterRole each role of a TenantUser is.</summary>
public sealed record ClusterRoleNames
{
    /// <summary>The ClusterRole of Admin; admin when absent.</summary>
    [Text(253, Min = 1), ClusterRoleName]
    public string? Admin { get; init; }

    /// <summary>The ClusterRole of Developer; edit when absent.</summary>
    [Text(253, Min = 1), ClusterRoleName]
    public string? Developer { get; init; }

    /// <summary>The ClusterRole of Analyst; view when absent.</summary>
    [Text(253, Min = 1), ClusterRoleName]
    public string? Analyst { get; init; }

    /// <summary>The ClusterRole of Member; view when absent.</summary>
    [Text(253, Min = 1), ClusterRoleName]
    public string? Member { get; init; }
}

/// <summary>A group and what it may do in the namespace of every tenant.</summary>
public sealed record GroupAccess
{
    /// <summary>The group as the cluster knows it; no prefix is put in front of it.</summary>
    [Required, Text(253, Min = 1)]
    [Rule("!self.startsWith('system:') && !self.matches('[[:space:][:cntrl:]]')", "must not start with \"system:\", which names everyone or parts of the cluster, nor hold white space: name a group of your identity provider")]
    public string Group { get; init; } = "";

    /// <summary>What its people may do.</summary>
    [Required]
    public TenantRole Role { get; init; }
}

/// <summary>Network rules of the namespaces of tenants.</summary>
public sealed record ClusterNetworkPolicy
{
    /// <summary>Isolated or Open; Isolated when absent.</summary>
    public NetworkIsolation? Mode { get; init; }

    /// <summary>Lets a Tenant ask for Open; false when absent.</summary>
    public bool? AllowOpen { get; init; }

    /// <summary>Namespaces whose pods may talk to those of tenants, such as that of the ingress controller.</summary>
    [Count(32, ItemLength = 63), ListSet, ItemRule("self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')", "must be the name of a namespace, such as \"ingress-nginx\"")]
    public IReadOnlyList<string>? AllowNamespaces { get; init; }
}

/// <summary>
/// A Prometheus, and what to ask it. The condition UsageRead says whether that works. Addresses that are private are refused unless the operator runs with --allow-hosts.
/// </summary>
[Rule("self.url.startsWith('https://') || (has(self.insecure) && self.insecure)", "url must start with https://, or set insecure: true for a Prometheus inside the cluster", FieldPath = ".url")]
[Rule("!(has(self.bearerTokenSecretRef) && has(self.basicAuth))", "bearerTokenSecretRef and basicAuth exclude each other: remove one")]
public sealed record PrometheusSource
{
    /// <summary>Its address, such as https://prometheus.example.com.</summary>
    [Required, Text(1024, Min = 8), HttpAddress]
    public string Url { get; init; } = "";

    /// <summary>Lets the address be http.</summary>
    public bool? Insecure { get; init; }

    /// <summary>The Secret that holds a token for it.</summary>
    public SecretKeyReference? BearerTokenSecretRef { get; init; }

    /// <summary>A user name and password for it.</summary>
    public BasicAuth? BasicAuth { get; init; }

    /// <summary>The Secret that holds the certificate authority its certificate is checked against, as PEM.</summary>
    public SecretKeyReference? CaSecretRef { get; init; }

    /// <summary>What to ask. A number that has no query stays absent.</summary>
    public PrometheusQueries? Queries { get; init; }
}

/// <summary>A user name and password in Secrets.</summary>
public sealed record BasicAuth
{
    /// <summary>Where the user name stands.</summary>
    [Required]
    public SecretKeyReference UsernameSecretRef { get; init; } = new();

    /// <summary>Where the password stands.</summary>
    [Required]
    public SecretKeyReference PasswordSecretRef { get; init; } = new();
}

/// <summary>
/// Queries in PromQL, each for one number. One with $namespaces is asked for up to 500 tenants at once: write {namespace=~$namespaces}, and let the result keep the label
/// namespace. One with $namespace is asked for each tenant alone: write {namespace=$namespace}, and let the result be one number. Both are filled in with their quotes.
/// A tenant for which there is no result has no such number. Fractions are rounded down.
/// </summary>
public sealed record PrometheusQueries
{
    /// <summary>Credits used, such as sum by (namespace) (increase(credits_total{namespace=~$namespaces}[30d])).</summary>
    [Text(2048, Min = 1), TenantQuery, UnquotedNamespace]
    public string? Credits { get; init; }

    /// <summary>The number of cases, such as sum(cases{namespace=$namespace}).</summary>
    [Text(2048, Min = 1), TenantQuery, UnquotedNamespace]
    public string? Cases { get; init; }

    /// <summary>The number of processes.</summary>
    [Text(2048, Min = 1), TenantQuery, UnquotedNamespace]
    public string? Processes { get; init; }

    /// <summary>The number of data sets.</summary>
    [Text(2048, Min = 1), TenantQuery, UnquotedNamespace]
    public string? Datasets { get; init; }
}
