namespace TenantOperator.EndToEndTests.Docs;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Language">The word behind the fence.</param>
/// <param name="Text">What stands between the fences.</param>
/// <param name="Line">The line of the opening fence.</param>
internal sealed record DocBlock(string Page, string Language, string Text, int Line)
{
    public IReadOnlyList<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"{Page}:{Line}";
}

/// <summary>The pages that people read, as files.</summary>
internal static class DocPage
{
    /// <summary>Every page below docs but the design notes, which are about what was decided and not about what to do.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(page => !page.StartsWith("docs/design/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    /// <summary>Its blocks, in their order.</summary>
    public static IReadOnlyList<DocBlock> BlocksOf(string page)
    {
        var blocks = new List<DocBlock>();
        var lines = Read(page).Split('\n');
        for (var start = 0; start < lines.Length; start++)
        {
            if (lines[start].StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.IndexOf(lines, "```", start + 1);
                end.Should().BePositive("the block of {0}:{1} has an end", page, start + 1);
                blocks.Add(new(page, lines[start][3..], string.Join('\n', lines[(start + 1)..end]) + "\n", start + 1));
                start = end;
            }
        }

        return blocks;
    }
}
