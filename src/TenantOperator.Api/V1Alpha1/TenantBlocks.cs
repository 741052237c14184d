using System.Text.Json;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>A tenant in this cluster: one namespace.</summary>
public sealed record ClusterTenant
{
    /// <summary>
    /// The name of the tenant's namespace; "(namespace of this object)-(name)" when absent. One is made only under a name that begins with the namespace of
    /// this object and a hyphen; one that exists is taken up only if it is marked for this account. Immutable.
    /// </summary>
    [Text(63, Min = 1), DnsLabel]
    [Rule("!self.startsWith('kube-') && self != 'default'", "must not be a namespace of the cluster itself (kube-*, default): choose another name")]
    public string? Namespace { get; init; }

    /// <summary>The Pod Security level. It may be stricter than that of the platform, never weaker.</summary>
    public PodSecurityLevel? PodSecurity { get; init; }

    /// <summary>Whom pods may talk to. Open only where the platform allows it.</summary>
    public NetworkIsolation? NetworkPolicy { get; init; }

    /// <summary>Labels for the namespace, beside those of the operator.</summary>
    [Count(32, ItemLength = 63)]
    [ReservedLabels]
    [LabelSyntax]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>A tenant on Hatz AI.</summary>
[Rule("!(has(self.packageId) && has(self.templateId))", "packageId and templateId exclude each other: Hatz takes the package from the template; remove one")]
[Rule("!has(oldSelf.packageId) || (has(self.packageId) && self.packageId == oldSelf.packageId)",
    "packageId cannot be changed once it is set: Hatz has no call for it; upgrade the package in the Hatz admin site", FieldPath = ".packageId")]
[Rule("!has(oldSelf.templateId) || (has(self.templateId) && self.templateId == oldSelf.templateId)",
    "templateId cannot be changed once it is set: a template shapes a tenant at creation only", FieldPath = ".templateId")]
public sealed record HatzTenant
{
    /// <summary>The model that new chats use. An empty text clears it, absence leaves it alone. Hatz: default_model_name.</summary>
    [Text(128)]
    public string? DefaultModelName { get; init; }

    /// <summary>
    /// Lets the creation of this tenant buy a package when none is unassigned. Without it the operator does not call create unless a package with
    /// stock is held. It costs money.
    /// </summary>
    public bool? AllowPurchase { get; init; }

    /// <summary>The Hatz package to create the tenant with, over the one of packageRef. Immutable once set.</summary>
    [Text(128, Min = 1), HatzPackageId]
    public string? PackageId { get; init; }

    /// <summary>The Hatz template to create the tenant with, in place of a package. Immutable once set.</summary>
    [Text(128, Min = 1), HatzTemplateId]
    public string? TemplateId { get; init; }
}

/// <summary>A tenant on ProcessMind. It has no settings of its own yet.</summary>
public sealed record ProcessMindTenant;

/// <summary>A tenant on mindzieStudio.</summary>
public sealed record MindzieTenant
{
    /// <summary>The time zone, such as Europe/Berlin. It is never read back, so it is sent only when it changes here.</summary>
    [Text(64, Min = 1), Rule("self.matches('^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$')", "must be the name of a time zone such as \"Europe/Berlin\" or \"UTC\"")]
    public string? TimeZone { get; init; }

    /// <summary>Whether this is an academic tenant. mindzieStudio: isAcademic, sent after creation.</summary>
    public bool? Academic { get; init; }

    /// <summary>When the tenant expires, as RFC 3339. An empty text removes the date, absence leaves it alone. mindzieStudio: expirationDate.</summary>
    [Text(40), MomentOrEmpty]
    public string? ExpiresAt { get; init; }
}

/// <summary>A tenant on ScaiKey.</summary>
[Rule("!has(oldSelf.partnerId) || (has(self.partnerId) && self.partnerId == oldSelf.partnerId) || (has(self.allowPartnerTransfer) && self.allowPartnerTransfer)",
    "a new partnerId moves the tenant to another partner: set allowPartnerTransfer: true if that is what you want", FieldPath = ".partnerId")]
public sealed record ScaiKeyTenant
{
    /// <summary>Whom ScaiKey may write to about the tenant. An empty text clears it. ScaiKey: contact_email.</summary>
    [Text(254), ContactEmail]
    public string? ContactEmail { get; init; }

    /// <summary>Logo, colours and domain, as ScaiKey names them; only the keys given here are compared and set.</summary>
    [Count(64)]
    public JsonElement? Branding { get; init; }

    /// <summary>The partner the tenant belongs to, such as prt_abc; the one of the platform when absent. A change moves the tenant.</summary>
    [Text(128, Min = 1), PartnerIdText]
    public string? PartnerId { get; init; }

    /// <summary>Lets a change of partnerId move the tenant to another partner.</summary>
    public bool? AllowPartnerTransfer { get; init; }

    /// <summary>Lets a change of spec.name change the slug. Login links that hold the old slug stop working.</summary>
    public bool? AllowSlugChange { get; init; }
}
