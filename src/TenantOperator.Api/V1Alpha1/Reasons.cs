namespace TenantOperator.Api.V1Alpha1;

/// <summary>Condition types of a Tenant, beside those of <see cref="CommonConditions"/>.</summary>
public static class TenantConditions
{
    /// <summary>The template was found and copied, or none is named.</summary>
    public const string TemplateResolved = "TemplateResolved";

    /// <summary>The tenant holds a unit of its package and of each add-on, or names none.</summary>
    public const string PackageAllocated = "PackageAllocated";

    /// <summary>The platform has everything the spec manages.</summary>
    public const string Synced = "Synced";

    /// <summary>The people on the platform are as declared.</summary>
    public const string UsersSynced = "UsersSynced";

    /// <summary>Usage is under its limits.</summary>
    public const string WithinLimits = "WithinLimits";

    /// <summary>The tenant is suspended on purpose.</summary>
    public const string Suspended = "Suspended";

    /// <summary>A managed field was changed outside.</summary>
    public const string Drifted = "Drifted";

    /// <summary>The platform ends the tenant within 14 days. Present only while true.</summary>
    public const string ExpiringSoon = "ExpiringSoon";

    /// <summary>The deletion waits for a person or for its grace period.</summary>
    public const string DeletionBlocked = "DeletionBlocked";
}

/// <summary>Condition types of a TenantUser, beside those of <see cref="CommonConditions"/>.</summary>
public static class TenantUserConditions
{
    /// <summary>The person is on the platform as declared.</summary>
    public const string Synced = "Synced";
}

/// <summary>Condition types of a TenantPackage, beside those of <see cref="CommonConditions"/>.</summary>
public static class TenantPackageConditions
{
    /// <summary>No unit is free.</summary>
    public const string Exhausted = "Exhausted";
}

/// <summary>Condition types of a TenantPlatform, beside those of <see cref="CommonConditions"/>.</summary>
public static class TenantPlatformConditions
{
    /// <summary>The last call was accepted.</summary>
    public const string CredentialsValid = "CredentialsValid";

    /// <summary>The platform asked for fewer calls.</summary>
    public const string Throttled = "Throttled";

    /// <summary>Prometheus answers what it is asked for usage numbers. Present only with spec.cluster.prometheus.</summary>
    public const string UsageRead = "UsageRead";

    /// <summary>Too many tenants were to be deleted for ever at once, so that no more are until a person confirms. Present only while true.</summary>
    public const string DeletionsHeld = "DeletionsHeld";
}

/// <summary>Condition types of a TenantTemplate, beside those of <see cref="CommonConditions"/>.</summary>
public static class TenantTemplateConditions
{
    /// <summary>The template on the platform is as declared.</summary>
    public const string Synced = "Synced";
}
