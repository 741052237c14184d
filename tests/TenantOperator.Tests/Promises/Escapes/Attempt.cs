using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Promises.Escapes;

/// <summary>Who somebody is towards the attacker's account, as section "who may do what" of the design has it.</summary>
internal enum Hat
{
    /// <summary>Writes Tenants, TenantUsers and TenantTemplates of the account.</summary>
    AccountAdmin,

    /// <summary>Writes TenantPlatforms and TenantPackages of the account.</summary>
    PlatformAdmin,

    /// <summary>Labels the account's own namespaces and does as they please inside those of its tenants.</summary>
    NamespaceOwner,
}

/// <summary>One request, or a pause until the operator has said something.</summary>
/// <param name="Method">The verb; null for a pause.</param>
/// <param name="Path">The resource and name inside the attacker's account, or a whole path.</param>
/// <param name="Body">The body, with names of the two accounts as $words.</param>
internal sealed record Step(HttpMethod? Method, string Path, string Body);

/// <summary>How an attempt must end.</summary>
internal abstract record End
{
    /// <summary>The server refuses the last request with these words.</summary>
    internal sealed record Refused(string Words) : End;

    /// <summary>The operator says so in a condition of an object.</summary>
    internal sealed record Said(string Path, string Reason, string Type) : End;

    /// <summary>The object is gone, at the attacker's own expense.</summary>
    internal sealed record Gone(string Path) : End;
}

/// <summary>One try to reach what belongs to somebody else.</summary>
internal sealed record Attempt(string What, Hat Hat, IReadOnlyList<Step> Steps, End End)
{
    public override string ToString() => $"{Hat}: {What}";
}

/// <summary>Words to write attempts with. $name stands for a name that no other attempt has.</summary>
internal static partial class Attempts
{
    private const string Marks = $$"""
        {"{{Labels.ManagedBy}}":"tenant-operator","{{Labels.Account}}":"$victim","{{Labels.AccountUid}}":"$victimUid","{{Labels.Tenant}}":"acme","{{Labels.TenantUid}}":"$victimTenantUid"}
        """;

    public static Step Tenant(string spec, string metadata = "{}") => Make("tenants", spec, metadata);

    /// <summary>A Tenant made from the template tpl of the attacker, with a forged copy of its values.</summary>
    public static Step TenantWithCopy(string values) => Tenant("""{"templateRef":{"name":"tpl"}}""", Annotated(Annotations.AppliedTemplate, $$"""
        {"name":"tpl","uid":"forged","generation":1,"appliedAt":"2026-01-01T00:00:00Z","values":{{values}}}
        """));

    public static Step User(string spec, string metadata = "{}") => Make("tenantusers", spec, metadata);

    public static Step Make(string resource, string spec, string metadata = "{}", string name = "$name")
    {
        var named = JsonNode.Parse(metadata)!.AsObject();
        named["name"] = name;
        return new(HttpMethod.Post, resource, new JsonObject { ["metadata"] = named, ["spec"] = JsonNode.Parse(spec) }.ToJsonString());
    }

    public static Step Patch(string path, string body) => new(HttpMethod.Patch, path, body);

    public static Step Delete(string path) => new(HttpMethod.Delete, path, "");

    public static Step Until(string reason, string path = "tenants/$name") => new(null, path, reason);

    public static string Annotated(string key, string value) => new JsonObject { ["annotations"] = new JsonObject { [key] = value } }.ToJsonString();

    public static End Refused(string words) => new End.Refused(words);

    public static End Said(string reason, string path = "tenants/$name", string type = CommonConditions.Ready) => new End.Said(path, reason, type);

    public static End Gone(string path = "tenants/$name") => new End.Gone(path);

    /// <summary>Puts the names of the accounts in the place of $words, and the labels of the victim's namespace in the place of "$marks".</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> words) =>
        Word().Replace(text.Replace("\"$marks\"", Marks, StringComparison.Ordinal), match => words.TryGetValue(match.Groups["word"].Value, out var value) ? value : throw new KeyNotFoundException(match.Value));

    [GeneratedRegex(@"\$(?<word>[a-zA-Z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
