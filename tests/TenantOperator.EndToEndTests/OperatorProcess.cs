using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace TenantOperator.EndToEndTests;

/// <summary>The operator as its own process, as a user starts it.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private readonly Process process;

    private OperatorProcess(Process process, Uri address)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = address };
    }

    /// <summary>Talks to its endpoints.</summary>
    public HttpClient Http { get; }

    public static OperatorProcess Start(string kubeconfig) => Start(kubeconfig, "--leader-election", "false");

    public static OperatorProcess Start(string kubeconfig, params IEnumerable<string> options)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "tenant-operator.dll"), "--kubeconfig", kubeconfig, "--http-address", $"127.0.0.1:{port}", "--log-level", "Warning", .. options]);
        return new(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>
    /// As a container of a Deployment starts it: with its arguments and environment, but that it listens on loopback alone, and that a kubeconfig stands in for the files of a pod.
    /// What it logs goes to <paramref name="log"/>.
    /// </summary>
    public static OperatorProcess StartContainer(JsonNode container, string kubeconfig, Action<string> log)
    {
        var port = FreePort();
        var arguments = container["args"]!.AsArray().Select(each => (string)each!).Select(each => each.StartsWith("--http-address=", StringComparison.Ordinal) ? $"--http-address=127.0.0.1:{port}" : each);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tenant-operator.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var variable in container["env"]!.AsArray())
        {
            start.Environment[(string)variable!["name"]!] = (string?)variable["value"];
        }

        start.Environment["KUBECONFIG"] = kubeconfig;
        var started = new Process { StartInfo = start };
        started.OutputDataReceived += (_, line) => log(line.Data ?? "");
        started.ErrorDataReceived += (_, line) => log(line.Data ?? "");
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return new(started, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Ends it as a crash or the kernel does: at once, in the middle of whatever it does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync("/readyz", cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Http.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
