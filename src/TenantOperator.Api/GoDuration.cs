using System.Buffers;
using System.Globalization;

namespace TenantOperator.Api;

/// <summary>Durations as Go writes them (<c>90s</c>, <c>30m</c>, <c>1h30m</c>), the usual form in Kubernetes objects.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration; false when the text is absent, is not one, or is longer than a <see cref="TimeSpan"/> can hold.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var rest = text.AsSpan();
        var seconds = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(s_digits);
            if (digits <= 0 || digits > 20 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            rest = rest[digits..];
            var unit = rest.IndexOfAny(s_digits);
            var name = unit < 0 ? rest : rest[..unit];
            if (SecondsOf(name) is not { } factor)
            {
                return false;
            }

            seconds += amount * factor;
            if (seconds > (decimal)TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }

            rest = unit < 0 ? [] : rest[unit..];
        }

        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static decimal? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001m,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };
}
