using System.Diagnostics;
using System.Net;
using System.Reflection.PortableExecutable;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.SupplyChain;

/// <summary>
/// The steps of the Dockerfile in an empty folder, and what they leave, started as the chart starts it: the image's user, environment and entry point, no right to write anywhere. There is no engine
/// here; what this does not show is the base image.
/// </summary>
[Trait("Category", "Sweep")]
public sealed class TheImage(InstalledCluster server, ITestOutputHelper output)
{
    private static readonly bool All = Environment.GetEnvironmentVariable("SWEEP") == "all";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_in_it_is_root_and_no_shell_is_needed()
    {
        var file = new Dockerfile();

        int.Parse(file.User, System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(0, "Kubernetes can only check a number");
        file.RuntimeImage.Should().EndWith("-chiseled");
        file.EntryPoint[0].Should().Be("dotnet");
    }

    // For another processor it takes a minute more.
    public static TheoryData<string, Machine> Architectures => All ? new() { { "amd64", Machine.Amd64 }, { "arm64", Machine.Arm64 } } : new() { { "amd64", Machine.Amd64 } };

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task What_its_steps_leave_runs_as_the_chart_starts_it(string architecture, Machine machine)
    {
        var cluster = await server.ReadyAsync(Token);
        var file = new Dockerfile();
        var folder = Directory.CreateTempSubdirectory("tenant-operator-image-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            await file.BuildAsync(folder, architecture);
            output.WriteLine($"Built for {architecture} in {watch.Elapsed.TotalSeconds:0} s");

            var app = Path.Combine(folder, "app");
            foreach (var ours in (string[])["tenant-operator.dll", "TenantOperator.Api.dll", "TenantOperator.Platforms.dll", "TenantOperator.Runtime.dll", "KubernetesClient.dll"])
            {
                IsCompiledFor(Path.Combine(app, ours), machine).Should().BeTrue("{0} starts without compiling", ours);
            }

            if (architecture == "amd64")
            {
                await RunsAsync(file, app, cluster.KubeconfigPath, folder);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunsAsync(Dockerfile file, string app, string kubeconfig, string folder)
    {
        var before = Files(app);

        // Its user gets the kubeconfig in place of a token in a pod.
        var copy = Path.Combine(folder, "kubeconfig");
        File.Copy(kubeconfig, copy);
        await Programs.RunAsync(folder, "chmod", ["o+rX", folder, app, copy]);

        var chart = await RenderedChart.WithAsync("image: {repository: example.com/tenant-operator}");
        var port = OperatorProcess.FreePort();
        var arguments = chart.Arguments.Select(each => each.StartsWith("--http-address=", StringComparison.Ordinal) ? $"--http-address=127.0.0.1:{port}" : each).Append("--controller-class=in-the-image");
        var start = new ProcessStartInfo(
            "setpriv", ["--reuid", file.User, "--regid", file.User, "--clear-groups", "--no-new-privs", .. file.EntryPoint.Select(each => each.Replace("/app/", app + "/", StringComparison.Ordinal)), .. arguments])
        {
            WorkingDirectory = app,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["KUBECONFIG"] = copy;
        start.Environment["TMPDIR"] = "/nonexistent";

        // The engine takes it from the image's list of users, and it cannot be written to.
        start.Environment["HOME"] = "/";
        foreach (var (name, value) in file.Environment.Concat(chart.Container["env"]!.AsArray().Select(each => KeyValuePair.Create((string)each!["name"]!, (string?)each["value"] ?? ""))))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            var watch = Stopwatch.StartNew();
            while (await AnswerAsync(http) != HttpStatusCode.OK)
            {
                process.HasExited.Should().BeFalse();
                watch.Elapsed.Should().BeLessThan(TimeSpan.FromMinutes(1), "its caches should fill; the output tells why not");
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
            }

            (await File.ReadAllLinesAsync($"/proc/{process.Id}/status", Token)).Should().ContainSingle(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Which.Split('\t').Skip(1).Should().OnlyContain(user => user == file.User);
            Files(app).Should().Equal(before, "the root of the container cannot be written to");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<HttpStatusCode?> AnswerAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/readyz", Token);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static List<string> Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // ReadyToRun: there is native code, and it is for this processor. On Linux the machine is written with a mask of the system.
    private static bool IsCompiledFor(string assembly, Machine machine)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0 && ((ushort)reader.PEHeaders.CoffHeader.Machine ^ 0x7B79) == (ushort)machine;
    }
}
