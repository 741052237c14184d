using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests;

/// <summary>The shell of somebody who follows a page: in the repository's folder, with a cluster, and with kubectl and helm in PATH.</summary>
internal static class Shell
{
    /// <summary>Lines as they stand on a page. The first that fails ends it.</summary>
    /// <param name="lines">The commands.</param>
    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="programs">The paths of programs that need not be in PATH here.</param>
    public static Command Command(string lines, string kubeconfig, params IEnumerable<string> programs) => new("bash", "-e", "-o", "pipefail", "-c", lines)
    {
        Folder = Repository.Root,
        Environment = new Dictionary<string, string?>
        {
            ["KUBECONFIG"] = kubeconfig,
            ["PATH"] = string.Join(Path.PathSeparator, [.. programs.Select(program => Path.GetDirectoryName(program)), Environment.GetEnvironmentVariable("PATH")]),

            // Whatever opens an editor goes on with what is there.
            ["KUBE_EDITOR"] = "true",
        },
    };
}
