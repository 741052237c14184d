using System.Text.Json.Nodes;

namespace TenantOperator.ControlPlane.Trying;

/// <summary>One object of config/samples as the cluster has it.</summary>
/// <param name="Title">Kind, namespace and name, as a person would say them.</param>
/// <param name="IsReady">Its Ready condition is true and about the newest spec; or it is of a kind that has no such condition.</param>
/// <param name="Conditions">A line for each condition: type, status, reason and message.</param>
internal sealed record Sample(string Title, bool IsReady, IReadOnlyList<string> Conditions)
{
    private const string Group = "tenantoperator.io/";

    // A template takes effect only when it is used, and an allocation is there or not: neither has a state of its own.
    private static readonly HashSet<string> KindsWithReady = ["Tenant", "TenantUser", "TenantPackage", "TenantPlatform"];

    /// <summary>Our objects among those that kubectl get -o json printed: a list, or a single object.</summary>
    public static IReadOnlyList<Sample> Parse(string json)
    {
        var root = JsonNode.Parse(json)!;
        var objects = root["items"]?.AsArray() ?? [root.DeepClone()];
        return [.. objects.OfType<JsonObject>().Where(found => Text(found["apiVersion"]).StartsWith(Group, StringComparison.Ordinal)).Select(From)];
    }

    private static Sample From(JsonObject found)
    {
        var (kind, metadata, conditions) = (Text(found["kind"]), found["metadata"], found["status"]?["conditions"]?.AsArray() ?? []);
        var ready = conditions.FirstOrDefault(condition => Text(condition?["type"]) == "Ready");
        var seen = Number(ready?["observedGeneration"]) ?? Number(found["status"]?["observedGeneration"]) ?? long.MaxValue;
        return new Sample(
            $"{kind} {Text(metadata?["namespace"])}/{Text(metadata?["name"])}",
            !KindsWithReady.Contains(kind) || (Text(ready?["status"]) == "True" && seen >= Number(metadata?["generation"])),
            [.. conditions.Select(condition => $"{Text(condition?["type"])}={Text(condition?["status"])} {Text(condition?["reason"])}: {Text(condition?["message"])}")]);
    }

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    private static long? Number(JsonNode? node) => node?.GetValue<long>();
}
