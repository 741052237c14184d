using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>Links lead somewhere, the index lists every page, and a test that a page names is there.</summary>
public sealed partial class ThePagesHoldTogether
{
    private static readonly HashSet<string> s_tests =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(TestsOf),
    ];

    public static TheoryData<string> Pages =>
    [
        .. DocPage.All, "CONTRIBUTING.md", "README.md", "SECURITY.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "design"), "*.md").Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory, MemberData(nameof(Pages))]
    public void Its_links_lead_to_files_and_chapters(string page)
    {
        foreach (var target in Links().Matches(DocPage.Read(page)).Select(link => link.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#');
            var file = parts[0].Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, parts[0]));
            Path.Exists(Path.Combine(Repository.Root, file)).Should().BeTrue("{0} leads to {1}", page, target);
            if (parts.Length > 1)
            {
                DocPage.Read(file).Split('\n').Where(line => line.StartsWith('#')).Select(AnchorOf).Should().Contain(parts[1], "{0} leads to {1}", page, target);
            }
        }
    }

    [Fact]
    public void The_index_lists_every_page()
    {
        var index = DocPage.Read("docs/README.md");
        var listed = Links().Matches(index).Select(link => "docs/" + link.Groups["target"].Value);

        DocPage.All.Where(page => page != "docs/README.md" && !IsOfAnIndexOfItsOwn(page)).Should().BeSubsetOf(listed);
    }

    private static bool IsOfAnIndexOfItsOwn(string page) => Path.GetFileName(page) != "README.md" && (page.StartsWith("docs/kinds/", StringComparison.Ordinal) || page.StartsWith("docs/runbooks/", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Pages))]
    public void A_test_that_it_names_is_there(string page) => NamedTests().Matches(DocPage.Read(page)).Select(name => name.Groups["test"].Value).Should().BeSubsetOf(s_tests);

    [Theory, MemberData(nameof(Pages))]
    public void Its_YAML_can_be_read(string page)
    {
        foreach (var block in DocPage.BlocksOf(page).Where(block => block.Language == "yaml"))
        {
            Chart.RenderedChart.Parse(block.Text).Should().NotBeEmpty("of {0}", block);
        }
    }

    [Theory]
    [InlineData("docs/promises.md", "| Promise | Test |")]
    [InlineData("docs/security.md", "| Threat | What stops it | The test |")]
    public void Each_of_its_lines_names_a_test(string page, string head)
    {
        var lines = DocPage.Read(page).Split(head).Skip(1).SelectMany(table => table.Split('\n').Skip(2).TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))).ToList();

        lines.Should().NotBeEmpty().And.OnlyContain(line => NamedTests().IsMatch(line));
    }

    private static IEnumerable<string> TestsOf(string file)
    {
        var text = File.ReadAllText(file);
        var classes = Classes().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        return Tests().Matches(text).SelectMany(test => classes.Select(name => $"{name}.{test.Groups["name"].Value}"));
    }

    // As a page on the web makes it.
    private static string AnchorOf(string heading) =>
        new([.. heading.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-').Where(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_')]);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Links();

    [GeneratedRegex("`(?<test>[A-Z][A-Za-z]+[.][A-Za-z0-9]+_[A-Za-z0-9_]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedTests();

    [GeneratedRegex(@"\bclass (?<name>[A-Za-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Classes();

    // A public method of a test class that is no test is refused by an analyzer.
    [GeneratedRegex(@"\bpublic (async )?(Task|void) (?<name>[A-Z]\w*_\w+)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tests();
}
