using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;

namespace TenantOperator.Users;

/// <summary>The TenantUser that an entry of spec.initialUsers becomes. A pure function, so that a pass after a crash makes the same ones.</summary>
internal static class InitialUserPlan
{
    public static TenantUser For(Tenant tenant, InitialUser person) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = NameOf(tenant.Metadata.Name, person.Email),
            NamespaceProperty = tenant.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Labels.ManagedBy] = OperatorIdentity.Name,
                [Labels.Tenant] = tenant.Metadata.Name,
            },
            OwnerReferences = [PackageClaims.OwnerOf(tenant)],
        },
        Spec = new TenantUserSpec
        {
            TenantRef = new TenantReference { Name = tenant.Metadata.Name },
            Email = person.Email,
            FirstName = person.FirstName,
            LastName = person.LastName,
            DisplayName = person.DisplayName,
            Roles = person.Roles,
        },
    };

    // People are data: no part of the address may stand in a name, so a digest of it does.
    private static string NameOf(string tenant, string email) =>
        $"{tenant}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())).AsSpan(0, 5))}";
}
