namespace TenantOperator.ControlPlane.Running;

/// <summary>What a Prometheus shall scrape, and how it shall be reached.</summary>
public sealed record PrometheusOptions
{
    /// <summary>Where numbers are scraped from, twice a second, as host:port; their path is /metrics.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Prometheus' own web configuration (YAML): a certificate, users. Without it: plain HTTP for anyone on this machine.</summary>
    public string? WebConfiguration { get; init; }

    /// <summary>Files that the web configuration names, by name and content; they lie beside it.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Takes the progress of a first fetch, which lasts seconds.</summary>
    public TextWriter Progress { get; init; } = Console.Error;
}

/// <summary>
/// A real Prometheus on a free port of the loopback interface, with its data in a folder of its own. It never outlives this process, and its data go with it.
/// </summary>
public sealed class LocalPrometheus : IAsyncDisposable
{
    private const string WebFile = "web.yml";
    private const string LogFile = "prometheus.log";
    private const string ReadyWords = "Server is ready to receive web requests";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly ServerFiles _files;
    private SupervisedProcess? _process;

    private LocalPrometheus(ServerFiles files) => _files = files;

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Finds or fetches the program, starts it, and returns when it answers queries.</summary>
    /// <exception cref="ControlPlaneException">It cannot be had, or it ended while starting; the message ends with its last words.</exception>
    public static async Task<LocalPrometheus> StartAsync(PrometheusOptions options, CancellationToken cancellationToken)
    {
        var program = await PrometheusProgram.FindAsync(options.Progress, cancellationToken);
        var prometheus = new LocalPrometheus(ServerFiles.Create());
        try
        {
            prometheus.WriteFiles(options);
            await prometheus.StartOnFreePortAsync(program, options, cancellationToken);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _process = null;
        _files.Dispose();
    }

    private void WriteFiles(PrometheusOptions options)
    {
        _files.Write("prometheus.yml", $$"""
            global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1m}
            scrape_configs:
            - job_name: test
              honor_labels: true
              static_configs:
              - targets: [{{string.Join(", ", options.Targets.Select(target => $"\"{target}\""))}}]

            """);
        if (options.WebConfiguration is { } web)
        {
            _files.Write(WebFile, web);
        }

        foreach (var (name, content) in options.Files)
        {
            _files.Write(name, content);
        }
    }

    // Somebody may take the port between our look and the server's bind; then it gets another.
    private async Task StartOnFreePortAsync(string program, PrometheusOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePorts.Take(1)[0];
            try
            {
                _process = SupervisedProcess.Start(program, ArgumentsFor(options), _files[LogFile]);
                await WaitUntilReadyAsync(_process, cancellationToken);
                return;
            }
            catch (ControlPlaneException error) when (attempt < 3 && error.Message.Contains("address already in use", StringComparison.Ordinal))
            {
                await _process!.DisposeAsync();
            }
        }
    }

    private IReadOnlyList<string> ArgumentsFor(PrometheusOptions options) =>
    [
        "--config.file=" + _files["prometheus.yml"],
        "--storage.tsdb.path=" + _files["data"],
        $"--web.listen-address=127.0.0.1:{Port}",
        .. options.WebConfiguration is null ? Array.Empty<string>() : ["--web.config.file=" + _files[WebFile]],
    ];

    // It listens before its data are open, and answers 503 until then. It may ask for a password or speak TLS, so that only its own log says when it is ready.
    private async Task WaitUntilReadyAsync(SupervisedProcess process, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!process.HasExited)
        {
            if ((await ReadLogAsync(cancellationToken)).Contains(ReadyWords, StringComparison.Ordinal))
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(began) > StartTimeout)
            {
                throw new ControlPlaneException($"{process.Name} was not ready within {StartTimeout.TotalSeconds} s:\n{process.LastWords()}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        throw new ControlPlaneException($"{process.Name} ended while starting:\n{process.LastWords()}");
    }

    private async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(_files[LogFile], FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
