namespace TenantOperator.Bench;

/// <summary>What became of many tenants that came at once.</summary>
/// <param name="Tenants">How many there were.</param>
/// <param name="UntilReady">From the first Tenant's arrival until the last one's status was written.</param>
/// <param name="Cpu">What the contestant used for it, until it was quiet again.</param>
/// <param name="Requests">All its requests meanwhile.</param>
internal sealed record BurstResult(int Tenants, TimeSpan UntilReady, TimeSpan Cpu, IReadOnlyList<AuditEntry> Requests)
{
    /// <summary>All requests but those for the lease.</summary>
    public double RequestsPerTenant => (double)Requests.Count(request => !request.IsLease) / Tenants;
}

/// <summary>Brings many tenants at once and waits until a contestant is done with them. The same for both sides.</summary>
internal static class Burst
{
    /// <summary>As many kubectls at a time.</summary>
    private const int Creators = 32;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static string NameOf(int number) => $"tenant-{number:d6}";

    public static async Task<BurstResult> RunAsync(
        BenchCluster cluster, string user, string account, Range numbers, MeasuredProcess contestant, Action<string, string, int>? tell, CancellationToken cancellationToken)
    {
        cluster.Audit.Skip();
        var cpu = contestant.CpuTime;
        var began = TimeProvider.System.GetUtcNow();
        var count = numbers.End.Value - numbers.Start.Value;
        var creating = Parallel.ForEachAsync(
            Enumerable.Range(numbers.Start.Value, count),
            new ParallelOptions { MaxDegreeOfParallelism = Creators, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var uid = await cluster.CreateTenantAsync(account, NameOf(number), token);
                tell?.Invoke(NameOf(number), uid, number);
            });

        var requests = new List<AuditEntry>();
        var firstStatus = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var lastSeen = TimeProvider.System.GetTimestamp();
        while (firstStatus.Count < count || (tell is null && TimeProvider.System.GetElapsedTime(lastSeen) < Silence))
        {
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            var fresh = cluster.Audit.Read(user);
            if (fresh.Any(request => !request.IsLease))
            {
                lastSeen = TimeProvider.System.GetTimestamp();
            }

            requests.AddRange(fresh);
            foreach (var status in fresh.Where(request => request is { Resource: "tenants/status", Code: 200 }))
            {
                firstStatus.TryAdd(status.Name, status.Answered);
            }

            if (TimeProvider.System.GetElapsedTime(lastSeen) > Patience)
            {
                throw new TimeoutException($"Only {firstStatus.Count} of {count} tenants have a status, and nothing moves.");
            }
        }

        await creating;
        if (await cluster.NotReadyAsync(account, cancellationToken) is [var stuck, ..] all)
        {
            throw new InvalidOperationException($"{all.Count} tenants are not Ready: {stuck}");
        }

        return new(count, firstStatus.Values.Max() - began, contestant.CpuTime - cpu, requests);
    }
}
