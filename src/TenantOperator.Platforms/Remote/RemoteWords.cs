namespace TenantOperator.Platforms.Remote;

/// <summary>A platform's words, made fit for a condition. Pure.</summary>
internal static class RemoteWords
{
    /// <summary>The most of a platform's words that is passed on.</summary>
    public const int Most = 300;

    /// <summary>One line of bounded length.</summary>
    public static string Line(string? words)
    {
        var line = string.Join(' ', (words ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Most ? line : line[..Most] + "…";
    }

    /// <summary>One line of bounded length that ends as a sentence.</summary>
    public static string Sentence(string? words)
    {
        var line = Line(words);
        return line.Length == 0 || line[^1] is '.' or '!' or '?' or '…' ? line : line + ".";
    }

    /// <summary>Whether words speak of one of these.</summary>
    public static bool Speak(string? words, params ReadOnlySpan<string> of)
    {
        foreach (var one in of)
        {
            if (words?.Contains(one, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
