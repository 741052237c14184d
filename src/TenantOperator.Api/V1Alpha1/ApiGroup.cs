namespace TenantOperator.Api.V1Alpha1;

/// <summary>The API group and version of these kinds.</summary>
public static class ApiGroup
{
    /// <summary>The group of all kinds.</summary>
    public const string Group = "tenantoperator.io";

    /// <summary>The version of all kinds.</summary>
    public const string Version = "v1alpha1";

    /// <summary>Group and version, as they stand in <c>apiVersion</c>.</summary>
    public const string ApiVersion = Group + "/" + Version;

    /// <summary>The category under which kubectl lists all kinds together: <c>kubectl get tenancy</c>.</summary>
    public const string Category = "tenancy";

    /// <summary>The name of the TenantPlatform that tenants without <c>platformRef</c> use.</summary>
    public const string DefaultPlatformName = "default";
}

/// <summary>The name under which the operator writes: field manager, event source, value of the managed-by label.</summary>
public static class OperatorIdentity
{
    /// <summary>The name.</summary>
    public const string Name = "tenant-operator";
}

/// <summary>Finalizers the operator sets.</summary>
public static class Finalizers
{
    /// <summary>Keeps a Tenant until its deletion policy has been carried out.</summary>
    public const string Tenant = ApiGroup.Group + "/tenant";

    /// <summary>Keeps a TenantUser until its access has been taken away or deliberately left.</summary>
    public const string TenantUser = ApiGroup.Group + "/tenant-user";

    /// <summary>Keeps a TenantTemplate that owns a template on the platform until that one is deleted or released.</summary>
    public const string TenantTemplate = ApiGroup.Group + "/tenant-template";
}

/// <summary>
/// Annotations. On a user's object they are what must survive a lost status; an account admin can edit them, so each is
/// checked against the world before anything is changed or deleted because of it.
/// </summary>
public static class Annotations
{
    /// <summary>On a Tenant, TenantUser or TenantTemplate: the id under which the platform knows it.</summary>
    public const string ExternalId = ApiGroup.Group + "/external-id";

    /// <summary>On a Tenant: "true" if its creation bought a package. Beside the id, since a status may be lost and a bill is not.</summary>
    public const string Purchased = ApiGroup.Group + "/purchased";

    /// <summary>On a Tenant: an open creation attempt as JSON, <c>{"id","time","name"}</c>, written before the create call.</summary>
    public const string CreationAttempt = ApiGroup.Group + "/creation-attempt";

    /// <summary>On a Tenant: the copy of the template that shaped it, as JSON with name, uid, generation, time and values.</summary>
    public const string AppliedTemplate = ApiGroup.Group + "/applied-template";

    /// <summary>On a Tenant: "true" once its initial users have become TenantUsers, which happens once.</summary>
    public const string InitialUsersCreated = ApiGroup.Group + "/initial-users-created";

    /// <summary>On any kind, set by a person: a new value asks for a pass now. Its value comes back in <c>status.lastHandledReconcileAt</c>.</summary>
    public const string ReconcileRequestedAt = ApiGroup.Group + "/reconcile-requested-at";

    /// <summary>On a tenant's namespace: the display name of the tenant.</summary>
    public const string DisplayName = ApiGroup.Group + "/display-name";

    /// <summary>On a tenant's namespace: the description of the tenant.</summary>
    public const string Description = ApiGroup.Group + "/description";

    /// <summary>On a tenant's namespace: the keys of the labels that came from the Tenant, so that those it no longer wants can be taken away.</summary>
    public const string TenantLabels = ApiGroup.Group + "/tenant-labels";

    /// <summary>
    /// On a RoleBinding: digests of the people whom the operator added to it, so that one whose TenantUser is gone is told from one whom somebody else added.
    /// </summary>
    public const string ManagedSubjects = ApiGroup.Group + "/managed-subjects";

    /// <summary>On a TenantPlatform, set by a person: lets as many tenants be deleted for ever as the condition of the deletion breaker counts.</summary>
    public const string ConfirmDeletions = ApiGroup.Group + "/confirm-deletions";

    /// <summary>On a TenantPlatform: which tenants were deleted for ever of late and when, as JSON, so that a restart does not forget it.</summary>
    public const string RecentDeletions = ApiGroup.Group + "/recent-deletions";

    /// <summary>On a tenant's namespace that a deletion with policy Suspend left behind: when, as RFC 3339.</summary>
    public const string RetainedAt = ApiGroup.Group + "/retained-at";
}

/// <summary>Labels on what the operator makes. They never hold an e-mail address or a person's name.</summary>
public static class Labels
{
    /// <summary>The usual label that names the tool; its value is <see cref="OperatorIdentity.Name"/>.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The account: the name of the namespace that holds the Tenant.</summary>
    public const string Account = ApiGroup.Group + "/account";

    /// <summary>
    /// On the namespace of an account, set by a person: which operator serves it, as its <c>--controller-class</c> says; without the label the one without a class.
    /// </summary>
    public const string ControllerClass = ApiGroup.Group + "/controller-class";

    /// <summary>The uid of that namespace; a namespace made anew under the same name is another account.</summary>
    public const string AccountUid = ApiGroup.Group + "/account-uid";

    /// <summary>The name of the Tenant object.</summary>
    public const string Tenant = ApiGroup.Group + "/tenant";

    /// <summary>The uid of the Tenant object.</summary>
    public const string TenantUid = ApiGroup.Group + "/tenant-uid";

    /// <summary>On a PackageAllocation: the name of its TenantPackage.</summary>
    public const string Package = ApiGroup.Group + "/package";

    /// <summary>On a RoleBinding: the role its subjects have.</summary>
    public const string Role = ApiGroup.Group + "/role";

    /// <summary>On a tenant's namespace: "true" while the tenant is suspended.</summary>
    public const string Suspended = ApiGroup.Group + "/suspended";
}
