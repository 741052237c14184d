using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>What connections to all remote platforms have in common.</summary>
[Rule("!has(self.baseUrl) || self.baseUrl.startsWith('https://') || (has(self.insecure) && self.insecure)",
    "baseUrl must start with https://, since credentials are sent there: change it, or set insecure: true for a test on your own machine", FieldPath = ".baseUrl")]
public abstract record RemotePlatform
{
    /// <summary>The address of its API. Absent: Hatz https://ai.hatz.ai/v1, ProcessMind https://api.processmind.com, ScaiKey https://scaikey.scailabs.ai; mindzieStudio has none.</summary>
    [Text(1024, Min = 8), HttpAddress]
    public string? BaseUrl { get; init; }

    /// <summary>Lets the address be http. For tests only: credentials then travel in the open.</summary>
    public bool? Insecure { get; init; }

    /// <summary>The Secret with the credentials. It is read again whenever it changes.</summary>
    [Required]
    public CredentialsReference CredentialsSecretRef { get; init; } = new();

    /// <summary>Whether tenants on the platform that have no object here are counted. Off when absent. They are never taken in by themselves.</summary>
    public Discovery? Discovery { get; init; }

    /// <summary>The most calls a second over this connection; 5 when absent. No platform documents a figure.</summary>
    [Range(1, 1000)]
    public int? MaxRequestsPerSecond { get; init; }

    /// <summary>The most calls at one time over this connection; 4 when absent.</summary>
    [Range(1, 64)]
    public int? MaxConcurrency { get; init; }

    /// <summary>How often usage is read in bulk, as a duration such as 15m; 15m when absent.</summary>
    [Text(32, Min = 2), GoDuration]
    public string? UsageInterval { get; init; }
}

/// <summary>Names a Secret in the same namespace and its keys.</summary>
public sealed record CredentialsReference
{
    /// <summary>The name of the Secret, in the same namespace.</summary>
    [Required, Text(253, Min = 1), ObjectName]
    public string Name { get; init; } = "";

    /// <summary>The keys in its data, where they differ from the usual ones.</summary>
    public CredentialKeys? Keys { get; init; }
}

/// <summary>Under which keys of a Secret credentials stand.</summary>
public sealed record CredentialKeys
{
    /// <summary>The API key of Hatz, ProcessMind or mindzieStudio; apiKey when absent.</summary>
    [Text(253, Min = 1), SecretKey]
    public string? ApiKey { get; init; }

    /// <summary>The client id of ScaiKey; clientId when absent.</summary>
    [Text(253, Min = 1), SecretKey]
    public string? ClientId { get; init; }

    /// <summary>The client secret of ScaiKey; clientSecret when absent.</summary>
    [Text(253, Min = 1), SecretKey]
    public string? ClientSecret { get; init; }
}

/// <summary>What to do about tenants that exist on a platform only.</summary>
public enum Discovery
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>Count them in the status.</summary>
    Report,
}

/// <summary>A connection to Hatz AI, as the MSP that owns the key.</summary>
public sealed record HatzPlatform : RemotePlatform;

/// <summary>A connection to an organisation on ProcessMind.</summary>
public sealed record ProcessMindPlatform : RemotePlatform
{
    /// <summary>The tenant of the organisation through which all calls about the organisation go. It must outlive the others; the operator refuses to delete it.</summary>
    [Required, Text(36, Min = 1), GuidText]
    public string AnchorTenantId { get; init; } = "";

    /// <summary>Lets a TenantUser set flags in the organisation, which reach other tenants too.</summary>
    public bool? AllowOrganizationRoles { get; init; }
}

/// <summary>What a key of mindzieStudio reaches.</summary>
public enum MindzieKeyKind
{
    /// <summary>The whole installation. Needed to make, change and delete tenants.</summary>
    Global,

    /// <summary>One tenant: only its people can be managed.</summary>
    Tenant,
}

/// <summary>A connection to a mindzieStudio installation.</summary>
[Rule("has(self.baseUrl)", "baseUrl is required: every mindzieStudio has its own address, such as \"https://studio.example.com\"", FieldPath = ".baseUrl")]
public sealed record MindziePlatform : RemotePlatform
{
    /// <summary>What the key reaches; Global when absent. Keys are made in the site under /admin/global-api-keys.</summary>
    public MindzieKeyKind? KeyKind { get; init; }

    /// <summary>Lets a TenantUser have the role TenantAdmin, which reaches the whole server.</summary>
    public bool? AllowServerRoles { get; init; }

    /// <summary>Further headers for every call, such as X-Tenant-Id. No secrets: they are readable here.</summary>
    [Count(8, ItemLength = 253)]
    [Rule("self.all(k, k.matches('^[A-Za-z0-9-]+$') && !(k.lowerAscii() in ['authorization', 'cookie', 'host', 'content-length', 'proxy-authorization', 'x-api-key']) && !self[k].matches('[[:cntrl:]]'))",
        "header names have letters, digits and hyphens, and Authorization, Cookie, Host and such are not allowed: credentials belong into the Secret")]
    public IReadOnlyDictionary<string, string>? ExtraHeaders { get; init; }
}

/// <summary>Where an application of ScaiKey is registered.</summary>
public enum ScaiKeyApplicationScope
{
    /// <summary>For the whole platform; its tokens come from the platform's endpoint.</summary>
    Global,

    /// <summary>For one tenant; its tokens come from that tenant's endpoint.</summary>
    Tenant,
}

/// <summary>A connection to a ScaiKey installation by client credentials.</summary>
[Rule("!has(self.applicationScope) || self.applicationScope != 'Tenant' || has(self.tenantSlug)",
    "tenantSlug is required with applicationScope: Tenant, since tokens come from that tenant's endpoint", FieldPath = ".tenantSlug")]
public sealed record ScaiKeyPlatform : RemotePlatform
{
    /// <summary>Where the application is registered; Global when absent.</summary>
    public ScaiKeyApplicationScope? ApplicationScope { get; init; }

    /// <summary>The slug of the application's tenant, with applicationScope Tenant.</summary>
    [Text(63, Min = 1), DnsLabel]
    public string? TenantSlug { get; init; }

    /// <summary>The scopes to ask for; admin:read and admin:write when absent.</summary>
    [Count(16, ItemLength = 64), ListSet, ItemRule("self.matches('^[a-z0-9:._-]+$')", "must be a scope such as \"admin:read\"")]
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The partner that new tenants belong to, such as prt_abc.</summary>
    [Text(128, Min = 1), PartnerIdText]
    public string? PartnerId { get; init; }

    /// <summary>Lets a TenantUser have SUPER_ADMIN or PARTNER_ADMIN, which reach other tenants.</summary>
    public bool? AllowServerRoles { get; init; }
}
