using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TenantOperator.Bench;

/// <summary>A process that is measured from outside.</summary>
internal abstract class MeasuredProcess : IAsyncDisposable
{
    protected MeasuredProcess(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            Process.StartInfo.Environment[name] = value;
        }

        Process.Start();
    }

    protected Process Process { get; }

    public TimeSpan CpuTime
    {
        get
        {
            Process.Refresh();
            return Process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now and at its highest, in MiB; zero where the system does not say.</summary>
    public (double Now, double Peak) Memory()
    {
        var file = $"/proc/{Process.Id}/status";
        var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        double Of(string name) => lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            : 0;
        return (Of("VmRSS"), Of("VmHWM"));
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
        }

        await Process.WaitForExitAsync();
        Process.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The operator as it is shipped.</summary>
internal sealed class OperatorProcess : MeasuredProcess
{
    private static readonly Dictionary<string, string> AsInTheDockerfile = new(StringComparer.Ordinal) { ["DOTNET_GCgen0size"] = "200000" };

    private readonly HttpClient http = new();
    private readonly Uri address;
    private readonly Task log;

    private OperatorProcess(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, int port, string logFile)
        : base(program, arguments, environment)
    {
        address = new Uri($"http://127.0.0.1:{port}/");
        log = CopyAsync(Process.StandardOutput, logFile);
    }

    public static OperatorProcess Start(string folder, string kubeconfig, int? workers, params ReadOnlySpan<string> more)
    {
        var port = FreePort();
        string[] arguments =
        [
            "--kubeconfig", kubeconfig, "--http-address", $"127.0.0.1:{port}",
            .. workers is { } number ? (ReadOnlySpan<string>)["--workers", number.ToString(CultureInfo.InvariantCulture)] : [],
            .. more,
        ];
        return new(Path.Combine(folder, "tenant-operator"), arguments, AsInTheDockerfile, port, LogOf(folder));
    }

    /// <summary>Starts it as in a pod, where it needs no kubeconfig.</summary>
    public static OperatorProcess StartAsPod(string folder, IReadOnlyDictionary<string, string> pod)
    {
        var port = FreePort();
        return new(Path.Combine(folder, "tenant-operator"), ["--http-address", $"127.0.0.1:{port}"], pod.Concat(AsInTheDockerfile).ToDictionary(StringComparer.Ordinal), port, LogOf(folder));
    }

    /// <summary>How many passes over Tenants have ended well; null until it answers.</summary>
    public async Task<long?> PassesAsync(CancellationToken cancellationToken)
    {
        if (Process.HasExited)
        {
            throw new InvalidOperationException("The operator has ended; see artifacts/bench/operator.log.");
        }

        try
        {
            var text = await http.GetStringAsync(new Uri(address, "metrics"), cancellationToken);
            return text.Split('\n')
                .Where(line => line.StartsWith("operator_passes", StringComparison.Ordinal)
                    && line.Contains("\"Tenant\"", StringComparison.Ordinal) && line.Contains("\"success\"", StringComparison.Ordinal))
                .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks it to stop, as the kubelet does, and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", Process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
        await Process.WaitForExitAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        var process = base.DisposeAsync();
        await process;
        await log;
        http.Dispose();
    }

    private static string LogOf(string folder) => Path.Combine(folder, "..", "operator.log");

    private static async Task CopyAsync(StreamReader from, string file)
    {
        await using var to = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await from.BaseStream.CopyToAsync(to);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>The bare writer, in a process of its own so that its CPU time is its own.</summary>
internal sealed class FloorProcess(string kubeconfig, string templates, int workers) : MeasuredProcess(
    Environment.ProcessPath!, ["floor", "--kubeconfig", kubeconfig, "--templates", templates, "--workers", workers.ToString(CultureInfo.InvariantCulture)])
{
    private readonly Lock writing = new();

    public void Tell(string name, string uid, int slot)
    {
        lock (writing)
        {
            Process.StandardInput.Write($"{name} {uid} {slot.ToString(CultureInfo.InvariantCulture)}\n");
            Process.StandardInput.Flush();
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Process.StandardInput.WriteAsync("\n".AsMemory(), cancellationToken);
        await Process.StandardInput.FlushAsync(cancellationToken);
        if (await Process.StandardOutput.ReadLineAsync(cancellationToken) != "done")
        {
            throw new InvalidOperationException("The bare writer failed; its words stand above.");
        }
    }
}
