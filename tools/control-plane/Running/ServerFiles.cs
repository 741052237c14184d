using System.Text;

namespace TenantOperator.ControlPlane.Running;

/// <summary>The state folder of one API server and the files in it that the server reads. All of it goes with the server.</summary>
internal sealed class ServerFiles : IDisposable
{
    private const string Prefix = "tenant-operator-";

    // Held as long as we live: a folder whose lock can be had belongs to nobody any more.
    private readonly FileStream _lock;

    private ServerFiles(string folder)
    {
        Folder = folder;
        _lock = new FileStream(this["lock"], FileMode.Create, FileAccess.Write, FileShare.None);
    }

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    public static ServerFiles Create()
    {
        RemoveAbandoned();
        return new ServerFiles(Directory.CreateTempSubdirectory(Prefix).FullName);
    }

    public void Write(string name, string content) => File.WriteAllText(this[name], content);

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The lines of kube-apiserver's token file: token, user, uid and, in quotes, the groups.</summary>
    internal static string TokenFile(IEnumerable<ControlPlaneUser> users) =>
        string.Concat(users.Select((user, index) => $"{user.Token},{user.Name},{index},\"{string.Join(',', user.Groups)}\"\n"));

    internal static string AuditPolicy(AuditLevel level) => $$"""
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived, ResponseStarted]
        rules:
        - level: {{level}}

        """;

    internal static string Kubeconfig(Uri server, string certificatePem, ControlPlaneUser user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: tenant-operator
        contexts:
        - name: tenant-operator
          context: {cluster: tenant-operator, user: "{{user.Name}}"}
        clusters:
        - name: tenant-operator
          cluster:
            server: {{server.ToString().TrimEnd('/')}}
            certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(certificatePem))}}
        users:
        - name: "{{user.Name}}"
          user: {token: "{{user.Token}}"}

        """;

    // Those of processes that were killed and so could not clean up.
    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                using (new FileStream(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.Write, FileShare.None))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, another user's, or just being made or removed by another process.
            }
        }
    }
}
