using System.Globalization;

namespace TenantOperator.EndToEndTests.Walk;

/// <summary>The YAML of the account, as a platform team would keep it in Git: 3 packages, 2 templates, 40 tenants, 300 people.</summary>
internal static class AccountManifest
{
    public const int Stock = 20;
    public const int PeopleEach = 10;

    /// <summary>Those that hold a unit of the package with a stock, from the template.</summary>
    public static IReadOnlyList<string> Served { get; } = Names(0, Stock);

    /// <summary>Those that come too late for one.</summary>
    public static IReadOnlyList<string> Late { get; } = Names(20, 10);

    /// <summary>Those of the package without a limit.</summary>
    public static IReadOnlyList<string> Small { get; } = Names(30, 10);

    public static string Namespace(string name, string controllerClass) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {{name}}
          labels: {tenantoperator.io/controller-class: {{controllerClass}} }
        """;

    public static string Stocks => $$"""
        {{Object("TenantPlatform", "default", "{cluster: {access: [{group: support, role: Developer}]}}")}}
        {{Object("TenantPackage", "business", $"{{type: Primary, quantity: {Stock}, limits: {{maxUsers: 15, maxAnalysts: 3}}, quota: {{pods: 20, requests.cpu: '4'}}}}")}}
        {{Object("TenantPackage", "starter", "{type: Primary, limits: {maxUsers: 10}, quota: {pods: 5}}")}}
        {{Object("TenantPackage", "storage", "{type: AddOn, quantity: 5, quota: {requests.storage: 10Gi}}")}}
        {{Object("TenantTemplate", "standard", "{packageRef: {name: business}, description: first edition, cluster: {labels: {example.com/edition: first}}}")}}
        {{Object("TenantTemplate", "small", "{packageRef: {name: starter}}")}}
        """;

    public static string Tenants(IEnumerable<string> tenants, string template) =>
        string.Join('\n', tenants.Select(tenant => Object("Tenant", tenant, $"{{templateRef: {{name: {template}}}}}")));

    public static string People(IEnumerable<string> tenants) =>
        string.Join('\n', tenants.SelectMany(tenant => Enumerable.Range(0, PeopleEach).Select(number => Person(tenant, number, number switch { 0 => "Admin", 1 => "Developer", 2 => "Analyst", _ => "Member" }))));

    public static string Person(string tenant, int number, string role) =>
        Object("TenantUser", $"{tenant}-u{number}", $"{{tenantRef: {{name: {tenant}}}, email: u{number}@{tenant}.example, roles: [{role}]}}");

    public static string Object(string kind, string name, string spec) => $$"""
        ---
        apiVersion: tenantoperator.io/v1alpha1
        kind: {{kind}}
        metadata: {name: {{name}}}
        spec: {{spec}}
        """;

    private static string[] Names(int first, int count) => [.. Enumerable.Range(first, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"t{number:00}"))];
}
