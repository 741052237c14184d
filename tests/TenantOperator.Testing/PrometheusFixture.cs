using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.Testing;

/// <summary>A real Prometheus that scrapes, twice a second, the numbers a test sets. All on the loopback interface.</summary>
public sealed class ScrapedPrometheus : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, double> _series = new(StringComparer.Ordinal);
    private readonly WebApplication _target;
    private LocalPrometheus? _prometheus;

    private ScrapedPrometheus(WebApplication target) => _target = target;

    /// <summary>The port Prometheus listens on.</summary>
    public int Port => _prometheus!.Port;

    /// <summary>Where Prometheus answers plain HTTP.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Starts the endpoint that is scraped, and a Prometheus that scrapes it.</summary>
    public static async Task<ScrapedPrometheus> StartAsync(PrometheusOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var scraped = new ScrapedPrometheus(builder.Build());
        scraped._target.MapGet("/metrics", () => Results.Text(scraped.Render(), "text/plain; version=0.0.4; charset=utf-8"));
        try
        {
            await scraped._target.StartAsync(cancellationToken);
            scraped._prometheus = await LocalPrometheus.StartAsync(options with { Targets = [new Uri(scraped._target.Urls.First()).Authority] }, cancellationToken);
            return scraped;
        }
        catch
        {
            await scraped.DisposeAsync();
            throw;
        }
    }

    /// <summary>From the next scrape on, the series has this value.</summary>
    public void Set(string name, string ns, double value) => _series[SeriesOf(name, ns)] = value;

    /// <summary>From the next scrape on, the series is no longer there.</summary>
    public void Remove(string name, string ns) => _series.TryRemove(SeriesOf(name, ns), out _);

    public async ValueTask DisposeAsync()
    {
        await (_prometheus?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _target.DisposeAsync();
    }

    private static string SeriesOf(string name, string ns) => $"{name}{{namespace=\"{ns}\"}}";

    private string Render() => string.Concat(_series.Select(series => $"{series.Key} {series.Value.ToString("R", CultureInfo.InvariantCulture)}\n"));
}

/// <summary>
/// The Prometheus that all tests of a process share, started when the first test asks. Tests keep apart by the namespaces of their tenants.
/// Use as [assembly: AssemblyFixture(typeof(PrometheusFixture))].
/// </summary>
public sealed class PrometheusFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private ScrapedPrometheus? _prometheus;

    /// <summary>The Prometheus, started now if no test has asked before.</summary>
    public async Task<ScrapedPrometheus> GetAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            return _prometheus ??= await ScrapedPrometheus.StartAsync(new PrometheusOptions(), cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_prometheus?.DisposeAsync() ?? ValueTask.CompletedTask);
        _starting.Dispose();
    }
}
