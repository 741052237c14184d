using System.Text.Json.Serialization;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>Where a tenant lives. Spelled like the block of the same name in the spec.</summary>
public enum PlatformType
{
    /// <summary>This cluster: a namespace with its quota, access and network rules.</summary>
    [JsonStringEnumMemberName("cluster")]
    Cluster,

    /// <summary>Hatz AI.</summary>
    [JsonStringEnumMemberName("hatz")]
    Hatz,

    /// <summary>ProcessMind.</summary>
    [JsonStringEnumMemberName("processMind")]
    ProcessMind,

    /// <summary>mindzieStudio.</summary>
    [JsonStringEnumMemberName("mindzie")]
    Mindzie,

    /// <summary>ScaiKey.</summary>
    [JsonStringEnumMemberName("scaiKey")]
    ScaiKey,
}

/// <summary>What a person may do in a tenant; each platform has its own name for it.</summary>
public enum TenantRole
{
    /// <summary>Manages the tenant and its people.</summary>
    Admin,

    /// <summary>Builds and changes things in the tenant.</summary>
    Developer,

    /// <summary>Analyses data; counts against the analyst limit where there is one.</summary>
    Analyst,

    /// <summary>Uses the tenant.</summary>
    Member,
}

/// <summary>How well pods of a tenant's namespace must behave, in the levels of the Pod Security Standards.</summary>
public enum PodSecurityLevel
{
    /// <summary>No restriction.</summary>
    [JsonStringEnumMemberName("privileged")]
    Privileged,

    /// <summary>Known ways to gain privileges are closed.</summary>
    [JsonStringEnumMemberName("baseline")]
    Baseline,

    /// <summary>Pods are hardened by current best practice.</summary>
    [JsonStringEnumMemberName("restricted")]
    Restricted,
}

/// <summary>Whom pods of a tenant's namespace may talk to.</summary>
public enum NetworkIsolation
{
    /// <summary>Only the own namespace, DNS, and what the platform allows.</summary>
    Isolated,

    /// <summary>Anyone: no NetworkPolicy is made.</summary>
    Open,
}

/// <summary>A second factor at sign-in, spelled as ScaiKey spells it.</summary>
public enum MfaMethod
{
    /// <summary>A code from an authenticator app.</summary>
    [JsonStringEnumMemberName("totp")]
    Totp,

    /// <summary>A code by text message.</summary>
    [JsonStringEnumMemberName("sms")]
    Sms,

    /// <summary>A code by e-mail.</summary>
    [JsonStringEnumMemberName("email")]
    Email,

    /// <summary>A security key or passkey.</summary>
    [JsonStringEnumMemberName("webauthn")]
    WebAuthn,
}

/// <summary>Names another object in the same namespace. Nothing refers across namespaces: a namespace is one account.</summary>
public sealed record LocalReference
{
    /// <summary>The name of the object, in the same namespace.</summary>
    [Required, Text(253, Min = 1), ObjectName]
    public string Name { get; init; } = "";
}

/// <summary>An add-on package and how many units of it.</summary>
public sealed record AddOn
{
    /// <summary>The name of a TenantPackage of type AddOn in the same namespace.</summary>
    [Required, Text(52, Min = 1), DnsLabel]
    public string Name { get; init; } = "";

    /// <summary>How many units of the add-on; 1 when absent.</summary>
    [Range(1, 100)]
    public int? Units { get; init; }
}

/// <summary>Ceilings of a tenant. What is absent comes from template, then from the packages; what no one sets is left alone.</summary>
public sealed record TenantLimits
{
    /// <summary>How many people may be in the tenant. mindzieStudio: maxUsers; cluster: TenantUsers beyond it are refused.</summary>
    [Range(1, 1_000_000)]
    public int? MaxUsers { get; init; }

    /// <summary>How many of them may be analysts. mindzieStudio: maxAnalyst.</summary>
    [Range(0, 1_000_000)]
    public int? MaxAnalysts { get; init; }

    /// <summary>How many cases the tenant may hold; -1 is unlimited. mindzieStudio: maxCases.</summary>
    [Range(-1, 1_000_000_000_000)]
    public long? MaxCases { get; init; }

    /// <summary>How much storage the tenant may ask for, such as 100Gi. Cluster: requests.storage of its quota.</summary>
    [NotNegativeQuantity]
    public Quantity? Storage { get; init; }
}

/// <summary>Sign-in rules of a tenant. Each field that is set is kept in sync; drift towards less security is a Warning event.</summary>
[Rule("!has(self.mfaRequired) || !self.mfaRequired || !has(self.mfaMethods) || self.mfaMethods.size() > 0",
    "mfaRequired is true but mfaMethods is empty, so nobody could sign in: list a method or leave mfaMethods out")]
public sealed record TenantSecurity
{
    /// <summary>Whether everyone needs a second factor. Hatz and ScaiKey: mfa_required.</summary>
    public bool? MfaRequired { get; init; }

    /// <summary>Which second factors are allowed: totp, sms, email, webauthn. ScaiKey: mfa_methods.</summary>
    [Count(4), ListSet]
    public IReadOnlyList<MfaMethod>? MfaMethods { get; init; }

    /// <summary>Password rules as the platform names them; only the keys given here are compared and set. ScaiKey: password_policy.</summary>
    [Count(64)]
    public System.Text.Json.JsonElement? PasswordPolicy { get; init; }

    /// <summary>After how many minutes a session ends. ScaiKey: session_timeout.</summary>
    [Range(1, 525_600)]
    public int? SessionTimeoutMinutes { get; init; }
}

/// <summary>What containers get and may ask for in a tenant's namespace: one LimitRange entry of type Container.</summary>
public sealed record ContainerLimits
{
    /// <summary>The limit of a container that names none, such as cpu: 500m.</summary>
    [Count(8), Quantities]
    public IReadOnlyDictionary<string, Quantity>? Default { get; init; }

    /// <summary>The request of a container that names none.</summary>
    [Count(8), Quantities]
    public IReadOnlyDictionary<string, Quantity>? DefaultRequest { get; init; }

    /// <summary>The most a container may have.</summary>
    [Count(8), Quantities]
    public IReadOnlyDictionary<string, Quantity>? Max { get; init; }

    /// <summary>The least a container must have.</summary>
    [Count(8), Quantities]
    public IReadOnlyDictionary<string, Quantity>? Min { get; init; }
}
