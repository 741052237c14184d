using System.ComponentModel;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>The settings that count for a tenant.</summary>
public sealed record EffectiveSettings
{
    /// <summary>The technical name.</summary>
    [Text(255)]
    public string? Name { get; init; }

    /// <summary>The name for people.</summary>
    [Text(255)]
    public string? DisplayName { get; init; }

    /// <summary>What the tenant is for.</summary>
    [Text(1024)]
    public string? Description { get; init; }

    /// <summary>The primary package whose unit the tenant holds.</summary>
    [Text(63)]
    public string? Package { get; init; }

    /// <summary>The add-on packages that count.</summary>
    [Count(20), ListMap("name")]
    public IReadOnlyList<AddOn>? AddOns { get; init; }

    /// <summary>Credits a month of all packages together.</summary>
    [Range(0, long.MaxValue)]
    public long? Credits { get; init; }

    /// <summary>Ceilings: the sum of the packages, or what tenant or template say.</summary>
    [ImmutableObject(true)]
    public TenantLimits? Limits { get; init; }

    /// <summary>Sign-in rules of the tenant.</summary>
    public TenantSecurity? Security { get; init; }

    /// <summary>Whether the tenant gets features before general release.</summary>
    public bool? EarlyFeatures { get; init; }

    /// <summary>What deleting the object will do.</summary>
    public DeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Settings of the tenant's namespace.</summary>
    public EffectiveCluster? Cluster { get; init; }

    /// <summary>Settings on Hatz AI.</summary>
    public HatzTenant? Hatz { get; init; }

    /// <summary>Settings on mindzieStudio.</summary>
    public MindzieTenant? Mindzie { get; init; }

    /// <summary>Settings on ScaiKey.</summary>
    public ScaiKeyTenant? ScaiKey { get; init; }

    /// <summary>Where each value comes from: the path under effective, such as limits.maxUsers, and Tenant, Template, Package, Platform or Default.</summary>
    [Count(128, ItemLength = 16)]
    [ImmutableObject(true)]
    public IReadOnlyDictionary<string, SettingSource>? Sources { get; init; }
}

/// <summary>Where a setting comes from; the first that has a value wins.</summary>
public enum SettingSource
{
    /// <summary>The Tenant itself.</summary>
    Tenant,

    /// <summary>The copy of the template.</summary>
    Template,

    /// <summary>The packages the tenant holds.</summary>
    Package,

    /// <summary>The TenantPlatform.</summary>
    Platform,

    /// <summary>The operator's built-in default.</summary>
    Default,
}

/// <summary>The settings that count for a tenant's namespace.</summary>
public sealed record EffectiveCluster
{
    /// <summary>The name of the tenant's namespace.</summary>
    [Text(63)]
    public string? Namespace { get; init; }

    /// <summary>The Pod Security level of the namespace.</summary>
    public PodSecurityLevel? PodSecurity { get; init; }

    /// <summary>Whom its pods may talk to.</summary>
    public NetworkIsolation? NetworkPolicy { get; init; }

    /// <summary>The hard limits of its ResourceQuota.</summary>
    [Count(32)]
    [ImmutableObject(true)]
    public IReadOnlyDictionary<string, Quantity>? Quota { get; init; }

    /// <summary>The limits of its containers.</summary>
    [ImmutableObject(true)]
    public ContainerLimits? LimitRange { get; init; }

    /// <summary>Labels of the namespace beside those of the operator.</summary>
    [Count(32, ItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
