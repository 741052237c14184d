namespace TenantOperator.Runtime;

/// <summary>All metrics of the process as Prometheus text.</summary>
public sealed class PrometheusText : IDisposable
{
    /// <summary>Writes the exposition, format 0.0.4.</summary>
    public string Render() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
