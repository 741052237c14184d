using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Promises.Escapes;

/// <summary>Every reference field, name and annotation, towards every target that is not the attacker's.</summary>
internal static partial class Attempts
{
    /// <summary>All of them, by the way they try.</summary>
    public static IReadOnlyList<(string Way, IReadOnlyList<Attempt> Attempts)> All { get; } =
    [
        ("a plain request", [.. ByRequest()]),
        ("a reference", [.. ByReference()]),
        ("the name of a namespace", [.. ByNamespace()]),
        ("an external id", [.. ByExternalId()]),
        ("a forged copy of a template", [.. ByForgedCopy()]),
        ("an annotation", [.. ByAnnotation()]),
        ("a person", [.. ByPerson()]),
        ("a label, an owner or a finalizer", [.. ByLabelAndOwner()]),
        ("a platform or package", [.. ByPlatform()]),
        ("a deletion", [.. ByDeletion()]),
    ];

    // What the roles alone keep apart. The operator has no part in it, but its own rights must not open a way around.
    private static IEnumerable<Attempt> ByRequest() =>
    [
        Account("makes a Tenant in the victim's account", Refused("forbidden"), new Step(HttpMethod.Post, $"/apis/{ApiGroup.ApiVersion}/namespaces/$victim/tenants", """{"metadata":{"name":"$name"},"spec":{}}""")),
        Account("edits the victim's Tenant", Refused("forbidden"), Patch($"/apis/{ApiGroup.ApiVersion}/namespaces/$victim/tenants/acme", """{"spec":{"suspended":true}}""")),
        Account("reads the victim's Secret", Refused("forbidden"), new Step(HttpMethod.Get, "/api/v1/namespaces/$victim/secrets/victims-key", "")),
        Account("makes a TenantPlatform", Refused("forbidden"), Make("tenantplatforms", """{"cluster":{}}""")),
        Account("grants itself a unit", Refused("forbidden"), Make("packageallocations", """{"packageName":"pro","slot":0,"holder":{"name":"own","uid":"x"}}""", name: "pro-0")),
        Account("writes the status of its own Tenant", Refused("forbidden"), Patch("tenants/own/status", """{"status":{"externalId":"$victimNsUid"}}""")),
        Platform("makes a Tenant", Refused("forbidden"), Tenant("{}")),
        Platform("makes a package in the victim's account", Refused("forbidden"), new Step(HttpMethod.Post, $"/apis/{ApiGroup.ApiVersion}/namespaces/$victim/tenantpackages", """{"metadata":{"name":"$name"},"spec":{"type":"AddOn"}}""")),
        Owner("labels the victim's namespace", Refused("forbidden"), Patch("/api/v1/namespaces/$victimNs", """{"metadata":{"labels":{"a":"b"}}}""")),
        Owner("binds itself in the victim's namespace", Refused("forbidden"), new Step(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/namespaces/$victimNs/rolebindings", """
            {"metadata":{"name":"tenant-admin"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"mallory"}]}
            """)),
    ];

    private static IEnumerable<Attempt> ByReference() =>
    [
        Account("platformRef has the name of the victim's platform", Said(TenantReasons.PlatformNotFound), Tenant("""{"platformRef":{"name":"victims-platform"}}""")),
        Account("platformRef has the victim's namespace before a slash", Refused("must be the name of an object in the same namespace"), Tenant("""{"platformRef":{"name":"$victim/victims-platform"}}""")),
        Account("platformRef climbs out of its path", Refused("must be the name of an object in the same namespace"), Tenant("""{"platformRef":{"name":"../$victim/victims-platform"}}""")),
        Account("packageRef has the name of the victim's package", Said(TenantReasons.PackageNotFound), Tenant("""{"packageRef":{"name":"victims-package"}}""")),
        Account("packageRef says which namespace it means", Said(TenantReasons.PackageNotFound), Tenant("""{"packageRef":{"name":"victims-package","namespace":"$victim"}}""")),
        Account("packageRef has the victim's namespace before a slash", Refused("lower case letters, digits and hyphens"), Tenant("""{"packageRef":{"name":"$victim/victims-package"}}""")),
        Account("addOns have the name of the victim's add-on", Said(TenantReasons.PackageNotFound), Tenant("""{"addOns":[{"name":"victims-addon","units":3}]}""")),
        Account("addOns climb out of their path", Refused("lower case letters, digits and hyphens"), Tenant("""{"addOns":[{"name":"../$victim/victims-addon"}]}""")),
        Account("templateRef has the name of the victim's template", Said(TenantReasons.TemplateNotFound), Tenant("""{"templateRef":{"name":"victims-template"}}""")),
        Account("templateRef has the victim's namespace before a slash", Refused("must be the name of an object in the same namespace"), Tenant("""{"templateRef":{"name":"$victim/victims-template"}}""")),
        Account("a template names the victim's packages", Said(TenantTemplateReasons.PackageNotFound, "tenanttemplates/$name"), Make("tenanttemplates", """{"packageRef":{"name":"victims-package"},"addOns":[{"name":"victims-addon"}]}""")),
        Account("tenantRef has the name of the victim's tenant", Said(TenantUserReasons.TenantNotFound, "tenantusers/$name"), User("""{"tenantRef":{"name":"acme"},"email":"mallory@own.example","roles":["Admin"]}""")),
        Account("tenantRef says which namespace it means", Said(TenantUserReasons.TenantNotFound, "tenantusers/$name"), User("""{"tenantRef":{"name":"acme","namespace":"$victim"},"email":"mallory@own.example","roles":["Admin"]}""")),
        Account("tenantRef has the victim's namespace before a slash", Refused("lower case letters, digits and hyphens"), User("""{"tenantRef":{"name":"$victim/acme"},"email":"mallory@own.example"}""")),
        Platform("credentials have the name of the victim's Secret", Said(TenantPlatformReasons.SecretMissing, "tenantplatforms/$name"), Make("tenantplatforms", """{"hatz":{"credentialsSecretRef":{"name":"victims-key"}}}""")),
        Platform("credentials climb out of their path", Refused("must be the name of an object in the same namespace"), Make("tenantplatforms", """{"hatz":{"credentialsSecretRef":{"name":"../../$victim/secrets/victims-key"}}}""")),
        Platform("a key of the credentials climbs out of its path", Refused("key of a Secret"), Make("tenantplatforms", """{"hatz":{"credentialsSecretRef":{"name":"mine","keys":{"apiKey":"../victims-key"}}}}""")),
        Platform("a Prometheus token has the victim's namespace before a slash", Refused("must be the name of an object in the same namespace"), Make("tenantplatforms", """
            {"cluster":{"prometheus":{"url":"https://prometheus.example","bearerTokenSecretRef":{"name":"$victim/victims-key","key":"token"}}}}
            """)),
    ];

    private static IEnumerable<Attempt> ByNamespace() =>
    [
        Account("spec.cluster.namespace is the victim's", Said(TenantReasons.NamespaceTaken), InNamespace("$victimNs")),
        Account("spec.cluster.namespace is one that the victim's former tenant left behind", Said(TenantReasons.NamespaceTaken), InNamespace("$victimFormerNs")),
        Account("spec.cluster.namespace is the victim's account", Said(TenantReasons.NamespaceTaken), InNamespace("$victim")),
        Account("spec.cluster.namespace is the own account", Said(TenantReasons.NamespaceTaken), InNamespace("$me")),
        Account("spec.cluster.namespace is that of another own tenant", Said(TenantReasons.NamespaceTaken), InNamespace("$myNs")),
        Account("spec.cluster.namespace is nobody's", Said(TenantReasons.NamespaceTaken), InNamespace("$unmarked")),
        Account("spec.cluster.namespace is one that somebody may want later", Said(TenantReasons.NameInvalid), InNamespace("$free")),
        Account("spec.cluster.namespace begins like the account and goes on without a hyphen", Said(TenantReasons.NameInvalid), InNamespace("$longer")),
        Account("spec.cluster.namespace is kube-system", Refused("choose another name"), InNamespace("kube-system")),
        Account("spec.cluster.namespace is default", Refused("choose another name"), InNamespace("default")),
        Account("the Tenant's name makes that of the victim's account", Said(TenantReasons.NamespaceTaken, "tenants/v"), Make("tenants", "{}", name: "v")),
        Account("the Tenant's name makes that of the victim's namespace", Said(TenantReasons.NamespaceTaken, "tenants/v-acme"), Make("tenants", "{}", name: "v-acme")),
        Account("the Tenant's name makes that of what the victim's former tenant left behind", Said(TenantReasons.NamespaceTaken, "tenants/v-former"), Make("tenants", "{}", name: "v-former")),
        Account("spec.name is kube-system", Said(TenantReasons.Active), Tenant("""{"name":"kube-system"}""")),
        Account("spec.displayName and description hold the victim's name", Said(TenantReasons.Active), Tenant("""{"displayName":"$victimNs","description":"{\"metadata\":{\"namespace\":\"kube-system\"}}"}""")),
        Account("spec.cluster.namespace moves to the victim's afterwards", Refused("data does not move between namespaces"),
            InNamespace("$me-$name"), Until(TenantReasons.Active), Patch("tenants/$name", """{"spec":{"cluster":{"namespace":"$victimNs"}}}""")),
    ];

    private static IEnumerable<Attempt> ByExternalId() =>
    [
        .. new[] { ("the victim's namespace", "victimNsUid"), ("the victim's account", "victimUid"), ("kube-system", "kubeSystemUid"), ("a namespace of nobody's", "unmarkedUid"), ("what the victim's former tenant left behind", "victimFormerNsUid") }
            .Select(target => Account($"spec.externalId is the uid of {target.Item1}", Said(TenantReasons.ExternalIdNotFound), Tenant($$"""{"externalId":"${{target.Item2}}"}"""))),
        .. new[] { ("victimNs", "victimNsUid"), ("victimFormerNs", "victimFormerNsUid"), ("unmarked", "unmarkedUid"), ("victim", "victimUid") }
            .Select(target => Account($"spec.externalId and spec.cluster.namespace together name {target.Item1}", Said(TenantReasons.NamespaceTaken), Tenant($$$"""{"externalId":"${{{target.Item2}}}","cluster":{"namespace":"${{{target.Item1}}}"}}"""))),
        Account("the annotation external-id is the uid of the victim's namespace", Said(TenantReasons.Active), Tenant("{}", Annotated(Annotations.ExternalId, "$victimNsUid"))),
        Account("the annotation external-id is the uid of kube-system", Said(TenantReasons.Active), Tenant("{}", Annotated(Annotations.ExternalId, "$kubeSystemUid"))),
    ];

    private static IEnumerable<Attempt> ByForgedCopy() =>
    [
        Account("a forged copy of a template names the victim's namespace", Said(TenantReasons.Active), TenantWithCopy("""{"cluster":{"namespace":"$victimNs"},"externalId":"$victimNsUid"}""")),
        Account("a forged copy maps roles to cluster-admin", Said(TenantReasons.Active), TenantWithCopy("""{"cluster":{"roles":{"admin":"cluster-admin"},"access":[{"group":"system:masters","role":"Admin"}]}}""")),
        Account("a forged copy names the victim's packages", Said(TenantReasons.PackageNotFound), TenantWithCopy("""{"packageRef":{"name":"victims-package"},"addOns":[{"name":"victims-addon"}]}""")),
        Account("a forged copy climbs out of a path", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"packageRef":{"name":"../../$victim/tenantpackages/victims-package"}}""")),
        Account("a forged copy carries the victim's marks as labels", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"cluster":{"labels":{"tenantoperator.io/account":"$victim","tenantoperator.io/account-uid":"$victimUid","tenantoperator.io/tenant-uid":"$victimTenantUid"}}}""")),
        Account("a forged copy weakens Pod Security by a label", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"cluster":{"labels":{"pod-security.kubernetes.io/enforce-version":"v1.0"}}}""")),
        Account("a forged copy asks for a weaker Pod Security level", Said(TenantReasons.PodSecurityNotAllowed, type: TenantConditions.Synced), TenantWithCopy("""{"cluster":{"podSecurity":"privileged"}}""")),
        Account("a forged copy asks for a Pod Security level that is none", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"cluster":{"podSecurity":99}}""")),
        Account("a forged copy opens the network", Said(TenantReasons.NetworkNotAllowed, type: TenantConditions.Synced), TenantWithCopy("""{"cluster":{"networkPolicy":"Open"}}""")),
        Account("a forged copy makes the tenant deletable", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"deletionPolicy":"Delete"}""")),
        Account("a forged copy asks for two thousand million units", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"addOns":[{"name":"victims-addon","units":2000000000}]}""")),
        Account("a forged copy asks for fewer than no units", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"addOns":[{"name":"victims-addon","units":-5}]}""")),
        Account("a forged copy holds nothing where something belongs", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"addOns":[null],"cluster":{"labels":{"a":null}}}""")),
        Account("a forged copy holds an add-on without a name", Said(TenantReasons.TemplateInvalid), TenantWithCopy("""{"addOns":[{"name":null,"units":1}]}""")),
        Account("a forged copy holds no values", Said(TenantReasons.TemplateInvalid), TenantWithCopy("null")),
        Account("a forged copy is of the victim's template", Said(TenantReasons.TemplateInvalid), Tenant("""{"templateRef":{"name":"tpl"}}""", Annotated(Annotations.AppliedTemplate, """{"name":"victims-template","uid":"x","values":{}}"""))),
        Account("a forged copy is no JSON", Said(TenantReasons.TemplateInvalid), Tenant("""{"templateRef":{"name":"tpl"}}""", Annotated(Annotations.AppliedTemplate, "{{{"))),
        Account("a forged copy is as deep as a well", Said(TenantReasons.TemplateInvalid), TenantWithCopy("{\"security\":" + string.Concat(Enumerable.Repeat("[", 20_000)))),
    ];

    private static IEnumerable<Attempt> ByAnnotation() =>
    [
        Account("an attempt to create is forged", Said(TenantReasons.Active), Tenant("{}", Annotated(Annotations.CreationAttempt, """{"id":"1","time":"1970-01-01T00:00:00Z","name":"$victimNs"}"""))),
        Account("initial users are said to be made", Said(TenantReasons.Active), Tenant("""{"initialUsers":[{"email":"mallory@own.example"}]}""", Annotated(Annotations.InitialUsersCreated, "nonsense"))),
        Account("annotations of a namespace are put on a Tenant", Said(TenantReasons.Active), Tenant("{}", $$$"""
            {"annotations":{"{{{Annotations.TenantLabels}}}":"{{{Labels.TenantUid}}},pod-security.kubernetes.io/enforce","{{{Annotations.ManagedSubjects}}}":"x","{{{Annotations.RetainedAt}}}":"x"}}
            """)),
        Account("a request for a pass is nonsense", Said(TenantReasons.Active), Tenant("{}", Annotated(Annotations.ReconcileRequestedAt, "../../$victim/tenants/acme"))),
        Platform("recent deletions are nonsense", Said(TenantPlatformReasons.Available, "tenantplatforms/$name"), Make("tenantplatforms", """{"cluster":{}}""", Annotated(Annotations.RecentDeletions, "[[["))),
        Platform("recent deletions are at the end of time", Said(TenantPlatformReasons.Available, "tenantplatforms/$name"), Make("tenantplatforms", """{"cluster":{}}""", Annotated(Annotations.RecentDeletions, """{"$victimTenantUid":"9999-12-31T23:59:59Z"}"""))),
        Platform("the confirmation of deletions is nonsense", Said(TenantPlatformReasons.Available, "tenantplatforms/$name"), Make("tenantplatforms", """{"cluster":{}}""", Annotated(Annotations.ConfirmDeletions, "-1e99"))),
        Owner("annotations of the own namespace name the operator's labels as the tenant's", Said(TenantReasons.Active, "tenants/own"),
            Patch("/api/v1/namespaces/$myNs", $$$$"""{"metadata":{"annotations":{"{{{{Annotations.TenantLabels}}}}":"{{{{Labels.TenantUid}}}},{{{{Labels.Account}}}},kubernetes.io/metadata.name"}}}""")),
    ];

    private static IEnumerable<Attempt> ByLabelAndOwner() =>
    [
        Account("a Tenant carries the victim's marks", Said(TenantReasons.Active), Tenant("{}", """{"labels":"$marks"}""")),
        Account("a TenantUser carries the victim's marks", Said(TenantUserReasons.Synced, "tenantusers/$name"), User("""{"tenantRef":{"name":"own"},"email":"$name@own.example"}""", """{"labels":"$marks"}""")),
        Account("a Tenant is owned by the victim's namespace", Said(TenantReasons.Active), Tenant("{}", """{"ownerReferences":[{"apiVersion":"v1","kind":"Namespace","name":"$victimNs","uid":"$victimNsUid"}]}""")),
        Account("a TenantUser is owned by the victim's namespace", Said(TenantUserReasons.Synced, "tenantusers/$name"),
            User("""{"tenantRef":{"name":"own"},"email":"$name@own.example"}""", """{"ownerReferences":[{"apiVersion":"v1","kind":"Namespace","name":"$victimNs","uid":"$victimNsUid","controller":true}]}""")),
        Account("a Tenant has finalizers of others and of other kinds", Said(TenantReasons.Active), Tenant("{}", $$$"""{"finalizers":["{{{Finalizers.TenantUser}}}","foreign.example/never"]}""")),
        Account("labels of the namespace overwrite our marks", Refused("reserved"), Tenant("""{"cluster":{"labels":"$marks"}}""")),
        Account("labels of the namespace weaken Pod Security", Refused("reserved"), Tenant("""{"cluster":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}""")),
        Account("labels of the namespace take its name", Refused("reserved"), Tenant("""{"cluster":{"labels":{"kubernetes.io/metadata.name":"$victimNs"}}}""")),
        Account("labels of a template overwrite our marks", Refused("reserved"), Make("tenanttemplates", """{"cluster":{"labels":"$marks"}}""")),
        Owner("a binding of the own tenant carries the victim's marks", Said(TenantReasons.Active, "tenants/own"), Patch("/apis/rbac.authorization.k8s.io/v1/namespaces/$myNs/rolebindings/tenant-admin", """{"metadata":{"labels":"$marks"}}""")),
        Owner("a binding forged in the operator's name gives cluster-admin", Said(TenantReasons.Active, "tenants/own"), new Step(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/namespaces/$myNs/rolebindings", """
            {"metadata":{"name":"tenant-developer","labels":"$marks"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"mallory"}]}
            """)),
        Owner("the account's namespace carries the victim's marks", Said(TenantReasons.Active, "tenants/own"), Patch("/api/v1/namespaces/$me", """{"metadata":{"labels":"$marks"}}""")),
        Owner("the own tenant's namespace carries the victim's marks", Said(TenantReasons.NamespaceTaken, "tenants/own"), Patch("/api/v1/namespaces/$myNs", """{"metadata":{"labels":"$marks"}}""")),
        Owner("the own tenant's namespace carries the marks of a tenant that the victim has not made yet", Said(TenantReasons.NamespaceTaken, "tenants/own"),
            Patch("/api/v1/namespaces/$myNs", $$$$"""{"metadata":{"labels":{"{{{{Labels.Tenant}}}}":"next","{{{{Labels.TenantUid}}}}":"0"}}}""")),
    ];

    private static IEnumerable<Attempt> ByPlatform() =>
    [
        Platform("roles map to cluster-admin", Refused("cluster-admin and system roles are not given away"), Make("tenantplatforms", """{"cluster":{"roles":{"admin":"cluster-admin"}}}""")),
        Platform("roles map to a system role", Refused("cluster-admin and system roles are not given away"), Make("tenantplatforms", """{"cluster":{"roles":{"member":"system:node"}}}""")),
        Platform("roles map to a ClusterRole outside the operator's list", Said(TenantPlatformReasons.RoleNotAllowed, "tenantplatforms/outside"), Make("tenantplatforms", """{"cluster":{"roles":{"admin":"$victim-admin"}}}""", name: "outside")),
        Account("a person is made admin by a ClusterRole outside the operator's list", Said(TenantReasons.RoleNotAllowed),
            Tenant("""{"platformRef":{"name":"outside"}}"""), User("""{"tenantRef":{"name":"$name"},"email":"$name@own.example","roles":["Admin"]}""")),
        Platform("access is given to system:masters", Refused("names everyone or parts of the cluster"), Make("tenantplatforms", """{"cluster":{"access":[{"group":"system:masters","role":"Admin"}]}}""")),
        Platform("access is given to everybody who is signed in", Refused("names everyone or parts of the cluster"), Make("tenantplatforms", """{"cluster":{"access":[{"group":"system:authenticated","role":"Admin"}]}}""")),
        Platform("the prefix of user names is that of the system", Refused("must not start with"), Make("tenantplatforms", """{"cluster":{"usernamePrefix":"system:serviceaccount:kube-system:"}}""")),
        Platform("the prefix of user names is the beginning of that of the system", Refused("must not start with"), Make("tenantplatforms", """{"cluster":{"usernamePrefix":"system"}}""")),
        Platform("the network lets in the victim's namespace", Said(TenantPlatformReasons.Available, "tenantplatforms/$name"), Make("tenantplatforms", """{"cluster":{"networkPolicy":{"allowNamespaces":["$victimNs","kube-system"]}}}""")),
        Platform("the network lets in what is no name", Refused("must be the name of a namespace"), Make("tenantplatforms", """{"cluster":{"networkPolicy":{"allowNamespaces":["*"]}}}""")),
        Platform("a package has the name of the victim's", Said(TenantPackageReasons.Unlimited, "tenantpackages/victims-package"), Make("tenantpackages", """{"type":"Primary"}""", name: "victims-package")),
        Account("a unit of a package with the name of the victim's is taken", Said(TenantReasons.Active), Tenant("""{"packageRef":{"name":"victims-package"}}""")),
        Account("a unit is taken of a package that there is only at the victim's", Said(TenantReasons.PackageNotFound), Tenant("""{"packageRef":{"name":"victims-package"},"addOns":[{"name":"victims-addon"}]}""")),
    ];

    private static IEnumerable<Attempt> ByPerson() =>
    [
        Account("a user name is that of the system", Refused("which names parts of the cluster"), User("""{"tenantRef":{"name":"own"},"email":"m@own.example","cluster":{"username":"system:masters"},"roles":["Admin"]}""")),
        Account("a user name is that of the system in capitals", Refused("which names parts of the cluster"), User("""{"tenantRef":{"name":"own"},"email":"m@own.example","cluster":{"username":"SYSTEM:admin"}}""")),
        Account("an e-mail address is that of a service account", Refused("must be an e-mail address"), User("""{"tenantRef":{"name":"own"},"email":"system:serviceaccount@kube-system"}""")),
        Account("a user name is two", Refused("white space"), User("""{"tenantRef":{"name":"own"},"email":"m@own.example","cluster":{"username":"mallory jane@acme.example"}}""")),
        Account("a TenantUser has the address of the victim's admin and is deleted", Gone("tenantusers/$name"),
            User("""{"tenantRef":{"name":"own"},"email":"jane@acme.example","deletionPolicy":"DeleteAccount"}"""), Until(TenantUserReasons.Synced, "tenantusers/$name"), Delete("tenantusers/$name")),
        Account("tenantRef moves to the victim's tenant afterwards", Refused("tenantRef cannot be changed"),
            User("""{"tenantRef":{"name":"own"},"email":"$name@own.example"}"""), Patch("tenantusers/$name", """{"spec":{"tenantRef":{"name":"acme"}}}""")),
        Account("initial users are many and their names are long", Said(TenantReasons.Active), Tenant("""{"initialUsers":[{"email":"jane@acme.example","roles":["Admin"]},{"email":"omar@acme.example"}]}""")),
        Account("people without a TenantUser are pruned", Said(TenantReasons.Active), Tenant("""{"pruneUsers":true,"maxRemovals":"100%"}""")),
    ];

    private static IEnumerable<Attempt> ByDeletion() =>
    [
        Account("a tenant is deleted for ever with the victim's identity", Said(TenantReasons.ConfirmationMismatch, type: TenantConditions.DeletionBlocked),
            Tenant("""{"deletionPolicy":"Delete","deletionConfirmation":{"externalId":"$victimNsUid","name":"$victimNs","displayName":"Acme"}}"""), Until(TenantReasons.Active), Delete("tenants/$name")),
        Account("a tenant that claims the victim's namespace is deleted for ever", Gone(),
            Tenant("""{"externalId":"$victimNsUid","cluster":{"namespace":"$victimNs"},"deletionPolicy":"Delete","deletionConfirmation":{"externalId":"$victimNsUid","name":"$victimNs","displayName":"Acme"}}"""),
            Until(TenantReasons.NamespaceTaken), Delete("tenants/$name")),
        Account("a tenant that claims what the victim's former tenant left behind is deleted for ever", Gone(),
            Tenant("""{"cluster":{"namespace":"$victimFormerNs"},"deletionPolicy":"Delete","deletionConfirmation":{"externalId":"$victimFormerNsUid","name":"$victimFormerNs","displayName":"former"}}"""),
            Until(TenantReasons.NamespaceTaken), Delete("tenants/$name")),
        Account("a tenant that claims nobody's namespace is suspended, then deleted", Gone(),
            Tenant("""{"cluster":{"namespace":"$unmarked"},"suspended":true}"""), Until(TenantReasons.NamespaceTaken), Delete("tenants/$name")),
        Account("a tenant is deleted before anything was looked at", Gone(),
            Tenant("""{"cluster":{"namespace":"$victimNs"},"deletionPolicy":"Delete","deletionConfirmation":{"externalId":"$victimNsUid","name":"$victimNs","displayName":"Acme"}}""", $$$"""{"finalizers":["{{{Finalizers.Tenant}}}"]}"""),
            Delete("tenants/$name")),
        Owner("a tenant whose namespace carries the victim's marks is deleted", Said(TenantReasons.NamespaceTaken, "tenants/own"),
            Patch("/api/v1/namespaces/$myNs", """{"metadata":{"labels":"$marks"}}""")),
        Account("and the tenant itself with it", Gone("tenants/own"), Delete("tenants/own")),
    ];

    private static Step InNamespace(string ns) => Tenant($$$"""{"cluster":{"namespace":"{{{ns}}}"}}""");

    private static Attempt Account(string what, End end, params IReadOnlyList<Step> steps) => new(what, Hat.AccountAdmin, steps, end);

    private static Attempt Platform(string what, End end, params IReadOnlyList<Step> steps) => new(what, Hat.PlatformAdmin, steps, end);

    private static Attempt Owner(string what, End end, params IReadOnlyList<Step> steps) => new(what, Hat.NamespaceOwner, steps, end);
}
