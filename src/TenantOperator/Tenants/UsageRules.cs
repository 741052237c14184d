using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Tenants;

/// <summary>When a usage number is worth a write, and what it means. Pure.</summary>
internal static class UsageRules
{
    private const string Credits = "credits";

    private static readonly double[] Thresholds = [0.8, 0.9, 1.0];

    // A hundredth, and a little less: 3 % minus 2 % is not quite that much in binary.
    private const double Notable = 0.01 - 1e-9;

    private const double FarWithoutLimit = 0.1;

    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>
    /// The usage to show: the new one when a number crossed 80, 90 or 100 % of its limit, moved by 1 % of it (without a limit: by a tenth of itself), came or went, or changed and the old one is an hour old;
    /// else the old one, so that a busy tenant does not cost a write for every pod. Its moment is when the platform read it, so that it stands still while nothing is read.
    /// </summary>
    public static TenantUsage? Next(TenantUsage? old, TenantPass pass, DateTimeOffset now)
    {
        if (pass.RosterPlan is not { } roster || pass.Settings is null)
        {
            return old;
        }

        // A pass that stopped before it looked at usage knows nothing new of it.
        var usage = ((pass.UsageRead ? pass.Usage : old) ?? new TenantUsage()) with
        {
            Users = roster.Members.Count,
            Admins = roster.Members.Count(member => member.Roles.Contains(TenantRole.Admin)),
            Analysts = roster.Members.Count(member => member.Roles.Contains(TenantRole.Analyst)),
            CreditLimit = pass.Settings.Effective.Credits,
        };
        var (highest, highestOf) = HighestOf(RatiosOf(usage, pass.Settings.Effective.Limits));
        usage = usage with { Highest = highest, HighestOf = highestOf };

        var read = usage.ObservedAt ?? now;
        return old is not null && !IsNotable(old, usage, pass.Settings.Effective.Limits, read)
            ? old
            : usage with { ObservedAt = new DateTimeOffset(read.Ticks - (read.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero) };
    }

    /// <summary>
    /// Whether a number that changed but was not worth a write then is worth one now: another one is shown, for an hour or longer. Nothing else would tell a tenant whose
    /// number moved a little, or has no limit, and then stood still.
    /// </summary>
    public static bool IsOverdue(TenantUsage? shown, long? shownNumber, long? number, DateTimeOffset readAt) => shownNumber != number && readAt - shown?.ObservedAt >= Stale;

    public static void SetWithinLimits(ConditionSet conditions, TenantUsage? usage)
    {
        if (usage?.Highest is not { } highest || !int.TryParse(highest.TrimEnd('%'), out var percent))
        {
            conditions.True(TenantConditions.WithinLimits, TenantReasons.WithinLimits, "No limit applies, or nothing of it is in use.");
        }
        else if (percent >= 100)
        {
            conditions.False(
                TenantConditions.WithinLimits,
                usage.HighestOf switch
                {
                    "users" => TenantReasons.UserLimitReached,
                    "analysts" => TenantReasons.AnalystLimitReached,
                    Credits => TenantReasons.CreditsExhausted,
                    _ => TenantReasons.QuotaExceeded,
                },
                $"All of \"{usage.HighestOf}\" is in use. Raise the limit with a larger package or an add-on, or free some.");
        }
        else if (percent >= 80)
        {
            conditions.False(
                TenantConditions.WithinLimits,
                usage.HighestOf == Credits ? TenantReasons.CreditsLow : TenantReasons.UsageHigh,
                $"At least {(percent >= 90 ? 90 : 80)} % of \"{usage.HighestOf}\" is in use. Consider a larger package or an add-on before it is full.");
        }
        else
        {
            conditions.True(TenantConditions.WithinLimits, TenantReasons.WithinLimits, "All usage is under 80 % of its limits.");
        }
    }

    /// <summary>
    /// Whether usage is worth a warning after it was not, or not this one: it rose over a threshold, or another limit is now the nearest. A number that falls, as credits do
    /// when a month ends, is never news, and what it crosses on its way up again is.
    /// </summary>
    public static bool IsWorse(TenantUsage? old, TenantUsage? now) => LevelOf(now) > LevelOf(old) || (LevelOf(now) > 0 && old?.HighestOf != now?.HighestOf);

    private static int LevelOf(TenantUsage? usage) =>
        usage?.Highest is { } highest && int.TryParse(highest.TrimEnd('%'), out var percent) ? Thresholds.Count(threshold => percent >= threshold * 100) : 0;

    private static (string? Share, string? Limit) HighestOf(Dictionary<string, double> ratios)
    {
        var highest = ratios.OrderByDescending(ratio => ratio.Value).ThenBy(ratio => ratio.Key, StringComparer.Ordinal).FirstOrDefault();
        return ratios.Count == 0 ? (null, null) : ($"{Math.Floor(highest.Value * 100):0}%", highest.Key);
    }

    private static Dictionary<string, double> RatiosOf(TenantUsage usage, TenantLimits? limits)
    {
        var ratios = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, resource) in usage.Resources ?? new Dictionary<string, ResourceUsage>())
        {
            Add(name, ValueOf(resource.Used), ValueOf(resource.Hard));
        }

        Add("users", usage.Users, limits?.MaxUsers);
        Add("analysts", usage.Analysts, limits?.MaxAnalysts);
        Add(Credits, usage.CreditsUsed, usage.CreditLimit);
        Add("cases", usage.Cases, limits?.MaxCases);
        return ratios;

        void Add(string name, double? used, double? limit)
        {
            if (used is { } some && limit is > 0)
            {
                ratios[name] = some / limit.Value;
            }
        }
    }

    private static bool IsNotable(TenantUsage old, TenantUsage next, TenantLimits? limits, DateTimeOffset now)
    {
        if (old.Users != next.Users || old.Admins != next.Admins || old.Analysts != next.Analysts || old.CreditLimit != next.CreditLimit
            || HardOf(old) != HardOf(next) || (old.Highest is null) != (next.Highest is null)
            || (old.CreditsUsed is null) != (next.CreditsUsed is null) || (old.Cases is null) != (next.Cases is null)
            || (old.Processes is null) != (next.Processes is null) || (old.Datasets is null) != (next.Datasets is null))
        {
            return true;
        }

        // What does not follow from its own numbers was not written by us, and conditions are read from it.
        var before = RatiosOf(old, limits);
        if (HighestOf(before) != (old.Highest, old.HighestOf))
        {
            return true;
        }

        var after = RatiosOf(next, limits);
        var moved = after.Any(ratio => !before.TryGetValue(ratio.Key, out var former) || Math.Abs(ratio.Value - former) >= Notable
            || Thresholds.Any(threshold => ratio.Value >= threshold != former >= threshold));
        var grew = (!after.ContainsKey("cases") && IsFar(old.Cases, next.Cases)) || (!after.ContainsKey(Credits) && IsFar(old.CreditsUsed, next.CreditsUsed))
            || IsFar(old.Processes, next.Processes) || IsFar(old.Datasets, next.Datasets) || IsFar(old.StorageBytes, next.StorageBytes);
        return moved || grew || before.Count != after.Count || (!SameNumbers(old, next) && !(now - old.ObservedAt < Stale));
    }

    // Without a limit there is nothing to be a hundredth of.
    private static bool IsFar(long? old, long? next) => old is { } was && next is { } now && Math.Abs((double)now - was) > Math.Max(was, now) * FarWithoutLimit;

    private static bool SameNumbers(TenantUsage old, TenantUsage next) =>
        old.Cases == next.Cases && old.Processes == next.Processes && old.Datasets == next.Datasets && old.StorageBytes == next.StorageBytes && old.CreditsUsed == next.CreditsUsed
        && (old.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((next.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static string HardOf(TenantUsage usage) =>
        string.Join(',', (usage.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Hard}"));

    private static double? ValueOf(Quantity? quantity) => quantity is { } some && Amount.TryParse(some.Text) is { } amount ? amount.ToDouble() : null;
}
