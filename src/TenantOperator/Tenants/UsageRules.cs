using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Tenants;

/// <summary>When a usage number is worth a write, and what it means. Pure.</summary>
internal static class UsageRules
{
    private static readonly double[] Thresholds = [0.8, 0.9, 1.0];
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>
    /// The usage to show: the new one when a number crossed 80, 90 or 100 % of its limit, moved by 1 % of it, or changed and the old one is an hour old; else
    /// the old one, so that a busy tenant does not cost a write for every pod.
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
        var ratios = RatiosOf(usage, pass.Settings.Effective.Limits);
        var highest = ratios.OrderByDescending(ratio => ratio.Value).ThenBy(ratio => ratio.Key, StringComparer.Ordinal).FirstOrDefault();
        usage = usage with
        {
            Highest = ratios.Count == 0 ? null : $"{Math.Floor(highest.Value * 100):0}%",
            HighestOf = ratios.Count == 0 ? null : highest.Key,
        };

        // A limit that changed makes another share of the same numbers.
        return old is not null && pass.Tenant.Status?.Effective?.Limits == pass.Settings.Effective.Limits && !IsNotable(old, usage, pass.Settings.Effective.Limits, now)
            ? old
            : usage with { ObservedAt = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero) };
    }

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
                usage.HighestOf == "users" ? TenantReasons.UserLimitReached : usage.HighestOf == "analysts" ? TenantReasons.AnalystLimitReached : TenantReasons.QuotaExceeded,
                $"All of \"{usage.HighestOf}\" is in use. Raise the limit with a larger package or an add-on, or free some.");
        }
        else if (percent >= 80)
        {
            conditions.False(
                TenantConditions.WithinLimits,
                TenantReasons.UsageHigh,
                $"At least {(percent >= 90 ? 90 : 80)} % of \"{usage.HighestOf}\" is in use. Consider a larger package or an add-on before it is full.");
        }
        else
        {
            conditions.True(TenantConditions.WithinLimits, TenantReasons.WithinLimits, "All usage is under 80 % of its limits.");
        }
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
        Add("credits", usage.CreditsUsed, usage.CreditLimit);
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
            || HardOf(old) != HardOf(next) || (old.Highest is null) != (next.Highest is null))
        {
            return true;
        }

        var before = RatiosOf(old, limits);
        var after = RatiosOf(next, limits);
        var moved = after.Any(ratio => !before.TryGetValue(ratio.Key, out var former) || Math.Abs(ratio.Value - former) >= 0.01
            || Thresholds.Any(threshold => ratio.Value >= threshold != former >= threshold));
        return moved || before.Count != after.Count || (!SameNumbers(old, next) && !(old.ObservedAt + Stale > now));
    }

    private static bool SameNumbers(TenantUsage old, TenantUsage next) =>
        old.Cases == next.Cases && old.Processes == next.Processes && old.Datasets == next.Datasets && old.StorageBytes == next.StorageBytes && old.CreditsUsed == next.CreditsUsed
        && (old.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((next.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static string HardOf(TenantUsage usage) =>
        string.Join(',', (usage.Resources ?? new Dictionary<string, ResourceUsage>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Hard}"));

    private static double? ValueOf(Quantity? quantity) => quantity is { } some && Amount.TryParse(some.Text) is { } amount ? amount.ToDouble() : null;
}
