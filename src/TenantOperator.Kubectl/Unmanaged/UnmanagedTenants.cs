using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Kubectl.Unmanaged;

/// <summary>What is on a platform and declared by no object, and the manifests that would declare it. Pure.</summary>
internal static class UnmanagedTenants
{
    private const int MaxDisplayName = 255;

    /// <summary>Those there without a Tenant, by name.</summary>
    public static IReadOnlyList<InventoryRow> Of(IEnumerable<InventoryRow> there, IEnumerable<Tenant> declared)
    {
        var known = declared.SelectMany(tenant => new[] { tenant.Status?.ExternalId, tenant.Spec.ExternalId, tenant.Metadata.Annotations?.TryGetValue(Annotations.ExternalId, out var id) == true ? id : null })
            .OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. there.Where(row => !known.Contains(row.Id)).OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Id, StringComparer.Ordinal)];
    }

    /// <summary>A Tenant that takes up each of them; the names are those of the platform, as far as an object may have them, and each once.</summary>
    public static IReadOnlyList<JsonObject> Manifests(IEnumerable<InventoryRow> rows, TenantPlatform platform, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.Ordinal);
        return [.. rows.Select(row => ManifestOf(row, platform, FreeName(Slug(row.Name.Length > 0 ? row.Name : row.DisplayName), names)))];
    }

    /// <summary>A TenantUser for each person.</summary>
    public static IReadOnlyList<JsonObject> Users(IEnumerable<PresentMember> people, Tenant tenant, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. people.Select(person => new JsonObject
            {
                ["apiVersion"] = ApiGroup.ApiVersion,
                ["kind"] = TenantUser.KubeKind,
                ["metadata"] = Metadata(FreeName(Slug($"{tenant.Metadata.Name}-{person.Key.Split('@')[0]}"), names), tenant.Metadata.NamespaceProperty),
                ["spec"] = new JsonObject
                {
                    ["tenantRef"] = new JsonObject { ["name"] = tenant.Metadata.Name },
                    ["email"] = person.Key,
                    ["roles"] = new JsonArray([.. person.Roles.Select(role => JsonValue.Create(role.ToString()))]),
                },
            }),
        ];
    }

    /// <summary>A text as the name of an object: lower case letters, digits and single hyphens, 63 at most.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
            {
                slug.Append(letter);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var name = slug.ToString(0, Math.Min(slug.Length, 63)).Trim('-');
        return name.Length > 0 ? name : "tenant";
    }

    private static JsonObject ManifestOf(InventoryRow row, TenantPlatform platform, string name)
    {
        var spec = new JsonObject();
        if (platform.Metadata.Name != ApiGroup.DefaultPlatformName)
        {
            spec["platformRef"] = new JsonObject { ["name"] = platform.Metadata.Name };
        }

        var isHatz = platform.Spec.Hatz is not null;
        if (!isHatz && row.Name.Length > 0 && row.Name != name && Slug(row.Name) == row.Name)
        {
            spec["name"] = row.Name;
        }

        if (DisplayName(row.DisplayName) is { Length: > 0 } shown && shown != name)
        {
            spec["displayName"] = shown;
        }

        if (platform.Spec.Cluster is null)
        {
            spec["externalId"] = row.Id;
        }

        if (row.Namespace is { } ns && ns != $"{platform.Metadata.NamespaceProperty}-{name}")
        {
            spec["cluster"] = new JsonObject { ["namespace"] = ns };
        }

        return new()
        {
            ["apiVersion"] = ApiGroup.ApiVersion,
            ["kind"] = Tenant.KubeKind,
            ["metadata"] = Metadata(name, platform.Metadata.NamespaceProperty),
            ["spec"] = spec,
        };
    }

    // As the API server takes it, which is stricter than the platforms are.
    private static string DisplayName(string text)
    {
        var shown = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return shown[..Math.Min(shown.Length, MaxDisplayName)].TrimEnd();
    }

    private static JsonObject Metadata(string name, string ns) => new() { ["name"] = name, ["namespace"] = ns };

    private static string FreeName(string wanted, HashSet<string> taken)
    {
        var name = wanted;
        for (var number = 2; !taken.Add(name); number++)
        {
            var suffix = $"-{number}";
            name = wanted[..Math.Min(wanted.Length, 63 - suffix.Length)].TrimEnd('-') + suffix;
        }

        return name;
    }
}
