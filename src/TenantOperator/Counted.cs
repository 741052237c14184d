namespace TenantOperator;

/// <summary>Numbers of things in words for people.</summary>
internal static class Counted
{
    public static string People(int count) => Of(count, "person", "people");

    public static string Tenants(int count) => Of(count, "tenant", "tenants");

    /// <summary>With the verb that goes with the number: "1 unit is", "3 units are".</summary>
    public static string UnitsAre(int count) => Of(count, "unit is", "units are");

    /// <summary>The same of tenants.</summary>
    public static string TenantsAre(int count) => Of(count, "tenant is", "tenants are");

    private static string Of(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
