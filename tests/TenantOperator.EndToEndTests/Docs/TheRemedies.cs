using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>The commands of docs/troubleshooting.md, with names of the sample account in the place of words: kubectl and the API server take each of them. Those of the plug-in are its own affair.</summary>
[Collection(nameof(OnTheDocsCluster))]
public sealed class TheRemedies(DocsCluster docs)
{
    private static readonly Dictionary<string, string> s_objects = new(StringComparer.Ordinal)
    {
        ["Tenant"] = "acme",
        ["TenantUser"] = "acme-jane",
        ["TenantPackage"] = "professional",
        ["TenantPlatform"] = "default",
        ["TenantTemplate"] = "standard",
    };

    public static TheoryData<string> Kinds => [.. s_objects.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Each_command_can_be_given(string kind)
    {
        var cluster = docs.Cluster;
        await cluster.ApplyAsync("apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: contoso}\n", Token);
        var commands = Remedies.ReasonsWithRemedy(kind).Select(reason => Remedies.For(kind, reason)!.CommandFor(Names(kind))).OfType<string>()
            .Where(command => !command.StartsWith("kubectl tenant ", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        commands.Should().NotBeEmpty();
        foreach (var command in commands)
        {
            var result = await Shell.Command(Harmless(command), cluster.KubeconfigPath, cluster.Kubectl.Program).RunAsync(Token);

            (result.ExitCode == 0 || result.Error.Contains("timed out", StringComparison.Ordinal) || result.Error.Contains("deadline exceeded", StringComparison.Ordinal)).Should().BeTrue("{0}: {1}", command, result.Text);
        }
    }

    private static Dictionary<string, string> Names(string kind) => new(StringComparer.Ordinal)
    {
        ["NAMESPACE"] = "contoso",
        ["NAME"] = s_objects[kind],
        ["TENANT"] = "acme",
        ["PLATFORM"] = "default",
        ["PACKAGE"] = "professional",
        ["TEMPLATE"] = "standard",
        ["SECRET"] = "key",
        ["TENANTNAMESPACE"] = "contoso-acme",
    };

    // What changes something is only asked for, and what waits does not wait.
    private static string Harmless(string command) =>
        command.Split(' ')[1] is "patch" or "annotate" or "label" or "delete" or "apply" or "create" ? command + " --dry-run=server" : command.Replace("--timeout=5m", "--timeout=1ms", StringComparison.Ordinal);
}
