using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TenantOperator.EndToEndTests;

/// <summary><c>make run ONCE=1</c>, as the Makefile starts it.</summary>
public sealed class MakeRun
{
    [Fact]
    public async Task An_operator_killed_in_the_middle_is_started_again_and_comes_to_the_same_end()
    {
        var token = TestContext.Current.CancellationToken;
        using var run = Start(Repository.Root, "--once");
        var seen = new StringBuilder();
        try
        {
            // In the middle: it has begun, and not all samples are applied.
            await UntilSaidAsync(run, seen, "Apply config/samples ...", token);
            await UntilLoggedAsync("work begins", token);
            (await OperatorOfAsync(run, token)).Kill();
            seen.Append(await run.StandardOutput.ReadToEndAsync(token)).Append(await run.StandardError.ReadToEndAsync(token));
            await run.WaitForExitAsync(token);
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill();
            }
        }

        var said = seen.ToString();
        run.ExitCode.Should().Be(0, said);
        said.Should().Contain("The operator was killed, and is started again").And.Contain("11 of 11");
        said.Split('\n').Where(line => line.Contains("packageallocation.", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split('/')[1])
            .Should().Equal("extra-storage-0", "extra-storage-1", "professional-0", "starter-0");
    }

    [Theory]
    [InlineData("hatz", 3, "POST /admin/tenants")]
    [InlineData("processmind", 4, "POST /tenant/9e3779b1-5eed-4000-8000-000000000001/organization/tenants")]
    [InlineData("mindzie", 5, "POST /api/tenant")]
    [InlineData("scaikey", 4, "POST /api/v1/admin/tenants/")]
    public async Task With_a_platform_its_samples_become_ready_on_the_emulator(string platform, int objects, string creation)
    {
        var token = TestContext.Current.CancellationToken;
        using var run = Start(Repository.Root, "--platform", platform, "--emulators", Path.Combine("tests", "TenantOperator.Emulators", Output, "tenant-operator-emulators.dll"), "--once");
        var said = await run.StandardOutput.ReadToEndAsync(token) + await run.StandardError.ReadToEndAsync(token);
        await run.WaitForExitAsync(token);

        run.ExitCode.Should().Be(0, said);
        said.Should().Contain($"Start the emulator of {platform}").And.Contain($"Apply config/samples/{platform}").And.Contain($"{objects} of {objects}");
        (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "artifacts", "emulator.log"), token)).Should().ContainSingle(line => line.Contains(creation + " ", StringComparison.Ordinal));
    }

    /// <summary>Starts a run in a folder that has a folder config; its logs go there too.</summary>
    // A shell that runs the tests in the background has them ignore SIGINT, and what they start would inherit that.
    internal static Process Start(string folder, params string[] options)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Tool, "run", "--operator", Path.Combine(Repository.Root, "src", "TenantOperator", Output), .. options])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("KUBECONFIG");
        return Process.Start(start)!;
    }

    // Built beside this test, in the same configuration.
    private static string Output => Path.Combine("bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");

    private static string Tool => Path.Combine(Repository.Root, "tools", "control-plane", Output, "control-plane.dll");

    private static async Task UntilSaidAsync(Process run, StringBuilder seen, string words, CancellationToken cancellationToken)
    {
        var letter = new char[1];
        while (!seen.ToString().Contains(words, StringComparison.Ordinal))
        {
            if (await run.StandardOutput.ReadAsync(letter, cancellationToken) == 0)
            {
                throw new InvalidOperationException($"It ended before it said \"{words}\": {seen}{await run.StandardError.ReadToEndAsync(cancellationToken)}");
            }

            seen.Append(letter);
        }
    }

    private static async Task UntilLoggedAsync(string words, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Repository.Root, "artifacts", "operator.log");
        while (true)
        {
            using var log = new StreamReader(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
            if ((await log.ReadToEndAsync(cancellationToken)).Contains(words, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    // Below the run there is a shell for each process, and below that the process.
    private static async Task<Process> OperatorOfAsync(Process run, CancellationToken cancellationToken)
    {
        using var list = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=", "-o", "ppid=", "-o", "args="]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var processes = (await list.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(parts => (Id: Number(parts[0]), Parent: Number(parts[1]), Command: parts[2])).ToList();
        var shells = processes.Where(each => each.Parent == run.Id).Select(each => each.Id).ToHashSet();
        return Process.GetProcessById(processes.Single(each => shells.Contains(each.Parent) && each.Command.Contains("tenant-operator.dll", StringComparison.Ordinal) && !each.Command.StartsWith("/bin/sh", StringComparison.Ordinal)).Id);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
