using TenantOperator.Runtime;

namespace TenantOperator.Hosting;

/// <summary>Health for the kubelet and metrics for Prometheus.</summary>
internal static class Endpoints
{
    public static void MapOperatorEndpoints(this WebApplication app)
    {
        app.MapGet("/livez", (IOperatorHealth health) => health.Live ? Results.Text("ok") : Results.Text(health.Describe(), statusCode: 503));
        app.MapGet("/readyz", (IOperatorHealth health) => health.Ready ? Results.Text("ok") : Results.Text("The caches are not filled yet.", statusCode: 503));
        app.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Render(), "text/plain; version=0.0.4; charset=utf-8"));
    }
}
