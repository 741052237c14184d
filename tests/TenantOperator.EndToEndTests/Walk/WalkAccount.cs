using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Walk;

/// <summary>An account and kubectl, which is all that a platform team has.</summary>
internal sealed class WalkAccount(Kubectl kubectl, string name, CancellationToken token)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public string Name => name;

    public string NamespaceOf(string tenant) => $"{name}-{tenant}";

    /// <summary>Runs kubectl in the account, which must succeed; a namespace that the arguments name wins.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> arguments) => kubectl.OutputAsync(["-n", name, .. arguments], null, token);

    /// <summary>Applies manifests in their order, on the server's side: one request each.</summary>
    public Task ApplyAsync(string yaml) => kubectl.OutputAsync(["-n", name, "apply", "--server-side", "-f", "-"], yaml, token);

    public Task PatchAsync(string thing, string patch) => RunAsync("patch", thing, "--type=merge", "-p", patch);

    public Task DeleteAsync(params IEnumerable<string> things) => RunAsync(["delete", "--wait=false", .. things]);

    public async Task<JsonNode> GetAsync(params IEnumerable<string> arguments) => JsonNode.Parse(await RunAsync(["get", .. arguments, "-o", "json"]))!;

    public async Task<IReadOnlyList<JsonNode>> ListAsync(params IEnumerable<string> arguments) => [.. (await GetAsync(arguments))["items"]!.AsArray().Select(item => item!)];

    /// <summary>The row of one object in the table a person sees, with single spaces.</summary>
    public async Task<string> RowAsync(string kind, string name) => Regex.Replace((await RunAsync("get", kind, name, "--no-headers")).Trim(), " +", " ");

    /// <summary>What a person reads about an object, its Events included, once it has the words.</summary>
    public Task<string> UntilDescribedAsync(string thing, params string[] words) => UntilAsync(
        () => RunAsync("describe", thing), text => words.All(text.Contains), text => text, $"kubectl describe {thing} has the words {string.Join(", ", words)}");

    /// <summary>Waits until Tenants have a reason in Ready for their spec as it is now, and returns them.</summary>
    public Task<IReadOnlyList<JsonNode>> UntilReadyAsync(string reason, params IEnumerable<string> tenants) => UntilSaidAsync("tenant", "Ready", reason, tenants);

    public async Task<JsonNode> UntilReadyAsync(string reason, string tenant) => (await UntilReadyAsync(reason, [tenant]))[0];

    /// <summary>Waits until objects have a reason in a condition.</summary>
    public Task<IReadOnlyList<JsonNode>> UntilSaidAsync(string kind, string type, string reason, params IEnumerable<string> names)
    {
        var list = names.ToList();
        return UntilAsync(
            async () => await ItemsAsync(kind, list),
            items => items.Count == list.Count && items.All(item => IsSaid(item, type, reason)),
            items => string.Join('\n', items.Where(item => !IsSaid(item, type, reason)).Select(item => $"{item["metadata"]!["name"]}: {item["status"]?["conditions"]?.ToJsonString()}")),
            $"{kind} {string.Join(", ", list)} say {type} {reason}");
    }

    /// <summary>Waits until a question is answered as it must be.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> condition) => UntilAsync(condition, answer => answer, _ => "", what);

    /// <summary>Waits until nothing of the names is there.</summary>
    public Task UntilGoneAsync(params IEnumerable<string> things) => RunAsync(["wait", "--for=delete", $"--timeout={Patience.TotalSeconds}s", .. things]);

    public static string MessageOf(JsonNode item, string type = "Ready") => (string?)ConditionOf(item, type)?["message"] ?? "";

    public static string ReasonOf(JsonNode item, string type = "Ready") => (string?)ConditionOf(item, type)?["reason"] ?? "";

    public static string VersionOf(JsonNode item) => (string)item["metadata"]!["resourceVersion"]!;

    public static string NameOf(JsonNode item) => (string)item["metadata"]!["name"]!;

    /// <summary>Who holds the units of a package, by slot.</summary>
    public async Task<IReadOnlyList<string>> HoldersAsync(string package) =>
        [.. (await ListAsync("packageallocations", "--field-selector", "spec.packageName=" + package)).OrderBy(each => (int)each["spec"]!["slot"]!).Select(each => (string)each["spec"]!["holder"]!["name"]!)];

    /// <summary>The people whom a RoleBinding of a tenant lets in.</summary>
    public async Task<IReadOnlyList<string>> PeopleAsync(string tenant, string role)
    {
        var json = await RunAsync("get", "rolebinding", "tenant-" + role, "-n", NamespaceOf(tenant), "-o", "json", "--ignore-not-found");
        return json.Length == 0 ? [] : [.. (JsonNode.Parse(json)!["subjects"] as JsonArray ?? []).Where(each => (string?)each!["kind"] == "User").Select(each => (string)each!["name"]!)];
    }

    private async Task<IReadOnlyList<JsonNode>> ItemsAsync(string kind, IReadOnlyList<string> names)
    {
        var answer = JsonNode.Parse(await RunAsync(["get", kind, .. names, "-o", "json", "--ignore-not-found"]) is { Length: > 0 } text ? text : """{"items":[]}""")!;
        return answer["items"] is JsonArray items ? [.. items.Select(item => item!)] : [answer];
    }

    private static bool IsSaid(JsonNode item, string type, string reason) =>
        ReasonOf(item, type) == reason && (long?)ConditionOf(item, type)?["observedGeneration"] == (long?)item["metadata"]!["generation"];

    private static JsonNode? ConditionOf(JsonNode item, string type) => (item["status"]?["conditions"] as JsonArray)?.FirstOrDefault(each => (string?)each!["type"] == type);

    private async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isRight, Func<T, string> show, string what)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (isRight(answer))
            {
                return answer;
            }

            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Waited {Patience} in vain until {what}. It was:\n{show(answer)}"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, token);
        }
    }
}
