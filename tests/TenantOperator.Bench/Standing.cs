using System.Diagnostics;

namespace TenantOperator.Bench;

/// <summary>What is measured while many tenants stand: one more of them, a quiet time, a repair, a restart, memory.</summary>
internal sealed class Standing(BenchCluster cluster, BenchOptions options, string folder, Report report)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);
    private static readonly string User = BenchCluster.Operator.Name;

    /// <summary>Create → Ready of one tenant after another, by the server's clock.</summary>
    public async Task OneTenantAsync(int first, CancellationToken cancellationToken)
    {
        for (var number = first; number < first + BenchOptions.Repeats; number++)
        {
            cluster.Audit.Skip();
            await cluster.CreateTenantAsync(BenchRun.Account, Burst.NameOf(number), cancellationToken);
            var created = TimeProvider.System.GetUtcNow();
            var status = await WaitForAsync(request => request.Resource == "tenants/status" && request.Name == Burst.NameOf(number), User, cancellationToken);
            report.Add(Measure.OneTenant, (status.Answered - created).TotalMilliseconds);
        }
    }

    /// <summary>The same writes, one after another, by the bare writer.</summary>
    public async Task OneTenantOfFloorAsync(string templates, int first, CancellationToken cancellationToken)
    {
        await using var floor = new FloorProcess(cluster.KubeconfigOf(BenchCluster.Floor), templates, workers: 1);
        for (var number = first; number < first + BenchOptions.Repeats + 1; number++)
        {
            cluster.Audit.Skip();
            floor.Tell(Burst.NameOf(number), await cluster.CreateTenantAsync(BenchRun.Account, Burst.NameOf(number), cancellationToken), number);
            await floor.WaitAsync(cancellationToken);
            var writes = cluster.Audit.Read(BenchCluster.Floor.Name);

            // The first one only warms up.
            if (number > first)
            {
                report.Add(Measure.OneTenantFloor, (writes.Max(write => write.Answered) - writes.Min(write => write.Received)).TotalMilliseconds);
            }
        }
    }

    public async Task QuietAsync(CancellationToken cancellationToken)
    {
        cluster.Audit.Skip();
        await Task.Delay(options.Quiet, TimeProvider.System, cancellationToken);
        var requests = cluster.Audit.Read(User);
        report.Add(Measure.QuietRequests, requests.Count(request => !request.IsLease));
        report.Note($"{options.Quiet.TotalSeconds} quiet seconds: {Report.Breakdown(requests, 1)}");
    }

    /// <summary>Deletes a child and waits for its return.</summary>
    public async Task RepairAsync(int first, CancellationToken cancellationToken)
    {
        for (var number = first; number < first + BenchOptions.Repeats; number++)
        {
            cluster.Audit.Skip();
            var ns = $"{BenchRun.Account}-{Burst.NameOf(number)}";
            await cluster.Admin.SendAsync(HttpMethod.Delete, $"apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies/tenant-isolation", null, cancellationToken);
            var deleted = TimeProvider.System.GetUtcNow();
            var created = await WaitForAsync(request => request is { Verb: "create", Resource: "networkpolicies" } && request.Namespace == ns, User, cancellationToken);
            report.Add(Measure.Repair, (created.Answered - deleted).TotalMilliseconds);
        }
    }

    /// <summary>From the start of the process until every tenant has been looked at once, beside a program that only lists.</summary>
    public async Task<OperatorProcess> RestartAsync(OperatorProcess running, int tenants, CancellationToken cancellationToken)
    {
        var kubeconfig = cluster.KubeconfigOf(BenchCluster.Operator);
        for (var repeat = 0; repeat < BenchOptions.Repeats; repeat++)
        {
            await running.StopAsync(cancellationToken);
            await running.DisposeAsync();

            var began = TimeProvider.System.GetTimestamp();
            using (var list = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["list", "--kubeconfig", kubeconfig]) { RedirectStandardOutput = true, UseShellExecute = false })!)
            {
                await list.WaitForExitAsync(cancellationToken);
                report.Add(Measure.BareList, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

            cluster.Audit.Skip();
            began = TimeProvider.System.GetTimestamp();
            running = OperatorProcess.Start(folder, kubeconfig, options.Workers);
            while (await running.PassesAsync(cancellationToken) is not { } passes || passes < tenants)
            {
                // An answer names the numbers of every tenant. Asked more often, it would be a good part of what is measured.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }

            report.Add(Measure.Restart, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, cancellationToken);
            var requests = cluster.Audit.Read(User);
            report.Add(Measure.RestartWrites, requests.Count(request => request.IsWrite && !request.IsLease));
            report.Add(Measure.RestartGets, requests.Count(request => request.Verb == "get" && !request.IsLease));
            if (repeat == 0)
            {
                report.Note($"A restart: {Report.Breakdown(requests, 1)}");
            }
        }

        var (idle, peak) = running.Memory();
        report.Add(Measure.RestartIdle, idle);
        report.Add(Measure.RestartPeak, peak);
        return running;
    }

    private async Task<AuditEntry> WaitForAsync(Func<AuditEntry, bool> wanted, string user, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            if (cluster.Audit.Read(user).FirstOrDefault(wanted) is { } found)
            {
                return found;
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException("The operator did not do for a minute what was waited for.");
    }
}
