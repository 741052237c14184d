namespace TenantOperator.EndToEndTests;

/// <summary>The files a user sees.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution, above the test's own.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Crds => Path.Combine(Root, "config", "crds");

    public static string Samples => Path.Combine(Root, "config", "samples");

    /// <summary>The blocks of a language in a Markdown file, in their order.</summary>
    public static IReadOnlyList<string> Blocks(string file, string language)
    {
        var blocks = new List<string>();
        var text = File.ReadAllText(Path.Combine(Root, file));
        var opening = $"```{language}\n";
        for (var start = text.IndexOf(opening, StringComparison.Ordinal); start >= 0; start = text.IndexOf(opening, start, StringComparison.Ordinal))
        {
            start += opening.Length;
            blocks.Add(text[start..text.IndexOf("```", start, StringComparison.Ordinal)]);
        }

        return blocks;
    }

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "TenantOperator.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie inside the repository."));
}
