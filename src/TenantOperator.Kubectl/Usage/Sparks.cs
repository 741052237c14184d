namespace TenantOperator.Kubectl.Usage;

/// <summary>Numbers as pictures of one line. Pure.</summary>
internal static class Sparks
{
    private const int BarLength = 20;
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>A bar that is full at a share of 1; more is shown as full.</summary>
    public static string Bar(double share)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarLength, MidpointRounding.AwayFromZero);

        // What is used at all is seen, and full is only what is full.
        full = share > 0 ? Math.Max(full, 1) : 0;
        full = share < 1 ? Math.Min(full, BarLength - 1) : full;
        return new string('█', full) + new string('░', BarLength - full);
    }

    /// <summary>A line that goes up and down as the numbers do, between the least and the most of them.</summary>
    public static string Line(IReadOnlyList<double> numbers)
    {
        if (numbers.Count == 0)
        {
            return "";
        }

        var (least, most) = (numbers.Min(), numbers.Max());
        return string.Concat(numbers.Select(number => Steps[most > least ? (int)Math.Round((number - least) / (most - least) * (Steps.Length - 1)) : 0]));
    }

    /// <summary>At most so many numbers, each the last of an equal part of them.</summary>
    public static IReadOnlyList<double> Thin(IReadOnlyList<double> numbers, int most) =>
        numbers.Count <= most ? numbers : [.. Enumerable.Range(1, most).Select(part => numbers[(int)((long)part * numbers.Count / most) - 1])];
}
