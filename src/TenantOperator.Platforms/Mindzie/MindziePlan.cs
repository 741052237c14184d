using System.Globalization;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Mindzie;

/// <summary>Decisions about a tenant on mindzieStudio. Pure.</summary>
internal static class MindziePlan
{
    private const long Unlimited = -1;

    /// <summary>What a tenant is made with. The flags cannot be, and follow in a second call.</summary>
    public static MindzieNewTenant NewTenant(TenantWish wish, string name)
    {
        var effective = wish.Effective;
        return new(
            name,
            effective.DisplayName!,
            NotEmpty(effective.Description),
            effective.Limits?.MaxUsers,
            effective.Limits?.MaxAnalysts,
            effective.Limits?.MaxCases is { } cases && cases != Unlimited ? cases : null,
            effective.Mindzie?.TimeZone,
            NotEmpty(effective.Mindzie?.ExpiresAt));
    }

    /// <summary>The tenant as it is right after it was made with that.</summary>
    public static MindzieRow RowOf(MindzieNewTenant made, string id) => new()
    {
        TenantId = id,
        Name = made.Name,
        DisplayName = made.DisplayName,
        Description = made.Description,
        MaxUserCount = made.MaxUsers,
        MaxAnalystCount = made.MaxAnalyst,
        MaxCases = made.MaxCases,
        IsDisabled = false,
        IsAcademic = false,
        PreRelease = false,
        ExpirationDate = MomentOf(made.ExpirationDate),
        Whole = true,
    };

    /// <summary>What differs and is managed; null if nothing does. Limits that would fall under what is in use stay, and are named.</summary>
    public static (MindzieTenantChange? Change, string? BelowUsage) ChangeOf(TenantWish wish, MindzieRow now, bool? suspended, string? zoneSent)
    {
        var (effective, limits) = (wish.Effective, wish.Effective.Limits);
        var below = WhyBelowUsage(wish, now);
        var change = new MindzieTenantChange
        {
            TenantId = now.Id,
            DisplayName = wish.Tenant.Spec.DisplayName is { } name && name != now.DisplayName ? name : null,
            Description = effective.Description is { } text && text != (now.Description ?? "") ? text : null,
            MaxUsers = below is null && limits?.MaxUsers is { } users && users != now.MaxUserCount ? users : null,
            MaxAnalyst = below is null && limits?.MaxAnalysts is { } analysts && analysts != now.MaxAnalystCount ? analysts : null,
            MaxCases = below is null && now.Whole && limits?.MaxCases is { } cases && cases != (now.MaxCases ?? Unlimited) ? cases : null,
            IsDisabled = suspended is { } off && off != (now.IsDisabled ?? false) ? off : null,
            IsAcademic = effective.Mindzie?.Academic is { } academic && academic != (now.IsAcademic ?? false) ? academic : null,
            PreRelease = effective.EarlyFeatures is { } early && early != (now.PreRelease ?? false) ? early : null,
            TimeZone = effective.Mindzie?.TimeZone is { } zone && zone != zoneSent ? zone : null,
            ExpirationDate = effective.Mindzie?.ExpiresAt is { } end && MomentOf(end) != now.ExpirationDate && !IsPast(end, now) ? end : null,
        };
        return (change == new MindzieTenantChange { TenantId = now.Id } ? null : change, below);
    }

    /// <summary>The tenant after a change.</summary>
    public static MindzieRow After(MindzieRow row, MindzieTenantChange change) => row with
    {
        DisplayName = change.DisplayName ?? row.DisplayName,
        Description = change.Description ?? row.Description,
        MaxUserCount = change.MaxUsers ?? row.MaxUserCount,
        MaxAnalystCount = change.MaxAnalyst ?? row.MaxAnalystCount,
        MaxCases = change.MaxCases is { } cases ? cases == Unlimited ? null : cases : row.MaxCases,
        IsDisabled = change.IsDisabled ?? row.IsDisabled,
        IsAcademic = change.IsAcademic ?? row.IsAcademic,
        PreRelease = change.PreRelease ?? row.PreRelease,
        ExpirationDate = change.ExpirationDate is { } end ? MomentOf(end) : row.ExpirationDate,
    };

    /// <summary>The fields of a change, in our words. The time zone is in no answer, so that nobody can have changed it as far as we know.</summary>
    public static IReadOnlyList<string> FieldsOf(MindzieTenantChange? change) => [.. new[]
    {
        change?.DisplayName is null ? null : "displayName",
        change?.Description is null ? null : "description",
        change?.MaxUsers is null ? null : "limits.maxUsers",
        change?.MaxAnalyst is null ? null : "limits.maxAnalysts",
        change?.MaxCases is null ? null : "limits.maxCases",
        change?.IsDisabled is null ? null : "suspended",
        change?.IsAcademic is null ? null : "mindzie.academic",
        change?.PreRelease is null ? null : "earlyFeatures",
        change?.ExpirationDate is null ? null : "mindzie.expiresAt",
    }.OfType<string>()];

    /// <summary>The numbers, in words, if limits would be lowered under what is in use.</summary>
    public static string? WhyBelowUsage(TenantWish wish, MindzieRow now)
    {
        var limits = wish.Effective.Limits;
        return wish.Tenant.Spec.AllowBelowUsage == true || limits is null
            ? null
            : Below("people", limits.MaxUsers, now.MaxUserCount, now.UserCount)
                ?? Below("analysts", limits.MaxAnalysts, now.MaxAnalystCount, now.AnalystCount)
                ?? Below("cases", limits.MaxCases == Unlimited ? null : limits.MaxCases, now.MaxCases, now.CaseCount);

        static string? Below(string what, long? wished, long? limit, long? used) =>
            wished < used && (limit is null || wished < limit) ? $"{used} {what} are in the tenant, and {wished} would be allowed" : null;
    }

    /// <summary>What is wished and mindzieStudio has no call for.</summary>
    public static IReadOnlyList<string> Unsupported(TenantWish wish) => [.. new[]
    {
        wish.Effective.Security is null ? null : "security",
        wish.Effective.Limits?.Storage is null ? null : "limits.storage",
    }.OfType<string>()];

    /// <summary>The tenant in the words of a status.</summary>
    public static RemoteTenant Describe(MindzieRow row, RemoteTenant? before, RemoteOrigin? origin, string? zoneSent) => new()
    {
        Name = row.Name,
        DisplayName = row.DisplayName,
        Status = row.IsDisabled == true ? "disabled" : "enabled",
        CreatedAt = row.DateCreated ?? before?.CreatedAt,
        Origin = origin ?? before?.Origin,
        ExpiresAt = row.ExpirationDate,
        Autoload = row.Autoload ?? before?.Autoload,
        TimeZone = zoneSent,
    };

    /// <summary>Reads a date as the spec has it; null for an empty one.</summary>
    public static DateTimeOffset? MomentOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // A date that is past takes the date away there, so that sending it again would never come to an end.
    private static bool IsPast(string end, MindzieRow now) => now.ExpirationDate is null && MomentOf(end) is { } moment && now.DateCreated is { } made && moment < made;
}
