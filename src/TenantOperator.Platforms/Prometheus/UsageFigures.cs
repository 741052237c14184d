namespace TenantOperator.Platforms.Prometheus;

/// <summary>What an answer says of one number of one tenant.</summary>
/// <param name="Value">The number; null when Prometheus has none, or when there is a problem.</param>
/// <param name="Problem">Why it cannot be used; follows "gave". Then the last number stays.</param>
public readonly record struct UsageFigure(double? Value, string? Problem = null);

/// <summary>Finds the numbers of tenants in the results of a query. Pure.</summary>
public static class UsageFigures
{
    /// <summary>Of a query for one tenant: no result means no number, more than one is a problem.</summary>
    public static UsageFigure ForOne(IReadOnlyList<Sample> samples) => samples switch
    {
        [] => new(null),
        [var only] => Of(only.Value),
        _ => new(null, "more than one result"),
    };

    /// <summary>
    /// Of a query for many tenants, in the order of <paramref name="namespaces"/>; results for others are left aside. Null when a result has no label namespace, so that
    /// nobody can tell whose it is.
    /// </summary>
    public static IReadOnlyList<UsageFigure>? ForMany(IReadOnlyList<Sample> samples, IReadOnlyList<string> namespaces)
    {
        if (samples.Any(sample => string.IsNullOrEmpty(sample.Namespace)))
        {
            return null;
        }

        var own = samples.ToLookup(sample => sample.Namespace, StringComparer.Ordinal);
        return [.. namespaces.Select(ns => ForOne([.. own[ns]]))];
    }

    /// <summary>The number as status shows it: rounded down, and no larger than a whole number of 64 bits.</summary>
    public static long Shown(double value) => value >= long.MaxValue ? long.MaxValue : (long)Math.Floor(value);

    private static UsageFigure Of(double value) => value switch
    {
        double.NaN => new(null, "NaN, which is no number"),
        double.PositiveInfinity or double.NegativeInfinity => new(null, "an infinite number"),
        < 0 => new(null, "a negative number"),
        _ => new(value),
    };
}
