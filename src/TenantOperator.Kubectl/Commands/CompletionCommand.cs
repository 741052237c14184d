using System.CommandLine;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant completion, and the hidden command that its scripts and kubectl ask.</summary>
internal static class CompletionCommand
{
    private const string Complete = "__complete";

    public static Command Create(Context context)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish; or kubectl, for a file kubectl_complete-tenant that kubectl's own completion runs." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "kubectl");
        var command = new Command("completion", "Prints a script that completes commands, options and the names of objects.") { shell };
        command.SetAction(parsed => context.Terminal.Document(ScriptFor(parsed.GetValue(shell)!))); // The argument is required.
        return command;
    }

    /// <summary>What kubectl asks of a plug-in for completion, in the protocol of its own: the words, the last of them unfinished; a candidate a line, and what the shell is to do.</summary>
    public static Command CreateComplete(Context context, RootCommand root)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(Complete, "Lists what a word may become.") { words };
        command.Hidden = true;
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed =>
        {
            // What looks like an option is one of the words here.
            var given = parsed.Tokens.Select(token => token.Value).SkipWhile(word => word != Complete).Skip(1).ToArray();
            foreach (var candidate in Candidates(root, given))
            {
                context.Terminal.Line(candidate);
            }

            // Nothing but these: no names of files.
            context.Terminal.Line(":4");
        });
        return command;
    }

    /// <summary>What the last of some words may become.</summary>
    public static IReadOnlyList<string> Candidates(RootCommand root, IReadOnlyList<string> words)
    {
        var unfinished = words.Count == 0 ? "" : words[^1];
        var line = string.Join(' ', words);
        var parsed = root.Parse([.. unfinished.Length == 0 ? words.Take(Math.Max(0, words.Count - 1)) : words]);
        return
        [
            .. parsed.GetCompletions(unfinished.Length == 0 ? line.Length + 1 : line.Length).Select(item => item.Label)
                .Where(label => label.StartsWith(unfinished, StringComparison.Ordinal) && label is not ("-h" or "/h" or "-?" or "/?"))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "zsh" => """
            #compdef kubectl-tenant
            # Put it into a folder of your fpath under the name _kubectl-tenant.
            _kubectl_tenant() {
                local -a candidates
                candidates=("${(@f)$(kubectl-tenant __complete "${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')}")
                compadd -- $candidates
            }
            compdef _kubectl_tenant kubectl-tenant

            """,
        "fish" => """
            # Put it into ~/.config/fish/completions/kubectl-tenant.fish
            function __kubectl_tenant_complete
                set -l words (commandline -opc)
                kubectl-tenant __complete $words[2..-1] (commandline -ct) 2>/dev/null | string match -v ':*'
            end
            complete -c kubectl-tenant -f -a '(__kubectl_tenant_complete)'

            """,
        "kubectl" => """
            #!/bin/sh
            # Put it into a folder of your PATH as kubectl_complete-tenant, executable: kubectl's own completion runs it.
            exec kubectl-tenant __complete "$@"

            """,
        _ => """
            # Source it: source <(kubectl tenant completion bash)
            _kubectl_tenant() {
                local word="${COMP_WORDS[COMP_CWORD]}"
                local IFS=$'\n'
                COMPREPLY=($(kubectl-tenant __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:'))
            }
            complete -F _kubectl_tenant kubectl-tenant

            """,
    };
}
