using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TenantOperator.Kubectl.Planning;

/// <summary>Why the server refuses an object, a line for each reason: the field, what is wrong and what to do. Pure.</summary>
internal static partial class Refusals
{
    public static IReadOnlyList<string> Of(int code, JsonNode? answer, string kind, string ns)
    {
        var message = (string?)answer?["message"] ?? $"The API server answered HTTP {code}.";

        // A patch is refused with the whole object in the words, so that these come first.
        var unknown = UnknownField().Matches(message).Select(match => match.Groups["field"].Value).Distinct(StringComparer.Ordinal)
            .Select(field => $"{field}: there is no such field; see which there are: kubectl explain {kind.ToLowerInvariant()}.{Parent(field)}").ToList();
        if (unknown.Count > 0)
        {
            return unknown;
        }

        if (answer?["details"]?["causes"] is JsonArray { Count: > 0 } causes)
        {
            return [.. causes.Select(cause => Line((string?)cause!["field"], Words((string?)cause["message"] ?? ""))).Distinct(StringComparer.Ordinal)];
        }

        if (code == 404 && (string?)answer?["details"]?["kind"] == "namespaces")
        {
            return [$"metadata.namespace: namespace \"{ns}\" does not exist. Make it first: kubectl create namespace {ns}"];
        }

        if (code == 404)
        {
            return [$"This cluster does not know the kind {kind}. Install the CustomResourceDefinitions of the operator first."];
        }

        if (code == 403)
        {
            return [$"You may not do this: {message}"];
        }

        return [message];
    }

    private static string Line(string? field, string message) => string.IsNullOrEmpty(field) || field == "<nil>" ? message : $"{field}: {message}";

    // Invalid value: "object": what our rule says; the value is not always there.
    private static string Words(string message) => RuleMessage().Match(message) is { Success: true } match ? match.Groups["words"].Value : message;

    private static string Parent(string field) => field.Contains('.', StringComparison.Ordinal) ? field[..field.LastIndexOf('.')] : "spec";

    [GeneratedRegex("unknown field \"(?<field>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnknownField();

    [GeneratedRegex("^Invalid value: ((\"[^\"]*\"|[0-9.]+|true|false|null): )?(?<words>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleMessage();
}
