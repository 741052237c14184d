using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace TenantOperator.ControlPlane.Running;

/// <summary>
/// A Kubernetes API server with its etcd on this machine, on free ports of the loopback interface, with its state in a temporary
/// folder. It ends with this process, however that ends.
/// </summary>
public sealed class LocalControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly ServerPrograms _programs;
    private readonly ControlPlaneOptions _options;
    private readonly ServerFiles _files;
    private readonly ServerCertificates _certificates;
    private int _etcdPort;
    private SupervisedProcess? _etcd;
    private SupervisedProcess? _server;

    private LocalControlPlane(ServerPrograms programs, ControlPlaneOptions options, ServerFiles files)
    {
        _programs = programs;
        _options = options;
        _files = files;
        _certificates = ServerCertificates.Create(TimeProvider.System.GetUtcNow());
    }

    /// <summary>The address of the API server; it stays the same over a restart.</summary>
    public Uri Server { get; private set; } = new("https://127.0.0.1");

    /// <summary>The certificate that clients have to trust, as PEM.</summary>
    public string CertificatePem => _certificates.CertificatePem;

    /// <summary>The kubeconfig of <see cref="ControlPlaneUser.Admin"/>.</summary>
    public string KubeconfigPath => _files["kubeconfig"];

    /// <summary>The audit log, one JSON object a line, or null if it is off.</summary>
    public string? AuditLogPath => _options.Audit == AuditLevel.None ? null : _options.AuditPath ?? _files["audit.log"];

    /// <summary>What the API server prints, over all its restarts.</summary>
    public string ServerLogPath => _files["kube-apiserver.log"];

    /// <summary>Starts etcd and the API server, built first if need be, and returns when the server is ready.</summary>
    /// <exception cref="ControlPlaneException">It cannot be built or does not start; the message tells what to do, or ends with its log.</exception>
    public static async Task<LocalControlPlane> StartAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        var programs = await ServerPrograms.FindAsync(options.Progress, cancellationToken);
        var plane = new LocalControlPlane(programs, options, ServerFiles.Create());
        try
        {
            plane.WriteFiles();
            await plane.StartOnFreePortsAsync(cancellationToken);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>The path of a kubeconfig for one of the users.</summary>
    public string KubeconfigFor(ControlPlaneUser user)
    {
        var name = $"kubeconfig-{user.Token}";
        _files.Write(name, ServerFiles.Kubeconfig(Server, CertificatePem, user));
        return _files[name];
    }

    /// <summary>Stops the API server and leaves etcd. A clean stop answers the requests in flight first; else it is killed.</summary>
    public async Task StopServerAsync(bool clean = true)
    {
        if (_server is not null)
        {
            await _server.StopAsync(clean ? StopTimeout : TimeSpan.Zero);
            _server = null;
        }
    }

    /// <summary>Starts the API server again after a stop, on the same port and data, and returns when it is ready.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        Debug.Assert(_server is null, "The server runs already.");
        var arguments = ServerArguments.ApiServer(_files, _options, _programs.IsComplete, Server.Port, _etcdPort);
        _server = SupervisedProcess.Start(_programs.ApiServer, arguments, ServerLogPath);
        using var client = TrustingClient();
        await WaitUntilAsync(_server, async token =>
        {
            using var answer = await client.GetAsync(new Uri(Server, "/readyz"), token);
            return answer.IsSuccessStatusCode;
        }, cancellationToken);
    }

    public async Task RestartServerAsync(CancellationToken cancellationToken)
    {
        await StopServerAsync();
        await StartServerAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody needs the data any more, so nothing is asked to stop in good order.
        foreach (var process in new[] { _server, _etcd }.OfType<SupervisedProcess>())
        {
            await process.DisposeAsync();
        }

        (_server, _etcd) = (null, null);
        _files.Dispose();
    }

    private void WriteFiles()
    {
        _files.Write("server.crt", _certificates.CertificatePem);
        _files.Write("server.key", _certificates.KeyPem);
        _files.Write("service-accounts.key", _certificates.ServiceAccountKeyPem);
        _files.Write("tokens.csv", ServerFiles.TokenFile([ControlPlaneUser.Admin, .. _options.Users]));
        _files.Write("audit-policy.yaml", ServerFiles.AuditPolicy(_options.Audit));
    }

    // Somebody may take a port between our look and the server's bind, so a server that dies of that gets another.
    private async Task StartOnFreePortsAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var ports = FreePorts.Take(3);
            (_etcdPort, Server) = (ports[0], new Uri($"https://127.0.0.1:{ports[1]}"));
            try
            {
                await StartEtcdAsync(ports[2], cancellationToken);
                await StartServerAsync(cancellationToken);
                _files.Write("kubeconfig", ServerFiles.Kubeconfig(Server, CertificatePem, ControlPlaneUser.Admin));
                return;
            }
            catch (ControlPlaneException error) when (attempt < 3 && error.Message.Contains("address already in use", StringComparison.Ordinal))
            {
                await StopServerAsync(clean: false);
                await (_etcd?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    // An API server on a stranger's etcd would write into it. So ours has a name that nobody else's has, and is asked for it.
    private async Task StartEtcdAsync(int peerPort, CancellationToken cancellationToken)
    {
        var name = $"etcd-{Guid.NewGuid():N}";
        _etcd = SupervisedProcess.Start(_programs.Etcd, ServerArguments.Etcd(_files[name], name, _etcdPort, peerPort), _files["etcd.log"]);
        using var client = new HttpClient();
        await WaitUntilAsync(_etcd, async token =>
        {
            using var question = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_etcdPort}/v3/cluster/member/list"), question, token);
            var members = answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(token))?["members"] : null;
            return members switch
            {
                null => false,
                JsonArray { Count: 1 } list when list[0]?["name"]?.GetValue<string>() == name => true,
                _ => throw new ControlPlaneException($"Another etcd listens on port {_etcdPort}: address already in use."),
            };
        }, cancellationToken);
    }

    private static async Task WaitUntilAsync(SupervisedProcess process, Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (!process.HasExited)
        {
            try
            {
                if (await isReady(either.Token))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ControlPlaneException($"{process.Name} was not ready after {StartTimeout.TotalSeconds} s:\n{process.LastWords()}", error);
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        throw new ControlPlaneException($"{process.Name} ended while starting:\n{process.LastWords()}");
    }

    // Trusts this server's certificate and no other, so an answer proves that it is ours that is ready.
    private HttpClient TrustingClient()
    {
        var own = X509Certificate2.CreateFromPem(CertificatePem);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == own.GetCertHashString(),
            },
        };
        return new HttpClient(handler) { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUser.Admin.Token) } };
    }
}
