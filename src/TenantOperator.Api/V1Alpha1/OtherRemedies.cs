namespace TenantOperator.Api.V1Alpha1;

/// <summary>What to do about each reason of the other kinds. In the order of their constants.</summary>
internal static class OtherRemedies
{
    private const string EditUser = "kubectl edit tenantuser NAME -n NAMESPACE";
    private const string EditPlatform = "kubectl edit tenantplatform NAME -n NAMESPACE";
    private const string EditTemplate = "kubectl edit tenanttemplate NAME -n NAMESPACE";
    private const string ShowTenant = "kubectl tenant describe TENANT -n NAMESPACE";
    private const string ShowSecret = "kubectl describe secret SECRET -n NAMESPACE";
    private const string ShowPlatform = "kubectl tenant describe tenantplatform/PLATFORM -n NAMESPACE";
    private const string People = "kubectl get tenantusers -n NAMESPACE --field-selector spec.tenantRef.name=TENANT";

    public static RemedyTable Users { get; } = new(
        new HashSet<string>(StringComparer.Ordinal) { TenantUserReasons.Synced, TenantUserReasons.UserRemoved, TenantUserReasons.UserRetained, TenantUserReasons.AccountDeleted },
        new Dictionary<string, Remedy>(StringComparer.Ordinal)
        {
            [TenantUserReasons.Progressing] = new("Work is under way.", "Wait a moment; it goes on by itself.", "kubectl wait --for=condition=Ready tenantuser/NAME -n NAMESPACE --timeout=5m"),
            [TenantUserReasons.Paused] = new(
                "spec.paused of the TenantUser, its Tenant or its TenantPlatform, or the platform's mode Observe, stops all changes.",
                "Remove what the message names.",
                ShowTenant),
            [TenantUserReasons.TenantNotFound] = new(
                "The Tenant that spec.tenantRef names does not exist in this namespace.",
                "Apply the Tenant, and the person is added by itself. spec.tenantRef itself cannot be changed: to name another, delete this TenantUser and make a new one.",
                "kubectl get tenants -n NAMESPACE"),
            [TenantUserReasons.WaitingForTenant] = new(
                "The Tenant is there, but nothing can be done for its people now.", "See what the Tenant waits for; the person follows by itself.", ShowTenant),
            [TenantUserReasons.TenantSuspended] = new(
                "The tenant is suspended, so the person has no access for now.", "To give access back to all its people, resume the tenant.", "kubectl tenant resume TENANT -n NAMESPACE"),
            [TenantUserReasons.Inactive] = new(
                "spec.active is false: the person has no access on purpose.",
                "To give access back, remove spec.active.",
                "kubectl patch tenantuser NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"active\":null}}'"),
            [TenantUserReasons.WaitingForSeat] = new(
                "All seats of the tenant are taken; the first in line gets the next.", "Remove or deactivate another TenantUser, or raise limits.maxUsers of the Tenant or its package.", People),
            [TenantUserReasons.UserLimitReached] = new(
                "All seats of the tenant are taken.", "Remove or deactivate another TenantUser, or raise limits.maxUsers of the Tenant or its package.", People),
            [TenantUserReasons.AnalystLimitReached] = new(
                "All seats for analysts are taken.", "Take the role Analyst from another TenantUser, or raise limits.maxAnalysts of the Tenant or its package.", People),
            [TenantUserReasons.LastAdmin] = new(
                "This is the last admin of the tenant, who is not removed or demoted.", "Give another TenantUser of the tenant the role Admin first.", People),
            [TenantUserReasons.AccessKept] = new(
                "The person still has access, because a guard of the Tenant holds the removal.", "The condition UsersSynced of the Tenant says which guard and how to go on.", ShowTenant),
            [TenantUserReasons.DuplicateEmail] = new(
                "An older TenantUser of the same tenant has this address, and that one counts.", "Delete one of the two.", "kubectl delete tenantuser NAME -n NAMESPACE"),
            [TenantUserReasons.PlatformUnreachable] = new("The platform gave no answer, or a fault of its own.", "Wait: it is tried again by itself. If it lasts, look at the Tenant and its platform.", ShowTenant),
            [TenantUserReasons.PrivilegedRole] = new(
                "The role reaches other tenants, and the TenantPlatform does not allow such roles.",
                "Choose a role of the tenant, or have the platform admin set allowServerRoles (ProcessMind: allowOrganizationRoles) in the TenantPlatform.",
                EditUser),
            [TenantUserReasons.UnsupportedFields] = new(
                "The spec asks for what this platform cannot do; the rest is done.", "Remove the fields in status.unsupportedFields, or change these things in the platform's own site.", EditUser),
            [TenantUserReasons.InvalidRequest] = new("The platform refused a value for good.", "Correct the value that the message names.", EditUser),
            [TenantUserReasons.UpdateFailed] = new("A change was not accepted.", "Read the message; it is tried again by itself.", ShowTenant),
        });

    public static RemedyTable Packages { get; } = new(
        new HashSet<string>(StringComparer.Ordinal) { TenantPackageReasons.Available, TenantPackageReasons.Unlimited },
        new Dictionary<string, Remedy>(StringComparer.Ordinal)
        {
            [TenantPackageReasons.Exhausted] = new(
                "All units of the package are held, so that further tenants wait in line.",
                "Raise spec.quantity, or free a unit: see who holds them.",
                "kubectl get packageallocations -n NAMESPACE --field-selector spec.packageName=NAME"),
            [TenantPackageReasons.Surplus] = new(
                "More units are held than spec.quantity says; nothing is taken away, and no further unit is given.",
                "Raise spec.quantity to what is held, or free units: see who holds them.",
                "kubectl get packageallocations -n NAMESPACE --field-selector spec.packageName=NAME"),
        });

    public static RemedyTable Platforms { get; } = new(
        new HashSet<string>(StringComparer.Ordinal)
        {
            TenantPlatformReasons.Available,
            TenantPlatformReasons.CredentialsAccepted,
            TenantPlatformReasons.CredentialsNotRequired,
            TenantPlatformReasons.UsageRead,
            TenantPlatformReasons.NotThrottled,
        },
        new Dictionary<string, Remedy>(StringComparer.Ordinal)
        {
            [TenantPlatformReasons.NotServed] = new(
                "The operator was told to serve remote platforms alone.",
                "Delete the TenantPlatform and make one of a remote platform; or have the operator's admin start it without --cluster-platform=false; in the chart: clusterPlatform.",
                EditPlatform),
            [TenantPlatformReasons.Paused] = new(
                "spec.paused stops all calls to the platform.",
                "Remove spec.paused.",
                "kubectl patch tenantplatform NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"paused\":null}}'"),
            [TenantPlatformReasons.Observing] = new(
                "spec.mode is Observe, so that the operator tells what it would do and does nothing.",
                "See what would be done by kubectl tenant plan for each Tenant; when it is what you want, set spec.mode: Manage.",
                "kubectl patch tenantplatform NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"mode\":\"Manage\"}}'"),
            [TenantPlatformReasons.Unauthorized] = new(
                "The platform refused the credentials.", "Put valid ones into the Secret that credentialsSecretRef names; they are read again by themselves.", ShowSecret),
            [TenantPlatformReasons.WrongKeyKind] = new(
                "The key is valid, but of a kind that cannot do this.", "Put a key of the kind that the message names into the Secret; it is read again by itself.", ShowSecret),
            [TenantPlatformReasons.MissingScope] = new(
                "The token lacks a scope that the message names.", "Grant the application that scope on the platform, or add it to spec.scaiKey.scopes.", EditPlatform),
            [TenantPlatformReasons.SecretMissing] = new(
                "The Secret that is named does not exist in this namespace, or the operator may not read it.",
                "Make the Secret, or name another; see which exist.",
                "kubectl get secrets -n NAMESPACE"),
            [TenantPlatformReasons.SecretKeyMissing] = new(
                "The Secret lacks a key, or the value under it is empty or of another form.", "Put the value under the key that the message names, or name another key.", ShowSecret),
            [TenantPlatformReasons.Unreachable] = new(
                "The platform gave no answer, or a fault of its own.", "Wait: it is tried again by itself. If it lasts, check baseUrl, DNS, the network policy and the platform's own state page.", EditPlatform),
            [TenantPlatformReasons.HostNotAllowed] = new(
                "The address is private or not encrypted, and the operator does not call such.",
                "Use a public https address, or start the operator with --allow-hosts and that host; in the chart: allowHosts.",
                EditPlatform),
            [TenantPlatformReasons.UnexpectedAnswer] = new(
                "What answers is not the API of this platform, or its answer is no number.", "Correct the address or the query that the message names.", EditPlatform),
            [TenantPlatformReasons.PrometheusUnreachable] = new(
                "Prometheus gave no answer, or a fault of its own, so that usage numbers are old.", "Wait: it is asked again at the next interval. If it lasts, check spec.cluster.prometheus.", EditPlatform),
            [TenantPlatformReasons.RateLimited] = new(
                "The platform asked for fewer calls and is left alone until status.throttledUntil.", "Wait; nothing is lost. A lower maxRequestsPerSecond makes this rarer.", EditPlatform),
            [TenantPlatformReasons.AnchorTenantMissing] = new(
                "The anchor tenant, through which ProcessMind's organisation is managed, cannot be read.", "Correct spec.processMind.anchorTenantId, or use a key that may read that tenant.", EditPlatform),
            [TenantPlatformReasons.AccountCreditsLow] = new(
                "At least 80 % of the account's own credits are spent; when all are, its tenants have none.", "Buy credits for the account on the platform, or lower what its tenants may spend."),
            [TenantPlatformReasons.DeletionBreakerOpen] = new(
                "Too many tenants were to be deleted for ever at once, so that no more are until a person confirms.",
                "If all are meant, confirm the number; if not, set spec.deletionPolicy of the Tenants to Retain or Suspend.",
                "kubectl tenant confirm-delete tenantplatform/NAME -n NAMESPACE"),
            [TenantPlatformReasons.RoleNotAllowed] = new(
                "The role map names a ClusterRole that this operator may not give.",
                "Name one of the allowed ClusterRoles in spec.cluster, or start the operator with --cluster-roles that include it.",
                EditPlatform),
            [TenantPlatformReasons.TenantsDiscovered] = new(
                "There are tenants on the platform that no Tenant here declares; they are left as they are.",
                "To take some up, print ready-made manifests and apply those you want.",
                "kubectl tenant unmanaged NAME -n NAMESPACE"),
        });

    public static RemedyTable Templates { get; } = new(
        new HashSet<string>(StringComparer.Ordinal) { TenantTemplateReasons.Available, TenantTemplateReasons.Synced },
        new Dictionary<string, Remedy>(StringComparer.Ordinal)
        {
            [TenantTemplateReasons.PackageNotFound] = new(
                "A TenantPackage that the template names does not exist in this namespace.", "Apply the TenantPackage, or name another in the template.", "kubectl get tenantpackages -n NAMESPACE"),
            [TenantTemplateReasons.PackageTypeMismatch] = new(
                "packageRef names a TenantPackage of type AddOn, or addOns name one of type Primary.", "Name packages of the right type.", EditTemplate),
            [TenantTemplateReasons.PlatformNotFound] = new(
                "The TenantPlatform of the remote template does not exist in this namespace.", "Apply it, and the template is made there by itself.", "kubectl get tenantplatforms -n NAMESPACE"),
            [TenantTemplateReasons.PlatformMismatch] = new(
                "The TenantPlatform of the remote template is of a type that keeps no templates.", "Make a new TenantTemplate whose remoteTemplate names a platform of type hatz.", "kubectl get tenantplatforms -n NAMESPACE"),
            [TenantTemplateReasons.WaitingForPlatform] = new(
                "The TenantPlatform of the remote template is there but cannot be used now.", "Mend the TenantPlatform, and the template goes on by itself.", ShowPlatform),
            [TenantTemplateReasons.PlatformUnreachable] = new("The platform gave no answer, or a fault of its own.", "Wait: it is tried again by itself. If it lasts, look at the platform.", ShowPlatform),
            [TenantTemplateReasons.InvalidRequest] = new("The platform refused a value for good.", "Correct the value that the message names.", EditTemplate),
            [TenantTemplateReasons.UpdateFailed] = new("A change was not accepted.", "Read the message; it is tried again by itself.", ShowPlatform),
            [TenantTemplateReasons.RemoteMissing] = new(
                "The platform no longer has the template.", "Make a new TenantTemplate under another name, or restore the template in the platform's site.", ShowPlatform),
            [TenantTemplateReasons.ModelUnavailable] = new(
                "The platform does not know the default model, or the model is not enabled for the account.", "Correct spec.hatz.defaultModelName, or enable the model in the platform's site.", EditTemplate),
            [TenantTemplateReasons.Deleting] = new(
                "The template was deleted, and the operator is letting go of it.", "Wait until it is gone.", "kubectl wait --for=delete tenanttemplate/NAME -n NAMESPACE --timeout=5m"),
        });
}
