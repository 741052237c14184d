using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;

namespace TenantOperator.Usage;

/// <summary>A tenant whose numbers are read.</summary>
/// <param name="Key">The Tenant.</param>
/// <param name="Namespace">Its own namespace, which its series are labelled with.</param>
internal readonly record struct ReadTenant(ObjectKey Key, string Namespace);

/// <summary>One query of a platform, ready to be filled in.</summary>
internal sealed record NumberQuery(UsageNumber Number, TenantQuery Query)
{
    /// <summary>Where it stands, for messages.</summary>
    public string Place => PlaceOf(Number);

    /// <summary>Reads the queries of a platform; what is wrong with one is told and does not keep the others from being asked.</summary>
    public static IReadOnlyList<NumberQuery> AllOf(PrometheusQueries? queries, Action<PrometheusProblem> tell)
    {
        List<NumberQuery> all = [];
        foreach (var (number, text) in new[]
                 {
                     (UsageNumber.Credits, queries?.Credits), (UsageNumber.Cases, queries?.Cases), (UsageNumber.Processes, queries?.Processes), (UsageNumber.Datasets, queries?.Datasets),
                 })
        {
            if (text is not null && TenantQuery.Parse(text, out var problem) is var query)
            {
                if (query is null)
                {
                    tell(new(TenantPlatformReasons.UnexpectedAnswer, $"The query in {PlaceOf(number)} is not asked: {problem}. Write {{namespace=$namespace}} or {{namespace=~$namespaces}}.", OfConnection: false));
                }
                else
                {
                    all.Add(new(number, query));
                }
            }
        }

        return all;
    }

    private static string PlaceOf(UsageNumber number) => $"spec.cluster.prometheus.queries.{number.ToString().ToLowerInvariant()}";
}

/// <summary>
/// One round over the tenants of a platform: for each query for many, one request per page of tenants; for the queries for one, a request per tenant, spread evenly over
/// the time there is. What fails leaves the last number as it is; what every request would meet ends the round.
/// </summary>
/// <param name="ask">Sends a query; told where it comes from.</param>
/// <param name="note">Takes each number that was read; null means that Prometheus has none.</param>
/// <param name="clock">Spreads the requests.</param>
internal sealed class UsageRound(
    Func<string, string, CancellationToken, Task<PrometheusReply>> ask, Action<ReadTenant, UsageNumber, double?> note, TimeProvider clock)
{
    /// <summary>The most tenants that one request asks for: their names make some 30 KiB.</summary>
    public const int PageSize = 500;

    // Requests under way at a time; a slow Prometheus is not asked for more.
    private const int Concurrency = 4;

    // Asked when there is nothing else to ask, so that a platform shows whether it works before it has tenants.
    private const string Probe = "vector(1)";

    private readonly List<PrometheusProblem> problems = [];
    private readonly Lock telling = new();
    private volatile bool ended;

    /// <summary>Runs it and returns all that went wrong.</summary>
    /// <param name="queries">What to ask.</param>
    /// <param name="tenants">For whom.</param>
    /// <param name="time">How long the requests for single tenants are spread.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<PrometheusProblem>> RunAsync(
        IReadOnlyList<NumberQuery> queries, IReadOnlyList<ReadTenant> tenants, TimeSpan time, CancellationToken cancellationToken)
    {
        if (queries.Count == 0 || tenants.Count == 0)
        {
            await AskAsync(Probe, "spec.cluster.prometheus", cancellationToken);
            return problems;
        }

        foreach (var query in queries.Where(each => each.Query.IsForMany))
        {
            foreach (var page in tenants.Chunk(PageSize))
            {
                await ReadPageAsync(query, page, cancellationToken);
            }
        }

        NumberQuery[] single = [.. queries.Where(each => !each.Query.IsForMany)];
        if (single.Length > 0)
        {
            await SpreadAsync(tenants, time, tenant => ReadTenantAsync(single, tenant, cancellationToken), cancellationToken);
        }

        return problems;
    }

    private async Task ReadPageAsync(NumberQuery query, ReadTenant[] page, CancellationToken cancellationToken)
    {
        if (await AskAsync(query.Query.For(page.Select(tenant => tenant.Namespace)), query.Place, cancellationToken) is not { } samples)
        {
            return;
        }

        if (UsageFigures.ForMany(samples, [.. page.Select(tenant => tenant.Namespace)]) is not { } figures)
        {
            Tell(new(
                TenantPlatformReasons.UnexpectedAnswer,
                $"The query in {query.Place} gave a result without the label namespace, so nobody can tell whose it is. Keep the label, such as by sum by (namespace) (...).",
                OfConnection: false));
            return;
        }

        for (var i = 0; i < page.Length; i++)
        {
            Note(query, page[i], figures[i]);
        }
    }

    private async Task ReadTenantAsync(NumberQuery[] queries, ReadTenant tenant, CancellationToken cancellationToken)
    {
        foreach (var query in queries)
        {
            if (await AskAsync(query.Query.For(tenant.Namespace), query.Place, cancellationToken) is { } samples)
            {
                Note(query, tenant, UsageFigures.ForOne(samples));
            }
        }
    }

    private void Note(NumberQuery query, ReadTenant tenant, UsageFigure figure)
    {
        if (figure.Problem is { } problem)
        {
            Tell(new(
                TenantPlatformReasons.UnexpectedAnswer,
                $"The query in {query.Place} gave {problem}, for namespace \"{tenant.Namespace}\". Its last number stays. Change the query so that each tenant gets one number from 0 on.",
                OfConnection: false));
        }
        else
        {
            note(tenant, query.Number, figure.Value);
        }
    }

    private async Task<IReadOnlyList<Sample>?> AskAsync(string query, string place, CancellationToken cancellationToken)
    {
        if (ended)
        {
            return null;
        }

        var reply = await ask(query, place, cancellationToken);
        if (reply.Problem is { } problem)
        {
            Tell(problem);
        }

        return reply.Samples;
    }

    private void Tell(PrometheusProblem problem)
    {
        lock (telling)
        {
            problems.Add(problem);
        }

        ended |= problem.OfConnection;
    }

    // Each starts at its moment or, when the ones before were slow, as soon as there is room.
    private Task SpreadAsync(IReadOnlyList<ReadTenant> tenants, TimeSpan time, Func<ReadTenant, Task> read, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        return Parallel.ForEachAsync(
            Enumerable.Range(0, tenants.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var early = (time * ((double)index / tenants.Count)) - clock.GetElapsedTime(began);
                if (early > TimeSpan.Zero && !ended)
                {
                    await clock.WaitAsync(early, token);
                }

                if (!ended)
                {
                    await read(tenants[index]);
                }
            });
    }
}

internal static class LongWait
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Waits, also for longer than a timer can (49 days).</summary>
    public static async Task WaitAsync(this TimeProvider clock, TimeSpan time, CancellationToken cancellationToken)
    {
        for (; time > TimeSpan.Zero; time -= Longest)
        {
            await Task.Delay(time < Longest ? time : Longest, clock, cancellationToken);
        }
    }
}
