using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;

namespace TenantOperator.Usage;

/// <summary>How the last round of reading went.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Reason">One of <see cref="TenantPlatformReasons"/>; UsageRead when all is well.</param>
/// <param name="Message">The same as long as the reason for it is.</param>
internal sealed record UsageVerdict(UsageSource Source, string Reason, string Message)
{
    public bool IsGood => Reason == TenantPlatformReasons.UsageRead;

    /// <summary>
    /// What a round means, of all that went wrong in it. While the former problem is still among them it is the one that is told, so that the words do not change with
    /// the order of answers. Pure.
    /// </summary>
    public static UsageVerdict Of(UsageSource source, IReadOnlyList<PrometheusProblem> problems, UsageVerdict? former)
    {
        var told = problems.FirstOrDefault(problem => problem.Reason == former?.Reason && problem.Message == former.Message)
            ?? problems.OrderByDescending(problem => problem.OfConnection).FirstOrDefault();
        return told is not null
            ? new(source, told.Reason, told.Message)
            : new(source, TenantPlatformReasons.UsageRead, source.Prometheus.Queries is null or { Credits: null, Cases: null, Processes: null, Datasets: null }
                ? "Prometheus answers, but spec.cluster.prometheus.queries asks for nothing."
                : "Prometheus answers what spec.cluster.prometheus.queries asks.");
    }
}

/// <summary>The verdicts on all platforms, for whoever writes their status. In memory only; safe for concurrent use.</summary>
internal sealed class UsageVerdicts
{
    private readonly ConcurrentDictionary<ObjectKey, UsageVerdict> verdicts = new();

    public UsageVerdict? Find(ObjectKey platform) => verdicts.GetValueOrDefault(platform);

    public void Set(ObjectKey platform, UsageVerdict verdict) => verdicts[platform] = verdict;

    public void Forget(ObjectKey platform) => verdicts.TryRemove(platform, out _);

    public void Clear() => verdicts.Clear();
}
