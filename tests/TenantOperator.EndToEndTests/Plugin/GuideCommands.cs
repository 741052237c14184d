using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>The commands of a guide and what it shows them to print.</summary>
internal static partial class GuideCommands
{
    public static IEnumerable<(string Command, string Expected)> Of(IEnumerable<string> blocks)
    {
        foreach (var part in blocks.SelectMany(block => block.Split("$ ", StringSplitOptions.RemoveEmptyEntries)))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            yield return (part[..end], part[(end + 1)..]);
        }
    }

    /// <summary>A text without what differs from run to run: ages, ids, and the room they take.</summary>
    public static string Shape(string text) => string.Join('\n', text.Split('\n').Select(line => Spaces().Replace(Ids().Replace(Ages().Replace(line, "AGE"), "ID"), " ").Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"\b\d+(s|m|h|d)(?![\w.])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ages();

    [GeneratedRegex("tenant_[A-Za-z0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ids();

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
