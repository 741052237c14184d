namespace TenantOperator.Api.V1Alpha1;

/// <summary>Reasons in the conditions and Events of a TenantUser.</summary>
public static class TenantUserReasons
{
    /// <summary>The person is on the platform as declared.</summary>
    public const string Synced = "Synced";

    /// <summary>Work is under way.</summary>
    public const string Progressing = "Progressing";

    /// <summary>spec.paused, the tenant's or the platform's stops all changes.</summary>
    public const string Paused = "Paused";

    /// <summary>The Tenant that is named does not exist.</summary>
    public const string TenantNotFound = "TenantNotFound";

    /// <summary>The Tenant is there but not made yet; a change of it wakes the person.</summary>
    public const string WaitingForTenant = "WaitingForTenant";

    /// <summary>The tenant is suspended, so the person has no access for now.</summary>
    public const string TenantSuspended = "TenantSuspended";

    /// <summary>spec.active is false: the person has no access on purpose.</summary>
    public const string Inactive = "Inactive";

    /// <summary>There is no seat left; the first in line gets the next.</summary>
    public const string WaitingForSeat = "WaitingForSeat";

    /// <summary>All seats of the tenant are taken.</summary>
    public const string UserLimitReached = "UserLimitReached";

    /// <summary>All seats for analysts are taken.</summary>
    public const string AnalystLimitReached = "AnalystLimitReached";

    /// <summary>The last admin is not removed or demoted; make another admin first.</summary>
    public const string LastAdmin = "LastAdmin";

    /// <summary>A guard of the tenant holds the removal of access: too many at once, or the last admin.</summary>
    public const string AccessKept = "AccessKept";

    /// <summary>An older TenantUser of the same tenant has this address.</summary>
    public const string DuplicateEmail = "DuplicateEmail";

    /// <summary>The platform gave no answer, or a fault of its own; tried again.</summary>
    public const string PlatformUnreachable = "PlatformUnreachable";

    /// <summary>The role reaches other tenants and the platform here does not allow it. Warning Event.</summary>
    public const string PrivilegedRole = "PrivilegedRole";

    /// <summary>The spec asks for what this platform cannot do; the rest is done.</summary>
    public const string UnsupportedFields = "UnsupportedFields";

    /// <summary>The platform refused a value for good; waits for a change of the spec.</summary>
    public const string InvalidRequest = "InvalidRequest";

    /// <summary>A change was not accepted; tried again.</summary>
    public const string UpdateFailed = "UpdateFailed";

    /// <summary>Access was taken away. Event.</summary>
    public const string UserRemoved = "UserRemoved";

    /// <summary>The object was deleted and access left as it was. Event.</summary>
    public const string UserRetained = "UserRetained";

    /// <summary>The account was deleted. Event.</summary>
    public const string AccountDeleted = "AccountDeleted";
}

/// <summary>Reasons in the conditions and Events of a TenantPackage.</summary>
public static class TenantPackageReasons
{
    /// <summary>Units are free.</summary>
    public const string Available = "Available";

    /// <summary>The stock has no limit.</summary>
    public const string Unlimited = "Unlimited";

    /// <summary>No unit is free.</summary>
    public const string Exhausted = "Exhausted";

    /// <summary>More units are held than spec.quantity says.</summary>
    public const string Surplus = "Surplus";
}

/// <summary>Reasons in the conditions and Events of a TenantPlatform.</summary>
public static class TenantPlatformReasons
{
    /// <summary>The platform can be used.</summary>
    public const string Available = "Available";

    /// <summary>The operator was told not to serve platforms of this type; nothing is changed.</summary>
    public const string NotServed = "NotServed";

    /// <summary>spec.paused stops all calls.</summary>
    public const string Paused = "Paused";

    /// <summary>spec.mode is Observe: nothing is changed.</summary>
    public const string Observing = "Observing";

    /// <summary>The last call was accepted.</summary>
    public const string CredentialsAccepted = "CredentialsAccepted";

    /// <summary>This platform needs no credentials.</summary>
    public const string CredentialsNotRequired = "CredentialsNotRequired";

    /// <summary>The platform refused the credentials.</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The key is of a kind that cannot do this; the message names the right one.</summary>
    public const string WrongKeyKind = "WrongKeyKind";

    /// <summary>The token lacks a scope.</summary>
    public const string MissingScope = "MissingScope";

    /// <summary>The Secret does not exist.</summary>
    public const string SecretMissing = "SecretMissing";

    /// <summary>The Secret lacks a key, or its value is empty.</summary>
    public const string SecretKeyMissing = "SecretKeyMissing";

    /// <summary>The platform gave no answer.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>The address is private, and the operator's configuration does not allow it.</summary>
    public const string HostNotAllowed = "HostNotAllowed";

    /// <summary>What answers is not the API of this platform, or its answer is no number; the message says which and why.</summary>
    public const string UnexpectedAnswer = "UnexpectedAnswer";

    /// <summary>Prometheus answered every query of the last round.</summary>
    public const string UsageRead = "UsageRead";

    /// <summary>Prometheus gave no answer, or a fault of its own; asked again at the next interval. Warning Event.</summary>
    public const string PrometheusUnreachable = "PrometheusUnreachable";

    /// <summary>Calls go out freely.</summary>
    public const string NotThrottled = "NotThrottled";

    /// <summary>The platform asked for fewer calls; see status.throttledUntil.</summary>
    public const string RateLimited = "RateLimited";

    /// <summary>The anchor tenant of ProcessMind cannot be read.</summary>
    public const string AnchorTenantMissing = "AnchorTenantMissing";

    /// <summary>At least 80 % of the account's own credits are spent. Warning Event.</summary>
    public const string AccountCreditsLow = "AccountCreditsLow";

    /// <summary>Too many tenants were to be deleted at once. Warning Event.</summary>
    public const string DeletionBreakerOpen = "DeletionBreakerOpen";

    /// <summary>A ClusterRole is not in the operator's own list of roles it may give.</summary>
    public const string RoleNotAllowed = "RoleNotAllowed";

    /// <summary>Tenants were found that have no object here. Event.</summary>
    public const string TenantsDiscovered = "TenantsDiscovered";
}

/// <summary>Reasons in the conditions and Events of a TenantTemplate.</summary>
public static class TenantTemplateReasons
{
    /// <summary>The template can be used.</summary>
    public const string Available = "Available";

    /// <summary>A TenantPackage that is named does not exist.</summary>
    public const string PackageNotFound = "PackageNotFound";

    /// <summary>packageRef names an AddOn, or addOns name a Primary.</summary>
    public const string PackageTypeMismatch = "PackageTypeMismatch";

    /// <summary>The TenantPlatform of the remote template does not exist.</summary>
    public const string PlatformNotFound = "PlatformNotFound";

    /// <summary>The TenantPlatform of the remote template is not of type hatz.</summary>
    public const string PlatformMismatch = "PlatformMismatch";

    /// <summary>The TenantPlatform of the remote template is there but not ready; tried again when it is.</summary>
    public const string WaitingForPlatform = "WaitingForPlatform";

    /// <summary>The platform gave no answer; tried again.</summary>
    public const string PlatformUnreachable = "PlatformUnreachable";

    /// <summary>The template on the platform is as declared.</summary>
    public const string Synced = "Synced";

    /// <summary>The platform refused a value for good; waits for a change of the spec.</summary>
    public const string InvalidRequest = "InvalidRequest";

    /// <summary>A change was not accepted; tried again.</summary>
    public const string UpdateFailed = "UpdateFailed";

    /// <summary>The platform no longer has the template.</summary>
    public const string RemoteMissing = "RemoteMissing";

    /// <summary>The platform does not know the default model, or it is not enabled.</summary>
    public const string ModelUnavailable = "ModelUnavailable";

    /// <summary>The object is being deleted.</summary>
    public const string Deleting = "Deleting";
}
