using TenantOperator.ControlPlane.Running;

namespace TenantOperator.ControlPlane.Trying;

/// <summary>
/// Shows the operator at work, for a newcomer and for CI: an API server (or the cluster of KUBECONFIG), our resource definitions,
/// the operator as a process of this machine, config/samples, and then the table that a person would look at. With a remote platform: an emulator of it, and the samples for it.
/// </summary>
internal sealed class RunCommand(string operatorFolder, EmulatedPlatform? emulated, bool once, TextWriter output)
{
    private const string Definitions = "config/crds";
    private const string OperatorLog = "artifacts/operator.log";
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // Counts of a stock are written at a pace, a little after the tenants that they count.
    private static readonly TimeSpan CountsArrive = TimeSpan.FromSeconds(3);

    // What a process has that was killed with SIGKILL: the fate of any container whose node is in need.
    private const int Killed = 128 + 9;

    private readonly string _samples = emulated?.Samples ?? "config/samples";
    private readonly Steps _steps = new(output);
    private readonly string _http = $"127.0.0.1:{FreePorts.Take(1)[0]}";
    private SupervisedProcess? _operator;

    /// <summary>Returns when all samples are Ready, if run once, and else when cancelled. All that was started here has ended then.</summary>
    /// <exception cref="ControlPlaneException">A step failed, or a sample did not become Ready; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in new[] { Definitions, _samples })
        {
            _ = Directory.Exists(folder) ? folder : throw new ControlPlaneException(
                $"There is no folder {folder} here: run this in the repository's folder{(emulated is null ? "" : ", with a PLATFORM that has a folder in config/samples")}.");
        }

        var given = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } kubeconfig ? kubeconfig : null;
        await using var emulator = emulated;
        if (emulated is not null)
        {
            await _steps.RunAsync($"Start the emulator of {emulated.Name}", async () => $"{await emulated.StartAsync(cancellationToken)}, its log is {EmulatedPlatform.Log}");
        }

        await using var plane = given is null ? await StartPlaneAsync(cancellationToken) : null;
        var cluster = given ?? plane!.KubeconfigPath;
        var kubectl = await Kubectl.FindAsync(cluster, output, cancellationToken);

        await _steps.RunAsync($"Install the resource definitions of {Definitions}", async () =>
        {
            await kubectl.OutputAsync(["apply", "--filename", Definitions], null, cancellationToken);
            await kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=30s", "--filename", Definitions], null, cancellationToken);
            return "";
        });

        var code = 0;
        try
        {
            await _steps.RunAsync("Start the operator", () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(OperatorLog)!);
                File.Delete(OperatorLog);
                _operator = StartOperator(cluster);
                return Task.FromResult($"its log is {OperatorLog}, its metrics http://{_http}/metrics");
            });
            await _steps.RunAsync($"Apply {_samples}", () => ApplySamplesAsync(kubectl, cancellationToken));
            await _steps.RunAsync("Wait until all of them are Ready", () => WaitUntilReadyAsync(kubectl, cluster, cancellationToken));
            await Task.Delay(CountsArrive, TimeProvider.System, cancellationToken);
            await ShowAsync(kubectl, cluster, given is not null, cancellationToken);
            if (!once)
            {
                await FollowLogAsync(cluster, cancellationToken);
            }
        }
        finally
        {
            // The operator first, while it still has a server to give its lease back to.
            code = _operator is null ? 0 : await _operator.StopAsync(StopTimeout);
        }

        if (code != 0)
        {
            throw new ControlPlaneException($"Asked to stop, the operator ended with exit code {code}:\n{Command.LastLines(await File.ReadAllTextAsync(OperatorLog, CancellationToken.None), 20)}");
        }
    }

    private async Task<LocalControlPlane> StartPlaneAsync(CancellationToken cancellationToken)
    {
        // A first build has steps of its own.
        await ServerPrograms.FindAsync(output, cancellationToken);
        LocalControlPlane? plane = null;
        await _steps.RunAsync("Start a Kubernetes API server", async () =>
        {
            plane = await LocalControlPlane.StartAsync(new ControlPlaneOptions { Progress = output }, cancellationToken);
            return plane.Server.ToString();
        });
        return plane!;
    }

    private SupervisedProcess StartOperator(string cluster)
    {
        // The one program in the folder, whatever the operator's assembly is called.
        var programs = Directory.Exists(operatorFolder) ? Directory.GetFiles(operatorFolder, "*.runtimeconfig.json") : [];
        if (programs is not [var program])
        {
            throw new ControlPlaneException($"{operatorFolder} should hold one program, and holds {programs.Length}: build src/TenantOperator first.");
        }

        return SupervisedProcess.Start(
            Programs.FindOnPath("dotnet") ?? throw new ControlPlaneException("dotnet is not in PATH."),
            [program.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal), "--http-address", _http, .. emulated is null ? [] : (string[])["--allow-hosts", "127.0.0.1"]],
            OperatorLog,
            new Dictionary<string, string>
            {
                ["KUBECONFIG"] = cluster,

                // As the Dockerfile sets it.
                ["DOTNET_GCgen0size"] = "200000",
            });
    }

    // As the kubelet does with a container; an operator that ended by itself is a matter for whoever runs this.
    private async Task KeepOperatorAsync(string cluster)
    {
        if (_operator is not { HasExited: true } ended)
        {
            return;
        }

        if (ended.ExitCode != Killed)
        {
            throw new ControlPlaneException($"The operator ended with exit code {ended.ExitCode}:\n{ended.LastWords()}");
        }

        await output.WriteLineAsync("\nThe operator was killed, and is started again; it waits until the lease of the killed one has run out.");
        _operator = StartOperator(cluster);
        await ended.DisposeAsync();
    }

    private async Task<string> ApplySamplesAsync(Kubectl kubectl, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await kubectl.RunAsync(["apply", "--filename", emulated?.Adapted ?? _samples], null, cancellationToken);
            if (result.ExitCode == 0)
            {
                return $"{result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length} objects";
            }

            // A server that has just got a definition may ask to come again.
            if (!result.Error.Contains("(re)initializing", StringComparison.Ordinal))
            {
                throw new ControlPlaneException($"kubectl apply --filename {_samples} failed:\n{result.Text}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<string> WaitUntilReadyAsync(Kubectl kubectl, string cluster, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var samples = Sample.Parse(await kubectl.OutputAsync(["get", "--filename", emulated?.Adapted ?? _samples, "--output", "json"], null, cancellationToken));
            var waiting = samples.Where(sample => !sample.IsReady).ToList();
            if (samples.Count == 0)
            {
                throw new ControlPlaneException($"{_samples} holds no object of ours.");
            }

            if (waiting.Count == 0)
            {
                return $"{samples.Count} of {samples.Count}";
            }

            await KeepOperatorAsync(cluster);
            if (TimeProvider.System.GetElapsedTime(start) > ReadyTimeout)
            {
                throw new ControlPlaneException($"Not Ready after {Steps.Seconds(ReadyTimeout)}:\n{Describe(waiting)}\n\nThe end of {OperatorLog}:\n{_operator!.LastWords()}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private static string Describe(IEnumerable<Sample> waiting) => string.Join('\n', waiting.SelectMany(sample =>
        sample.Conditions.DefaultIfEmpty("has no conditions yet").Select(condition => "    " + condition).Prepend("  " + sample.Title)));

    private async Task ShowAsync(Kubectl kubectl, string cluster, bool given, CancellationToken cancellationToken)
    {
        var table = await kubectl.OutputAsync(["get", "tenancy", "--all-namespaces"], null, cancellationToken);
        await output.WriteLineAsync($"""

            {table.TrimEnd()}

            export KUBECONFIG={cluster}{(IsInPath(kubectl.Program) ? "" : $"\nexport PATH=$PATH:{Path.GetDirectoryName(kubectl.Program)}")}

            Try, in another terminal with that line:
              kubectl get tenants --all-namespaces --output wide
              kubectl explain tenant.spec
              kubectl get events --all-namespaces --watch
            {(once ? "" : $"\nCtrl-C stops the operator{(given ? "; the samples stay in your cluster" : " and the server, and removes all of it")}. The operator's log:\n")}
            """);
    }

    private static bool IsInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Contains(Path.GetDirectoryName(program), StringComparer.Ordinal);

    private async Task FollowLogAsync(string cluster, CancellationToken cancellationToken)
    {
        using var log = Open(OperatorLog);
        using var requests = emulated is null ? null : Open(EmulatedPlatform.Log);
        while (true)
        {
            await output.WriteAsync(await log.ReadToEndAsync(cancellationToken));
            while (requests is not null && await requests.ReadLineAsync(cancellationToken) is { } line)
            {
                await output.WriteLineAsync($"{emulated!.Name} | {line}");
            }

            await output.FlushAsync(cancellationToken);
            await KeepOperatorAsync(cluster);
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private static StreamReader Open(string log) => new(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
}
