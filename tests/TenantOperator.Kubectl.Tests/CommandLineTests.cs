using System.CommandLine;
using System.Net;
using System.Text;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Commands;

namespace TenantOperator.Kubectl.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kubectl-tenant-").FullName;

    private static RootCommand Root => Plugin.Command(new Context(new Screen().Terminal));

    [Fact]
    public void Every_command_of_a_remedy_that_is_of_this_plugin_can_be_run()
    {
        var names = Remedy.Placeholders.ToDictionary(word => word, word => word.ToLowerInvariant(), StringComparer.Ordinal);
        var commands = Remedies.Kinds.SelectMany(kind => Remedies.ReasonsWithRemedy(kind).Select(reason => Remedies.For(kind, reason)!.CommandFor(names))).OfType<string>()
            .Where(command => command.StartsWith("kubectl tenant ", StringComparison.Ordinal)).Distinct().ToList();

        commands.Should().HaveCountGreaterThan(8);
        foreach (var command in commands)
        {
            Root.Parse(command["kubectl tenant ".Length..].Split(' ')).Errors.Should().BeEmpty(command);
        }
    }

    [Theory]
    [InlineData("list --nonsense", "--nonsense")]
    [InlineData("list -o xml", "xml")]
    [InlineData("plan", "Name either a Tenant or a file by -f")]
    [InlineData("plan acme -f x.yaml", "Name either a Tenant or a file by -f")]
    [InlineData("plan -f /does/not/exist --kubeconfig KUBECONFIG", "The file \"/does/not/exist\" does not exist")]
    [InlineData("suspend", "suspend")]
    [InlineData("suspend a --timeout soon", "--timeout: \"soon\" is no duration")]
    [InlineData("adopt acme", "--id")]
    [InlineData("unmanaged p --allow-hosts http://x", "is no host")]
    [InlineData("usage --prometheus nowhere", "is no address")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("list --kubeconfig /does/not/exist", "The kubeconfig \"/does/not/exist\" does not exist")]
    [InlineData("describe pod/x --kubeconfig KUBECONFIG", "\"pod\" is no kind of this operator")]
    [InlineData("list --kubeconfig KUBECONFIG --context other", "other")]
    [InlineData("list --kubeconfig EMPTY", "cannot be used")]
    [InlineData("list --kubeconfig KUBECONFIG", "cannot be reached")]
    public async Task What_is_wrong_is_said_in_one_line_with_exit_code_1(string line, string words)
    {
        // A port on which nobody listens.
        var kubeconfig = await WriteKubeconfigAsync(new Uri("http://127.0.0.1:9"));
        var empty = Path.Combine(folder, "empty");
        await File.WriteAllTextAsync(empty, "", TestContext.Current.CancellationToken);
        var screen = new Screen();

        var code = await screen.RunAsync(line.Replace("KUBECONFIG", kubeconfig, StringComparison.Ordinal).Replace("EMPTY", empty, StringComparison.Ordinal).Split(' '));

        code.Should().Be(1);
        screen.Error.Should().StartWith("error: ").And.Contain(words).And.NotContain("   at ");
        screen.Error.TrimEnd('\n').Should().NotContain("\n");
        screen.Output.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_word_there_is_help()
    {
        var screen = new Screen();

        (await screen.RunAsync()).Should().Be(0);

        screen.Output.Should().ContainAll("list", "describe", "unmanaged", "--kubeconfig");
    }

    [Theory]
    [InlineData(403, "list", "You may not list tenants in namespace \"ours\". Ask whoever manages access")]
    [InlineData(403, "unmanaged default", "You may not get tenantplatforms in namespace \"ours\"")]
    [InlineData(403, "list -A", "You may not list tenants in all namespaces")]
    [InlineData(403, "suspend acme", "You may not patch tenants in namespace \"ours\"")]
    [InlineData(401, "list", "does not accept your credentials")]
    [InlineData(404, "list", "does not know the kind Tenant")]
    [InlineData(404, "describe acme", "Tenant \"acme\" does not exist in namespace \"ours\". See which exist: kubectl get tenants -n ours")]
    [InlineData(500, "list", "error: ")]
    public async Task A_right_that_is_missing_and_what_else_the_server_says_is_told_clearly(int status, string line, string words)
    {
        await using var server = new Refusing(status);
        var kubeconfig = await WriteKubeconfigAsync(server.Address);
        var screen = new Screen();

        var code = await screen.RunAsync([.. line.Split(' '), "--kubeconfig", kubeconfig]);

        code.Should().Be(1);
        screen.Error.Should().Contain(words).And.StartWith("error: ");
        screen.Error.TrimEnd('\n').Should().NotContain("\n");
    }

    [Fact]
    public void The_kubeconfig_is_that_of_the_option_then_of_the_variable_then_of_the_home()
    {
        var separator = Path.PathSeparator;

        Kubeconfig.Files("a", $"b{separator}c", "/home").Should().Equal("a");
        Kubeconfig.Files(null, $"b{separator}{separator}c", "/home").Should().Equal("b", "c");
        Kubeconfig.Files(null, "", "/home").Should().Equal(Path.Combine("/home", ".kube", "config"));
    }

    [Fact]
    public async Task A_kubeconfig_is_read_as_the_client_itself_reads_it()
    {
        var file = Path.Combine(folder, "rich");
        await File.WriteAllTextAsync(file, """
            apiVersion: v1
            kind: Config
            preferences: {}
            current-context: "it"
            clusters:
            - name: it
              cluster: &it {server: "https://10.0.0.1:6443", certificate-authority-data: Q0E=, tls-server-name: api.example, insecure-skip-tls-verify: true, unknown: 1}
            - name: its-twin
              cluster:
                <<: *it
                certificate-authority: ca.crt
            users:
            - name: me
              user: {client-certificate-data: Q1JU, client-key-data: S0VZ, token: "0123", tokenFile: token, username: "on", password: "null"}
            - name: exec
              user:
                exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, "1"], env: [{name: AWS_PROFILE, value: "true"}], interactiveMode: IfAvailable, provideClusterInfo: true}
            - name: files
              user: {client-certificate: me.crt, client-key: me.key, auth-provider: {name: oidc, config: {client-id: "7", id-token: x.y.z}}, as: boss}
            contexts:
            - name: it
              context: {cluster: it, user: me, namespace: "1"}
            """, TestContext.Current.CancellationToken);

        var read = Kubeconfig.Read(new FileInfo(file));

        read.Users.Should().HaveCount(3);
        read.Should().BeEquivalentTo(await k8s.KubernetesClientConfiguration.LoadKubeConfigAsync(new FileInfo(file), useRelativePaths: false), options => options.Excluding(config => config.FileName));
    }

    [Fact]
    public async Task The_namespace_is_that_of_the_option_then_of_the_context()
    {
        var kubeconfig = await WriteKubeconfigAsync(new Uri("http://127.0.0.1:9"));

        using var ofContext = ClusterAccess.Connect(new Kubeconfig(kubeconfig, null, null));
        using var ofOption = ClusterAccess.Connect(new Kubeconfig(kubeconfig, null, "theirs"));

        ofContext.Namespace.Should().Be("ours");
        ofOption.Namespace.Should().Be("theirs");
    }

    [Theory]
    [InlineData("de", "describe")]
    [InlineData("list --not", "--not-ready")]
    [InlineData("list -o |", "json table yaml")]
    [InlineData("completion b", "bash")]
    public void Words_are_completed(string line, string expected) =>
        CompletionCommand.Candidates(Root, line.Replace("|", "", StringComparison.Ordinal).Split(' ')).Should().Equal(expected.Split(' '));

    [Theory]
    [InlineData("bash", "complete -F _kubectl_tenant kubectl-tenant")]
    [InlineData("zsh", "compdef _kubectl_tenant kubectl-tenant")]
    [InlineData("fish", "complete -c kubectl-tenant")]
    [InlineData("kubectl", "exec kubectl-tenant __complete")]
    public async Task There_is_a_script_for_each_shell(string shell, string words)
    {
        var screen = new Screen();

        (await screen.RunAsync("completion", shell)).Should().Be(0);

        screen.Output.Should().Contain(words);
    }

    [Fact]
    public void Every_command_has_its_place_in_the_guide_and_every_line_of_the_guide_can_be_run()
    {
        var guide = File.ReadAllText(Path.Combine(RepositoryOf(AppContext.BaseDirectory), "docs", "guides", "kubectl-tenant.md"));
        var lines = guide.Split('\n').Where(line => line.StartsWith("$ kubectl tenant ", StringComparison.Ordinal)).Select(line => line["$ kubectl tenant ".Length..].Split(" > ")[0].Trim()).ToList();

        lines.Select(line => line.Split(' ')[0]).Distinct().Should().BeEquivalentTo(Root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name));
        foreach (var line in lines)
        {
            Root.Parse(line).Errors.Should().BeEmpty(line);
        }
    }

    private static string RepositoryOf(string folder) => File.Exists(Path.Combine(folder, "TenantOperator.sln")) ? folder : RepositoryOf(Path.GetDirectoryName(folder)!);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> WriteKubeconfigAsync(Uri address)
    {
        var file = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: v1
            kind: Config
            current-context: it
            clusters: [{name: it, cluster: {server: "{{address.GetLeftPart(UriPartial.Authority)}}"} }]
            users: [{name: me, user: {token: secret} }]
            contexts: [{name: it, context: {cluster: it, user: me, namespace: ours} }]
            """, TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>A server that answers everything alike.</summary>
    private sealed class Refusing : IAsyncDisposable
    {
        private readonly HttpListener listener;
        private readonly Task answering;

        public Refusing(int status)
        {
            (listener, Address) = Listen();
            answering = AnswerAsync(status);
        }

        public Uri Address { get; }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await answering;
            listener.Close();
        }

        // Somebody else may take the port that was free just now.
        private static (HttpListener Listener, Uri Address) Listen()
        {
            while (true)
            {
                using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                var address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
                probe.Stop();
                var opened = new HttpListener();
                opened.Prefixes.Add(address.AbsoluteUri);
                try
                {
                    opened.Start();
                    return (opened, address);
                }
                catch (HttpListenerException)
                {
                    opened.Close();
                }
            }
        }

        private async Task AnswerAsync(int status)
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    context.Response.StatusCode = status;
                    context.Response.ContentType = "application/json";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"kind":"Status","status":"Failure","message":"it says \u001b[31m{{status}}","code":{{status}} }"""));
                    context.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
            }
        }
    }
}
