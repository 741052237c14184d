namespace TenantOperator.Api.V1Alpha1;

/// <summary>Reasons in the conditions and Events of a Tenant.</summary>
public static class TenantReasons
{
    /// <summary>The tenant is as specified and in use.</summary>
    public const string Active = "Active";

    /// <summary>The tenant is suspended on purpose; everything else is as specified. Also an Event.</summary>
    public const string Suspended = "Suspended";

    /// <summary>Work is under way.</summary>
    public const string Progressing = "Progressing";

    /// <summary>The tenant is being made.</summary>
    public const string Provisioning = "Provisioning";

    /// <summary>The object is being deleted.</summary>
    public const string Deleting = "Deleting";

    /// <summary>spec.paused, or the platform's, stops all changes.</summary>
    public const string Paused = "Paused";

    /// <summary>The platform's mode is Observe: nothing is changed.</summary>
    public const string Observing = "Observing";

    /// <summary>The TenantPlatform is there but not ready; a change of it wakes the tenant.</summary>
    public const string WaitingForPlatform = "WaitingForPlatform";

    /// <summary>The operator was told not to serve tenants on a platform of this type; nothing is changed.</summary>
    public const string PlatformNotServed = "PlatformNotServed";

    /// <summary>The TenantPlatform that is named does not exist.</summary>
    public const string PlatformNotFound = "PlatformNotFound";

    /// <summary>The platform block of the Tenant is not that of its TenantPlatform.</summary>
    public const string PlatformMismatch = "PlatformMismatch";

    /// <summary>The platform gave no answer, or a fault of its own; tried again.</summary>
    public const string PlatformUnreachable = "PlatformUnreachable";

    /// <summary>No template is named.</summary>
    public const string TemplateNotRequired = "TemplateNotRequired";

    /// <summary>The template's values were copied.</summary>
    public const string TemplateApplied = "TemplateApplied";

    /// <summary>The TenantTemplate that is named does not exist.</summary>
    public const string TemplateNotFound = "TemplateNotFound";

    /// <summary>The TenantTemplate cannot be applied on this platform.</summary>
    public const string TemplateInvalid = "TemplateInvalid";

    /// <summary>No package is named.</summary>
    public const string PackageNotRequired = "PackageNotRequired";

    /// <summary>All units are held. Also an Event.</summary>
    public const string PackageAllocated = "PackageAllocated";

    /// <summary>A TenantPackage that is named does not exist.</summary>
    public const string PackageNotFound = "PackageNotFound";

    /// <summary>packageRef names an AddOn, or addOns name a Primary.</summary>
    public const string PackageTypeMismatch = "PackageTypeMismatch";

    /// <summary>Ready waits for a unit; see PackageAllocated.</summary>
    public const string WaitingForPackage = "WaitingForPackage";

    /// <summary>No unit is free, here or on the platform; the tenant is in line.</summary>
    public const string NoUnassignedPackage = "NoUnassignedPackage";

    /// <summary>The call might buy a package, and spec.hatz.allowPurchase is not set.</summary>
    public const string PurchaseNotAllowed = "PurchaseNotAllowed";

    /// <summary>The creation bought a package. Warning Event.</summary>
    public const string PurchaseOccurred = "PurchaseOccurred";

    /// <summary>The package was changed in the platform's site; it is shown, not fought. Event.</summary>
    public const string PackageChangedExternally = "PackageChangedExternally";

    /// <summary>The platform has everything the spec manages.</summary>
    public const string Synced = "Synced";

    /// <summary>A change was not accepted; tried again.</summary>
    public const string UpdateFailed = "UpdateFailed";

    /// <summary>The platform refused a value for good; waits for a change of the spec.</summary>
    public const string InvalidRequest = "InvalidRequest";

    /// <summary>The spec asks for what this platform cannot do; the rest is done.</summary>
    public const string UnsupportedFields = "UnsupportedFields";

    /// <summary>A limit is under what is in use, and spec.allowBelowUsage is not set.</summary>
    public const string BelowUsage = "BelowUsage";

    /// <summary>The platform does not know the default model, or it is not enabled.</summary>
    public const string ModelUnavailable = "ModelUnavailable";

    /// <summary>The Tenant asks for a weaker Pod Security level than its platform.</summary>
    public const string PodSecurityNotAllowed = "PodSecurityNotAllowed";

    /// <summary>The Tenant asks for an open network and its platform does not allow that.</summary>
    public const string NetworkNotAllowed = "NetworkNotAllowed";

    /// <summary>A ClusterRole is not in the operator's own list of roles it may give.</summary>
    public const string RoleNotAllowed = "RoleNotAllowed";

    /// <summary>The name belongs to another tenant on the platform, or an older Tenant here.</summary>
    public const string NameTaken = "NameTaken";

    /// <summary>The name does not fit the platform's rules.</summary>
    public const string NameInvalid = "NameInvalid";

    /// <summary>The namespace exists and is not marked for this tenant of this account.</summary>
    public const string NamespaceTaken = "NamespaceTaken";

    /// <summary>The namespace is being deleted; waits until it is gone.</summary>
    public const string NamespaceTerminating = "NamespaceTerminating";

    /// <summary>spec.externalId names no tenant on the platform.</summary>
    public const string ExternalIdNotFound = "ExternalIdNotFound";

    /// <summary>spec.externalId is in use by another Tenant here.</summary>
    public const string ExternalIdTaken = "ExternalIdTaken";

    /// <summary>The platform no longer has the tenant. Also an Event.</summary>
    public const string RemoteMissing = "RemoteMissing";

    /// <summary>The platform reports a state the operator does not know.</summary>
    public const string StatusNotRecognised = "StatusNotRecognised";

    /// <summary>The platform says the tenant's time has run out.</summary>
    public const string TenantExpired = "TenantExpired";

    /// <summary>The tenant expires within 14 days. Event.</summary>
    public const string ExpiringSoon = "ExpiringSoon";

    /// <summary>The tenant moved to another partner. Warning Event.</summary>
    public const string PartnerTransfer = "PartnerTransfer";

    /// <summary>mindzieStudio made the tenant without its storage. Warning Event.</summary>
    public const string StorageContainerMissing = "StorageContainerMissing";

    /// <summary>The people are as declared.</summary>
    public const string UsersSynced = "UsersSynced";

    /// <summary>Some people could not be synced; see their TenantUsers.</summary>
    public const string SomeUsersFailed = "SomeUsersFailed";

    /// <summary>People whom no TenantUser declares have access; they are counted in status.users.unmanaged. Warning Event.</summary>
    public const string UnmanagedUsers = "UnmanagedUsers";

    /// <summary>There is no seat left for some of the people.</summary>
    public const string CapacityExhausted = "CapacityExhausted";

    /// <summary>More people would be removed at once than spec.maxRemovals allows; a person must look.</summary>
    public const string TooManyRemovals = "TooManyRemovals";

    /// <summary>The last admin is not removed or demoted; make another admin first.</summary>
    public const string LastAdmin = "LastAdmin";

    /// <summary>All usage is under 80 % of its limits.</summary>
    public const string WithinLimits = "WithinLimits";

    /// <summary>At least 80 % of the credits of this month are spent.</summary>
    public const string CreditsLow = "CreditsLow";

    /// <summary>The credits of this month are spent.</summary>
    public const string CreditsExhausted = "CreditsExhausted";

    /// <summary>At least 80 % of a limit is in use.</summary>
    public const string UsageHigh = "UsageHigh";

    /// <summary>All seats are taken.</summary>
    public const string UserLimitReached = "UserLimitReached";

    /// <summary>All seats for analysts are taken.</summary>
    public const string AnalystLimitReached = "AnalystLimitReached";

    /// <summary>The installation has no licence for a further tenant.</summary>
    public const string LicenseLimitReached = "LicenseLimitReached";

    /// <summary>Partner, plan or quota leave no room.</summary>
    public const string QuotaExceeded = "QuotaExceeded";

    /// <summary>The tenant is not suspended.</summary>
    public const string NotSuspended = "NotSuspended";

    /// <summary>Access was given back. Event.</summary>
    public const string Resumed = "Resumed";

    /// <summary>Nothing was changed outside.</summary>
    public const string NoDrift = "NoDrift";

    /// <summary>Managed fields were changed outside and are left as they are.</summary>
    public const string DriftReported = "DriftReported";

    /// <summary>Managed fields were changed outside and were put back. Event.</summary>
    public const string DriftCorrected = "DriftCorrected";

    /// <summary>A change outside made sign-in weaker. Warning Event.</summary>
    public const string SecurityDrift = "SecurityDrift";

    /// <summary>Delete needs spec.deletionConfirmation.</summary>
    public const string ConfirmationMissing = "ConfirmationMissing";

    /// <summary>spec.deletionConfirmation differs from what the platform says; the message names the field.</summary>
    public const string ConfirmationMismatch = "ConfirmationMismatch";

    /// <summary>The platform cannot do this by its API; a person must act there.</summary>
    public const string ManualActionRequired = "ManualActionRequired";

    /// <summary>The grace period before an irreversible deletion runs.</summary>
    public const string GracePeriod = "GracePeriod";

    /// <summary>This is the tenant through which ProcessMind's organisation is managed; it is not deleted.</summary>
    public const string AnchorTenant = "AnchorTenant";

    /// <summary>Too many tenants are to be deleted at once; a person must confirm.</summary>
    public const string DeletionBreakerOpen = "DeletionBreakerOpen";

    /// <summary>The object was deleted and the tenant left as it was. Event.</summary>
    public const string RemoteRetained = "RemoteRetained";

    /// <summary>The platform cannot suspend, so the tenant was left as it was. Warning Event.</summary>
    public const string SuspendUnsupported = "SuspendUnsupported";

    /// <summary>A tenant that existed on a remote platform was taken up. Event.</summary>
    public const string TenantAdopted = "TenantAdopted";

    /// <summary>The tenant was deleted. Event.</summary>
    public const string TenantDeleted = "TenantDeleted";
}
