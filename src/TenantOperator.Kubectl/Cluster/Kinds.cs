using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Kubectl.Cluster;

/// <summary>A kind and a name, as they are written on a command line.</summary>
internal readonly record struct ObjectName(string Kind, string Name)
{
    private static readonly Dictionary<string, string> s_kinds = new (string Kind, string Plural, string Short)[]
    {
        (Tenant.KubeKind, Tenant.KubePlural, "ten"),
        (TenantUser.KubeKind, TenantUser.KubePlural, "tenusr"),
        (TenantPlatform.KubeKind, TenantPlatform.KubePlural, "tenplat"),
        (TenantPackage.KubeKind, TenantPackage.KubePlural, "tenpkg"),
        (TenantTemplate.KubeKind, TenantTemplate.KubePlural, "tentpl"),
    }.SelectMany(each => new[] { each.Kind, each.Plural, each.Short }.Select(name => (Name: name, each.Kind))).ToDictionary(each => each.Name, each => each.Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>NAME is a Tenant; KIND/NAME is one of our kinds, by any of its names.</summary>
    public static ObjectName Parse(string text)
    {
        var parts = text.Split('/');
        return parts switch
        {
            [var name] when name.Length > 0 => new(Tenant.KubeKind, name),
            [var kind, var name] when name.Length > 0 => s_kinds.TryGetValue(kind.Split('.')[0], out var known)
                ? new(known, name)
                : throw new UserError($"\"{kind}\" is no kind of this operator. Write NAME for a Tenant, or tenantuser/NAME, tenantplatform/NAME, tenantpackage/NAME or tenanttemplate/NAME."),
            _ => throw new UserError($"\"{text}\" names no object. Write NAME for a Tenant, or KIND/NAME, such as tenantuser/jane."),
        };
    }
}
