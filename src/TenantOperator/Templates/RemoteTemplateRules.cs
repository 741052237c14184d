using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Templates;

/// <summary>What a template that has a counterpart on a platform means for tenants. Pure.</summary>
internal static class RemoteTemplateRules
{
    /// <summary>The counterpart as it is declared; null if there is none.</summary>
    public static HatzRemoteTemplate? Of(TenantTemplateSpec spec) => spec.Hatz?.RemoteTemplate;

    /// <summary>Its id on the platform; null while it is not made.</summary>
    public static string? IdOf(TenantTemplate template) => template.Status?.Remote?.Id ?? Of(template.Spec)?.ExternalId;

    /// <summary>The values of a template with the id of its counterpart, from which a tenant is made.</summary>
    public static TenantTemplateSpec WithId(TenantTemplate template) => template.Spec.Hatz is { RemoteTemplate: { } remote } hatz
        ? template.Spec with { Hatz = hatz with { RemoteTemplate = remote with { ExternalId = IdOf(template) } } }
        : template.Spec;

    /// <summary>Why no tenant can be made from a template on a platform yet; null if one can.</summary>
    public static StepOutcome? WhyUnusable(TenantTemplate template, TenantPlatform platform)
    {
        if (Of(template.Spec) is not { } remote)
        {
            return null;
        }

        var name = template.Metadata.Name;
        if (remote.PlatformRef.Name != platform.Metadata.Name)
        {
            return new StepOutcome.Blocked(
                TenantReasons.TemplateInvalid,
                $"TenantTemplate \"{name}\" has its template on TenantPlatform \"{remote.PlatformRef.Name}\", and this tenant lives on \"{platform.Metadata.Name}\". Make a new Tenant with a template of its own platform.");
        }

        return IdOf(template) is null
            ? new StepOutcome.Waiting(null, TenantReasons.Provisioning, $"TenantTemplate \"{name}\" is not made on its platform yet; this tenant goes on when it is: kubectl describe tenanttemplate {name}")
            : null;
    }
}
