using System.Text.Json;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Describing;

/// <summary>What a page tells of the other kinds beside their state. Pure.</summary>
internal static class OtherSections
{
    public static IReadOnlyList<Section> Of(TenantUser user) => Some(new Section("Person", TenantSections.Facts(
        ("tenant", user.Spec.TenantRef.Name),
        ("e-mail", user.Spec.Email),
        ("roles", string.Join(", ", user.Spec.Roles ?? [])),
        ("role there", user.Status?.Role),
        ("id", user.Status?.ExternalId),
        ("unsupported", user.Status?.UnsupportedFields is { } fields ? string.Join(", ", fields) : null))));

    public static IReadOnlyList<Section> Of(TenantPackage package) => Some(new Section("Stock", TenantSections.Facts(
        ("type", package.Spec.Type.ToString()),
        ("units", package.Spec.Quantity?.ToString() ?? "without limit"),
        ("held", package.Status?.Held?.ToString()),
        ("free", package.Status?.Free?.ToString()),
        ("waiting", package.Status?.Waiting?.ToString()))));

    public static IReadOnlyList<Section> Of(TenantPlatform platform) => Some(
        new Section("Waits for a word", platform.Status?.DeletionsToConfirm is { } deletions
            ? [
                [$"{deletions} tenants are to be deleted for ever; to confirm:"],
                [$"  kubectl tenant confirm-delete tenantplatform/{platform.Metadata.Name} -n {platform.Metadata.NamespaceProperty}"],
            ]
            : []),
        new Section("Platform", TenantSections.Facts(
            ("type", platform.Status?.Type is { } type ? JsonNamingPolicy.CamelCase.ConvertName(type.ToString()) : null),
            ("mode", platform.Spec.Mode?.ToString()),
            ("account", platform.Status?.Account?.Name ?? platform.Status?.Account?.Id),
            ("address", NamesOf.RemoteOf(platform.Spec)?.BaseUrl),
            ("secret", NamesOf.SecretOf(platform.Spec)),
            ("tenants", platform.Status?.Tenants?.Managed?.ToString()),
            ("ready", platform.Status?.Tenants?.Ready?.ToString()),
            ("undeclared", platform.Status?.Tenants?.Unmanaged?.ToString()))));

    public static IReadOnlyList<Section> Of(TenantTemplate template) => Some(new Section("Template", TenantSections.Facts(
        ("package", template.Spec.PackageRef?.Name),
        ("add-ons", template.Spec.AddOns is { } addOns ? string.Join(", ", addOns.Select(each => each.Name)) : null),
        ("shaped", template.Status?.UsedBy is { } tenants ? $"{tenants} tenants" : null),
        ("id there", template.Status?.Remote?.Id))));

    private static IReadOnlyList<Section> Some(params Section[] sections) => [.. sections.Where(section => section.Lines.Count > 0)];
}
