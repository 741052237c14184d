using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>kubectl, bound to one cluster and run as its user.</summary>
public sealed class Kubectl
{
    private readonly string _program;
    private readonly string _kubeconfig;

    private Kubectl(string program, string kubeconfig)
    {
        _program = program;
        _kubeconfig = kubeconfig;
    }

    /// <summary>Where kubectl is.</summary>
    public string Program => _program;

    /// <summary>Takes kubectl from PATH if it works there, else from Debian, kept in the user's cache.</summary>
    public static async Task<Kubectl> FindAsync(string kubeconfig, TextWriter progress, CancellationToken cancellationToken) =>
        new(await FindProgramAsync(progress, cancellationToken), kubeconfig);

    /// <summary>The same kubectl for another cluster or another user.</summary>
    public Kubectl With(string kubeconfig) => new(_program, kubeconfig);

    /// <summary>Runs kubectl to its end, whatever that is. Arguments are passed as they are, without quoting; the input is for -f -.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        CommandFor(arguments, input).RunAsync(cancellationToken);

    /// <summary>Runs kubectl, which must succeed, and returns what it printed.</summary>
    /// <exception cref="ControlPlaneException">It failed; the message ends with its own.</exception>
    public Task<string> OutputAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        CommandFor(arguments, input).OutputAsync(cancellationToken);

    private Command CommandFor(IReadOnlyList<string> arguments, string? input) =>
        new(_program, arguments) { Input = input, Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = _kubeconfig } };

    private static async Task<string> FindProgramAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        // A kubectl in PATH may be a launcher for one that is not installed, so it has to show that it works.
        if (Programs.FindOnPath("kubectl") is { } installed
            && await new Command(installed, "version", "--client").RunAsync(cancellationToken) is { ExitCode: 0 })
        {
            return installed;
        }

        var folder = await Cache.GetOrMakeAsync("kubectl", async work =>
        {
            await new DebianPackages(work, new Steps(progress)).UnpackAsync(["kubectl"], work.Make("root"), cancellationToken);
            File.Move(Path.Combine(work["root"], "usr/bin/kubectl"), Path.Combine(work.Result, "kubectl"));
        }, cancellationToken);
        return Path.Combine(folder, "kubectl");
    }
}
