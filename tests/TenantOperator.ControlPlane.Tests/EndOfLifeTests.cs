using System.Diagnostics;
using System.Globalization;
using TenantOperator.ControlPlane.Running;
using TenantOperator.Testing;

namespace TenantOperator.ControlPlane.Tests;

/// <summary>The servers end with the process that started them, on every way out.</summary>
public sealed class EndOfLifeTests(ApiServerFixture server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 0)]
    [InlineData("INT", 0)]
    public async Task A_signal_to_the_tool_ends_its_servers(string signal, int exitCode)
    {
        // Built before, so that only the start counts here.
        await server.GetAsync(Cancel);
        using var tool = Start("up");
        var line = await tool.StandardOutput.ReadLineAsync(Cancel);
        var folder = Path.GetDirectoryName(line!.Replace("export KUBECONFIG=", "", StringComparison.Ordinal))!;
        ServersIn(folder).Should().Be(2);

        await new Command("kill", "-s", signal, $"{tool.Id}").OutputAsync(Cancel);
        await tool.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);

        tool.ExitCode.Should().Be(exitCode);
        await EventuallyAsync(() => ServersIn(folder) == 0);
        Directory.Exists(folder).Should().Be(signal == "KILL");
    }

    [Fact]
    public async Task The_folder_of_a_killed_process_goes_with_the_next_start()
    {
        await server.GetAsync(Cancel);
        using var tool = Start("up");
        var folder = Path.GetDirectoryName((await tool.StandardOutput.ReadLineAsync(Cancel))!.Split('=')[1])!;
        tool.Kill();
        await tool.WaitForExitAsync(Cancel);
        await EventuallyAsync(() => ServersIn(folder) == 0);

        await using var next = await LocalControlPlane.StartAsync(new ControlPlaneOptions(), Cancel);

        Directory.Exists(folder).Should().BeFalse();
    }

    [Fact]
    public async Task Disposing_leaves_neither_processes_nor_files()
    {
        string folder;
        await using (var plane = await LocalControlPlane.StartAsync(new ControlPlaneOptions(), Cancel))
        {
            folder = Path.GetDirectoryName(plane.KubeconfigPath)!;
            ServersIn(folder).Should().Be(2);
        }

        ServersIn(folder).Should().Be(0);
        Directory.Exists(folder).Should().BeFalse();
    }

    [Fact]
    public async Task A_server_that_died_by_itself_is_started_again()
    {
        await using var plane = await LocalControlPlane.StartAsync(new ControlPlaneOptions(), Cancel);
        var folder = Path.GetDirectoryName(plane.KubeconfigPath)!;
        Processes(folder).Single(process => process.Program.EndsWith("kube-apiserver", StringComparison.Ordinal)).Kill();
        await EventuallyAsync(() => ServersIn(folder) == 1);

        await plane.RestartServerAsync(Cancel);

        ServersIn(folder).Should().Be(2);
    }

    // A shell that runs the tests in the background has them ignore SIGINT, and what they start would inherit that.
    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "control-plane"), .. arguments])
    { UseShellExecute = false, RedirectStandardOutput = true })!;

    private static int ServersIn(string folder) => Processes(folder).Count;

    // Processes other than our shells that have the state folder in their arguments.
    private static List<Server> Processes(string folder) => [.. Directory.EnumerateDirectories("/proc").Select(process =>
    {
        try
        {
            var arguments = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return !arguments[0].EndsWith("sh", StringComparison.Ordinal) && arguments.Any(argument => argument.StartsWith(folder + "/", StringComparison.Ordinal))
                ? new Server(int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture), arguments[0])
                : null;
        }
        catch (IOException)
        {
            return null; // Not a process, or one that has just ended.
        }
    }).OfType<Server>()];

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    private sealed record Server(int Id, string Program)
    {
        public void Kill()
        {
            using var process = Process.GetProcessById(Id);
            process.Kill();
        }
    }
}
