using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Everything a pass over a tenant looks at.</summary>
internal sealed record TenantCaches(
    ResourceCache<Tenant> Tenants,
    ResourceCache<TenantUser> Users,
    ResourceCache<TenantTemplate> Templates,
    ResourceCache<TenantPackage> Packages,
    ResourceCache<TenantPlatform> Platforms,
    ResourceCache<NamespaceChild> Namespaces)
{
    /// <summary>Index of Tenants by uid.</summary>
    public const string ByUid = "uid";

    /// <summary>Index of Tenants by the TenantPlatform they use; as namespace/name.</summary>
    public const string ByPlatform = "platform";

    /// <summary>Index of Tenants by the id by which their platform knows them.</summary>
    public const string ByKnownId = "known-id";

    /// <summary>Index of Tenants by the template they name; as namespace/name.</summary>
    public const string ByTemplate = "template";

    /// <summary>Index of Tenants by the packages they hold or wait for, as their status says; as namespace/name.</summary>
    public const string ByPackage = "package";

    /// <summary>Index of TenantUsers by their Tenant; as namespace/name.</summary>
    public const string ByTenant = "tenant";

    public static OperatorBuilder Register(OperatorBuilder builder) => builder
        .AddCache<Tenant>(configure: cache => Compact(cache)
            .Index(ByUid, tenant => [SharedText.Of(tenant.Metadata.Uid)])
            .Index(ByPlatform, tenant => [$"{tenant.Namespace()}/{tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName}"])
            .Index(ByKnownId, tenant => CreationAttempts.KnownIdOf(tenant) is { } id ? [id] : [])
            .Index(ByTemplate, tenant => tenant.Spec.TemplateRef is { } template ? [$"{tenant.Namespace()}/{template.Name}"] : [])
            .Index(ByPackage, PackageKeys))
        .AddCache<TenantUser>(configure: cache => Compact(cache)
            .Index(ByTenant, user => [$"{user.Namespace()}/{user.Spec.TenantRef.Name}"]))
        .AddCache<TenantTemplate>()
        .AddCache<TenantPackage>()
        .AddCache<TenantPlatform>()
        .AddCache<PackageAllocation>(configure: cache => Compact(cache));

    /// <summary>The people declared for a tenant, and those who are about not to be.</summary>
    public IReadOnlyList<TenantUser> AllUsersOf(Tenant tenant) => [.. Users.ByIndex(ByTenant, ObjectKey.Of(tenant.Metadata).ToString())];

    /// <summary>Whether a namespace of this cluster is marked as the tenant's.</summary>
    public bool HasNamespace(Tenant tenant) =>
        Namespaces.Find(new("", tenant.Spec.Cluster?.Namespace ?? $"{tenant.Namespace()}-{tenant.Name()}"))?.Mark.TenantUid == tenant.Metadata.Uid;

    /// <summary>The uid of the namespace that is the account.</summary>
    public string? AccountUid(string account) => Namespaces.Find(new ObjectKey("", account))?.Uid;

    private static CacheOptions<T, T> Compact<T>(CacheOptions<T, T> cache)
        where T : ApiObject
    {
        cache.Project = stored => stored.Compact();
        return cache;
    }

    // What is wished for stands in the status too, as waiting or with the reason why not, so that a package that appears finds who asked for it.
    private static IEnumerable<string> PackageKeys(Tenant tenant)
    {
        var names = (tenant.Status?.Packages ?? []).Select(unit => unit.Name);
        if (tenant.Spec.PackageRef is { } primary)
        {
            names = names.Append(primary.Name);
        }

        return names
            .Concat((tenant.Spec.AddOns ?? []).Select(addOn => addOn.Name))
            .Distinct(StringComparer.Ordinal)
            .Select(name => $"{tenant.Namespace()}/{name}");
    }
}

internal static class TenantExtensions
{
    public static bool IsBeingDeleted(this Tenant tenant) => tenant.Metadata.DeletionTimestamp is not null;
}
