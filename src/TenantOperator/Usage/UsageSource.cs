using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Usage;

/// <summary>What a TenantPlatform says of the reading of usage. While two are equal, nothing has to be read anew.</summary>
/// <param name="Uid">The uid of the TenantPlatform.</param>
/// <param name="Prometheus">Where, and what.</param>
/// <param name="Interval">How often.</param>
/// <param name="RequestedAt">The annotation by which a person asks for a look now.</param>
internal sealed record UsageSource(string Uid, PrometheusSource Prometheus, TimeSpan Interval, string? RequestedAt)
{
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(5);

    // What is asked more often than this is no longer an interval.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Null when nothing is to be read: there is no Prometheus, or the platform is paused or on its way out.</summary>
    public static UsageSource? Of(TenantPlatform? platform)
    {
        if (platform is not { Metadata.DeletionTimestamp: null, Spec.Cluster.Prometheus: { } prometheus } || platform.Spec.Paused == true)
        {
            return null;
        }

        var interval = GoDuration.TryParse(platform.Spec.Cluster.UsageInterval, out var wished) ? wished : Default;
        var asked = platform.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var value) == true ? value : null;
        return new(platform.Metadata.Uid, prometheus, interval < Shortest ? Shortest : interval, asked);
    }
}
