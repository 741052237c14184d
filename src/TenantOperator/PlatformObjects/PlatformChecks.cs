using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.PlatformObjects;

/// <summary>
/// Asks each platform whether it can be used, and remembers the answer: the object of a platform is looked at whenever one of its tenants changes, and none of that is a reason to call.
/// </summary>
internal sealed class PlatformChecks(TimeProvider clock)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (string Of, long At, PlatformObservation Observation)> known = new(StringComparer.Ordinal);

    /// <summary>What was found, now or of late, and when to look again.</summary>
    public async Task<(PlatformObservation Observation, TimeSpan? LookAgain)> CheckAsync(TenantPlatform platform, ITenantPlatform adapter, CancellationToken cancellationToken)
    {
        var uid = platform.Metadata.Uid;
        var asked = platform.Metadata.Annotations?.FirstOrDefault(annotation => annotation.Key == Annotations.ReconcileRequestedAt).Value;
        var of = $"{platform.Metadata.Generation} {asked}";
        if (known.TryGetValue(uid, out var last) && last.Of == of && LeftOf(last.At, last.Observation) is var left && (left is null || left > TimeSpan.Zero))
        {
            return (last.Observation, left);
        }

        var observation = await adapter.ObserveAsync(platform, cancellationToken);
        known[uid] = (of, clock.GetTimestamp(), observation);
        return (observation, Lifetime(observation));
    }

    private TimeSpan? LeftOf(long at, PlatformObservation observation) => Lifetime(observation) is { } lifetime ? lifetime - clock.GetElapsedTime(at) : null;

    private static TimeSpan? Lifetime(PlatformObservation observation) => observation.Outcome switch
    {
        PlatformOutcome.Done => observation.LookAgain,
        PlatformOutcome.RefusedForNow later when later.Delay > AfterFailure => later.Delay,
        _ => AfterFailure,
    };
}
