using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.PlatformObjects;

/// <summary>The platform of a tenant, or why there is none.</summary>
internal sealed record FoundPlatform(TenantPlatform? Platform, ITenantPlatform? Adapter, StepOutcome? Problem);

/// <summary>Finds the platform a tenant lives on. References never leave the namespace.</summary>
internal sealed class PlatformDirectory(TenantCaches caches, IEnumerable<ITenantPlatform> adapters, DefaultPlatformCheck defaults)
{
    private readonly Dictionary<PlatformType, ITenantPlatform> adapters = adapters.ToDictionary(adapter => adapter.Type);

    /// <summary>The TenantPlatform a tenant names, else the one called default, else the cluster with built-in defaults.</summary>
    public async Task<FoundPlatform> FindAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (tenant.Spec.PlatformRef is null && tenant.Status?.Platform is null && tenant.Metadata.DeletionTimestamp is null)
        {
            await defaults.EnsureSeenAsync(tenant, cancellationToken);
        }

        var ns = tenant.Metadata.NamespaceProperty;
        var name = tenant.Spec.PlatformRef?.Name;
        var platform = caches.Platforms.Find(new(ns, name ?? ApiGroup.DefaultPlatformName));

        // A tenant that lived on the default platform does not move into the cluster because somebody deleted that object.
        name ??= tenant.Status?.Platform?.Name;
        if (platform is null && name is not null)
        {
            return new(null, null, new StepOutcome.Blocked(
                TenantReasons.PlatformNotFound,
                $"TenantPlatform \"{name}\" does not exist in namespace \"{ns}\". Apply it, and this tenant goes on by itself; or see which exist: kubectl get tenantplatforms -n {ns}",
                NeedsPerson: false));
        }

        var type = platform is null ? PlatformType.Cluster : TypeOf(platform.Spec);
        if (BlockOf(tenant.Spec) is { } block && block != type)
        {
            return new(platform, null, new StepOutcome.Blocked(
                TenantReasons.PlatformMismatch,
                $"The Tenant has settings for platform type {Word(block)}, but {(platform is null ? "without a TenantPlatform it lives in the cluster" : $"TenantPlatform \"{platform.Metadata.Name}\" is of type {Word(type)}")}. "
                + $"Remove spec.{Word(block)}, or make a new Tenant with spec.platformRef naming a platform of that type."));
        }

        // Where a tenant lives is settled once. A platform made anew with another type, or one called default that came later, does not move it.
        // What the status says of it is believed unless the cluster itself shows another thing.
        if (tenant.Status is { Platform.Type: var former, ExternalId: not null } && former != type && !(type == PlatformType.Cluster && caches.HasNamespace(tenant)))
        {
            return new(platform, null, new StepOutcome.Blocked(
                TenantReasons.PlatformMismatch,
                $"The tenant lives on a platform of type {Word(former)}, but TenantPlatform \"{platform?.Metadata.Name}\" is of type {Word(type)}. A tenant does not move, so nothing was changed. "
                + $"Give the platform of type {Word(type)} another name and put back one of type {Word(former)}, or make a new Tenant."));
        }

        return adapters.TryGetValue(type, out var adapter)
            ? new(platform, adapter, null)
            : new(platform, null, new StepOutcome.Blocked(
                TenantReasons.PlatformNotServed,
                $"{(platform is null ? "Without a TenantPlatform a Tenant lives in the cluster" : $"TenantPlatform \"{platform.Metadata.Name}\" is of type {Word(type)}")}, and this operator was told not to serve tenants there. Nothing was changed. "
                + "Make a new Tenant with spec.platformRef naming a TenantPlatform of a remote platform, or start the operator without --cluster-platform=false."));
    }

    /// <summary>The platform of a tenant if it is a remote one, as far as it is in view.</summary>
    public ObjectKey? RemotePlatformOf(Tenant tenant)
    {
        var key = new ObjectKey(tenant.Metadata.NamespaceProperty, tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName);
        return caches.Platforms.Find(key) is { } platform && AdapterFor(TypeOf(platform.Spec))?.Capabilities.Remote == true ? key : null;
    }

    /// <summary>What kind of platform a TenantPlatform is.</summary>
    public static PlatformType TypeOf(TenantPlatformSpec spec) => spec switch
    {
        { Hatz: not null } => PlatformType.Hatz,
        { ProcessMind: not null } => PlatformType.ProcessMind,
        { Mindzie: not null } => PlatformType.Mindzie,
        { ScaiKey: not null } => PlatformType.ScaiKey,
        _ => PlatformType.Cluster,
    };

    /// <summary>The Tenants that are known by an id at the installation of a platform, by whatever TenantPlatform they have it.</summary>
    public IEnumerable<Tenant> TenantsKnownBy(string id, TenantPlatform platform)
    {
        var here = InstallationOf(platform);
        return caches.Tenants.ByIndex(TenantCaches.ByKnownId, id).Where(tenant =>
            caches.Platforms.Find(new(tenant.Metadata.NamespaceProperty, tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName)) is { } theirs && InstallationOf(theirs) == here);
    }

    /// <summary>What manages platforms of a type; null if this operator was told not to.</summary>
    public ITenantPlatform? AdapterFor(PlatformType type) => adapters.GetValueOrDefault(type);

    /// <summary>A platform type as it is written in a manifest.</summary>
    public static string Word(PlatformType type) => type switch
    {
        PlatformType.Hatz => "hatz",
        PlatformType.ProcessMind => "processMind",
        PlatformType.Mindzie => "mindzie",
        PlatformType.ScaiKey => "scaiKey",
        _ => "cluster",
    };

    // Two TenantPlatforms may lead to one. Another one, such as a copy for tests, may have the same ids for tenants of its own.
    private (PlatformType Type, string Address) InstallationOf(TenantPlatform platform)
    {
        var type = TypeOf(platform.Spec);
        return (type, AdapterFor(type)?.AddressOf(platform).TrimEnd('/').ToLowerInvariant() ?? "");
    }

    private static PlatformType? BlockOf(TenantSpec spec) => spec switch
    {
        { Cluster: not null } => PlatformType.Cluster,
        { Hatz: not null } => PlatformType.Hatz,
        { ProcessMind: not null } => PlatformType.ProcessMind,
        { Mindzie: not null } => PlatformType.Mindzie,
        { ScaiKey: not null } => PlatformType.ScaiKey,
        _ => null,
    };
}
