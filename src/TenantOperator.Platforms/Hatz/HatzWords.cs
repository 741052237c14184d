using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>What Hatz says, for a person to read. Pure.</summary>
internal static class HatzWords
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(15);

    /// <summary>Why a tenant was not made. Hatz has no codes, only words; what they are about decides what a person can do.</summary>
    public static PlatformOutcome.Refused WhyRefused(string name, string words)
    {
        var said = RemoteWords.Sentence(words);
        return words.Contains("package", StringComparison.OrdinalIgnoreCase) && !words.Contains("invalid", StringComparison.OrdinalIgnoreCase)
            ? new(TenantReasons.NoUnassignedPackage, $"Hatz did not make the tenant \"{name}\": {said} Assign a package to the account in the Hatz site, or name another; it is tried again by itself.", LookAgain)
            : new(TenantReasons.InvalidRequest, $"Hatz did not make the tenant \"{name}\": {said} Correct the Tenant, its template or its package; it is tried again by itself.", LookAgain);
    }
}
