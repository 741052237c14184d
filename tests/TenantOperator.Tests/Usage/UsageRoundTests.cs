using Microsoft.Extensions.Time.Testing;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Tests.Support;
using TenantOperator.Usage;

namespace TenantOperator.Tests.Usage;

public sealed class UsageRoundTests
{
    private static readonly PrometheusProblem Down = new(TenantPlatformReasons.PrometheusUnreachable, "It is down.", OfConnection: true);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly List<string> asked = [];
    private readonly Dictionary<(string Namespace, UsageNumber Number), double?> noted = [];
    private Func<string, PrometheusReply> answer = _ => new([], null);

    [Fact]
    public async Task A_query_for_many_costs_one_request_per_page_and_number()
    {
        answer = query => new([.. NamesIn(query).Where(name => name != "ns-7").Select(name => new Sample(name, 5))], null);

        var problems = await RunAsync(new PrometheusQueries { Credits = "a{namespace=~$namespaces}", Cases = "b{namespace=~$namespaces}" }, tenants: 1200);

        problems.Should().BeEmpty();
        asked.Select(query => (query[0], NamesIn(query).Length)).Should().Equal(('a', 500), ('a', 500), ('a', 200), ('b', 500), ('b', 500), ('b', 200));
        noted.Should().HaveCount(2400);
        noted[("ns-7", UsageNumber.Credits)].Should().BeNull("there is no result for it");
        noted[("ns-8", UsageNumber.Cases)].Should().Be(5);
    }

    [Fact]
    public async Task Queries_for_one_are_spread_evenly_over_the_time()
    {
        var moments = new System.Collections.Concurrent.ConcurrentQueue<(string Query, TimeSpan At)>();
        answer = query =>
        {
            moments.Enqueue((query, clock.GetUtcNow() - A.Noon));
            return new([], null);
        };

        var running = RunAsync(new PrometheusQueries { Processes = "a{namespace=$namespace}", Datasets = "b{namespace=$namespace}" }, tenants: 10, time: TimeSpan.FromSeconds(100));
        await Until.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "all are asked for");

        (await running).Should().BeEmpty();
        moments.Should().HaveCount(20);
        for (var index = 0; index < 10; index++)
        {
            moments.Where(moment => moment.Query.Contains($"\"ns-{index}\"")).Should().HaveCount(2).And.OnlyContain(moment => moment.At >= TimeSpan.FromSeconds(10 * index), "each has its moment");
        }
    }

    [Fact]
    public async Task What_every_request_would_meet_ends_the_round()
    {
        answer = _ => new(null, Down);

        var problems = await RunAsync(new PrometheusQueries { Credits = "a{namespace=~$namespaces}", Cases = "b{namespace=$namespace}" }, tenants: 1200);

        problems.Should().Equal(Down);
        asked.Should().ContainSingle();
        noted.Should().BeEmpty("nothing is known to have changed");
    }

    [Fact]
    public async Task A_query_that_fails_does_not_keep_the_others_from_being_asked()
    {
        answer = query => query[0] == 'a' ? new(null, new(TenantPlatformReasons.UnexpectedAnswer, "It is no query.", OfConnection: false)) : new([new("ns-0", 3)], null);

        var problems = await RunAsync(new PrometheusQueries { Credits = "a{namespace=~$namespaces}", Cases = "b{namespace=~$namespaces}" }, tenants: 1);

        problems.Should().ContainSingle().Which.Message.Should().Be("It is no query.");
        noted.Should().Equal(new Dictionary<(string, UsageNumber), double?> { [("ns-0", UsageNumber.Cases)] = 3 });
    }

    [Fact]
    public async Task A_number_nobody_can_use_is_told_and_the_last_one_stays()
    {
        answer = _ => new([new("ns-0", double.NaN), new("ns-1", 2), new("ns-1", 2), new("ns-2", 4)], null);

        var problems = await RunAsync(new PrometheusQueries { Credits = "a{namespace=~$namespaces}" }, tenants: 3);

        problems.Should().HaveCount(2).And.OnlyContain(problem => problem.Reason == TenantPlatformReasons.UnexpectedAnswer && !problem.OfConnection);
        problems[0].Message.Should().ContainAll("queries.credits", "NaN", "\"ns-0\"");
        problems[1].Message.Should().ContainAll("more than one", "\"ns-1\"");
        noted.Keys.Should().Equal(("ns-2", UsageNumber.Credits));
    }

    [Fact]
    public async Task A_result_without_its_namespace_is_nobodys()
    {
        answer = _ => new([new(null, 2)], null);

        var problems = await RunAsync(new PrometheusQueries { Credits = "sum(a{namespace=~$namespaces})" }, tenants: 3);

        problems.Should().ContainSingle().Which.Message.Should().Contain("sum by (namespace)");
        noted.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_tenants_one_query_shows_whether_it_works()
    {
        await RunAsync(new PrometheusQueries { Credits = "a{namespace=~$namespaces}" }, tenants: 0);
        await RunAsync(null, tenants: 5);

        asked.Should().Equal("vector(1)", "vector(1)");
    }

    [Fact]
    public async Task A_query_that_is_none_is_told_without_being_sent()
    {
        var problems = await RunAsync(new PrometheusQueries { Credits = "a{x=\"$namespace\"}", Cases = "b{namespace=~$namespaces}" }, tenants: 1);

        problems.Should().ContainSingle().Which.Message.Should().ContainAll("queries.credits", "inside quotes");
        asked.Should().ContainSingle().Which.Should().StartWith("b");
    }

    private async Task<IReadOnlyList<PrometheusProblem>> RunAsync(PrometheusQueries? queries, int tenants, TimeSpan time = default)
    {
        List<PrometheusProblem> problems = [];
        var ready = NumberQuery.AllOf(queries, problems.Add);
        var round = new UsageRound(
            (query, _, _) =>
            {
                lock (asked)
                {
                    asked.Add(query);
                }

                return Task.FromResult(answer(query));
            },
            (tenant, number, value) =>
            {
                lock (noted)
                {
                    noted[(tenant.Namespace, number)] = value;
                }
            },
            clock);
        problems.AddRange(await round.RunAsync(
            ready, [.. Enumerable.Range(0, tenants).Select(index => new ReadTenant(new ObjectKey(A.Account, $"t-{index}"), $"ns-{index}"))], time, TestContext.Current.CancellationToken));
        return problems;
    }

    private static string[] NamesIn(string query) => query[(query.IndexOf("(?:", StringComparison.Ordinal) + 3)..query.IndexOf(")$", StringComparison.Ordinal)].Split('|');
}
