using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>How many tenants of a platform are being deleted for ever, and whether that is believed.</summary>
/// <param name="Count">Those asked for and not done, and those done within the period.</param>
/// <param name="Allowed">How many are believed without a word.</param>
/// <param name="Confirmed">How many a person has confirmed.</param>
internal sealed record DeletionCount(int Count, int Allowed, int Confirmed)
{
    public bool IsOpen => Count > Math.Max(Allowed, Confirmed);
}

/// <summary>
/// Stops irreversible deletions when many come at once, which is more often a mistake than a wish. What was done of late is written on the TenantPlatform
/// before each deletion, so that neither a restart nor a second leader forgets it.
/// </summary>
internal sealed class MassDeletionGuard(TenantCaches caches, WriteGate gate, TimeProvider clock)
{
    private const int AlwaysAllowed = 5;
    private const string AlwaysAllowedShare = "10%";
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromMinutes(10);

    // For tenants without a TenantPlatform object to write on.
    private readonly ConcurrentDictionary<string, (string Account, DateTimeOffset At)> unrecorded = new(StringComparer.Ordinal);

    /// <summary>How it stands with a platform; it need not exist as an object.</summary>
    public DeletionCount CountOf(ObjectKey platform)
    {
        var tenants = caches.Tenants.ByIndex(TenantCaches.ByPlatform, platform.ToString());
        var found = caches.Platforms.Find(platform);
        var done = DoneWithin(platform.Namespace, found, PeriodOf(found));
        var pending = tenants.Where(IsToBeDeleted).Select(tenant => tenant.Metadata.Uid);
        return Judge(found?.Spec.DeletionBreaker?.MaxDeletions, done.Union(pending, StringComparer.Ordinal).Count(), tenants.Count + done.Count, ConfirmedBy(found));
    }

    /// <summary>Lets the deletion of a tenant through, and writes that down, or says why not.</summary>
    public async Task<StepOutcome> PassAsync(Tenant tenant, TenantPlatform? platform, CancellationToken cancellationToken)
    {
        var ns = tenant.Metadata.NamespaceProperty;
        var key = new ObjectKey(ns, tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName);
        var period = PeriodOf(platform);
        if (DoneWithin(ns, platform, period).Contains(tenant.Metadata.Uid))
        {
            return StepOutcome.Next;
        }

        var count = CountOf(key);
        if (count.IsOpen)
        {
            return new StepOutcome.Blocked(TenantReasons.DeletionBreakerOpen, WhyOpen(count, key, platform is not null), LookAgain: TimeSpan.FromMinutes(1));
        }

        var now = clock.GetUtcNow();
        if (platform is null)
        {
            unrecorded[tenant.Metadata.Uid] = (ns, now);
            return StepOutcome.Next;
        }

        var recent = Recent(platform).Where(entry => now - entry.Value < period).Append(new(tenant.Metadata.Uid, now)).ToDictionary(StringComparer.Ordinal);
        await gate.UpdateMetadataAsync(
            caches.Platforms,
            platform,
            new MetadataChange
            {
                Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.RecentDeletions] = JsonSerializer.Serialize(recent, RuntimeJson.Options) },
            },
            cancellationToken);
        return StepOutcome.Next;
    }

    /// <summary>What a person must know and do.</summary>
    public static string WhyOpen(DeletionCount count, ObjectKey platform, bool exists) =>
        $"{Counted.TenantsAre(count.Count)} to be deleted for ever at once, more than the {count.Allowed} that are believed without a word, so no more are. If all of them are meant: "
        + (exists ? "" : $"make a TenantPlatform \"{platform.Name}\" with spec.cluster: {{}}, and ")
        + $"kubectl annotate tenantplatform {platform.Name} -n {platform.Namespace} --overwrite {Annotations.ConfirmDeletions}={count.Count}. "
        + "If not: set spec.deletionPolicy of the tenants to Retain or Suspend.";

    /// <summary>The rule. Pure.</summary>
    internal static DeletionCount Judge(CountOrPercent? limit, int count, int tenants, int confirmed) =>
        new(count, limit is { } given ? given.Of(tenants) : Math.Max(AlwaysAllowed, new CountOrPercent(AlwaysAllowedShare).Of(tenants)), confirmed);

    // Unconfirmed ones are held by that already, and would hold up the others for ever.
    private static bool IsToBeDeleted(Tenant tenant) =>
        tenant.IsBeingDeleted() && tenant.Spec.DeletionConfirmation is not null
        && (tenant.Spec.DeletionPolicy ?? tenant.Status?.Effective?.DeletionPolicy) == DeletionPolicy.Delete;

    private static TimeSpan PeriodOf(TenantPlatform? platform) => GoDuration.TryParse(platform?.Spec.DeletionBreaker?.Period, out var period) ? period : DefaultPeriod;

    private static int ConfirmedBy(TenantPlatform? platform) =>
        platform?.Metadata.Annotations?.TryGetValue(Annotations.ConfirmDeletions, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private HashSet<string> DoneWithin(string account, TenantPlatform? platform, TimeSpan period)
    {
        var now = clock.GetUtcNow();
        foreach (var (uid, _) in unrecorded.Where(entry => now - entry.Value.At >= DefaultPeriod))
        {
            unrecorded.TryRemove(uid, out var _);
        }

        var done = platform is null
            ? unrecorded.Where(entry => entry.Value.Account == account).Select(entry => (entry.Key, entry.Value.At))
            : Recent(platform).Select(entry => (entry.Key, At: entry.Value));
        return done.Where(entry => now - entry.At < period).Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
    }

    // Whoever makes it unreadable makes us forget, as whoever may edit a TenantPlatform may do anyway with its breaker.
    private static IReadOnlyDictionary<string, DateTimeOffset> Recent(TenantPlatform platform)
    {
        try
        {
            return platform.Metadata.Annotations?.TryGetValue(Annotations.RecentDeletions, out var text) == true
                ? JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(text, RuntimeJson.Options) ?? []
                : new Dictionary<string, DateTimeOffset>();
        }
        catch (JsonException)
        {
            return new Dictionary<string, DateTimeOffset>();
        }
    }
}
