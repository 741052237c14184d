using System.Text.RegularExpressions;
using TenantOperator.EndToEndTests.Chart;

namespace TenantOperator.EndToEndTests.SupplyChain;

/// <summary>A release does what the Makefile does, so that nothing of it can be tried by its workflow only.</summary>
public sealed partial class TheReleaseWorkflow
{
    private static string Makefile { get; } = File.ReadAllText(Path.Combine(Repository.Root, "Makefile"));

    [Theory]
    [InlineData("ci.yml")]
    [InlineData("release.yml")]
    public void Every_make_target_of_a_workflow_is_one_of_the_Makefile(string name)
    {
        var file = Path.Combine(Repository.Root, ".github", "workflows", name);
        var steps = RenderedChart.Parse(File.ReadAllText(file)).Single()["jobs"]!.AsObject().SelectMany(job => job.Value!["steps"]!.AsArray()).Select(step => (string?)step!["run"] ?? "").ToList();

        steps.Should().Contain(step => step.Contains("bash .ci/run", StringComparison.Ordinal));
        foreach (var target in steps.SelectMany(step => MakeCall().Matches(step)).SelectMany(call => call.Groups["targets"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(word => !word.Contains('=', StringComparison.Ordinal)))
        {
            Makefile.Should().MatchRegex($"(?m)^{Regex.Escape(target)}:", "{0} calls it", name);
        }
    }

    [Fact]
    public async Task A_version_that_the_files_do_not_tell_is_no_release()
    {
        var folder = Directory.CreateTempSubdirectory("tenant-operator-release-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "charts", "tenant-operator"));
            foreach (var file in (string[])["Makefile", "Directory.Build.props", "CHANGELOG.md", Path.Combine("charts", "tenant-operator", "Chart.yaml")])
            {
                File.Copy(Path.Combine(Repository.Root, file), Path.Combine(folder.FullName, file));
            }

            (await CheckAsync("9.8.7", 2)).Should().Contain("Directory.Build.props does not say <Version>9.8.7</Version>.");
            Edit("Directory.Build.props", "<Version>[^<]*<", "<Version>9.8.7<");
            (await CheckAsync("9.8.7", 2)).Should().Contain("Chart.yaml does not say version and appVersion 9.8.7.");
            Edit(Path.Combine("charts", "tenant-operator", "Chart.yaml"), "(?m)^(?<name>version|appVersion): .*$", "${name}: 9.8.7");
            (await CheckAsync("9.8.7", 2)).Should().Contain("CHANGELOG.md has no heading \"## 9.8.7\"");
            Edit("CHANGELOG.md", "## Unreleased", "## 9.8.7");
            await CheckAsync("9.8.7", 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Task<string> CheckAsync(string version, int exitCode) => Programs.RunAsync(folder.FullName, "make", ["version-check", "VERSION=" + version], exitCode: exitCode);

        void Edit(string file, string pattern, string replacement)
        {
            var path = Path.Combine(folder.FullName, file);
            File.WriteAllText(path, Regex.Replace(File.ReadAllText(path), pattern, replacement, RegexOptions.None, TimeSpan.FromSeconds(5)));
        }
    }

    [GeneratedRegex(@"\bmake (?<targets>[^\n;&|#]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MakeCall();
}
