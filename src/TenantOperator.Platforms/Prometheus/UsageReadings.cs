using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Prometheus;

/// <summary>The numbers a query can be written for.</summary>
public enum UsageNumber
{
    /// <summary>Credits used.</summary>
    Credits,

    /// <summary>Cases.</summary>
    Cases,

    /// <summary>Processes.</summary>
    Processes,

    /// <summary>Data sets.</summary>
    Datasets,
}

/// <summary>
/// The numbers that were last read from Prometheus, by the namespace of the tenant. They live in memory only: after a start, what status says stands until the first
/// answer, so that a restart writes nothing. Safe for concurrent use.
/// </summary>
public sealed class UsageReadings
{
    private static readonly int Count = Enum.GetValues<UsageNumber>().Length;

    private readonly ConcurrentDictionary<(ObjectKey Platform, string Namespace), Reading[]> known = new();

    /// <summary>Notes an answer; true if what status shows of it is another number than before.</summary>
    /// <param name="platform">The TenantPlatform that was asked for.</param>
    /// <param name="ns">The tenant's namespace.</param>
    /// <param name="number">Which number.</param>
    /// <param name="value">The number, or null if Prometheus has none.</param>
    /// <param name="readAt">When it was read.</param>
    public bool Set(ObjectKey platform, string ns, UsageNumber number, double? value, DateTimeOffset readAt)
    {
        var now = new Reading(true, value, readAt);
        Reading? before = null;
        known.AddOrUpdate(
            (platform, ns),
            _ => Replaced(new Reading[Count], number, now),
            (_, old) =>
            {
                before = old[(int)number];
                return Replaced(old, number, now);
            });
        return before is not { Read: true } former || Shown(former.Value) != Shown(value);
    }

    /// <summary>The number exactly as it was last read; null if there is none.</summary>
    public double? Find(ObjectKey platform, string ns, UsageNumber number) => known.TryGetValue((platform, ns), out var readings) ? readings[(int)number].Value : null;

    /// <summary>Forgets what is known of a platform's tenants, but for those of these namespaces.</summary>
    public void Keep(ObjectKey platform, IReadOnlySet<string> namespaces)
    {
        foreach (var (key, _) in known)
        {
            if (key.Platform == platform && !namespaces.Contains(key.Namespace))
            {
                known.TryRemove(key, out var _);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => known.Clear();

    /// <summary>
    /// Adds the numbers the platform has queries for. One that was not read yet stays as the tenant's status has it. The moment of the usage is when the newest of them was
    /// read, so that it stands still while Prometheus does not answer.
    /// </summary>
    public TenantUsage? AddTo(TenantUsage? usage, TenantWish wish)
    {
        if (wish.Platform?.Spec.Cluster?.Prometheus?.Queries is not { } queries || wish.Effective.Cluster?.Namespace is not { } ns)
        {
            return usage;
        }

        var readings = known.GetValueOrDefault((ObjectKey.Of(wish.Platform.Metadata), ns)) ?? new Reading[Count];
        var former = wish.Tenant.Status?.Usage;
        var merged = (usage ?? new TenantUsage()) with
        {
            CreditsUsed = NumberOf(queries.Credits, UsageNumber.Credits, former?.CreditsUsed),
            Cases = NumberOf(queries.Cases, UsageNumber.Cases, former?.Cases),
            Processes = NumberOf(queries.Processes, UsageNumber.Processes, former?.Processes),
            Datasets = NumberOf(queries.Datasets, UsageNumber.Datasets, former?.Datasets),
        };
        var readAt = readings.Where(reading => reading.Read).Select(reading => (DateTimeOffset?)reading.ReadAt).Max();
        var any = (merged.CreditsUsed ?? merged.Cases ?? merged.Processes ?? merged.Datasets) is not null;
        return readAt is null && !any ? usage : merged with { ObservedAt = readAt ?? former?.ObservedAt };

        long? NumberOf(string? query, UsageNumber number, long? shown) =>
            query is null ? null : readings[(int)number] is { Read: true } reading ? Shown(reading.Value) : shown;
    }

    private static long? Shown(double? value) => value is { } some ? UsageFigures.Shown(some) : null;

    private static Reading[] Replaced(Reading[] old, UsageNumber number, Reading now)
    {
        var copy = (Reading[])old.Clone();
        copy[(int)number] = now;
        return copy;
    }

    private readonly record struct Reading(bool Read, double? Value, DateTimeOffset ReadAt);
}
