using TenantOperator.EndToEndTests.Platforms;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>docs/guides/backup-and-restore.md, with two clusters: an account with namespaces, and one on a SaaS platform, which has more to lose.</summary>
public sealed class TheBackupGuide : IDisposable
{
    private const string Page = "docs/guides/backup-and-restore.md";
    private const string Restore = "\n## Restore into an empty cluster\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tenant-operator-backup-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_restored_into_an_empty_cluster_has_all_its_tenants_and_people_and_none_twice()
    {
        var blocks = DocPage.BlocksOf(Page);
        var text = DocPage.Read(Page);
        var line = text[..text.IndexOf(Restore, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;
        var (backup, restore) = (blocks.Where(block => block.Line < line).ToList(), blocks.Where(block => block.Line > line).ToList());
        await using var stage = await PlatformStage.OpenAsync("hatz");
        There tenant;
        await using (var former = await LocalCluster.StartAsync(Token))
        {
            await using var process = OperatorProcess.Start(former.KubeconfigPath, "--leader-election", "false", "--allow-hosts", "127.0.0.1");
            await former.ApplySamplesAsync(Token);
            await former.ApplyAsync(stage.Manifest.Replace($"  labels: {{tenantoperator.io/controller-class: {stage.Account}}}\n", "", StringComparison.Ordinal), Token);
            await new WalkAccount(former.Kubectl, stage.Account, Token).UntilReadyAsync("Active", stage.Tenant);
            tenant = stage.Only;
            tenant.People.Should().HaveCount(2);
            await RunAsync(former, backup, "contoso");
            await RunAsync(former, backup, stage.Account);
        }

        await using var empty = await LocalCluster.StartAsync(Token);
        await using var successor = OperatorProcess.Start(empty.KubeconfigPath, "--leader-election", "false", "--allow-hosts", "127.0.0.1");
        await RunAsync(empty, restore, "contoso");
        await RunAsync(empty, [.. restore.Where(block => block.Language == "sh" && !block.Text.Contains("namespaces", StringComparison.Ordinal))], stage.Account);

        (await empty.Kubectl.OutputAsync(["get", "tenantusers", "-A", "-o", "name"], null, Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(3 + 2 + 2);
        stage.Only.Should().BeEquivalentTo(tenant, "it was taken up as it was");
        var account = new WalkAccount(empty.Kubectl, stage.Account, Token);
        ((string?)(await account.GetAsync("tenant", stage.Tenant))["status"]!["externalId"]).Should().Be(tenant.Id);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // The guide is about one account, and the reader has another.
    private Task RunAsync(LocalCluster cluster, IEnumerable<DocBlock> blocks, string account) =>
        cluster.Walk(Token).In(_folder.FullName).RunAsync([.. blocks.Select(block => block with { Text = block.Text.Replace("contoso", account, StringComparison.Ordinal) })]);
}
