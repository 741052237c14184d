using System.Globalization;
using System.Text;

namespace TenantOperator.Kubectl.Output;

/// <summary>How texts, times and numbers are written for a person. Pure.</summary>
internal static class Words
{
    /// <summary>
    /// A text on one line, without anything that a terminal would obey or that would show it in another order: whoever may write a display name must not write on the screen of whoever reads it.
    /// </summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value is '\n' or '\r' or '\t' ? " "
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate ? "\uFFFD"
                : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>How long ago, as kubectl writes it: in the largest unit that says enough.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        _ when age < TimeSpan.Zero => "0s",
        { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
        { TotalHours: < 2 } => $"{(int)age.TotalMinutes}m",
        { TotalDays: < 2 } => $"{(int)age.TotalHours}h",
        { TotalDays: < 730 } => $"{(int)age.TotalDays}d",
        _ => $"{(int)(age.TotalDays / 365)}y",
    };

    public static string Age(DateTime? since, DateTimeOffset now) => since is { } moment ? Age(now - new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc), TimeSpan.Zero)) : "";

    public static string Age(DateTimeOffset? since, DateTimeOffset now) => since is { } moment ? Age(now - moment) : "";

    /// <summary>A text of so many letters at most; what is cut off is told by an ellipsis.</summary>
    public static string Cut(string? text, int width) => Clean(text) is var clean && clean.Length > width ? clean[..(width - 1)].TrimEnd() + "…" : clean;

    /// <summary>A sentence in lines of at most so many letters, broken at spaces. A command or another long word stays whole.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var word in Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
        {
            lines.Add(line.ToString());
        }

        return lines;
    }
}
