using System.Diagnostics;

namespace TenantOperator.Bench;

/// <summary>
/// Many tenants with many people: what an operator that starts there needs of memory, at its highest and once it is at rest, and how long it takes until it has looked at all of them.
/// More than one published operator is measured by turns, on the same objects.
/// </summary>
internal sealed class ScaleRun(int tenants, int people, int repeats, bool asPod)
{
    private const string Account = "bench-scale";
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    // Memory is given back once work has ended, which is looked for every few seconds.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(45);

    /// <param name="repository">Where the definitions are.</param>
    /// <param name="folders">Published operators; the first one makes everything.</param>
    /// <param name="more">Names further folders while all that stands, one a line, until it ends.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<int> RunAsync(string repository, IReadOnlyList<string> folders, TextReader more, CancellationToken cancellationToken)
    {
        await using var cluster = await BenchCluster.StartAsync(repository, cancellationToken);
        using var pod = asPod ? new PodFolder(cluster.KubeconfigOf(BenchCluster.Operator)) : null;
        await cluster.CreateAccountAsync(Account, tenants, cancellationToken);
        await FillAsync(cluster, pod, folders[0], cancellationToken);
        Console.WriteLine($"{"",-40} {"idle MiB",9} {"peak MiB",9} {"start s",8} {"bare list s",11} {"ratio",6} {"CPU s",6} writes, GETs");
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            foreach (var folder in folders)
            {
                await RestartAsync(cluster, pod, folder, cancellationToken);
            }
        }

        while (await more.ReadLineAsync(cancellationToken) is { Length: > 0 } folder)
        {
            await RestartAsync(cluster, pod, folder, cancellationToken);
        }

        return 0;
    }

    private async Task FillAsync(BenchCluster cluster, PodFolder? pod, string folder, CancellationToken cancellationToken)
    {
        await using var running = Start(cluster, pod, folder);
        cluster.Audit.Skip();
        var began = TimeProvider.System.GetTimestamp();
        var many = new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, tenants), many, async (number, token) => await cluster.CreateTenantAsync(Account, Burst.NameOf(number), token));
        var persons = Enumerable.Range(0, tenants).SelectMany(number => Enumerable.Range(0, people).Select(person => (Tenant: Burst.NameOf(number), Name: $"u-{number}-{person}")));
        await Parallel.ForEachAsync(persons, many, async (person, token) => await cluster.CreateUserAsync(Account, person.Tenant, person.Name, token));
        while (cluster.Audit.Read(BenchCluster.Operator.Name).Any(request => !request.IsLease))
        {
            await Task.Delay(Silence, TimeProvider.System, cancellationToken);
        }

        if (await cluster.NotReadyAsync(Account, cancellationToken) is [var stuck, ..] all)
        {
            throw new InvalidOperationException($"{all.Count} tenants are not Ready: {stuck}");
        }

        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var (idle, peak) = running.Memory();
        var minutes = TimeProvider.System.GetElapsedTime(began).TotalMinutes;
        Console.WriteLine(FormattableString.Invariant($"{tenants} tenants with {people} people each are there after {minutes:0.0} min; idle {idle:0} MiB, peak {peak:0} MiB"));
        await running.StopAsync(cancellationToken);
    }

    private async Task RestartAsync(BenchCluster cluster, PodFolder? pod, string folder, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        using (var list = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["list", "--kubeconfig", cluster.KubeconfigOf(BenchCluster.Operator)]) { RedirectStandardOutput = true, UseShellExecute = false })!)
        {
            await list.WaitForExitAsync(cancellationToken);
        }

        var bare = TimeProvider.System.GetElapsedTime(began);
        cluster.Audit.Skip();
        began = TimeProvider.System.GetTimestamp();
        await using var running = Start(cluster, pod, folder);
        var start = await UntilLookedAtAsync(running, began, cancellationToken);
        var cpu = running.CpuTime;
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var (idle, peak) = running.Memory();
        var requests = cluster.Audit.Read(BenchCluster.Operator.Name).Where(request => !request.IsLease).ToList();
        Console.WriteLine(FormattableString.Invariant(
            $"{Path.GetFileName(folder),-40} {idle,9:0} {peak,9:0} {start.TotalSeconds,8:0.0} {bare.TotalSeconds,11:0.0} {start / bare,6:0.00} {cpu.TotalSeconds,6:0.0} {requests.Count(each => each.IsWrite)}, {requests.Count(each => each.Verb == "get")}"));
        await running.StopAsync(cancellationToken);
    }

    // The passes are counted where the numbers of every tenant are told too, which takes tens of megabytes: so it is asked only once nothing seems to be done any more.
    private async Task<TimeSpan> UntilLookedAtAsync(OperatorProcess running, long began, CancellationToken cancellationToken)
    {
        var (poll, quiet, cpu) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3), running.CpuTime);
        var busyUntil = TimeSpan.Zero;
        while (true)
        {
            await Task.Delay(poll, TimeProvider.System, cancellationToken);
            var (now, used) = (TimeProvider.System.GetElapsedTime(began), running.CpuTime - cpu);
            cpu += used;
            busyUntil = used > poll / 10 ? now : busyUntil;
            if (now - busyUntil > quiet && await running.PassesAsync(cancellationToken) >= tenants)
            {
                return busyUntil;
            }
        }
    }

    private static OperatorProcess Start(BenchCluster cluster, PodFolder? pod, string folder) =>
        pod is null ? OperatorProcess.Start(folder, cluster.KubeconfigOf(BenchCluster.Operator), workers: null) : OperatorProcess.StartAsPod(folder, pod.Environment);
}
