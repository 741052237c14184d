namespace TenantOperator.Api.V1Alpha1;

/// <summary>What to do about each reason of a Tenant. In the order of <see cref="TenantReasons"/>.</summary>
internal static class TenantRemedies
{
    private const string Wait = "kubectl wait --for=condition=Ready tenant/NAME -n NAMESPACE --timeout=5m";
    private const string Edit = "kubectl edit tenant NAME -n NAMESPACE";
    private const string Look = "kubectl tenant describe tenantplatform/PLATFORM -n NAMESPACE";
    private const string Usage = "kubectl tenant usage NAME -n NAMESPACE";
    private const string Confirm = "kubectl tenant confirm-delete NAME -n NAMESPACE";

    public static RemedyTable Table { get; } = new(
        new HashSet<string>(StringComparer.Ordinal)
        {
            TenantReasons.Active,
            TenantReasons.TemplateNotRequired,
            TenantReasons.TemplateApplied,
            TenantReasons.PackageNotRequired,
            TenantReasons.PackageAllocated,
            TenantReasons.Synced,
            TenantReasons.UsersSynced,
            TenantReasons.WithinLimits,
            TenantReasons.NotSuspended,
            TenantReasons.Resumed,
            TenantReasons.NoDrift,
            TenantReasons.TenantAdopted,
            TenantReasons.TenantDeleted,
        },
        new Dictionary<string, Remedy>(StringComparer.Ordinal)
        {
            [TenantReasons.Suspended] = new(
                "The tenant is suspended on purpose: nobody has access, and all data is kept.",
                "To give access back, resume it.",
                "kubectl tenant resume NAME -n NAMESPACE"),
            [TenantReasons.Progressing] = new("Work is under way.", "Wait a moment; it goes on by itself.", Wait),
            [TenantReasons.Provisioning] = new("The tenant is being made, or its platform does not show it yet.", "Wait; it is looked up again by itself.", Wait),
            [TenantReasons.Deleting] = new(
                "The Tenant was deleted, and the operator is letting go of it as its deletionPolicy says.",
                "Wait until it is gone. If it stays, the condition DeletionBlocked says what is in the way.",
                "kubectl wait --for=delete tenant/NAME -n NAMESPACE --timeout=5m"),
            [TenantReasons.Paused] = new(
                "spec.paused of the Tenant or of its TenantPlatform stops all changes.",
                "Remove spec.paused of the object that the message names.",
                "kubectl patch tenant NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"paused\":null}}'"),
            [TenantReasons.Observing] = new(
                "The TenantPlatform is in mode Observe, so that the operator tells what it would do and does nothing.",
                "See what would be done; when it is what you want, have the platform admin set spec.mode: Manage in the TenantPlatform.",
                "kubectl tenant plan NAME -n NAMESPACE"),
            [TenantReasons.WaitingForPlatform] = new(
                "The TenantPlatform is there but cannot be used now.", "Mend the TenantPlatform, and the tenant goes on by itself.", Look),
            [TenantReasons.PlatformNotServed] = new(
                "The operator was told to serve remote platforms alone.",
                "Make a new Tenant with spec.platformRef naming a TenantPlatform of a remote platform; or have the operator's admin start it without --cluster-platform=false; in the chart: clusterPlatform.",
                "kubectl get tenantplatforms -n NAMESPACE"),
            [TenantReasons.PlatformNotFound] = new(
                "The TenantPlatform that spec.platformRef names does not exist in this namespace.",
                "Apply the TenantPlatform under that name, and the tenant goes on by itself. spec.platformRef itself cannot be changed: to use another, make a new Tenant.",
                "kubectl get tenantplatforms -n NAMESPACE"),
            [TenantReasons.PlatformMismatch] = new(
                "The platform block of the Tenant, or the platform it was made on, is of another type than its TenantPlatform.",
                "Remove the block that does not fit, put back a TenantPlatform of the former type, or make a new Tenant; the message says which.",
                "kubectl get tenantplatforms -n NAMESPACE"),
            [TenantReasons.PlatformUnreachable] = new(
                "The platform gave no answer, or a fault of its own.",
                "Wait: it is tried again by itself, and nothing is done twice. If it lasts, look at the platform.",
                Look),
            [TenantReasons.TemplateNotFound] = new(
                "The TenantTemplate that spec.templateRef names does not exist in this namespace.",
                "Apply the template under that name, and the tenant goes on by itself. spec.templateRef itself cannot be changed: to use another, make a new Tenant.",
                "kubectl get tenanttemplates -n NAMESPACE"),
            [TenantReasons.TemplateInvalid] = new(
                "The TenantTemplate cannot be applied to this tenant, or the copy of it on the Tenant is damaged.",
                "Do what the message says: a template of the tenant's own platform, or the annotation with the copy removed.",
                "kubectl tenant describe tenanttemplate/TEMPLATE -n NAMESPACE"),
            [TenantReasons.PackageNotFound] = new(
                "A TenantPackage that the Tenant or its template names does not exist in this namespace.",
                "Apply the TenantPackage, or name another in spec.packageRef or spec.addOns.",
                "kubectl get tenantpackages -n NAMESPACE"),
            [TenantReasons.PackageTypeMismatch] = new(
                "packageRef names a TenantPackage of type AddOn, or addOns name one of type Primary.",
                "Name packages of the right type: spec.packageRef a Primary, spec.addOns only AddOns.",
                "kubectl get tenantpackages -n NAMESPACE"),
            [TenantReasons.WaitingForPackage] = new(
                "No unit of a package that the tenant needs is free, so it waits in line.",
                "Raise spec.quantity of the TenantPackage, or free a unit that another tenant holds; the tenant then goes on by itself.",
                "kubectl tenant describe tenantpackage/PACKAGE -n NAMESPACE"),
            [TenantReasons.NoUnassignedPackage] = new(
                "No unit of the package is free, in the stock here or in the account on the platform.",
                "Raise spec.quantity of the TenantPackage or free a unit; on Hatz, assign a package to the account in its site.",
                "kubectl tenant describe tenantpackage/PACKAGE -n NAMESPACE"),
            [TenantReasons.PurchaseNotAllowed] = new(
                "Making the tenant might buy a package, which costs money, and nobody has allowed that.",
                "Set spec.hatz.allowPurchase: true if it may, or name a TenantPackage with a spec.quantity that is already paid for.",
                Edit),
            [TenantReasons.PurchaseOccurred] = new(
                "Making the tenant bought a package, since none was unassigned; it costs money.",
                "Check the bill. To buy none next time, remove spec.hatz.allowPurchase and keep unassigned packages in stock."),
            [TenantReasons.PackageChangedExternally] = new(
                "The package was changed in the platform's own site; it is shown and not fought.",
                "If it is not meant, change it back there; else name the fitting TenantPackage in spec.packageRef.",
                Edit),
            [TenantReasons.UpdateFailed] = new(
                "A change was not accepted, or failed in a way that was not foreseen.",
                "Read the message; it is tried again by itself. If it lasts, look at the operator's log for the same message."),
            [TenantReasons.InvalidRequest] = new(
                "The platform refused a value for good, so that it waits for a change of the spec.",
                "Correct the value that the message names, in the Tenant, its template or its package.",
                Edit),
            [TenantReasons.UnsupportedFields] = new(
                "The spec asks for what this platform cannot do; everything else is done.",
                "Remove the fields in status.unsupportedFields, or change these things in the platform's own site.",
                Edit),
            [TenantReasons.BelowUsage] = new(
                "A limit would be lowered under what is in use, so the former limit stays.",
                "Free what is over the new limit, raise the limit, or set spec.allowBelowUsage: true if it is meant.",
                Usage),
            [TenantReasons.ModelUnavailable] = new(
                "The platform does not know the default model, or the model is not enabled for the account.",
                "Correct spec.hatz.defaultModelName, or enable the model in the platform's site.",
                Edit),
            [TenantReasons.PodSecurityNotAllowed] = new(
                "The Tenant asks for a weaker Pod Security level than its platform allows; the stricter one is in force.",
                "Ask for that level or a stricter one in spec.cluster.podSecurity, or have the platform admin allow a weaker one in the TenantPlatform.",
                Edit),
            [TenantReasons.NetworkNotAllowed] = new(
                "The Tenant asks for an open network, and its platform does not allow that; the network stays isolated.",
                "Remove spec.cluster.networkPolicy, or have the platform admin allow it in the TenantPlatform.",
                Edit),
            [TenantReasons.RoleNotAllowed] = new(
                "The role map of the TenantPlatform names a ClusterRole that this operator may not give.",
                "Name one of the allowed ClusterRoles in spec.cluster of the TenantPlatform, or start the operator with --cluster-roles that include it.",
                Look),
            [TenantReasons.NameTaken] = new(
                "The name belongs to another tenant on the platform, or to an older Tenant here.",
                "Make a new Tenant with another spec.name; or, if the existing tenant is the one you mean, take it up: kubectl tenant adopt with the id that the message or the list has.",
                "kubectl tenant unmanaged PLATFORM -n NAMESPACE"),
            [TenantReasons.NameInvalid] = new(
                "The name does not fit the rules of the platform.", "Make a new Tenant with a name that fits; the message says which rule."),
            [TenantReasons.NamespaceTaken] = new(
                "The namespace that the tenant needs exists and is not marked for this tenant of this account.",
                "Make a new Tenant with another name or spec.cluster.namespace; or, if the namespace is meant, have a cluster admin mark it for this tenant: kubectl tenant adopt with the uid of the namespace.",
                "kubectl get namespace TENANTNAMESPACE -o jsonpath={.metadata.uid}"),
            [TenantReasons.NamespaceTerminating] = new(
                "The namespace of the tenant is being deleted.",
                "Wait until it is gone. If it does not go, its own conditions say what holds it.",
                "kubectl get namespace TENANTNAMESPACE -o yaml"),
            [TenantReasons.ExternalIdNotFound] = new(
                "spec.externalId names no tenant on the platform, or one that this account may not see.",
                "See which tenants exist. spec.externalId cannot be changed once set: delete this Tenant with deletionPolicy: Retain and apply it with the right id.",
                "kubectl tenant unmanaged PLATFORM -n NAMESPACE"),
            [TenantReasons.ExternalIdTaken] = new(
                "spec.externalId is in use by another Tenant here.",
                "Delete that one with deletionPolicy: Retain first, or make this Tenant without spec.externalId.",
                "kubectl get tenants -n NAMESPACE -o wide"),
            [TenantReasons.RemoteMissing] = new(
                "The platform no longer has the tenant, and its data is gone with it; nothing was made in its place.",
                "Restore it on the platform if that is possible; or set spec.onRemoteMissing: Recreate to have an empty one made, which may cost money.",
                "kubectl patch tenant NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"onRemoteMissing\":\"Recreate\"}}'"),
            [TenantReasons.StatusNotRecognised] = new(
                "The platform reports a state that this version of the operator does not know.",
                "Everything is as declared. Look at the tenant in the platform's own site, and upgrade the operator when a version knows the state."),
            [TenantReasons.TenantExpired] = new(
                "The platform says that the tenant's time has run out, so nobody gets in.", "Set a later date (on mindzieStudio spec.mindzie.expiresAt), or delete the Tenant.", Edit),
            [TenantReasons.ExpiringSoon] = new(
                "The platform ends the tenant within 14 days, and nobody gets in then.", "To go on, set a later date (on mindzieStudio spec.mindzie.expiresAt).", Edit),
            [TenantReasons.PartnerTransfer] = new(
                "The tenant belongs to another partner now than before.",
                "If it was not meant, have it moved back on the platform; else set spec.scaiKey.partnerId to the new one.",
                Edit),
            [TenantReasons.StorageContainerMissing] = new(
                "mindzieStudio made the tenant without its storage, so that it can hold no data.", "Have the admin of the installation look at its storage."),
            [TenantReasons.SomeUsersFailed] = new(
                "Some people do not have the access that is declared.",
                "Look at the TenantUsers that are not Ready; each says why.",
                "kubectl get tenantusers -n NAMESPACE --field-selector spec.tenantRef.name=NAME -o wide"),
            [TenantReasons.UnmanagedUsers] = new(
                "People whom no TenantUser declares have access.",
                "Declare those who belong there, and set spec.pruneUsers: true to remove the others.",
                "kubectl tenant unmanaged PLATFORM --users NAME -n NAMESPACE"),
            [TenantReasons.CapacityExhausted] = new(
                "There is no seat left for some of the people.",
                "Remove or deactivate TenantUsers, or raise limits.maxUsers of the Tenant or its package.",
                "kubectl get tenantusers -n NAMESPACE --field-selector spec.tenantRef.name=NAME -o wide"),
            [TenantReasons.TooManyRemovals] = new(
                "More people would lose their access at once than spec.maxRemovals allows, so that the rest is held.",
                "If all are meant, confirm the number; if not, apply their TenantUsers again.",
                Confirm + " --removals"),
            [TenantReasons.LastAdmin] = new(
                "The last admin is not removed or demoted, so that somebody can still get in.",
                "Give another TenantUser the role Admin, and the rest follows by itself.",
                "kubectl get tenantusers -n NAMESPACE --field-selector spec.tenantRef.name=NAME"),
            [TenantReasons.CreditsLow] = new("At least 80 % of the credits of this month are spent.", "Spend less, or add credits by an add-on package.", Usage),
            [TenantReasons.CreditsExhausted] = new(
                "The credits of this month are spent.", "Add credits by an add-on package in spec.addOns or a larger spec.packageRef, or wait for the next month.", Usage),
            [TenantReasons.UsageHigh] = new("At least 80 % of a limit is in use.", "Free some, or raise the limit by the Tenant's limits, its package or an add-on.", Usage),
            [TenantReasons.UserLimitReached] = new("All seats are taken.", "Remove or deactivate TenantUsers, or raise limits.maxUsers of the Tenant or its package.", Usage),
            [TenantReasons.AnalystLimitReached] = new(
                "All seats for analysts are taken.", "Take the role Analyst from a TenantUser, or raise limits.maxAnalysts of the Tenant or its package.", Usage),
            [TenantReasons.LicenseLimitReached] = new(
                "The installation has no licence for a further tenant.", "Delete a tenant there or enlarge the licence; it is tried again by itself.", Look),
            [TenantReasons.QuotaExceeded] = new(
                "The partner, the plan or a quota leaves no room.", "Have the limit that the message names raised, or free some of it; it is tried again by itself.", Look),
            [TenantReasons.DriftReported] = new(
                "Managed fields were changed outside and are left as they are, since spec.driftPolicy is Report.",
                "Declare the new values in the spec, or set spec.driftPolicy: Correct to have the declared ones put back.",
                "kubectl tenant plan NAME -n NAMESPACE"),
            [TenantReasons.DriftCorrected] = new(
                "Managed fields were changed outside and were put back.", "Nothing, if it was a mistake. To keep the change, declare it in the spec.", Edit),
            [TenantReasons.SecurityDrift] = new(
                "A change outside made sign-in weaker than declared.", "Find out who did it; the Event names the fields. To keep the change, declare it in spec.security.", Edit),
            [TenantReasons.ConfirmationMissing] = new(
                "The deletion would destroy the tenant's data, so it must be confirmed by the three names the tenant has.",
                "Confirm it, or set spec.deletionPolicy to Suspend or Retain to keep the data.",
                Confirm),
            [TenantReasons.ConfirmationMismatch] = new(
                "spec.deletionConfirmation is not what the platform says of the tenant now, so nothing is deleted.",
                "Look whether this is the tenant you mean. If it is, confirm it anew; if not, set spec.deletionPolicy to Retain.",
                Confirm),
            [TenantReasons.ManualActionRequired] = new(
                "The platform cannot do this by its API.", "Do what the message says in the platform's own site, or set spec.deletionPolicy to Retain.", Edit),
            [TenantReasons.GracePeriod] = new(
                "The grace period before the irreversible deletion runs.",
                "Wait, and export the data meanwhile; or set spec.deletionPolicy to Suspend or Retain to keep the tenant.",
                "kubectl patch tenant NAME -n NAMESPACE --type=merge -p '{\"spec\":{\"deletionPolicy\":\"Retain\"}}'"),
            [TenantReasons.AnchorTenant] = new(
                "This is the tenant through which ProcessMind's organisation is managed, so it is not deleted.",
                "Name another in spec.processMind.anchorTenantId of the TenantPlatform first, or set spec.deletionPolicy to Retain.",
                Look),
            [TenantReasons.DeletionBreakerOpen] = new(
                "Many tenants are to be deleted for ever at once, which is more often a mistake than a wish, so that no more are.",
                "If all are meant, confirm the number; if not, set spec.deletionPolicy of the Tenants to Retain or Suspend.",
                "kubectl tenant confirm-delete tenantplatform/PLATFORM -n NAMESPACE"),
            [TenantReasons.RemoteRetained] = new(
                "The Tenant was deleted and the tenant left as it was, access included.", "Nothing; to take it up again, apply a Tenant with its id.", "kubectl tenant unmanaged PLATFORM -n NAMESPACE"),
            [TenantReasons.SuspendUnsupported] = new(
                "The platform cannot suspend a tenant, so it was left as it was, access included.",
                "Remove spec.suspended; to take access away, set spec.active: false on its TenantUsers or act in the platform's own site.",
                "kubectl tenant resume NAME -n NAMESPACE"),
        });
}
