using TenantOperator.Emulators;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>
/// Leads objects of every kind into every state on a real API server, with the program itself, and compares each with the one that was captured there: so the captured ones, on which the
/// other tests stand, cannot grow old. Then takes the actions of Argo CD. With CAPTURE_STATES=1 it captures them anew.
/// </summary>
public sealed class EveryStateIsReached(InstalledCluster server)
{
    // The account, and the operator's class, so that operators of other tests leave it alone.
    private const string Name = "litware";

    private static readonly string[] s_kindsWithStatus = ["TenantPlatform/default", "TenantPackage/unlimited", "TenantTemplate/usable", "Tenant/active", "TenantUser/no-tenant"];

    // A policy of the cluster as any team may have one.
    private const string Refusal = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: litware-refused}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [CREATE], resources: [networkpolicies]}]
          validations: [{expression: "request.namespace != 'litware-refused'", message: "No network policy here."}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: litware-refused}
        spec: {policyName: litware-refused, validationActions: [Deny]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_as_it_was_captured_and_each_action_does_what_it_says()
    {
        await using var hatz = await HatzEmulator.StartAsync();
        await using var mindzie = await MindzieEmulator.StartAsync(new() { LicensedTenants = 2 });
        await using var processMind = await ProcessMindEmulator.StartAsync(new() { MostTenants = 1 });
        var manifest = new StateManifest(hatz, mindzie, processMind);
        var cluster = await server.ReadyAsync(Token);
        await cluster.ApplyAsync(AccountManifest.Namespace(Name, Name) + "\n---\n" + Refusal + "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: litware-taken}", Token);
        var account = new WalkAccount(cluster.Kubectl, Name, Token);
        var stage = new StateStage(account, await ArgoCd.FindAsync());
        await account.ApplyAsync(manifest.Platforms + manifest.Packages + StateManifest.Templates + StateManifest.Tenants + StateManifest.People);
        foreach (var thing in s_kindsWithStatus.Select(each => each.Split('/')))
        {
            await stage.CompareAsync(thing[0], "Pending", await account.GetAsync(thing[0].ToLowerInvariant(), thing[1]));
        }

        await using var process = OperatorProcess.Start(cluster.KubeconfigPath, "--controller-class", Name, "--allow-hosts", "127.0.0.1", "--leader-election", "false");
        await process.UntilReadyAsync(Token);

        await PlatformsAsync(stage);
        await PackagesAsync(stage);
        await TemplatesAsync(stage, hatz);
        await TenantsAsync(stage);
        await PeopleAsync(stage);
        await TenantsOnPlatformsAsync(stage, manifest);
        await DeletionsAsync(stage);
        await ActionsAsync(stage);
        stage.CheckAllWereReached();
    }

    private static async Task PlatformsAsync(StateStage stage)
    {
        await stage.ReachAsync("TenantPlatform", "Available", "default");
        await stage.ReachAsync("TenantPlatform", "Observing", "observed");
        await stage.ReachAsync("TenantPlatform", "Paused", "paused");
        await stage.ReachAsync("TenantPlatform", "RoleNotAllowed", "too-mighty");
        await stage.ReachAsync("TenantPlatform", "SecretMissing", "no-secret");
        await stage.ReachAsync("TenantPlatform", "SecretKeyMissing", "no-key");
        await stage.ReachAsync("TenantPlatform", "Unauthorized", "wrong-key");
        await stage.ReachAsync("TenantPlatform", "HostNotAllowed", "private");
        await stage.ReachAsync("TenantPlatform", "Unreachable", "silent");
        await stage.ReachAsync("TenantPlatform", "AnchorTenantMissing", "no-anchor");
    }

    private static async Task PackagesAsync(StateStage stage)
    {
        await stage.ReachAsync("TenantPackage", "Unlimited", "unlimited");
        await stage.ReachAsync("TenantPackage", "Available", "limited");
        await stage.ReachAsync("TenantPackage", "Exhausted", "sold-out");
        await stage.Account.UntilReadyAsync("Active", "shrunk-a");
        await stage.Account.PatchAsync("tenantpackage/shrunk", """{"spec":{"quantity":0}}""");
        await stage.ReachAsync("TenantPackage", "Surplus", "shrunk");
        await stage.CompareAsync("PackageAllocation", "Held", await stage.Account.GetAsync("packageallocation", "shrunk-0"));
    }

    private static async Task TemplatesAsync(StateStage stage, HatzEmulator hatz)
    {
        await stage.ReachAsync("TenantTemplate", "Available", "usable");
        await stage.ReachAsync("TenantTemplate", "PackageNotFound", "no-package");
        await stage.ReachAsync("TenantTemplate", "PackageTypeMismatch", "add-on");
        await stage.ReachAsync("TenantTemplate", "PlatformNotFound", "no-platform");
        await stage.ReachAsync("TenantTemplate", "PlatformMismatch", "on-cluster");
        await stage.ReachAsync("TenantTemplate", "PlatformUnreachable", "on-silent");
        await stage.ReachAsync("TenantTemplate", "WaitingForPlatform", "on-wrong-key");
        await stage.ReachAsync("TenantTemplate", "ModelUnavailable", "on-hatz");
        using (hatz.On(request => request.IsWrite && request.Path.Contains("template", StringComparison.Ordinal), PlatformFault.Refuse(400), times: 100))
        {
            await stage.Account.ApplyAsync(StateManifest.RefusedTemplate);
            await stage.ReachAsync("TenantTemplate", "InvalidRequest", "refused");
        }

        await stage.Account.UntilSaidAsync("tenanttemplate", "Synced", "Synced", "lost");
        hatz.Change(state => state with { Templates = new() });
        await stage.Account.RunAsync("annotate", "tenanttemplate/lost", "tenantoperator.io/reconcile-requested-at=now");
        await stage.ReachAsync("TenantTemplate", "RemoteMissing", "lost");
    }

    private static async Task TenantsAsync(StateStage stage)
    {
        var account = stage.Account;
        await stage.ReachAsync("Tenant", "Active", "active");
        await stage.ReachAsync("Tenant", "Suspended", "suspended");
        await stage.ReachAsync("Tenant", "Paused", "paused");
        await stage.ReachAsync("Tenant", "Observing", "observed");
        await stage.ReachAsync("Tenant", "PlatformNotFound", "no-platform");
        await stage.ReachAsync("Tenant", "PlatformMismatch", "other-platform");
        await stage.ReachAsync("Tenant", "TemplateNotFound", "no-template");
        await stage.ReachAsync("Tenant", "PackageNotFound", "no-package");
        await stage.ReachAsync("Tenant", "PackageTypeMismatch", "add-on");
        await stage.ReachAsync("Tenant", "WaitingForPackage", "waiting");
        await stage.ReachAsync("Tenant", "NamespaceTaken", "taken");
        await stage.ReachAsync("Tenant", "ExternalIdNotFound", "no-id");
        await stage.ReachAsync("Tenant", "NameInvalid", StateManifest.LongName);
        await stage.ReachAsync("Tenant", "RoleNotAllowed", "too-mighty");
        await stage.ReachAsync("Tenant", "UpdateFailed", "refused");

        await account.UntilReadyAsync("Active", "bad-template", "ending");
        await account.RunAsync("annotate", "tenant/bad-template", "--overwrite", "tenantoperator.io/applied-template=not a template");
        await stage.ReachAsync("Tenant", "TemplateInvalid", "bad-template");

        await HoldNamespaceAsync(account, "ending");
        await account.RunAsync("delete", "namespace", account.NamespaceOf("ending"), "--wait=false");
        await stage.ReachAsync("Tenant", "NamespaceTerminating", "ending");
        await LetNamespaceGoAsync(account, "ending");
        await stage.ReachAsync("Tenant", "RemoteMissing", "ending");
    }

    private static async Task PeopleAsync(StateStage stage)
    {
        var account = stage.Account;
        await stage.ReachAsync("TenantUser", "Synced", "a-admin");
        await stage.ReachAsync("TenantUser", "AnalystLimitReached", "c-analyst");
        await stage.ReachAsync("TenantUser", "WaitingForSeat", "e-member");
        await stage.ReachAsync("TenantUser", "Inactive", "f-inactive");
        await stage.ReachAsync("TenantUser", "Paused", "g-paused");
        await stage.ReachAsync("TenantUser", "DuplicateEmail", "h-double");
        await stage.ReachAsync("TenantUser", "TenantNotFound", "no-tenant");
        await stage.ReachAsync("TenantUser", "WaitingForTenant", "early");
        await stage.ReachAsync("TenantUser", "TenantSuspended", "locked-out");

        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "last-admin", "held-admin");
        await account.PatchAsync("tenantuser/last-admin", """{"spec":{"roles":["Member"]}}""");
        await stage.ReachAsync("TenantUser", "LastAdmin", "last-admin");

        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", StateManifest.Held);
        await account.PatchAsync("tenant/held", """{"spec":{"paused":true}}""");
        await account.UntilReadyAsync("Paused", "held");
        foreach (var name in StateManifest.Held)
        {
            await account.PatchAsync("tenantuser/" + name, """{"spec":{"active":false}}""");
        }

        await account.PatchAsync("tenant/held", """{"spec":{"paused":null}}""");
        await stage.ReachAsync("Tenant", "TooManyRemovals", "held", "Stalled");
        await stage.ReachAsync("TenantUser", "AccessKept", "held-a");
    }

    private static async Task TenantsOnPlatformsAsync(StateStage stage, StateManifest manifest)
    {
        var account = stage.Account;
        var stranger = manifest.Hatz.AddTenant("Tenant hatz-taken");
        manifest.Hatz.ChangeTenant(stranger.Id, tenant => tenant with { CreatedAt = tenant.CreatedAt.AddDays(-1) });
        await account.ApplyAsync(manifest.RemoteTenants);
        await stage.ReachAsync("Tenant", "WaitingForPlatform", "hatz-no-key");
        await stage.ReachAsync("Tenant", "PlatformUnreachable", "hatz-silent");
        await stage.ReachAsync("Tenant", "NoUnassignedPackage", "hatz-empty");
        await stage.ReachAsync("Tenant", "PurchaseNotAllowed", "hatz-uncounted");
        await stage.ReachAsync("Tenant", "NameTaken", "hatz-taken");
        await stage.ReachAsync("Tenant", "Provisioning", "hatz-template");

        var others = (string)(await account.UntilReadyAsync("Active", "hatz-active"))["status"]!["externalId"]!;
        await account.ApplyAsync(StateManifest.OnHatz("hatz-twice", fields: ", externalId: " + others));
        await stage.ReachAsync("Tenant", "ExternalIdTaken", "hatz-twice");

        await account.UntilReadyAsync("Active", "hatz-model", "hatz-manual", "hatz-odd");
        await account.PatchAsync("tenant/hatz-model", """{"spec":{"hatz":{"defaultModelName":"no-such-model"}}}""");
        await stage.ReachAsync("Tenant", "ModelUnavailable", "hatz-model");
        await account.UntilSaidAsync("tenantuser", "Ready", "Synced", "hatz-admin", "hatz-leaver");
        await account.PatchAsync("tenantuser/hatz-leaver", """{"spec":{"active":false}}""");
        await stage.ReachAsync("Tenant", "ManualActionRequired", "hatz-manual");
        manifest.Hatz.ChangeTenant(manifest.Hatz.State.Tenants.Single(tenant => tenant.Name == "Tenant hatz-odd").Id, tenant => tenant with { Status = "Frozen" });
        await account.RunAsync("annotate", "tenant/hatz-odd", "tenantoperator.io/reconcile-requested-at=now");
        await stage.ReachAsync("Tenant", "StatusNotRecognised", "hatz-odd");
        using (manifest.Hatz.On(request => request.IsWrite && request.Path == "/admin/tenants", PlatformFault.Refuse(400), times: 100))
        {
            await account.ApplyAsync(StateManifest.OnHatz("hatz-refused"));
            await stage.ReachAsync("Tenant", "InvalidRequest", "hatz-refused");
        }

        await account.UntilReadyAsync("Active", "mindzie-expired");
        await stage.ReachAsync("TenantUser", "PrivilegedRole", "mighty");
        manifest.Mindzie.AddTenantKey(StateManifest.TenantKey, manifest.Mindzie.State.Tenants.Single().Id);
        await account.RunAsync("annotate", "tenantplatform/tenant-key", "tenantoperator.io/reconcile-requested-at=now");
        await stage.ReachAsync("TenantPlatform", "WrongKeyKind", "tenant-key");
        await account.ApplyAsync(StateManifest.Tenant("mindzie-second", "platformRef: {name: mindzie}, mindzie: {}"));
        await account.UntilReadyAsync("Active", "mindzie-second");
        await account.ApplyAsync(StateManifest.Tenant("mindzie-third", "platformRef: {name: mindzie}, mindzie: {}"));
        await stage.ReachAsync("Tenant", "LicenseLimitReached", "mindzie-third");
        manifest.Mindzie.ChangeTenant(manifest.Mindzie.State.Tenants.Single(tenant => tenant.Name == "mindzie-expired").Id, tenant => tenant with { ExpirationDate = DateTimeOffset.UnixEpoch.AddYears(40) });
        await account.RunAsync("annotate", "tenant/mindzie-expired", "tenantoperator.io/reconcile-requested-at=now");
        await stage.ReachAsync("Tenant", "TenantExpired", "mindzie-expired");

        await stage.ReachAsync("Tenant", "QuotaExceeded", "processmind-full");
    }

    private static async Task DeletionsAsync(StateStage stage)
    {
        var account = stage.Account;
        await account.ApplyAsync(StateManifest.Tenant("leaves", "deletionPolicy: Delete, deletionGracePeriod: 24h") + '\n' + StateManifest.Tenant("careful", "platformRef: {name: careful}, deletionPolicy: Delete"));
        await account.UntilReadyAsync("Active", "leaves", "careful", "processmind-anchor");
        await account.DeleteAsync("tenant/leaves", "tenant/careful", "tenant/processmind-anchor");
        await stage.ReachAsync("Tenant", "ConfirmationMissing", "leaves");
        await account.PatchAsync("tenant/leaves", """{"spec":{"deletionConfirmation":{"externalId":"x","name":"x","displayName":"x"}}}""");
        await stage.ReachAsync("Tenant", "ConfirmationMismatch", "leaves");

        // The action takes it from here; the grace period follows, and then the end of it.
        await stage.TakeAsync("Tenant", "leaves", "confirm-deletion");
        await stage.ReachAsync("Tenant", "GracePeriod", "leaves");

        await account.UntilReadyAsync("ConfirmationMissing", "careful", "processmind-anchor");
        await stage.TakeAsync("Tenant", "careful", "confirm-deletion");
        await stage.ReachAsync("Tenant", "DeletionBreakerOpen", "careful");
        await stage.ReachAsync("TenantPlatform", "DeletionBreakerOpen", "careful", "Stalled");

        await stage.TakeAsync("Tenant", "processmind-anchor", "confirm-deletion");
        await stage.ReachAsync("Tenant", "AnchorTenant", "processmind-anchor");
    }

    private static async Task ActionsAsync(StateStage stage)
    {
        var account = stage.Account;

        // Held deletions: let through, or let go of.
        await stage.TakeAsync("TenantPlatform", "careful", "confirm-deletions");
        await account.UntilGoneAsync("tenant/careful", "namespace/" + account.NamespaceOf("careful"));
        await stage.TakeAsync("Tenant", "leaves", "retain");
        await stage.TakeAsync("Tenant", "processmind-anchor", "retain");
        await account.UntilGoneAsync("tenant/leaves", "tenant/processmind-anchor");
        (await account.RunAsync("get", "namespace", account.NamespaceOf("leaves"), "-o", "jsonpath={.status.phase}")).Should().Be("Active", "it was let go of");

        // Held people.
        await stage.TakeAsync("Tenant", "held", "confirm-removals");
        await account.UntilSaidAsync("tenantuser", "Ready", "Inactive", StateManifest.Held);
        ((int?)(await account.GetAsync("tenant", "held"))["spec"]!["maxRemovals"]).Should().Be(StateManifest.Held.Count);

        // A spec that was empty before.
        await account.ApplyAsync(StateManifest.Tenant("plain", ""));
        await account.UntilReadyAsync("Active", "plain");
        await stage.TakeAsync("Tenant", "plain", "suspend");
        await account.UntilReadyAsync("Suspended", "plain");
        await account.PatchAsync("tenant/plain", """{"spec":{"suspension":{"reason":"an open invoice"}}}""");
        await stage.TakeAsync("Tenant", "plain", "resume");
        await account.UntilReadyAsync("Active", "plain");
        (await account.GetAsync("tenant", "plain"))["spec"]!.ToJsonString().Should().Be("""{"suspended":false}""");

        foreach (var (kind, name, usual) in new[] { ("Tenant", "plain", "Active"), ("TenantUser", "a-admin", "Synced"), ("TenantPlatform", "careful", "Available") })
        {
            await stage.TakeAsync(kind, name, "pause");
            await account.UntilSaidAsync(kind.ToLowerInvariant(), "Ready", "Paused", name);
            await stage.TakeAsync(kind, name, "unpause");
            await account.UntilSaidAsync(kind.ToLowerInvariant(), "Ready", usual, name);
        }

        foreach (var thing in s_kindsWithStatus.Select(each => each.Split('/')))
        {
            await stage.TakeAsync(thing[0], thing[1], "refresh");
            var item = await account.GetAsync(thing[0].ToLowerInvariant(), thing[1]);
            var asked = (string)item["metadata"]!["annotations"]!["tenantoperator.io/reconcile-requested-at"]!;
            asked.Should().MatchRegex(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
            await account.UntilAsync($"{thing[1]} was looked at", async () => (string?)(await account.GetAsync(thing[0].ToLowerInvariant(), thing[1]))["status"]!["lastHandledReconcileAt"] == asked);
        }
    }

    private static Task HoldNamespaceAsync(WalkAccount account, string tenant) => account.RunAsync(
        "patch", "namespace", account.NamespaceOf(tenant), "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");

    private static Task LetNamespaceGoAsync(WalkAccount account, string tenant) => account.RunAsync(
        "patch", "namespace", account.NamespaceOf(tenant), "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
}
