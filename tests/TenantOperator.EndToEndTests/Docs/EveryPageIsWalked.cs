namespace TenantOperator.EndToEndTests.Docs;

/// <summary>All pages of docs/: each is walked here, on the sample account, unless a test of its own leads it through something larger. So a new page is walked from the day it is there.</summary>
[Collection(nameof(OnTheDocsCluster))]
public sealed class EveryPageIsWalked(DocsCluster docs)
{
    // Page and test.
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["docs/tutorial.md"] = nameof(TheTutorial),
        ["docs/guides/install.md"] = nameof(Chart.TheInstallGuide),
        ["docs/guides/upgrade.md"] = nameof(TheUpgradeGuide),
        ["docs/guides/backup-and-restore.md"] = nameof(TheBackupGuide),
        ["docs/guides/gitops.md"] = nameof(GitOps.TheArgoCdConfigMap),
        ["docs/guides/kubectl-tenant.md"] = nameof(Plugin.TheKubectlPlugin),
        ["docs/guides/observability.md"] = nameof(Telemetry.TheMetricsGuide),
    };

    private static bool IsWalkedElsewhere(string page) => s_elsewhere.ContainsKey(page) || page.StartsWith(Telemetry.TheRunbooks.Folder + "/", StringComparison.Ordinal);

    public static TheoryData<string> Pages => [.. DocPage.All.Where(page => !IsWalkedElsewhere(page)).Append("CONTRIBUTING.md")];

    [Theory, MemberData(nameof(Pages))]
    public Task Its_commands_work_its_manifests_are_taken_and_its_outputs_are_what_comes(string page) =>
        docs.Cluster.Walk(TestContext.Current.CancellationToken).RunAsync(page);

    [Fact]
    public void What_is_walked_elsewhere_is_there() => DocPage.All.Should().Contain(s_elsewhere.Keys);
}
