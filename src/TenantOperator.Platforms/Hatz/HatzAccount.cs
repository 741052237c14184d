using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Hatz;

/// <summary>The MSP in the words of a status. Pure.</summary>
internal static class HatzAccount
{
    public static PlatformAccount Describe(HatzMsp msp) => new()
    {
        Name = msp.Name,
        Package = msp.PrimaryPackageName,
        AdditionalPackages = msp.AdditionalPackageNames is { Count: > 0 } more ? [.. more.Distinct(StringComparer.Ordinal).Take(64)] : null,
        CreatedAt = msp.CreatedAt,
        CreditsUsed = Whole(msp.TotalCreditsUsed),
        CreditLimit = Whole(msp.TotalCreditLimit),
        Users = msp.UserCount ?? msp.AdminUserCount,
        TenantUsers = msp.TenantUserCount,
        LoginRatePercent = Percent(msp.AdminLoginRate),
        TenantLoginRatePercent = Percent(msp.TenantLoginRate),
    };

    private static long? Whole(decimal? number) => number is { } value ? (long)Math.Max(0, Math.Round(value)) : null;

    private static int? Percent(decimal? share) => share is { } value ? (int)Math.Clamp(Math.Round(value * 100), 0, 100) : null;
}
