using System.Globalization;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Output;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Kubectl.Usage;

/// <summary>One number that a tenant uses, and its limit.</summary>
/// <param name="What">What is counted, as <c>status.usage</c> and the quota name it.</param>
/// <param name="Used">How much is used, as it was written.</param>
/// <param name="Limit">How much may be; null if there is no limit.</param>
/// <param name="Share">The share that is used; null if there is no limit.</param>
internal sealed record UsageRow(string What, string Used, string? Limit, double? Share)
{
    public string Percent => Share is { } share ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100):0}%") : "";

    public string Bar => Share is { } share ? Sparks.Bar(share) : "";

    public Colour Colour => Share switch
    {
        >= 1 => Colour.Bad,
        >= 0.8 => Colour.Waiting,
        null => Colour.None,
        _ => Colour.Good,
    };
}

/// <summary>What a Tenant uses, as its status says. Pure.</summary>
internal static class UsageRows
{
    public static IReadOnlyList<UsageRow> Of(Tenant tenant)
    {
        if (tenant.Status?.Usage is not { } usage)
        {
            return [];
        }

        var limits = tenant.Status.Effective?.Limits;
        var counted = new[]
        {
            Row("users", usage.Users, limits?.MaxUsers),
            Row("admins", usage.Admins, null),
            Row("analysts", usage.Analysts, limits?.MaxAnalysts),
            Row("cases", usage.Cases, limits?.MaxCases is -1 ? null : limits?.MaxCases),
            Row("processes", usage.Processes, null),
            Row("datasets", usage.Datasets, null),
            Row("credits", usage.CreditsUsed, usage.CreditLimit),
            usage.StorageBytes is { } bytes ? Row("storage", Bytes(bytes), limits?.Storage?.ToString(), bytes) : null,
        };
        var resources = (usage.Resources ?? new Dictionary<string, ResourceUsage>(StringComparer.Ordinal)).OrderBy(each => each.Key, StringComparer.Ordinal)
            .Select(each => Row(each.Key, each.Value.Used?.ToString() ?? "0", each.Value.Hard?.ToString(), Amount.TryParse(each.Value.Used?.ToString() ?? "0")?.ToDouble()));
        return [.. counted.OfType<UsageRow>(), .. resources];
    }

    /// <summary>So many bytes in the largest unit of which there is one at least.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{units[unit]}");
    }

    private static UsageRow? Row(string what, long? used, long? limit) =>
        used is { } number ? Row(what, number.ToString(CultureInfo.InvariantCulture), limit?.ToString(CultureInfo.InvariantCulture), number) : null;

    private static UsageRow Row(string what, string used, string? limit, double? amount) =>
        new(what, used, limit, Amount.TryParse(limit)?.ToDouble() is { } most && amount is { } number ? most > 0 ? number / most : number > 0 ? 1 : 0 : null);
}
