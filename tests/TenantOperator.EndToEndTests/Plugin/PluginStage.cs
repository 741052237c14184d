using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.ControlPlane;
using TenantOperator.Emulators;
using TenantOperator.EndToEndTests.Platforms;
using TenantOperator.EndToEndTests.Plugin;
using TenantOperator.EndToEndTests.Walk;
using TenantOperator.Testing;

[assembly: AssemblyFixture(typeof(PluginStage))]

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>The plug-in, installed as its guide says, and two accounts for it: one of broken and odd objects, and that of the guide. Made once, by the first test that asks.</summary>
public sealed class PluginStage : IAsyncLifetime
{
    /// <summary>The account of the tests, which is also the operator's class, so that operators of other tests leave both accounts alone.</summary>
    public const string Account = "plug-in";

    /// <summary>The account of the guide.</summary>
    public const string Guide = "lucerne";

    private readonly Lock opening = new();
    private readonly ConcurrentDictionary<string, Task<CommandResult>> readings = new(StringComparer.Ordinal);
    private readonly string home = Directory.CreateTempSubdirectory("kubectl-tenant-").FullName;
    private Task? opened;
    private Cluster? cluster;
    private OperatorProcess? process;
    private HatzEmulator? hatz;
    private HatzEmulator? hatzOfGuide;
    private IReadOnlyList<PlatformStage> others = [];

    internal WalkAccount Walk { get; private set; } = null!; // OpenAsync sets it.

    internal HatzEmulator Hatz => hatz!; // OpenAsync sets it.

    /// <summary>The other remote platforms, each with a TenantPlatform of its name.</summary>
    internal PlatformStage On(string platform) => others.Single(other => other.Platform == platform);

    /// <summary>Where the operator's metrics are, as host:port.</summary>
    internal string Metrics => process!.Http.BaseAddress!.Authority; // OpenAsync sets it.

    internal Kubectl Kubectl => cluster!.Kubectl; // OpenAsync sets it.

    /// <summary>Where a person of the guide works.</summary>
    public string Folder => home;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Returns once all is there. What went wrong for the first test went wrong for all.</summary>
    public async Task OpenAsync(InstalledCluster server, CancellationToken token)
    {
        Task open;
        lock (opening)
        {
            open = opened ??= OpenOnceAsync(server, token);
        }

        await open;
    }

    /// <summary>Runs <c>kubectl tenant</c>, which kubectl finds by its name in PATH.</summary>
    public Task<CommandResult> RunAsync(string arguments, CancellationToken token, string? input = null, string account = Account) => RunAsync(arguments.Split(' '), token, input, account);

    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken token, string? input = null, string account = Account) =>
        KubectlAsync(["tenant", .. arguments], token, input, account);

    /// <summary>What a command prints that changes nothing, about what stays as it is: run once, however many tests look at it.</summary>
    public Task<CommandResult> ReadAsync(string arguments, CancellationToken token) => readings.GetOrAdd(arguments, line => RunAsync(line, token));

    /// <summary>Runs kubectl, for which the account is the namespace of the context.</summary>
    public Task<CommandResult> KubectlAsync(IReadOnlyList<string> arguments, CancellationToken token, string? input = null, string account = Account) =>
        new Command(cluster!.Kubectl.Program, arguments)
        {
            Input = input,
            Folder = home,
            Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = KubeconfigOf(account), ["PATH"] = $"{Path.Combine(home, "bin")}:{Environment.GetEnvironmentVariable("PATH")}" },
        }.RunAsync(token);

    /// <summary>Runs a line of the guide in its account. The platform there is an emulator on this machine.</summary>
    public Task<CommandResult> GuideAsync(string line, CancellationToken token)
    {
        var command = line.Replace("tenant_abc123", hatzOfGuide!.State.Tenants.Single().Id, StringComparison.Ordinal).Replace("kubectl tenant unmanaged hatz", "kubectl tenant unmanaged hatz --allow-hosts 127.0.0.1", StringComparison.Ordinal);
        return new Command("sh", "-c", command.StartsWith("kubectl ", StringComparison.Ordinal) ? $"'{cluster!.Kubectl.Program}'{command["kubectl".Length..]}" : command)
        {
            Folder = home,
            Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = KubeconfigOf(Guide), ["PATH"] = $"{Path.Combine(home, "bin")}:{Environment.GetEnvironmentVariable("PATH")}" },
        }.RunAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (hatz?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (hatzOfGuide?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }

        Directory.Delete(home, recursive: true);
    }

    private string KubeconfigOf(string account) => Path.Combine(home, account + ".kubeconfig");

    private async Task OpenOnceAsync(InstalledCluster server, CancellationToken token)
    {
        cluster = await server.ReadyAsync(token);
        Walk = new WalkAccount(cluster.Kubectl, Account, CancellationToken.None);
        hatz = await HatzEmulator.StartAsync();
        hatzOfGuide = await HatzEmulator.StartAsync();
        hatz.AddPackage("Business", unassigned: 5, id: "package_business");
        others = [await PlatformStage.OpenAsync("processmind"), await PlatformStage.OpenAsync("mindzie"), await PlatformStage.OpenAsync("scaikey")];
        process = OperatorProcess.Start(cluster.KubeconfigPath, "--controller-class", Account, "--allow-hosts", "127.0.0.1", "--leader-election", "false");
        await Task.WhenAll(InstallAsync(token), ApplyAsync(token));
    }

    // The commands of the guide; what they would build has been built with the tests.
    private async Task InstallAsync(CancellationToken token)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name; // bin/Release/net10.0
        var commands = Repository.Blocks("docs/guides/kubectl-tenant.md", "sh")[0]
            .Replace("~/.local", home, StringComparison.Ordinal)
            .Replace("--configuration Release --use-current-runtime", $"--configuration {configuration} --no-build --nologo --verbosity quiet", StringComparison.Ordinal);
        await new Command("sh", "-e", "-c", commands) { Folder = Repository.Root }.OutputAsync(token);
        foreach (var account in new[] { Account, Guide })
        {
            File.Copy(cluster!.KubeconfigPath, KubeconfigOf(account));
            await new Command(cluster.Kubectl.Program, "config", "set-context", "--current", "--namespace", account) { Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = KubeconfigOf(account) } }.OutputAsync(token);
        }
    }

    private async Task ApplyAsync(CancellationToken token)
    {
        hatzOfGuide!.AddTenant("Fourth Coffee");
        await cluster!.ApplyAsync(AccountManifest.Namespace(Account, Account) + "\n---\n" + AccountManifest.Namespace(Guide, Account), token);
        await Task.WhenAll(ApplyAsync(Account, Objects), ApplyAsync(Guide, OfGuide));

        async Task ApplyAsync(string account, string objects)
        {
            var result = await cluster.Kubectl.RunAsync(["apply", "-n", account, "-f", "-"], objects, token);
            result.ExitCode.Should().Be(0, result.Text);
        }
    }

    private static string On(HatzEmulator emulator) => $$"""
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: hatz}
        stringData: {apiKey: {{emulator.Key}} }
        {{AccountManifest.Object(TenantPlatform.KubeKind, "hatz", $"{{hatz: {{baseUrl: \"{emulator.Address}\", insecure: true, usageInterval: 2s, credentialsSecretRef: {{name: hatz}}}}}}")}}
        """;

    // The samples, as far as they lead to the platform.
    private static string On(PlatformStage other) => string.Concat(other.Manifest.Split("---\n").Where(part => part.Contains("kind: Secret\n", StringComparison.Ordinal) || part.Contains("kind: TenantPlatform\n", StringComparison.Ordinal)).Select(part => "---\n" + part.TrimEnd('\n') + "\n"))
        .Replace($"namespace: {other.Account}\n", $"namespace: {Account}\n", StringComparison.Ordinal)
        .Replace("name: default\n", $"name: {other.Platform}\n", StringComparison.Ordinal);

    private string OfGuide => $$"""
        {{AccountManifest.Object(TenantPlatform.KubeKind, "default", "{cluster: {}}")}}
        {{AccountManifest.Object(TenantPlatform.KubeKind, "preview", "{mode: Observe, cluster: {}}")}}
        {{AccountManifest.Object(TenantPackage.KubeKind, "business", "{type: Primary, quantity: 1, limits: {maxUsers: 5}, quota: {pods: 10, requests.cpu: '2'}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "acme", "{displayName: Acme Inc., packageRef: {name: business}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "umbrella", "{platformRef: {name: preview}}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "jane", "{tenantRef: {name: acme}, email: jane@acme.example, roles: [Admin]}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "joe", "{tenantRef: {name: acme}, email: joe@acme.example}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "coffee", "{platformRef: {name: hatz}, displayName: Fourth Coffee}")}}
        {{On(hatzOfGuide!)}}
        """;

    private string Objects => $$"""
        {{AccountManifest.Object(TenantPlatform.KubeKind, "default", "{cluster: {}}")}}
        {{AccountManifest.Object(TenantPlatform.KubeKind, "fragile", "{cluster: {}, deletionBreaker: {maxDeletions: 0}}")}}
        {{AccountManifest.Object(TenantPlatform.KubeKind, "keyless", "{hatz: {credentialsSecretRef: {name: nowhere}}}")}}
        {{On(hatz!)}}
        {{string.Concat(others.Select(On))}}
        {{AccountManifest.Object(TenantPackage.KubeKind, "starter", "{type: Primary, quota: {pods: 5}}")}}
        {{AccountManifest.Object(TenantPackage.KubeKind, "soldout", "{type: Primary, quantity: 0}")}}
        {{AccountManifest.Object(TenantPackage.KubeKind, "extra", "{type: AddOn, quota: {pods: 1}}")}}
        {{AccountManifest.Object(TenantTemplate.KubeKind, "standard", "{packageRef: {name: starter}}")}}
        {{AccountManifest.Object(TenantTemplate.KubeKind, "half", "{packageRef: {name: ghost}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "fine", "{templateRef: {name: standard}, description: \"red \\u001b[31malert\"}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "no-platform", "{platformRef: {name: nowhere}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "no-template", "{templateRef: {name: nowhere}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "no-package", "{packageRef: {name: nowhere}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "wrong-package", "{packageRef: {name: extra}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "in-line", "{packageRef: {name: soldout}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "no-key", "{platformRef: {name: keyless}, hatz: {packageId: package_business, allowPurchase: true}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "no-name", "{cluster: {namespace: somewhere-else}}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "asleep", "{paused: true}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "orphan", "{tenantRef: {name: nowhere}, email: o@fine.example}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "first", "{tenantRef: {name: fine}, email: a@fine.example, roles: [Admin]}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "second", "{tenantRef: {name: fine}, email: a@fine.example}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "doomed", "{deletionPolicy: Delete}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "brittle", "{platformRef: {name: fragile}, deletionPolicy: Delete}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "crowd", "{maxRemovals: 1}")}}
        {{AccountManifest.Object(TenantUser.KubeKind, "crowd-0", "{tenantRef: {name: crowd}, email: u0@crowd.example, roles: [Admin]}")}}
        {{string.Join('\n', Enumerable.Range(1, 3).Select(number => AccountManifest.Object(TenantUser.KubeKind, $"crowd-{number}", $"{{tenantRef: {{name: crowd}}, email: u{number}@crowd.example}}")))}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Account}}-stray}
        {{AccountManifest.Object(Tenant.KubeKind, "stray", "{}")}}
        {{AccountManifest.Object(Tenant.KubeKind, "late", "{platformRef: {name: hatz}, displayName: Late Adopter}")}}
        """;
}
