using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>helm, bound to one cluster and run as its user.</summary>
public sealed class Helm
{
    private readonly string _kubeconfig;

    private Helm(string program, string kubeconfig)
    {
        Program = program;
        _kubeconfig = kubeconfig;
    }

    /// <summary>Where helm is.</summary>
    public string Program { get; }

    /// <summary>Takes helm from PATH if it is of version 4 and works there, else the pinned one, fetched once and kept in the user's cache.</summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched; the message says what to do.</exception>
    public static async Task<Helm> FindAsync(string kubeconfig, TextWriter progress, CancellationToken cancellationToken) =>
        new(await FindProgramAsync(progress, cancellationToken), kubeconfig);

    /// <summary>Runs helm to its end, whatever that is. Arguments are passed as they are, without quoting; the input is for --values -.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        CommandFor(arguments, input).RunAsync(cancellationToken);

    /// <summary>Runs helm, which must succeed, and returns what it printed.</summary>
    /// <exception cref="ControlPlaneException">It failed; the message ends with its own.</exception>
    public Task<string> OutputAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        CommandFor(arguments, input).OutputAsync(cancellationToken);

    private Command CommandFor(IReadOnlyList<string> arguments, string? input) => new(Program, arguments)
    {
        Input = input,
        Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = _kubeconfig, ["HELM_NAMESPACE"] = null, ["HELM_KUBECONTEXT"] = null, ["HELM_DRIVER"] = null },
    };

    private static async Task<string> FindProgramAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        if (Programs.FindOnPath("helm") is { } installed
            && await new Command(installed, "version", "--template", "{{.Version}}").RunAsync(cancellationToken) is { ExitCode: 0, Output: ['v', '4', '.', ..] })
        {
            return installed;
        }

        var folder = await Cache.GetOrMakeAsync(Path.Combine("helm", HelmPackage.Version), work => new HelmPackage(work, new Steps(progress)).FetchAsync(cancellationToken), cancellationToken);
        return Path.Combine(folder, "helm");
    }
}
