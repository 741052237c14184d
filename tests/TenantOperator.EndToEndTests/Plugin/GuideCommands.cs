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

    /// <summary>The commands in their order; those that change nothing, and follow each other, together.</summary>
    public static IEnumerable<IReadOnlyList<(string Command, string Expected)>> Together(IEnumerable<(string Command, string Expected)> commands)
    {
        var reading = new List<(string, string)>();
        foreach (var command in commands)
        {
            if (Reading().IsMatch(command.Command))
            {
                reading.Add(command);
                continue;
            }

            yield return [.. reading];
            reading.Clear();
            yield return [command];
        }

        yield return reading;
    }

    /// <summary>A text without what differs from run to run: ids, ages, which a part of an id may look like, and the room they take.</summary>
    public static string Shape(string text) => string.Join('\n', text.Split('\n').Select(line => Spaces().Replace(Ages().Replace(Ids().Replace(line, "ID"), "AGE"), " ").Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("^kubectl tenant (list|describe|plan|usage|unmanaged) [^>]*$|^kubectl tenant list$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reading();

    [GeneratedRegex(@"\b\d+(s|m|h|d)(?![\w.])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ages();

    [GeneratedRegex("tenant_[A-Za-z0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ids();

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
