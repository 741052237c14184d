using System.Diagnostics;

namespace TenantOperator.ControlPlane;

/// <summary>How a command ended, with all it printed.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams as one text, for a message to a person.</summary>
    public string Text => (Output + Error).Trim();
}

/// <summary>A program to run to its end, with its arguments passed as they are: no shell takes part.</summary>
public sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables to set on top of this process's own; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The folder to run in, or this process's own.</summary>
    public string? Folder { get; init; }

    /// <summary>What the command reads; without it, its input is empty.</summary>
    public string? Input { get; init; }

    /// <summary>Runs the command and waits. A cancelled command is killed with all it started.</summary>
    /// <exception cref="ControlPlaneException">The program does not exist or cannot be started.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ControlPlaneException($"Cannot run {Program}: {error.Message}", error);
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await FeedAsync(process, cancellationToken);
            var texts = await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, texts[0], texts[1]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs the command, which must succeed, and returns what it wrote to standard output.</summary>
    /// <exception cref="ControlPlaneException">The command failed; the message ends with what it printed last.</exception>
    public async Task<string> OutputAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(cancellationToken);
        return result.ExitCode == 0
            ? result.Output
            : throw new ControlPlaneException($"{Program} {(Arguments.Count > 0 ? Arguments[0] : "")} failed with exit code {result.ExitCode}:\n{LastLines(result.Text, 20)}");
    }

    internal static string LastLines(string text, int count) => string.Join('\n', text.TrimEnd().Split('\n').TakeLast(count));

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder ?? "",
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task FeedAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading it all: its exit code tells what to think of that.
        }
    }
}
