using System.CommandLine;
using System.Text.Json;
using TenantOperator.Kubectl.Commands;
using TenantOperator.Kubectl.Output;
using TenantOperator.Runtime;

namespace TenantOperator.Kubectl;

/// <summary>The command line as a whole, and its exit codes: 0, or 1 for anything that went wrong.</summary>
internal static class Plugin
{
    public static RootCommand Command(Context context)
    {
        var root = new RootCommand("Tenants, their packages, people and usage: what is wrong, why, and what to do next.")
        {
            context.Kubeconfig,
            context.ContextName,
            context.Namespace,
            ListCommand.Create(context),
            DescribeCommand.Create(context),
            PlanCommand.Create(context),
            SuspendCommand.CreateSuspend(context),
            SuspendCommand.CreateResume(context),
            ConfirmDeleteCommand.Create(context),
            AdoptCommand.Create(context),
            UnmanagedCommand.Create(context),
            UsageCommand.Create(context),
            CompletionCommand.Create(context),
        };
        root.Subcommands.Add(CompletionCommand.CreateComplete(context, root));
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // Without a word, as kubectl: what there is.
        var parsed = Command(new Context(terminal)).Parse(arguments.Count == 0 ? ["--help"] : arguments);
        if (parsed.Errors is [{ } first, ..])
        {
            var isRoot = parsed.CommandResult.Command is RootCommand;
            var what = isRoot && parsed.UnmatchedTokens is [var word, ..] ? $"There is no command \"{word}\"" : first.Message.TrimEnd('.');
            terminal.Note($"error: {what}. See: kubectl tenant {(isRoot ? "" : parsed.CommandResult.Command.Name + " ")}--help");
            return 1;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = terminal.Output }, cancellationToken);
        }
        catch (UserError wrong)
        {
            terminal.Note("error: " + wrong.Message);
        }
        catch (OperationCanceledException)
        {
            terminal.Note("error: interrupted.");
        }
        catch (Exception error) when (error is ApiException or HttpRequestException or TimeoutException or IOException or JsonException or UnauthorizedAccessException)
        {
            terminal.Note($"error: {error.Message.TrimEnd('.')}. Try again; if it stays so, see whether kubectl get tenants works.");
        }

        return 1;
    }
}
