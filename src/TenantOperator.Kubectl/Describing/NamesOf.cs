using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Describing;

/// <summary>The names that stand in the place of words in the commands of <see cref="Remedies"/>. Pure. A name that is not known is left out, and with it the command.</summary>
internal static class NamesOf
{
    public static IReadOnlyDictionary<string, string> Tenant(Tenant tenant) => Known(
        ("NAME", tenant.Metadata.Name),
        ("NAMESPACE", tenant.Metadata.NamespaceProperty),
        ("PLATFORM", tenant.Status?.Platform?.Name ?? tenant.Spec.PlatformRef?.Name),
        ("PACKAGE", tenant.Status?.Packages?.FirstOrDefault(unit => unit.State == PackageUnitState.Waiting)?.Name ?? tenant.Spec.PackageRef?.Name ?? tenant.Status?.Effective?.Package),
        ("TEMPLATE", tenant.Spec.TemplateRef?.Name),
        ("TENANTNAMESPACE", tenant.Status?.Effective?.Cluster?.Namespace ?? tenant.Spec.Cluster?.Namespace));

    public static IReadOnlyDictionary<string, string> User(TenantUser user) => Known(
        ("NAME", user.Metadata.Name), ("NAMESPACE", user.Metadata.NamespaceProperty), ("TENANT", user.Spec.TenantRef.Name));

    public static IReadOnlyDictionary<string, string> Package(TenantPackage package) => Known(
        ("NAME", package.Metadata.Name), ("NAMESPACE", package.Metadata.NamespaceProperty));

    public static IReadOnlyDictionary<string, string> Platform(TenantPlatform platform) => Known(
        ("NAME", platform.Metadata.Name),
        ("NAMESPACE", platform.Metadata.NamespaceProperty),
        ("SECRET", SecretOf(platform.Spec)));

    public static IReadOnlyDictionary<string, string> Template(TenantTemplate template) => Known(
        ("NAME", template.Metadata.Name), ("NAMESPACE", template.Metadata.NamespaceProperty), ("PLATFORM", template.Spec.Hatz?.RemoteTemplate?.PlatformRef.Name));

    /// <summary>The Secret with the credentials of a remote platform.</summary>
    public static string? SecretOf(TenantPlatformSpec spec) => RemoteOf(spec)?.CredentialsSecretRef.Name;

    /// <summary>The connection to a remote platform; null for the cluster itself.</summary>
    public static RemotePlatform? RemoteOf(TenantPlatformSpec spec) => (RemotePlatform?)spec.Hatz ?? (RemotePlatform?)spec.ProcessMind ?? (RemotePlatform?)spec.Mindzie ?? spec.ScaiKey;

    private static Dictionary<string, string> Known(params (string Word, string? Name)[] names) =>
        names.Where(each => !string.IsNullOrEmpty(each.Name)).ToDictionary(each => each.Word, each => each.Name!, StringComparer.Ordinal);
}
