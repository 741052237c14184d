using System.CommandLine;
using System.CommandLine.Completions;
using TenantOperator.Api;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Commands;

/// <summary>The options that all commands share, as kubectl names them, and what they come to.</summary>
internal sealed class Context(Terminal terminal)
{
    // Whoever presses Tab does not wait for a server that is not there.
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromSeconds(3);

    public Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "The kubeconfig file. Without it: what KUBECONFIG names, or ~/.kube/config.", Recursive = true };

    public Option<string?> ContextName { get; } = new("--context") { Description = "The context of the kubeconfig. Without it: the current one.", Recursive = true };

    public Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "The namespace, which is the account. Without it: that of the context.", Recursive = true };

    public Terminal Terminal => terminal;

    /// <summary>The moment the command runs at.</summary>
    public DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public ClusterAccess Connect(ParseResult parsed) =>
        ClusterAccess.Connect(new Kubeconfig(parsed.GetValue(Kubeconfig), parsed.GetValue(ContextName), parsed.GetValue(Namespace)));

    /// <summary>A fresh option for the form of the output.</summary>
    public static Option<string> OutputOption()
    {
        var option = new Option<string>("--output", "-o") { Description = "table, json or yaml.", DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json", "yaml");
        return option;
    }

    public static Format FormatOf(ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "json" => Format.Json,
        "yaml" => Format.Yaml,
        _ => Format.Table,
    };

    public static Option<bool> AllNamespacesOption() => new("--all-namespaces", "-A") { Description = "All namespaces." };

    /// <summary>An argument whose names the shell can complete.</summary>
    public Argument<T> NameArgument<T, TKind>(string name, string description)
    {
        // Without a name for it, help asks for the names that are there, and so the cluster, to show them in its place.
        var argument = new Argument<T>(name) { Description = description, HelpName = name };
        argument.CompletionSources.Add(context => Names<TKind>(context));
        return argument;
    }

    public IEnumerable<CompletionItem> Names<TKind>(CompletionContext context)
    {
        try
        {
            using var limit = new CancellationTokenSource(CompletionLimit, TimeProvider.System);
            using var cluster = Connect(context.ParseResult);
            // The shell waits for the names, and there is nobody else whom a blocked thread could keep waiting.
#pragma warning disable VSTHRD002
            var objects = cluster.ListAsync<TKind>(cluster.Namespace, null, null, limit.Token).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return [.. objects.Select(each => (string?)each.Json["metadata"]?["name"]).OfType<string>().Select(name => new CompletionItem(name))];
        }
        catch (Exception error) when (error is UserError or OperationCanceledException or Runtime.ApiException)
        {
            return [];
        }
    }

    public static TimeSpan TimeOf(ParseResult parsed, Option<string> option) => GoDuration.TryParse(parsed.GetValue(option), out var time) ? time : TimeSpan.Zero;

    /// <summary>Until when to wait.</summary>
    public static Option<string> TimeoutOption()
    {
        var option = new Option<string>("--timeout") { Description = "How long to wait, such as 90s.", DefaultValueFactory = _ => "2m" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !GoDuration.TryParse(text, out _))
            {
                result.AddError($"--timeout: \"{text}\" is no duration. Write one such as 90s or 2m.");
            }
        });
        return option;
    }
}
