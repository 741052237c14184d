using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>Decisions about a tenant on Hatz. Pure.</summary>
internal static class HatzPlan
{
    /// <summary>Why the tenant cannot be made as it stands, or null.</summary>
    public static PlatformOutcome.Refused? WhyNotToBeMade(TenantWish wish)
    {
        var hatz = wish.Effective.Hatz;
        if (hatz?.PackageId is null && hatz?.TemplateId is null)
        {
            return new(
                TenantReasons.PackageNotFound,
                "Hatz makes a tenant only with a package or from a template, and none is named. Set spec.packageRef to a TenantPackage with spec.hatz.packageId, or spec.hatz.packageId, or spec.hatz.templateId.");
        }

        return hatz.AllowPurchase == true
            ? null
            : new(
                TenantReasons.PurchaseNotAllowed,
                "Making a tenant on Hatz buys a package when none is unassigned, and that costs money, so it is not done by itself. Set spec.hatz.allowPurchase: true, or give the TenantPackage "
                + "a spec.quantity: then only so many are used as you have.");
    }

    /// <summary>The settings that differ and are managed, or null. An empty model and none are the same.</summary>
    public static HatzConfig? ChangeOf(TenantWish wish, HatzConfig? now)
    {
        var wishedModel = wish.Effective.Hatz?.DefaultModelName;
        var change = new HatzConfig
        {
            BetaFeatures = wish.Effective.EarlyFeatures is { } early && early != (now?.BetaFeatures ?? false) ? early : null,
            MfaRequired = wish.Effective.Security?.MfaRequired is { } required && required != (now?.MfaRequired ?? false) ? required : null,
            DefaultModelName = wishedModel is not null && wishedModel != (now?.DefaultModelName ?? "") ? wishedModel : null,
        };
        return change == new HatzConfig() ? null : change;
    }

    /// <summary>The fields of a change, in our words.</summary>
    public static IReadOnlyList<string> FieldsOf(HatzConfig? change) => [.. new[]
    {
        change?.BetaFeatures is null ? null : "earlyFeatures",
        change?.MfaRequired is null ? null : "security.mfaRequired",
        change?.DefaultModelName is null ? null : "hatz.defaultModelName",
    }.OfType<string>()];

    /// <summary>What is wished and Hatz has no call for.</summary>
    public static IReadOnlyList<string> Unsupported(TenantWish wish, HatzTenantRow now)
    {
        var effective = wish.Effective;
        return [.. new[]
        {
            wish.Tenant.Spec.DisplayName is { } name && name != now.Name ? "displayName" : null,
            wish.Suspended ? "suspended" : null,
            effective.Description is null ? null : "description",
            effective.Security?.MfaMethods is null ? null : "security.mfaMethods",
            effective.Security?.PasswordPolicy is null ? null : "security.passwordPolicy",
            effective.Security?.SessionTimeoutMinutes is null ? null : "security.sessionTimeoutMinutes",
        }.OfType<string>()];
    }

    /// <summary>The tenant in the words of a status.</summary>
    public static RemoteTenant Describe(HatzTenantRow row, RemoteTenant? before, RemoteOrigin? origin, bool? purchased) => new()
    {
        Name = row.Name,
        DisplayName = row.Name,
        Status = row.Status,
        CreatedAt = row.CreatedAt ?? before?.CreatedAt,
        Origin = origin ?? before?.Origin,
        PrimaryPackage = row.PrimaryPackageName ?? before?.PrimaryPackage,
        AdditionalPackages = row.AdditionalPackageNames is { Count: > 0 } more ? [.. more.Distinct(StringComparer.Ordinal).Take(32)] : null,
        DisabledModels = row.DisabledModelNames is { } models ? models.Count == 0 ? null : [.. models.Distinct(StringComparer.Ordinal).Take(64)] : before?.DisabledModels,
        PurchaseOccurred = purchased ?? before?.PurchaseOccurred,
    };

    /// <summary>The state by what Hatz says. Pure words: no document lists them.</summary>
    public static TenantPhase? PhaseOf(string? status) => status switch
    {
        null or "" => null,
        _ when status.Equals("active", StringComparison.OrdinalIgnoreCase) => null,
        _ when RemoteWords.Speak(status, "cancel") => RemoteWords.Speak(status, "pending") ? TenantPhase.Cancelling : TenantPhase.Deactivated,
        _ => TenantPhase.Unknown,
    };

    /// <summary>What a tenant uses, from a list or from itself.</summary>
    public static TenantUsage? UsageOf(HatzTenantRow row, DateTimeOffset at) => row is { UserCount: null, TotalCreditsUsed: null, TotalCreditLimit: null } ? null : new()
    {
        Users = row.UserCount,
        CreditsUsed = row.TotalCreditsUsed is { } used ? (long)Math.Round(used) : null,
        CreditLimit = row.TotalCreditLimit is { } limit ? (long)Math.Round(limit) : null,
        ObservedAt = at,
    };
}
