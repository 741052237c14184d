using System.Net;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Usage;

/// <summary>Whatever answers in the place of Prometheus: it is understood, or named as what it is, in bounded time and memory.</summary>
public sealed class PrometheusConnectionTests : IAsyncLifetime
{
    private const string Place = "spec.cluster.prometheus.queries.credits";

    private readonly FakeTimeProvider clock = new(A.Noon);
    private FakePrometheus server = null!;

    public async ValueTask InitializeAsync() => server = await FakePrometheus.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_query_is_sent_as_a_form_and_its_results_come_back()
    {
        server.AnswerAll("41.5");

        var reply = await AskAsync("x{namespace=\"acme\"} + 1 & 2");

        reply.Problem.Should().BeNull();
        reply.Samples.Should().Equal(new Sample("acme", 41.5));
        server.Asked.Should().Equal(new AskedQuery("x{namespace=\"acme\"} + 1 & 2", null));
    }

    [Theory]
    [InlineData(200, "<html>Sign in, please: s3cret</html>", TenantPlatformReasons.UnexpectedAnswer, "is not JSON", false)]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[]}}""", TenantPlatformReasons.UnexpectedAnswer, "matrix", false)]
    [InlineData(200, """{"status":"error","errorType":"execution","error":"found duplicate series"}""", TenantPlatformReasons.UnexpectedAnswer, "found duplicate series", false)]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"1:5: parse error"}""", TenantPlatformReasons.UnexpectedAnswer, Place + ": 1:5: parse error", false)]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out"}""", TenantPlatformReasons.UnexpectedAnswer, "query timed out", false)]
    [InlineData(404, "<html>s3cret</html>", TenantPlatformReasons.UnexpectedAnswer, "HTTP 404", true)]
    [InlineData(204, "", TenantPlatformReasons.UnexpectedAnswer, "HTTP 204", true)]
    [InlineData(502, "<html>s3cret</html>", TenantPlatformReasons.PrometheusUnreachable, "HTTP 502", true)]
    [InlineData(429, "s3cret", TenantPlatformReasons.PrometheusUnreachable, "HTTP 429", true)]
    [InlineData(401, "s3cret", TenantPlatformReasons.Unauthorized, "bearerTokenSecretRef", true)]
    [InlineData(403, """{"status":"error","error":"s3cret"}""", TenantPlatformReasons.Unauthorized, "HTTP 403", true)]
    public async Task A_wrong_answer_is_named(int code, string body, string reason, string words, bool ofConnection)
    {
        server.AnswerWith(code, body);

        var problem = (await AskAsync()).Problem!;

        problem.Should().Match<PrometheusProblem>(each => each.Reason == reason && each.OfConnection == ofConnection);
        problem.Message.Should().Contain(words).And.NotContain("s3cret", "only an error of the documented form is repeated");
    }

    [Fact]
    public async Task Words_of_an_error_are_cut()
    {
        server.AnswerWith(400, $$"""{"status":"error","errorType":"bad_data","error":"{{new string('x', 5000)}}"}""");

        var message = (await AskAsync()).Problem!.Message;

        message.Count(letter => letter == 'x').Should().BeLessThan(PrometheusAnswer.MostWords + 5);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await FakePrometheus.StartAsync();
        server.Answer = (context, _) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Url + "/api/v1/query";
            return Task.CompletedTask;
        };

        var problem = (await AskAsync()).Problem!;

        problem.Should().Match<PrometheusProblem>(each => each.Reason == TenantPlatformReasons.UnexpectedAnswer && each.Message.Contains("redirects"));
        problem.Message.Should().NotContain(new Uri(elsewhere.Url).Port.ToString());
        elsewhere.Asked.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_answers_slowly_is_given_up(bool beginsToAnswer)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer = async (context, _) =>
        {
            if (beginsToAnswer)
            {
                await context.Response.WriteAsync("""{"status":""");
                await context.Response.Body.FlushAsync();
            }

            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        var asking = AskAsync();
        await reached.Task;
        clock.Advance(PrometheusConnection.TimeLimit - TimeSpan.FromMilliseconds(1));
        asking.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));

        (await asking).Problem!.Should().Match<PrometheusProblem>(each => each.Reason == TenantPlatformReasons.PrometheusUnreachable && each.Message.Contains("within 10 s"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_without_end_is_not_read(bool saysItsLength)
    {
        server.Answer = async (context, _) =>
        {
            if (saysItsLength)
            {
                context.Response.ContentLength = 1L << 32;
            }

            var block = Encoding.ASCII.GetBytes(new string(' ', 64 << 10));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };

        // The server never ends and the clock stands still, so only the length can end it.
        (await AskAsync()).Problem!.Message.Should().Contain("longer than 4 MiB");
    }

    [Fact]
    public async Task A_server_that_breaks_off_is_unreachable()
    {
        server.Answer = async (context, _) =>
        {
            await context.Response.WriteAsync("""{"status":"success",""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        (await AskAsync()).Problem!.Should().Match<PrometheusProblem>(each => each.Reason == TenantPlatformReasons.PrometheusUnreachable && each.Message.Contains("broke off"));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        var url = server.Url;
        await server.DisposeAsync();

        (await AskAsync(url: url)).Problem!.Should().Match<PrometheusProblem>(each => each.Reason == TenantPlatformReasons.PrometheusUnreachable && each.Message.Contains("cannot be connected to"));
    }

    [Fact]
    public async Task A_private_address_is_refused_before_a_connection_is_made()
    {
        foreach (var url in new[] { server.Url, server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), server.Url.Replace("127.0.0.1", "[::ffff:127.0.0.1]", StringComparison.Ordinal) })
        {
            var problem = (await AskAsync(url: url, allowed: ["other.example.com"])).Problem!;

            problem.Reason.Should().Be(TenantPlatformReasons.HostNotAllowed, url);
            problem.Message.Should().Contain("--allow-hosts " + new Uri(url).IdnHost);
        }

        server.Asked.Should().BeEmpty();
        (await AskAsync(url: server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), allowed: ["localhost"])).Problem.Should().BeNull();
    }

    [Fact]
    public async Task Without_insecure_only_https_is_spoken()
    {
        (await AskAsync(insecure: false)).Problem!.Reason.Should().Be(TenantPlatformReasons.HostNotAllowed);
        server.Asked.Should().BeEmpty();

        (await AskAsync(url: server.Url.Replace("http:", "https:", StringComparison.Ordinal), insecure: false)).Problem!.Should()
            .Match<PrometheusProblem>(each => each.Reason == TenantPlatformReasons.PrometheusUnreachable && each.Message.Contains("caSecretRef"));
    }

    private async Task<PrometheusReply> AskAsync(string query = "x", string? url = null, bool insecure = true, IReadOnlyList<string>? allowed = null)
    {
        // No Secret is named, so nothing is asked of the API server.
        using var nobody = new Kubernetes(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" });
        using var connection = new PrometheusConnection(
            new PrometheusSource { Url = url ?? server.Url, Insecure = insecure }, A.Account, new KubernetesApi(nobody, clock), new AllowedHosts(allowed ?? [IPAddress.Loopback.ToString()]), clock);
        connection.BeginRound();
        return await connection.QueryAsync(query, Place, TestContext.Current.CancellationToken);
    }
}
