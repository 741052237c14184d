using System.Diagnostics;

namespace TenantOperator.EndToEndTests.SupplyChain;

/// <summary>Runs programs as a person in a terminal does.</summary>
internal static class Programs
{
    /// <summary>What it printed, both streams together. Fails the test if it does not end with <paramref name="exitCode"/>.</summary>
    public static async Task<string> RunAsync(string folder, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, int exitCode = 0)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

        // A build server that outlives the command would hold its streams open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment.Remove("MAKEFLAGS");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
            await process.WaitForExitAsync(token);
            process.ExitCode.Should().Be(exitCode, string.Concat(said));
            return string.Concat(said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
