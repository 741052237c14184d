using TenantOperator.Emulators;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>The YAML of an account whose objects come into every state: each is named after the one it is for.</summary>
internal sealed record StateManifest(HatzEmulator Hatz, MindzieEmulator Mindzie, ProcessMindEmulator ProcessMind)
{
    private const string Nowhere = "{name: nowhere}";
    private const string NoId = "9e3779b1-0000-4000-8000-000000000000";

    // A label, so that the account's own namespace leaves no room for it.
    private const string TooLong = "a-name-that-is-too-long-to-stand-behind-that-of-the-account";

    public static string LongName => TooLong;

    public string Platforms => $$"""
        {{Secret("right-hatz", Hatz.Key)}}
        {{Secret("right-mindzie", Mindzie.Key)}}
        {{Secret("right-processmind", ProcessMind.Key)}}
        {{Secret("tenant-key", TenantKey)}}
        {{Secret("wrong", "no-such-key")}}
        {{Secret("empty", "")}}
        {{Platform("default", "cluster: {}")}}
        {{Platform("observed", "cluster: {}, mode: Observe")}}
        {{Platform("paused", "cluster: {}, paused: true")}}
        {{Platform("careful", "cluster: {}, deletionBreaker: {maxDeletions: 0}")}}
        {{Platform("too-mighty", "cluster: {roles: {admin: mighty}}")}}
        {{Platform("hatz", Remote("hatz", Hatz, "right-hatz"))}}
        {{Platform("no-secret", Remote("hatz", Hatz, "nowhere"))}}
        {{Platform("no-key", Remote("hatz", Hatz, "empty"))}}
        {{Platform("wrong-key", Remote("hatz", Hatz, "wrong"))}}
        {{Platform("private", "hatz: {baseUrl: 'https://10.0.0.1', credentialsSecretRef: {name: wrong}}")}}
        {{Platform("silent", "hatz: {baseUrl: 'http://127.0.0.1:1', insecure: true, credentialsSecretRef: {name: wrong}}")}}
        {{Platform("mindzie", Remote("mindzie", Mindzie, "right-mindzie"))}}
        {{Platform("tenant-key", Remote("mindzie", Mindzie, "tenant-key"))}}
        {{Platform("processmind", Remote("processMind", ProcessMind, "right-processmind", $", anchorTenantId: {ProcessMind.AnchorId}"))}}
        {{Platform("no-anchor", Remote("processMind", ProcessMind, "right-processmind", $", anchorTenantId: {NoId}"))}}

        """;

    public string Packages => $$"""
        {{Of("TenantPackage", "unlimited", "{type: Primary}")}}
        {{Of("TenantPackage", "limited", "{type: Primary, quantity: 5}")}}
        {{Of("TenantPackage", "sold-out", "{type: Primary, quantity: 0}")}}
        {{Of("TenantPackage", "shrunk", "{type: Primary, quantity: 1}")}}
        {{Of("TenantPackage", "storage", "{type: AddOn}")}}
        {{Of("TenantPackage", "hatz", $"{{type: Primary, quantity: 9, hatz: {{packageId: {Hatz.AddPackage("Business", unassigned: 9).Id}}}}}")}}
        {{Of("TenantPackage", "hatz-empty", $"{{type: Primary, quantity: 9, hatz: {{packageId: {Hatz.AddPackage("Empty", unassigned: 0).Id}}}}}")}}
        {{Of("TenantPackage", "hatz-uncounted", $"{{type: Primary, hatz: {{packageId: {Hatz.AddPackage("Uncounted", unassigned: 0).Id}}}}}")}}

        """;

    public static string Templates => $$"""
        {{Of("TenantTemplate", "usable", "{packageRef: {name: unlimited}}")}}
        {{Of("TenantTemplate", "no-package", $"{{packageRef: {Nowhere}}}")}}
        {{Of("TenantTemplate", "add-on", "{packageRef: {name: storage}}")}}
        {{Of("TenantTemplate", "no-platform", RemoteTemplate("nowhere"))}}
        {{Of("TenantTemplate", "on-cluster", RemoteTemplate("default"))}}
        {{Of("TenantTemplate", "on-silent", RemoteTemplate("silent"))}}
        {{Of("TenantTemplate", "on-wrong-key", RemoteTemplate("wrong-key"))}}
        {{Of("TenantTemplate", "on-hatz", RemoteTemplate("hatz", ", defaultModelName: no-such-model"))}}
        {{Of("TenantTemplate", "lost", RemoteTemplate("hatz", name: "Lost"))}}

        """;

    public static string Tenants => $$"""
        {{Tenant("active", "packageRef: {name: limited}")}}
        {{Tenant("suspended", "suspended: true")}}
        {{Tenant("paused", "paused: true")}}
        {{Tenant("observed", "platformRef: {name: observed}")}}
        {{Tenant("on-paused", "platformRef: {name: paused}")}}
        {{Tenant("no-platform", $"platformRef: {Nowhere}")}}
        {{Tenant("other-platform", "mindzie: {}")}}
        {{Tenant("no-template", $"templateRef: {Nowhere}")}}
        {{Tenant("bad-template", "templateRef: {name: usable}")}}
        {{Tenant("no-package", $"packageRef: {Nowhere}")}}
        {{Tenant("add-on", "packageRef: {name: storage}")}}
        {{Tenant("waiting", "packageRef: {name: sold-out}")}}
        {{Tenant("shrunk-a", "packageRef: {name: shrunk}")}}
        {{Tenant("taken", "description: its namespace is somebody else's")}}
        {{Tenant("ending", "description: its namespace goes")}}
        {{Tenant("no-id", $"externalId: {NoId}")}}
        {{Tenant(TooLong, "description: the name is too long")}}
        {{Tenant("too-mighty", "platformRef: {name: too-mighty}")}}
        {{Tenant("refused", "description: a policy refuses its network policy")}}

        """;

    public static string People => $$"""
        {{Tenant("crowd", "limits: {maxUsers: 3, maxAnalysts: 1}")}}
        {{Person("crowd", "a-admin", "roles: [Admin]")}}
        {{Person("crowd", "b-analyst", "roles: [Analyst]")}}
        {{Person("crowd", "c-analyst", "roles: [Analyst]")}}
        {{Person("crowd", "d-member", "roles: [Member]")}}
        {{Person("crowd", "e-member", "roles: [Member]")}}
        {{Person("crowd", "f-inactive", "active: false")}}
        {{Person("crowd", "g-paused", "paused: true")}}
        {{Of("TenantUser", "h-double", "{tenantRef: {name: crowd}, email: a-admin@crowd.example}")}}
        {{Person("nowhere", "no-tenant", "roles: [Member]")}}
        {{Person("no-template", "early", "roles: [Member]")}}
        {{Person("suspended", "locked-out", "roles: [Admin]")}}
        {{Tenant("last", "description: one admin")}}
        {{Person("too-mighty", "mighty-admin", "roles: [Admin]")}}
        {{Person("last", "last-admin", "roles: [Admin]")}}
        {{Tenant("held", "maxRemovals: 1")}}
        {{string.Join('\n', Held.Select(name => Person("held", name, "roles: [Member]")))}}
        {{Person("held", "held-admin", "roles: [Admin]")}}

        """;

    public string RemoteTenants => $$"""
        {{OnHatz("hatz-active")}}
        {{OnHatz("hatz-no-key", platform: "no-secret")}}
        {{OnHatz("hatz-silent", platform: "silent")}}
        {{OnHatz("hatz-empty", package: "hatz-empty")}}
        {{OnHatz("hatz-uncounted", package: "hatz-uncounted")}}
        {{OnHatz("hatz-taken")}}
        {{OnHatz("hatz-template", fields: ", templateRef: {name: on-hatz}")}}
        {{OnHatz("hatz-manual")}}
        {{Person("hatz-manual", "hatz-admin", "roles: [Admin]")}}
        {{Person("hatz-manual", "hatz-leaver", "roles: [Member]")}}
        {{OnHatz("hatz-model")}}
        {{OnHatz("hatz-odd")}}
        {{Tenant("mindzie-expired", "platformRef: {name: mindzie}, mindzie: {}")}}
        {{Person("mindzie-expired", "mighty", "mindzie: {role: TenantAdmin}")}}
        {{Tenant("processmind-full", "platformRef: {name: processmind}, processMind: {}")}}
        {{Tenant("processmind-anchor", $"platformRef: {{name: processmind}}, processMind: {{}}, externalId: {ProcessMind.AnchorId}, deletionPolicy: Delete")}}

        """;

    public static string TenantKey => "a-key-of-one-tenant";

    /// <summary>Those who lose their access at once.</summary>
    public static IReadOnlyList<string> Held { get; } = ["held-a", "held-b", "held-c", "held-d"];

    public static string OnHatz(string name, string package = "hatz", string platform = "hatz", string fields = "") =>
        Tenant(name, $"displayName: Tenant {name}, platformRef: {{name: {platform}}}, hatz: {{}}, packageRef: {{name: {package}}}{fields}");

    public static string RefusedTemplate => Of("TenantTemplate", "refused", RemoteTemplate("hatz", name: "Refused"));

    public static string Tenant(string name, string fields) => Of("Tenant", name, $"{{{fields}}}");

    private static string Person(string tenant, string name, string fields) => Of("TenantUser", name, $"{{tenantRef: {{name: {tenant}}}, email: {name}@{tenant}.example, {fields}}}");

    private static string Platform(string name, string fields) => Of("TenantPlatform", name, $"{{{fields}}}");

    private static string Remote(string type, Emulator emulator, string secret, string fields = "") =>
        $"{type}: {{baseUrl: '{emulator.Address.ToString().TrimEnd('/')}', insecure: true, usageInterval: 2s, credentialsSecretRef: {{name: {secret}}}{fields}}}";

    private static string RemoteTemplate(string platform, string fields = "", string name = "Standard") =>
        $"{{hatz: {{remoteTemplate: {{platformRef: {{name: {platform}}}, name: {name}, packageName: Business}}{fields}}}}}";

    private static string Of(string kind, string name, string spec) => AccountManifest.Object(kind, name, spec);

    private static string Secret(string name, string key) => $$"""
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name}}}
        stringData: {apiKey: '{{key}}'}
        """;
}
