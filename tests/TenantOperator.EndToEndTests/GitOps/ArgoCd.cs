using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>What Argo CD shows of an object.</summary>
internal sealed record Health(string Status, string Message);

/// <summary>Something that Argo CD offers to do with an object.</summary>
internal sealed record OfferedAction(string Name, bool Disabled, string DisplayName);

/// <summary>
/// Argo CD as far as a script can tell: it runs those of config/argocd by a real Lua interpreter, and makes of an object that an action returns the patch that Argo CD sends.
/// </summary>
internal sealed class ArgoCd(Lua lua)
{
    private static readonly string s_scripts = Path.Combine(Repository.Root, "config", "argocd", "tenantoperator.io");

    public static async Task<ArgoCd> FindAsync() => new(await Lua.FindAsync(Console.Error, TestContext.Current.CancellationToken));

    /// <summary>What Argo CD shows: of an object that is being deleted it says so, and asks no script.</summary>
    public async Task<Health> HealthOfAsync(JsonNode item) => item["metadata"]!["deletionTimestamp"] is null ? await ScriptHealthOfAsync(item) : new Health("Progressing", "Pending deletion");

    /// <summary>What the script says.</summary>
    public async Task<Health> ScriptHealthOfAsync(JsonNode item)
    {
        var health = (JsonObject)await RunAsync(item, "health.lua");
        health.Select(each => each.Key).Should().BeEquivalentTo("status", "message");
        return new((string)health["status"]!, (string)health["message"]!);
    }

    /// <summary>The actions that are offered.</summary>
    public async Task<IReadOnlyList<OfferedAction>> ActionsOfAsync(JsonNode item)
    {
        if (!Directory.Exists(Path.Combine(FolderOf(item), "actions")))
        {
            return [];
        }

        return
        [
            .. ((JsonObject)await RunAsync(item, "actions", "discovery.lua")).OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => new OfferedAction(each.Key, (bool?)each.Value!["disabled"] == true, (string)each.Value["displayName"]!)),
        ];
    }

    /// <summary>The merge patch that Argo CD sends when somebody takes an action.</summary>
    public async Task<string> PatchOfAsync(JsonNode item, string action)
    {
        (await ActionsOfAsync(item)).Should().Contain(offered => offered.Name == action && !offered.Disabled, "{0} is offered", action);
        var returned = Clean(await RunAsync(item, "actions", action, "action.lua"), item);
        return (MergePatch.Between((JsonObject)item, (JsonObject)returned) ?? []).ToJsonString();
    }

    /// <summary>The actions for which a kind has a script.</summary>
    public static IReadOnlyList<string> ScriptedActionsOf(JsonNode item) => Path.Combine(FolderOf(item), "actions") is var folder && Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder).Select(each => Path.GetFileName(each)!).Order(StringComparer.Ordinal)]
        : [];

    private static string FolderOf(JsonNode item) => Path.Combine(s_scripts, (string)item["kind"]!);

    private async Task<JsonNode> RunAsync(JsonNode item, params IReadOnlyList<string> script)
    {
        var runner = Path.Combine(Repository.Root, "tests", "TenantOperator.EndToEndTests", "GitOps", "argocd.lua");
        var result = await lua.RunAsync([runner, Path.Combine([FolderOf(item), .. script])], Literal(item), TestContext.Current.CancellationToken);
        result.ExitCode.Should().Be(0, result.Error);
        return JsonNode.Parse(result.Output)!;
    }

    // Lua has one empty table for a list and a map, which comes back as a list. Argo CD puts back what was there before.
    private static JsonNode Clean(JsonNode returned, JsonNode before)
    {
        switch (returned, before)
        {
            case (JsonObject after, JsonObject old):
                foreach (var (key, value) in old.Where(each => each.Value is not null && after[each.Key] is not null))
                {
                    after[key] = Clean(after[key]!, value!).DeepClone();
                }

                return after;
            case (JsonArray { Count: 0 }, JsonObject old):
                return old;
            case (JsonArray after, JsonArray old):
                return new JsonArray([.. after.Select((value, index) => index < old.Count && value is not null && old[index] is { } former ? Clean(value, former).DeepClone() : value?.DeepClone())]);
            default:
                return returned;
        }
    }

    private static string Literal(JsonNode? node) => node switch
    {
        null => "nil",
        JsonObject map => "{" + string.Join(",", map.Where(each => each.Value is not null).Select(each => $"[{Text(each.Key)}]={Literal(each.Value)}")) + "}",
        JsonArray list => "{" + string.Join(",", list.Select(Literal)) + "}",
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text),
        _ => node.ToJsonString(),
    };

    // Byte by byte, so that nothing in it can be taken for Lua.
    private static string Text(string text) =>
        "\"" + string.Concat(Encoding.UTF8.GetBytes(text).Select(letter => letter is >= (byte)'a' and <= (byte)'z' ? ((char)letter).ToString() : "\\" + letter.ToString("000", CultureInfo.InvariantCulture))) + "\"";
}
