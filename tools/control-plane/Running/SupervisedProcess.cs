using System.Diagnostics;

namespace TenantOperator.ControlPlane.Running;

/// <summary>
/// A server process that never outlives us. A small shell stands between: it passes on the signals that we write to its input, and
/// kills the server when that input ends, which the kernel sees to however we die, kill -9 included. (A parent-death signal
/// would not do: it fires when the thread that started the process ends, and our threads come and go.)
/// It all runs in a session of its own where setsid exists, so that Ctrl-C reaches us only and we decide what stops first.
/// </summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    private const string Script = """
        trap '' INT HUP QUIT
        exec 3<&0 </dev/null >>"$1" 2>&1
        shift
        "$@" 3<&- &
        server=$!
        ( while read -r signal; do kill -s "$signal" "$server"; done <&3; kill -s KILL "$server" ) &
        watcher=$!
        exec 3<&-
        wait "$server"
        code=$?
        kill -s KILL "$watcher"
        exit "$code"
        """;

    private readonly Process _process;

    private SupervisedProcess(string name, string log, Process process)
    {
        Name = name;
        Log = log;
        _process = process;
    }

    public string Name { get; }

    /// <summary>The file that takes what the server prints.</summary>
    public string Log { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Of a server that has ended; above 128 if a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    public static SupervisedProcess Start(
        string program, IReadOnlyList<string> arguments, string log, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] shell = ["/bin/sh", "-c", Script, "supervisor", log, program];
        string[] command = Programs.FindOnPath("setsid") is { } setsid ? [setsid, .. shell] : shell;
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], [.. command[1..], .. arguments]) { UseShellExecute = false, RedirectStandardInput = true },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            process.StartInfo.Environment[name] = value;
        }

        process.Start();
        return new SupervisedProcess(Path.GetFileName(program), log, process);
    }

    /// <summary>Asks the server to stop, and kills it if it has not within the time given. Returns its exit code: 0 after a clean stop.</summary>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync("TERM\n"u8.ToArray());
            await _process.WaitForExitAsync().WaitAsync(patience, TimeProvider.System);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            // Too slow, or gone already: killing it is right in both cases.
        }

        await KillAsync();
        var code = _process.ExitCode;
        _process.Dispose();
        return code;
    }

    /// <summary>The end of the log, for a message about a server that did not start.</summary>
    public string LastWords() => File.Exists(Log) ? Command.LastLines(File.ReadAllText(Log), 10) : "";

    /// <summary>Kills the server at once and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task KillAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The shell is gone already; the pipe is closed all the same.
        }

        await _process.WaitForExitAsync();
    }
}
