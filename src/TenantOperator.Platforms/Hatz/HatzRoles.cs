using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Hatz;

/// <summary>Our roles in Hatz's words, and back. Its documents have two sets of names; a role that means the same is not changed for its name. Pure.</summary>
internal static class HatzRoles
{
    private const string Admin = "client_admin";
    private const string Member = "general_user";

    private static readonly HashSet<string> AdminNames = new(StringComparer.OrdinalIgnoreCase) { Admin, "admin" };

    /// <summary>What is sent for a person: the role they name, else the one that fits their roles best.</summary>
    public static string NameFor(TenantUser user, IReadOnlyList<TenantRole> roles) =>
        user.Spec.Hatz?.CustomRole ?? user.Spec.Hatz?.Role ?? (roles.Contains(TenantRole.Admin) ? Admin : Member);

    /// <summary>What a role there means here.</summary>
    public static IReadOnlyList<TenantRole> Of(string? name) => name is not null && AdminNames.Contains(name) ? [TenantRole.Admin] : [TenantRole.Member];

    /// <summary>Whether a person must be given another role.</summary>
    public static bool Differs(TenantUser user, IReadOnlyList<TenantRole> roles, string? now) => user.Spec.Hatz is { CustomRole: not null } or { Role: not null }
        ? !string.Equals(NameFor(user, roles), now, StringComparison.OrdinalIgnoreCase)
        : Of(now).Contains(TenantRole.Admin) != roles.Contains(TenantRole.Admin);
}
