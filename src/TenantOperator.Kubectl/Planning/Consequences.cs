using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Planning;

/// <summary>What a change of a Tenant brings about beyond its fields, and what it lacks to become Ready. Pure.</summary>
internal static class Consequences
{
    /// <summary>What there is in the namespace, or would be by the same file.</summary>
    internal sealed record Neighbours(IReadOnlySet<string> Platforms, IReadOnlySet<string> Packages, IReadOnlySet<string> Templates);

    public static IEnumerable<string> Of(TenantSpec? before, TenantSpec after, Neighbours there)
    {
        if (after.Suspended == true && before?.Suspended != true)
        {
            yield return "spec.suspended: everybody loses access; all data is kept.";
        }

        if (before?.Suspended == true && after.Suspended != true)
        {
            yield return "spec.suspended: everybody gets access back.";
        }

        if (after.DeletionPolicy == DeletionPolicy.Delete && before?.DeletionPolicy != DeletionPolicy.Delete)
        {
            yield return "spec.deletionPolicy: deleting this Tenant later destroys its data, once the three names are confirmed.";
        }

        if (after.PruneUsers == true && before?.PruneUsers != true)
        {
            yield return "spec.pruneUsers: people whom no TenantUser declares lose their access.";
        }

        if (before is not null && before.PackageRef?.Name != after.PackageRef?.Name)
        {
            yield return after.PackageRef is { } package
                ? $"spec.packageRef: a unit of \"{package.Name}\" is taken before the former one is given back."
                : "spec.packageRef: the unit that is held is given back.";
        }

        foreach (var lack in Lacks(before, after, there))
        {
            yield return lack;
        }
    }

    private static IEnumerable<string> Lacks(TenantSpec? before, TenantSpec after, Neighbours there)
    {
        if (after.PlatformRef is { } platform && !there.Platforms.Contains(platform.Name))
        {
            yield return $"spec.platformRef: TenantPlatform \"{platform.Name}\" does not exist here, so that the tenant waits until it does.";
        }

        if (before is null && after.TemplateRef is { } template && !there.Templates.Contains(template.Name))
        {
            yield return $"spec.templateRef: TenantTemplate \"{template.Name}\" does not exist here, so that the tenant waits until it does.";
        }

        foreach (var name in (after.AddOns ?? []).Select(each => each.Name).Prepend(after.PackageRef?.Name).OfType<string>().Where(name => !there.Packages.Contains(name)))
        {
            yield return $"spec.{(name == after.PackageRef?.Name ? "packageRef" : "addOns")}: TenantPackage \"{name}\" does not exist here, so that the tenant waits until it does.";
        }
    }

    /// <summary>What deleting the Tenant would do now.</summary>
    public static string OfDeletion(Tenant tenant) => (tenant.Spec.DeletionPolicy ?? tenant.Status?.Effective?.DeletionPolicy ?? DeletionPolicy.Suspend) switch
    {
        DeletionPolicy.Delete when tenant.Spec.DeletionConfirmation is null => "would wait for a confirmation of three names, and then destroy the tenant and its data (deletionPolicy Delete)",
        DeletionPolicy.Delete => "would destroy the tenant and its data, if the confirmation is right (deletionPolicy Delete)",
        DeletionPolicy.Retain => "would leave everything as it is, access included (deletionPolicy Retain)",
        _ => "would take access away and keep the data, where the platform can do that (deletionPolicy Suspend)",
    };
}
