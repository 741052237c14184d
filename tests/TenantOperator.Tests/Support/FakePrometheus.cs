using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Tests.Support;

/// <summary>One query as it arrived.</summary>
internal sealed record AskedQuery(string Query, string? Authorization);

/// <summary>A small web server in the place of a Prometheus, on the loopback interface: notes what it is asked, and answers what a test says.</summary>
internal sealed partial class FakePrometheus : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<AskedQuery> asked = new();

    private FakePrometheus(WebApplication app) => this.app = app;

    /// <summary>Answers each query; the form was read already.</summary>
    public Func<HttpContext, AskedQuery, Task> Answer { get; set; } = (context, _) => context.Response.WriteAsync(Vector());

    public string Url => app.Urls.First();

    public IReadOnlyCollection<AskedQuery> Asked => asked;

    public static async Task<FakePrometheus> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var fake = new FakePrometheus(builder.Build());
        fake.app.Run(async context =>
        {
            if (context.Request.Method != "POST" || context.Request.Path != "/api/v1/query")
            {
                context.Response.StatusCode = 404;
                return;
            }

            var form = await context.Request.ReadFormAsync();
            var query = new AskedQuery(form["query"].ToString(), context.Request.Headers.Authorization);
            fake.asked.Enqueue(query);
            await fake.Answer(context, query);
        });
        await fake.app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    /// <summary>An answer with a result for each namespace.</summary>
    public static string Vector(params IEnumerable<(string Namespace, double Value)> results) => $$$"""
        {"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', results.Select(result =>
            $$"""{"metric":{"namespace":"{{result.Namespace}}"},"value":[1767355200,"{{result.Value.ToString("R", CultureInfo.InvariantCulture)}}"]}"""))}}}]}}
        """;

    /// <summary>From now on each namespace that is asked for has this number; Prometheus' own words for what is no number included.</summary>
    public void AnswerAll(string value) => Answer = (context, query) => context.Response.WriteAsync(
        $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', NamespacesIn(query.Query).Select(ns => $$"""{"metric":{"namespace":"{{ns}}"},"value":[1767355200,"{{value}}"]}"""))}}}]}}""");

    /// <summary>From now on every answer has this code and body.</summary>
    public void AnswerWith(int code, string body) => Answer = (context, _) =>
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static IEnumerable<string> NamespacesIn(string query) =>
        Filled().Match(query) is { Success: true } match ? match.Groups["names"].Value.Split('|') : [];

    // As TenantQuery fills in: "name" or "^(?:name|name)$".
    [GeneratedRegex("\"(\\^\\(\\?:)?(?<names>[a-z0-9|-]+)(\\)\\$)?\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Filled();
}
