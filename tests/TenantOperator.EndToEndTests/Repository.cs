namespace TenantOperator.EndToEndTests;

/// <summary>The files a user sees.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution, above the test's own.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Crds => Path.Combine(Root, "config", "crds");

    public static string Samples => Path.Combine(Root, "config", "samples");

    /// <summary>The blocks of a language in a Markdown file, in their order.</summary>
    public static IReadOnlyList<string> Blocks(string file, string language) => [.. Docs.DocPage.BlocksOf(file).Where(block => block.Language == language).Select(block => block.Text)];

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "TenantOperator.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie inside the repository."));
}
