using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TenantOperator.Bench;

/// <summary>
/// Runs operator and bare writers by turns, each on a fresh API server, and then looks at an operator with many tenants standing. What counts are ratios
/// within one run: the machine is the same for both sides, and so are the objects they write.
/// </summary>
internal sealed class BenchRun(BenchOptions options)
{
    /// <summary>The account of the large burst.</summary>
    public const string Account = "bench-load";

    private const string SmallAccount = "bench-small";

    private readonly Report report = new(Console.Out, options);
    private readonly string repository = FindRepository();
    private string folder = "";
    private string templates = "";
    private int minimum;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        templates = Path.Combine(await PrepareAsync(cancellationToken), "writes.json");

        for (var round = 1; round <= options.Rounds; round++)
        {
            // The operator goes first in the first round, for the writes to be copied, and last in every second one.
            var floors = new List<(int Workers, BurstResult Result)>();
            BurstResult? operated = null;
            if (round % 2 == 1)
            {
                operated = await OperatorRoundAsync(round, cancellationToken);
            }

            foreach (var workers in BenchOptions.FloorWorkers)
            {
                floors.Add((workers, await FloorRoundAsync(workers, cancellationToken)));
            }

            operated ??= await OperatorRoundAsync(round, cancellationToken);
            Compare(round, operated, floors);
        }

        await report.PrintAsync();
        return 0;
    }

    public async Task<int> RunRemoteAsync(RemoteRun remote, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return await remote.RunAsync(repository, folder, cancellationToken);
    }

    public async Task<int> RunScaleAsync(ScaleRun scale, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return await scale.RunAsync(repository, folders.Count == 0 ? [folder] : folders, Console.In, cancellationToken);
    }

    private async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        var work = Directory.CreateDirectory(Path.Combine(repository, "artifacts", "bench")).FullName;
        File.Delete(Path.Combine(work, "operator.log"));
        folder = options.OperatorFolder ?? await PublishAsync(Path.Combine(work, "operator"), cancellationToken);
        return work;
    }

    private void Compare(int round, BurstResult operated, List<(int Workers, BurstResult Result)> floors)
    {
        var (best, floor) = floors.MinBy(each => each.Result.UntilReady);
        report.Add(Measure.Requests, operated.RequestsPerTenant / minimum);
        report.Add(Measure.TimeRatio, operated.UntilReady / floor.UntilReady);
        report.Add(Measure.CpuRatio, operated.Cpu / floor.Cpu);
        var line = $"round {round}: operator {Seconds(operated)}; bare writers {string.Join(", ", floors.Select(each => $"{each.Workers}: {Seconds(each.Result)}"))}; best with {best}.";
        Console.WriteLine(line);
        if (round == options.Rounds)
        {
            report.Note($"Requests per tenant, {operated.Tenants} at once: {Report.Breakdown(operated.Requests, operated.Tenants)}");
        }

        static string Seconds(BurstResult result) => $"{result.UntilReady.TotalSeconds:0.00} s, {result.Cpu.TotalMilliseconds / result.Tenants:0.00} ms CPU per tenant";
    }

    private async Task<BurstResult> OperatorRoundAsync(int round, CancellationToken cancellationToken)
    {
        await using var cluster = await BenchCluster.StartAsync(repository, cancellationToken);
        await cluster.CreateAccountAsync(Account, BenchOptions.WarmUp + options.Tenants + 100, cancellationToken);
        await cluster.CreateAccountAsync(SmallAccount, BenchOptions.SmallBurst, cancellationToken);
        var running = OperatorProcess.Start(folder, cluster.KubeconfigOf(BenchCluster.Operator), options.Workers);
        try
        {
            Task<BurstResult> BurstAsync(string account, Range numbers) => Burst.RunAsync(cluster, BenchCluster.Operator.Name, account, numbers, running, null, cancellationToken);

            await BurstAsync(Account, 0..BenchOptions.WarmUp);
            var writes = await WriteTemplate.CaptureAsync(cluster.Admin, Account, Burst.NameOf(0), cancellationToken);
            await WriteTemplate.SaveAsync(writes, templates, cancellationToken);
            minimum = writes.Count;

            var small = await BurstAsync(SmallAccount, 0..BenchOptions.SmallBurst);
            report.Add(Measure.SmallRequests, small.RequestsPerTenant / minimum);
            var passes = await running.PassesAsync(cancellationToken);
            var large = await BurstAsync(Account, BenchOptions.WarmUp..(BenchOptions.WarmUp + options.Tenants));
            report.Add(Measure.Passes, (double)(await running.PassesAsync(cancellationToken) - passes)! / options.Tenants);
            if (round == options.Rounds)
            {
                report.Note($"Requests per tenant, {small.Tenants} at once: {Report.Breakdown(small.Requests, small.Tenants)}");
                running = await StandAsync(cluster, running, cancellationToken);
            }

            return large;
        }
        finally
        {
            await running.DisposeAsync();
        }
    }

    private async Task<OperatorProcess> StandAsync(BenchCluster cluster, OperatorProcess running, CancellationToken cancellationToken)
    {
        var standing = new Standing(cluster, options, folder, report);
        var next = BenchOptions.WarmUp + options.Tenants;
        await standing.QuietAsync(cancellationToken);
        var (idle, peak) = running.Memory();
        report.Add(Measure.Idle, idle);
        report.Add(Measure.Peak, peak);
        await standing.RepairAsync(0, cancellationToken);
        await standing.OneTenantAsync(next, cancellationToken);
        next += BenchOptions.Repeats;
        running = await standing.RestartAsync(running, next + BenchOptions.SmallBurst, cancellationToken);
        // The bare writer's tenants would be looked at by a running operator.
        await running.StopAsync(cancellationToken);
        await standing.OneTenantOfFloorAsync(templates, next, cancellationToken);
        return running;
    }

    private async Task<BurstResult> FloorRoundAsync(int workers, CancellationToken cancellationToken)
    {
        await using var cluster = await BenchCluster.StartAsync(repository, cancellationToken);
        await cluster.CreateAccountAsync(Account, BenchOptions.WarmUp + options.Tenants, cancellationToken);
        await using var floor = new FloorProcess(cluster.KubeconfigOf(BenchCluster.Floor), templates, workers);
        Task<BurstResult> BurstAsync(Range numbers) => Burst.RunAsync(cluster, BenchCluster.Floor.Name, Account, numbers, floor, floor.Tell, cancellationToken);

        await BurstAsync(0..BenchOptions.WarmUp);
        return await BurstAsync(BenchOptions.WarmUp..(BenchOptions.WarmUp + options.Tenants));
    }

    // As the Dockerfile does.
    private async Task<string> PublishAsync(string target, CancellationToken cancellationToken)
    {
        Console.WriteLine("Publishing the operator …");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish", Path.Combine(repository, "src", "TenantOperator"), "-c", "Release", "-a", RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), "--self-contained", "false",
                "-v", "q", "--nologo", "-o", target,
            ]))!;
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0 ? target : throw new InvalidOperationException("The operator cannot be published; see above.");
    }

    private static string FindRepository()
    {
        for (var here = new DirectoryInfo(AppContext.BaseDirectory); here is not null; here = here.Parent)
        {
            if (File.Exists(Path.Combine(here.FullName, "TenantOperator.sln")))
            {
                return here.FullName;
            }
        }

        throw new InvalidOperationException("Run this inside the repository.");
    }
}
