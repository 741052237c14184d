using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane.Running;

/// <summary>Where etcd and kube-apiserver are, and whether the server is a complete one of Kubernetes' own making.</summary>
internal sealed record ServerPrograms(string Etcd, string ApiServer, bool IsComplete)
{
    private const string AssetsVariable = "KUBEBUILDER_ASSETS";

    /// <summary>Those in KUBEBUILDER_ASSETS if it is set, else our own build.</summary>
    /// <exception cref="ControlPlaneException">KUBEBUILDER_ASSETS lacks a program, or our own cannot be built here.</exception>
    public static async Task<ServerPrograms> FindAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(AssetsVariable) is { Length: > 0 } assets)
        {
            return In(assets, isComplete: true) ?? throw new ControlPlaneException(
                $"{AssetsVariable} is {assets}, which lacks etcd or kube-apiserver. Set it to what `setup-envtest use -p path` prints, or unset it.");
        }

        var folder = await ServerBuild.GetAsync(new Steps(progress), cancellationToken);
        return In(folder, isComplete: false) ?? throw new ControlPlaneException($"{folder} is damaged: remove it, so that it is built again.");
    }

    private static ServerPrograms? In(string folder, bool isComplete)
    {
        var programs = new ServerPrograms(Path.Combine(folder, "etcd"), Path.Combine(folder, "kube-apiserver"), isComplete);
        return File.Exists(programs.Etcd) && File.Exists(programs.ApiServer) ? programs : null;
    }
}
