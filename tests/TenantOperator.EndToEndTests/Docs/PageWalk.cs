using System.Diagnostics;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Docs;

/// <summary>
/// Goes through a page as a reader does, from top to bottom: a command is run as it stands there, in the repository's folder; a manifest is shown to the API server; and what the page shows
/// as output is what was printed. A command may fail only if the page shows the words of the refusal.
/// </summary>
internal sealed class PageWalk(string kubeconfig, IReadOnlyList<string> programs, CancellationToken token)
{
    // What was changed reaches a status a moment later, as it does for a reader.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly string[] s_questions = ["kubectl get ", "kubectl describe ", "kubectl events ", "kubectl explain "];
    private static readonly string[] s_refusals = ["Error from server", "error: ", " is invalid:"];

    private string _folder = Repository.Root;
    private string _printed = "";
    private DocBlock? _asked;

    /// <summary>What the reader does who follows the page from its first to its last block.</summary>
    public Task RunAsync(string page) => RunAsync(DocPage.BlocksOf(page));

    public async Task RunAsync(IReadOnlyList<DocBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            var next = i + 1 < blocks.Count && blocks[i + 1].Language == "text" ? blocks[i + 1] : null;
            await RunAsync(blocks[i], next);
        }
    }

    /// <summary>Runs commands in another folder than the repository's, since they write files.</summary>
    public PageWalk In(string folder)
    {
        _folder = folder;
        return this;
    }

    /// <summary>Says what a command printed that was run elsewhere, so that what the page shows of it can be compared.</summary>
    public void Printed(string text) => _printed = text;

    private Task RunAsync(DocBlock block, DocBlock? shown) => block.Language switch
    {
        "sh" when block.Lines.All(line => line.StartsWith("make ", StringComparison.Ordinal)) => CheckTargetsAsync(block),
        "sh" => RunCommandAsync(block, shown),
        "yaml" => TryManifestAsync(block),
        "text" => CompareAsync(block),
        _ => throw new InvalidOperationException($"{block}: nobody knows how to try a block of \"{block.Language}\". Use sh for commands, text for what they print, yaml for manifests."),
    };

    // make would build in the middle of the tests. What its targets do is tried by tests of their own.
    private static async Task CheckTargetsAsync(DocBlock block)
    {
        var makefile = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "Makefile"), CancellationToken.None);
        foreach (var target in block.Lines.Select(line => line.Split(' ')[1]))
        {
            makefile.Should().Contain(line => line.StartsWith(target + ":", StringComparison.Ordinal), "of {0}", block);
        }
    }

    private async Task RunCommandAsync(DocBlock block, DocBlock? shown)
    {
        var result = await BashAsync(block.Text);
        _printed = result.Output + result.Error;
        _asked = block.Lines.All(line => s_questions.Any(question => line.StartsWith(question, StringComparison.Ordinal))) ? block : null;
        var refusalIsShown = shown is not null && s_refusals.Any(words => shown.Text.Contains(words, StringComparison.Ordinal));
        if (result.ExitCode != 0 && !refusalIsShown && !(_asked is not null && shown is not null))
        {
            throw new InvalidOperationException($"{block}: exit code {result.ExitCode} of\n{block.Text}\n{result.Text}");
        }
    }

    private async Task TryManifestAsync(DocBlock block)
    {
        var result = await (Shell.Command("kubectl apply --dry-run=server -f -", kubeconfig, programs) with { Input = block.Text }).RunAsync(token);
        result.ExitCode.Should().Be(0, "{0} is a manifest that the API server takes: {1}", block, result.Text);
    }

    private async Task CompareAsync(DocBlock shown)
    {
        var watch = Stopwatch.StartNew();
        while (!ShownOutput.IsSame(shown.Text, _printed))
        {
            if (_asked is null || watch.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{shown} shows\n{shown.Text}\nand this came:\n{_printed}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, token);
            var again = await BashAsync(_asked.Text);
            _printed = again.Output + again.Error;
        }
    }

    private Task<CommandResult> BashAsync(string text) => (Shell.Command(text, kubeconfig, programs) with { Folder = _folder }).RunAsync(token);
}
