using System.Globalization;
using System.Numerics;

namespace TenantOperator.Platforms.Amounts;

/// <summary>
/// An amount as Kubernetes writes it: <c>500m</c>, <c>4</c>, <c>2Gi</c>, <c>1e3</c>. Compared and added by value, down to
/// one billionth, as the API server does; written in the form that the API server would write back. (The client library's
/// type does the same over fractions of big integers, which is too slow for a comparison in every pass.)
/// </summary>
public readonly record struct Amount : IComparable<Amount>
{
    private static readonly Int128 Billion = 1_000_000_000;

    // Suffix, its factor in billionths, and whether it counts in powers of 1024.
    private static readonly (string Suffix, Int128 Nanos)[] Binary =
    [
        ("Ei", Power(1024, 6)), ("Pi", Power(1024, 5)), ("Ti", Power(1024, 4)), ("Gi", Power(1024, 3)), ("Mi", Power(1024, 2)), ("Ki", Power(1024, 1)),
    ];

    private static readonly (string Suffix, Int128 Nanos)[] Decimal =
    [
        ("E", Power(1000, 6)), ("P", Power(1000, 5)), ("T", Power(1000, 4)), ("G", Power(1000, 3)), ("M", Power(1000, 2)), ("k", Power(1000, 1)), ("", Billion),
        ("m", 1_000_000), ("u", 1_000), ("n", 1),
    ];

    private readonly Int128 nanos;
    private readonly bool binary;

    private Amount(Int128 nanos, bool binary)
    {
        this.nanos = nanos;
        this.binary = binary;
    }

    /// <summary>Nothing at all.</summary>
    public static Amount Zero => default;

    /// <summary>The value as a floating-point number, for ratios.</summary>
    public double ToDouble() => (double)nanos / 1e9;

    /// <summary>The value rounded up to a whole number; the largest long when it is larger.</summary>
    public long ToLong()
    {
        var whole = (nanos + Billion - 1) / Billion;
        return whole > long.MaxValue ? long.MaxValue : (long)whole;
    }

    /// <summary>A whole number of units.</summary>
    public static Amount Of(long value) => new((Int128)value * Billion, binary: false);

    /// <summary>Reads the text form. Null when it is not one, or beyond what Kubernetes stores (2^63).</summary>
    public static Amount? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 64)
        {
            return null;
        }

        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || (end == 0 && text[end] is '+' or '-')))
        {
            end++;
        }

        if (Factor(text.AsSpan(end)) is not { } factor || ParseNumber(text.AsSpan(0, end), factor.Nanos) is not { } nanos)
        {
            return null;
        }

        return new Amount(nanos, factor.Binary);
    }

    /// <summary>Reads the text form of an amount that was validated before.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static Amount Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"\"{text}\" is not a quantity. Write a number with an optional suffix, such as 500m, 4 or 2Gi.");

    /// <summary>The sum, written in the form of the left amount.</summary>
    public static Amount operator +(Amount left, Amount right) =>
        new(left.nanos + right.nanos, left.nanos == 0 ? right.binary : left.binary);

    /// <summary>The sum, written in the form of this amount.</summary>
    public Amount Add(Amount other) => this + other;

    /// <summary>Less, by value.</summary>
    public static bool operator <(Amount left, Amount right) => left.nanos < right.nanos;

    /// <summary>More, by value.</summary>
    public static bool operator >(Amount left, Amount right) => left.nanos > right.nanos;

    /// <summary>Not more, by value.</summary>
    public static bool operator <=(Amount left, Amount right) => left.nanos <= right.nanos;

    /// <summary>Not less, by value.</summary>
    public static bool operator >=(Amount left, Amount right) => left.nanos >= right.nanos;

    /// <inheritdoc/>
    public int CompareTo(Amount other) => nanos.CompareTo(other.nanos);

    /// <summary>Equal by value: 1024Mi is 1Gi, 0.1 is 100m.</summary>
    public bool Equals(Amount other) => nanos == other.nanos;

    /// <inheritdoc/>
    public override int GetHashCode() => nanos.GetHashCode();

    /// <summary>The canonical form: no fraction, the largest suffix that leaves none; binary stays binary.</summary>
    public override string ToString()
    {
        if (nanos == 0)
        {
            return "0";
        }

        // Like the API server, an amount below 1024 is written without a binary suffix.
        if (binary && nanos % Billion == 0 && Int128.Abs(nanos) >= 1024 * Billion)
        {
            foreach (var (suffix, factor) in Binary)
            {
                if (nanos % factor == 0)
                {
                    return Whole(nanos / factor) + suffix;
                }
            }

            return Whole(nanos / Billion);
        }

        foreach (var (suffix, factor) in Decimal)
        {
            if (nanos % factor == 0)
            {
                return Whole(nanos / factor) + suffix;
            }
        }

        return Whole(nanos) + "n";
    }

    private static string Whole(Int128 value) => value.ToString(CultureInfo.InvariantCulture);

    private static Int128? ParseNumber(ReadOnlySpan<char> digits, Int128 factor)
    {
        var negative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var dot = digits.IndexOf('.');
        var whole = dot < 0 ? digits : digits[..dot];
        var fraction = dot < 0 ? [] : digits[(dot + 1)..];
        if (whole.Length + fraction.Length == 0 || fraction.Contains('.') || whole.Length > 30)
        {
            return null;
        }

        var scaled = BigInteger.Zero;
        foreach (var digit in whole)
        {
            scaled = (scaled * 10) + (digit - '0');
        }

        scaled *= (BigInteger)factor;
        var unit = (BigInteger)factor;
        var tail = BigInteger.Zero;
        var scale = BigInteger.One;
        foreach (var digit in fraction)
        {
            tail = (tail * 10) + (digit - '0');
            scale *= 10;
        }

        // What is finer than a billionth is rounded up, as the API server does.
        scaled += ((tail * unit) + scale - 1) / scale;
        return scaled > (BigInteger)long.MaxValue * 1_000_000_000 ? null : (Int128)(negative ? -scaled : scaled);
    }

    private static (Int128 Nanos, bool Binary)? Factor(ReadOnlySpan<char> suffix)
    {
        foreach (var (text, nanos) in Binary)
        {
            if (suffix.SequenceEqual(text))
            {
                return (nanos, true);
            }
        }

        foreach (var (text, nanos) in Decimal)
        {
            if (suffix.SequenceEqual(text))
            {
                return (nanos, false);
            }
        }

        if (suffix is ['e' or 'E', .. var exponent] && int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && power is >= -9 and <= 18)
        {
            return ((Int128)BigInteger.Pow(10, power + 9), false);
        }

        return null;
    }

    private static Int128 Power(int value, int exponent) => (Int128)BigInteger.Pow(value, exponent) * Billion;
}
