using CsCheck;
using k8s;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Usage;

/// <summary>Whether Prometheus itself reads what is filled in as it is meant.</summary>
public sealed class RealPrometheusTests(PrometheusFixture prometheus)
{
    private static readonly string[] Pieces = ["\"", "\\", "'", "`", "\n", "\r", "\t", "#", "{", "}", ")", "|", ".*", "+", "$", "^", "\\\"", "\\n", "acme", "é", "\u2028", "\u0001", "😀"];

    private static readonly Gen<string> Names = Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[1, 8].Select(string.Concat);

    [Fact]
    public async Task A_name_comes_back_as_it_was_filled_in()
    {
        // A separator between two labels that are not there.
        var query = TenantQuery.Parse("label_join(vector(1), \"namespace\", $namespace, \"a\", \"b\")", out _)!;

        await SampleAsync(Names, async name =>
        {
            var reply = await AskAsync(query.For(name));

            reply.Problem.Should().BeNull();
            reply.Samples.Should().Equal(new Sample(name, 1));
        });
    }

    [Fact]
    public async Task A_pattern_matches_its_names_and_no_other()
    {
        var labelled = TenantQuery.Parse("label_join(vector(1), \"name\", $namespace, \"a\", \"b\")", out _)!;

        await SampleAsync(Gen.Select(Names, Names, Names), async names =>
        {
            var (one, two, other) = names;
            foreach (var (name, matches) in new[] { (one, true), (two, true), (other, other == one || other == two), (one + two, one + two == one || one + two == two) })
            {
                var query = TenantQuery.Parse($"label_replace({labelled.For(name)}, \"namespace\", \"matched\", \"name\", $namespaces)", out _)!;
                var reply = await AskAsync(query.For([one, two]));

                reply.Problem.Should().BeNull();
                reply.Samples.Should().Equal(new Sample(matches ? "matched" : null, 1));
            }
        });
    }

    [Fact]
    public async Task Five_hundred_names_of_the_longest_kind_fit_into_a_query()
    {
        string[] names = [.. Enumerable.Range(0, 500).Select(index => $"{index:000}-{new string('x', 59)}")];
        var real = await prometheus.GetAsync(TestContext.Current.CancellationToken);
        foreach (var name in names)
        {
            real.Set("longest", name, 7);
        }

        var query = TenantQuery.Parse("sum by (namespace) (longest{namespace=~$namespaces})", out _)!.For(names);
        await Until.TrueAsync(async () => (await AskAsync(query)).Samples is { Count: 500 } samples && UsageFigures.ForMany(samples, names)!.All(figure => figure.Value == 7), "all have their number");
    }

    private static async Task SampleAsync<T>(Gen<T> gen, Func<T, Task> test)
    {
        List<T> values = [];
        gen.Sample(value =>
        {
            lock (values)
            {
                values.Add(value);
            }
        }, iter: 100);
        foreach (var value in values)
        {
            await test(value);
        }
    }

    private async Task<PrometheusReply> AskAsync(string query)
    {
        var real = await prometheus.GetAsync(TestContext.Current.CancellationToken);
        using var nobody = new Kubernetes(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" });
        using var connection = new PrometheusConnection(
            new PrometheusSource { Url = real.Url, Insecure = true }, A.Account, new KubernetesApi(nobody, TimeProvider.System), new AllowedHosts(["127.0.0.1"]), TimeProvider.System);
        connection.BeginRound();
        return await connection.QueryAsync(query, "a test", TestContext.Current.CancellationToken);
    }
}
