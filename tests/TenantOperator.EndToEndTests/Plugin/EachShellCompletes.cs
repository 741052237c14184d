using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Plugin;

/// <summary>The scripts of kubectl tenant completion, each in its shell.</summary>
public sealed class EachShellCompletes(PluginStage stage, InstalledCluster server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("li", "list")]
    [InlineData("list --not", "--not-ready")]
    public async Task Bash_completes_with_the_script_it_is_given(string words, string completed)
    {
        var script = await ScriptAsync("bash");

        var result = await RunAsync(new Command("bash", "-c", $"{script}\nCOMP_WORDS=(kubectl-tenant {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _kubectl_tenant; echo \"${{COMPREPLY[@]}}\""));

        result.Text.Should().Be(completed);
    }

    [Theory]
    [InlineData("li", "list")]
    [InlineData("list --not", "--not-ready")]
    public async Task Fish_completes_with_the_script_it_is_given(string words, string completed)
    {
        var script = await ScriptAsync("fish");
        var fish = await Shells.FindFishAsync(Console.Error, Token);

        var result = await RunAsync(fish.Command("--no-config", "-c", $"{script}\ncomplete -C 'kubectl-tenant {words}'"));

        result.Text.Should().Be(completed);
    }

    // It completes on a terminal alone, so another zsh gives it one: Tab is pressed there, and then a key that writes the line down.
    [Theory]
    [InlineData("li", "list")]
    [InlineData("list --not", "list --not-ready")]
    public async Task Zsh_completes_with_the_script_it_is_given(string words, string line)
    {
        var script = await ScriptAsync("zsh");
        var zsh = await Shells.FindZshAsync(Console.Error, Token);
        var folder = Directory.CreateTempSubdirectory("kubectl-tenant-zsh-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".zshenv"), zsh.Setup, Token);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".zshrc"), $$"""
                autoload -Uz compinit
                compinit -D -u
                {{script}}
                write-down() { print -r -- $BUFFER > line.new; mv line.new line; exit }
                zle -N write-down
                bindkey '^X' write-down
                """, Token);
            var typing = $$"""
                zmodload zsh/zpty
                zpty shell '{{string.Join(' ', zsh.Program)}} -i'
                zpty -w -n shell $'kubectl-tenant {{words}}\t\x18'
                for i in {1..200}; do [[ -e line ]] && break; sleep 0.1; done
                cat line
                """;

            var result = await RunAsync(zsh.Command("-c", typing), folder.FullName);

            result.Text.TrimEnd().Should().Be("kubectl-tenant " + line);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> ScriptAsync(string shell)
    {
        await stage.OpenAsync(server, Token);
        var result = await stage.ReadAsync("completion " + shell, Token);
        result.ExitCode.Should().Be(0, result.Error);
        return result.Output;
    }

    // With the plug-in in PATH, and a home where nobody has settings.
    private Task<CommandResult> RunAsync(Command command, string? folder = null) => (command with
    {
        Folder = folder ?? stage.Folder,
        Environment = new Dictionary<string, string?>
        {
            ["PATH"] = $"{Path.Combine(stage.Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = stage.Folder,
            ["ZDOTDIR"] = folder,
        },
    }).RunAsync(Token);
}
