using System.Diagnostics;
using System.Text;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>docs/tutorial.md, on a <c>make run</c> of its own, from its first line to Ctrl-C.</summary>
public sealed class TheTutorial : IDisposable
{
    private const string Page = "docs/tutorial.md";
    private const string Kubeconfig = "export KUBECONFIG=";

    // Apart from the runs of other tests, which write the same logs.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tenant-operator-tutorial-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_sees_what_it_says_at_every_step()
    {
        var blocks = DocPage.BlocksOf(Page);
        blocks[0].Text.Should().Be("make run\n");
        blocks[1].Language.Should().Be("text", "it is what make run says");
        blocks[2].Text.Should().StartWith(Kubeconfig);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "config"), Path.Combine(Repository.Root, "config"));
        using var run = MakeRun.Start(_folder.FullName);
        try
        {
            var said = await UntilReadyAsync(run);
            var kubeconfig = said.Split(Kubeconfig)[1].Split('\n')[0];
            var kubectl = await Kubectl.FindAsync(kubeconfig, Console.Error, Token);
            var walk = new PageWalk(kubeconfig, [kubectl.Program], Token);
            walk.Printed(said);

            await walk.RunAsync([blocks[1]]);
            await walk.RunAsync([.. blocks.Skip(3)]);

            await new Command("kill", "-s", "INT", $"{run.Id}").OutputAsync(Token);
            await run.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Token);
            run.ExitCode.Should().Be(0);
            File.Exists(kubeconfig).Should().BeFalse("everything is removed");
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill();
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> UntilReadyAsync(Process run)
    {
        var said = new StringBuilder();
        while (await run.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            said.Append(line).Append('\n');
            if (line.StartsWith("Ctrl-C", StringComparison.Ordinal))
            {
                return said.ToString();
            }
        }

        throw new InvalidOperationException($"It ended: {said}{await run.StandardError.ReadToEndAsync(Token)}");
    }
}
