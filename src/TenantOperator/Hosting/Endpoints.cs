using System.Text;
using TenantOperator.Runtime;
using TenantOperator.Telemetry;

namespace TenantOperator.Hosting;

/// <summary>Health for the kubelet and metrics for Prometheus.</summary>
internal static class Endpoints
{
    public static void MapOperatorEndpoints(this WebApplication app)
    {
        app.MapGet("/livez", (IOperatorHealth health) => health.Live ? Results.Text("ok") : Results.Text(health.Describe(), statusCode: 503));
        app.MapGet("/readyz", (IOperatorHealth health) => health.Ready ? Results.Text("ok") : Results.Text("The caches are not filled yet.", statusCode: 503));

        // Made now, so that it counts from the first request on.
        var metrics = app.Services.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", (HttpResponse response, CancellationToken cancellationToken) => WriteMetricsAsync(metrics, response, cancellationToken));
    }

    private static async Task WriteMetricsAsync(PrometheusText metrics, HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var encoder = Encoding.UTF8.GetEncoder();
        foreach (var piece in metrics.Render().GetChunks())
        {
            encoder.Convert(piece.Span, response.BodyWriter, flush: false, out _, out _);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
