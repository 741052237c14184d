using System.Text;

namespace TenantOperator.Platforms.Prometheus;

/// <summary>
/// A PromQL query of a platform admin in which <c>$namespace</c> stands for one tenant's namespace, or <c>$namespaces</c> for a pattern of those of many. What is filled in is
/// a whole PromQL text with its quotes, and stands only where the query has none, so that no name can become a part of the query itself. Pure.
/// </summary>
public sealed class TenantQuery
{
    private const string One = "$namespace";
    private const string Many = "$namespaces";

    // What stands between the places that are filled in; always one more than those.
    private readonly IReadOnlyList<string> between;

    private TenantQuery(IReadOnlyList<string> between, bool isForMany)
    {
        this.between = between;
        IsForMany = isForMany;
    }

    /// <summary>Whether it yields the numbers of many tenants at once.</summary>
    public bool IsForMany { get; }

    /// <summary>Reads a query; null with the reason, in words for its author, when it is not one for tenants.</summary>
    public static TenantQuery? Parse(string text, out string? problem)
    {
        List<string> parts = [];
        var (ones, manies) = (0, 0);
        var start = 0;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var isPlace = PlaceAt(text, at) is not null;
            if (isPlace && quote != '\0')
            {
                problem = quote == '#' ? $"{One} stands in a comment" : $"{One} stands inside quotes, but is filled in with its own";
                return null;
            }

            if (isPlace)
            {
                var place = PlaceAt(text, at)!;
                (ones, manies) = place == One ? (ones + 1, manies) : (ones, manies + 1);
                parts.Add(text[start..at]);
                at += place.Length - 1;
                start = at + 1;
            }
            else if (quote is '"' or '\'' && text[at] == '\\')
            {
                at++;
            }
            else
            {
                quote = After(quote, text[at]);
            }
        }

        parts.Add(text[start..]);
        problem = (ones, manies) switch
        {
            (0, 0) => $"neither {One} nor {Many} stands in it",
            ( > 0, > 0) => $"both {One} and {Many} stand in it",
            _ => null,
        };
        return problem is null ? new TenantQuery(parts, manies > 0) : null;
    }

    /// <summary>The query for one tenant.</summary>
    public string For(string ns) => string.Join(Quoted(ns), between);

    /// <summary>The query for many tenants: what is filled in matches exactly these namespaces.</summary>
    public string For(IEnumerable<string> namespaces) => string.Join(Quoted($"^(?:{string.Join('|', namespaces.Select(Literally))})$"), between);

    /// <summary>A text as PromQL writes one: in quotes, with everything escaped that could end it or is not plain ASCII.</summary>
    internal static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' or '\\' => quoted.Append('\\').Append((char)rune.Value),
                >= ' ' and <= '~' => quoted.Append((char)rune.Value),
                <= 0xFFFF => quoted.Append("\\u").Append(rune.Value.ToString("x4")),
                _ => quoted.Append("\\U").Append(rune.Value.ToString("x8")),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A regular expression (RE2) that matches this text and nothing else.</summary>
    internal static string Literally(string text)
    {
        var pattern = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (@"\.+*?()|[]{}^$".Contains(letter, StringComparison.Ordinal))
            {
                pattern.Append('\\');
            }

            pattern.Append(letter);
        }

        return pattern.ToString();
    }

    // The longer name wins, and a longer word than either is neither.
    private static string? PlaceAt(string text, int at) =>
        text[at] != '$' ? null
        : StartsAt(text, at, Many) ? Many
        : StartsAt(text, at, One) ? One
        : null;

    private static bool StartsAt(string text, int at, string place) =>
        string.CompareOrdinal(text, at, place, 0, place.Length) == 0
        && (at + place.Length == text.Length || !(char.IsAsciiLetterOrDigit(text[at + place.Length]) || text[at + place.Length] == '_'));

    // The quote we are in after a character: one of the three kinds of PromQL, # for a comment, or none.
    private static char After(char quote, char letter) => quote switch
    {
        '\0' => letter is '"' or '\'' or '`' or '#' ? letter : '\0',
        '#' => letter == '\n' ? '\0' : '#',
        _ => letter == quote ? '\0' : quote,
    };
}
