using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>
/// Compares what a page shows with what a command printed. White space, ages, ids and times may differ; a line of three dots stands for anything.
/// </summary>
internal static partial class ShownOutput
{
    private const string Anything = "...";

    public static bool IsSame(string shown, string printed)
    {
        var rest = Words(printed).AsSpan();
        var parts = new List<List<string>> { new() };
        foreach (var word in Words(shown))
        {
            if (word == Anything)
            {
                parts.Add([]);
            }
            else
            {
                parts[^1].Add(word);
            }
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i].ToArray();
            var at = i == 0 ? (StartsWith(rest, part) ? 0 : -1) : i == parts.Count - 1 ? Last(rest, part) : First(rest, part);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return parts.Count > 1 || rest.IsEmpty;
    }

    private static int First(ReadOnlySpan<string> words, string[] part)
    {
        var at = 0;
        while (at <= words.Length && !StartsWith(words[at..], part))
        {
            at++;
        }

        return at <= words.Length ? at : -1;
    }

    private static int Last(ReadOnlySpan<string> words, string[] part) => words.Length >= part.Length && StartsWith(words[^part.Length..], part) ? words.Length - part.Length : -1;

    private static bool StartsWith(ReadOnlySpan<string> words, string[] part) => words.Length >= part.Length && words[..part.Length].SequenceEqual(part);

    private static string[] Words(string text) =>
        Changing().Replace(text, "~").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}T[0-9:.]+Z|\b\d+(\.\d+)? s\b|\b(\d+d)?(\d+h)?(\d+m)?\d+s\b|\b\d+[dhm]\b|127\.0\.0\.1:\d+|/tmp/[^ ]*/kubeconfig", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Changing();
}
