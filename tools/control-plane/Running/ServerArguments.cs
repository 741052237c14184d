namespace TenantOperator.ControlPlane.Running;

/// <summary>The command lines of etcd and kube-apiserver.</summary>
internal static class ServerArguments
{
    public static string[] Etcd(string dataFolder, string name, int port, int peerPort)
    {
        var (client, peer) = ($"http://127.0.0.1:{port}", $"http://127.0.0.1:{peerPort}");
        return
        [
            "--name", name, "--data-dir", dataFolder, "--log-level", "warn",
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"{name}={peer}",
            // The data need not survive the machine. Doubles the rate of writes on an ordinary disk.
            "--unsafe-no-fsync",
        ];
    }

    public static string[] ApiServer(ServerFiles files, ControlPlaneOptions options, bool isComplete, int port, int etcdPort) =>
    [
        "--etcd-servers", $"http://127.0.0.1:{etcdPort}",
        "--bind-address", "127.0.0.1", "--secure-port", $"{port}", "--cert-dir", files.Folder,
        "--tls-cert-file", files["server.crt"], "--tls-private-key-file", files["server.key"],
        "--token-auth-file", files["tokens.csv"],
        "--authorization-mode", options.Rbac ? "RBAC" : "AlwaysAllow",
        // A namespace of thousands of objects is emptied by these, one after another if there is one.
        "--delete-collection-workers", "16",
        .. isComplete ? OfCompleteServer(files) : [],
        .. options.Audit == AuditLevel.None ? [] : new[]
        {
            "--audit-policy-file", files["audit-policy.yaml"], "--audit-log-path", options.AuditPath ?? files["audit.log"], "--audit-log-mode", "blocking",
        },
        .. options.ServerFlags,
    ];

    // What the official binary insists on; the same as controller-runtime's envtest gives it.
    private static string[] OfCompleteServer(ServerFiles files) =>
    [
        "--advertise-address", "127.0.0.1", "--service-cluster-ip-range", "10.0.0.0/24", "--allow-privileged=true",
        "--disable-admission-plugins", "ServiceAccount", "--service-account-issuer", "https://127.0.0.1/",
        "--service-account-key-file", files["service-accounts.key"], "--service-account-signing-key-file", files["service-accounts.key"],
    ];
}
