using System.Globalization;
using k8s;

namespace TenantOperator.Bench;

/// <summary>What the kubelet puts into a pod for its ServiceAccount, for as long as this lives. The place is fixed, so it is made only where nothing is.</summary>
internal sealed class PodFolder : IDisposable
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <exception cref="IOException">This runs in a pod already.</exception>
    public PodFolder(string kubeconfig)
    {
        if (Directory.Exists(Folder))
        {
            throw new IOException($"{Folder} exists: this runs in a pod, or was cut off before. Remove it, or leave --as-pod out.");
        }

        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var server = new Uri(configuration.Host);
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "token"), configuration.AccessToken);
        File.WriteAllText(Path.Combine(Folder, "namespace"), "tenant-operator");
        File.WriteAllText(Path.Combine(Folder, "ca.crt"), string.Concat(configuration.SslCaCerts.Select(certificate => certificate.ExportCertificatePem() + "\n")));
        Environment = new(StringComparer.Ordinal) { ["KUBERNETES_SERVICE_HOST"] = server.Host, ["KUBERNETES_SERVICE_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture) };
    }

    /// <summary>The variables of the pod.</summary>
    public Dictionary<string, string> Environment { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
