using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace TenantOperator.Kubectl.Cluster;

/// <summary>Which cluster, which user and which namespace: kubectl's own rules.</summary>
/// <param name="File">From --kubeconfig.</param>
/// <param name="Context">From --context.</param>
/// <param name="Namespace">From --namespace.</param>
internal sealed record Kubeconfig(string? File, string? Context, string? Namespace)
{
    /// <summary>The files to read, the first one being the most important: --kubeconfig, else those in KUBECONFIG, else the one in the home.</summary>
    public static IReadOnlyList<string> Files(string? option, string? variable, string home)
    {
        if (option is not null)
        {
            return [option];
        }

        var named = (variable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return named.Length > 0 ? named : [Path.Combine(home, ".kube", "config")];
    }

    /// <summary>What they say of the connection.</summary>
    public KubernetesClientConfiguration Load()
    {
        var files = Files(File, Environment.GetEnvironmentVariable("KUBECONFIG"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

        // As kubectl does, of several files those that are not there are passed over.
        var present = files.Where(System.IO.File.Exists).Select(file => new FileInfo(file)).ToArray();
        if (present.Length == 0)
        {
            if (File is null && KubernetesClientConfiguration.IsInCluster())
            {
                return KubernetesClientConfiguration.InClusterConfig();
            }

            throw new UserError($"The kubeconfig \"{string.Join(Path.PathSeparator, files)}\" does not exist. Name another by --kubeconfig or KUBECONFIG.");
        }

        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(Merge(present), Context);
        }
        catch (KubeConfigException wrong)
        {
            throw new UserError($"The kubeconfig {string.Join(", ", present.Select(file => $"\"{file}\""))} cannot be used: {wrong.Message.TrimEnd('.')}. See what it holds: kubectl config get-contexts", wrong);
        }
        catch (YamlException wrong)
        {
            throw new UserError($"The kubeconfig {string.Join(", ", present.Select(file => $"\"{file}\""))} is not YAML: {wrong.Message}", wrong);
        }
    }

    // Of what several files say, the first counts. Paths in a file are relative to it.
    private static K8SConfiguration Merge(IReadOnlyList<FileInfo> files)
    {
        var all = files.Select(file => Absolute(Read(file), file.DirectoryName ?? "")).ToList();
        return new K8SConfiguration
        {
            ApiVersion = "v1",
            Kind = "Config",
            CurrentContext = all.Select(each => each.CurrentContext).FirstOrDefault(name => !string.IsNullOrEmpty(name)),
            Clusters = [.. all.SelectMany(each => each.Clusters ?? []).DistinctBy(each => each.Name)],
            Users = [.. all.SelectMany(each => each.Users ?? []).DistinctBy(each => each.Name)],
            Contexts = [.. all.SelectMany(each => each.Contexts ?? []).DistinctBy(each => each.Name)],
        };
    }

    /// <summary>One file. KubernetesClient's own reader says the same, but looks at every model of the Kubernetes API first, which costs a third of a whole command.</summary>
    internal static K8SConfiguration Read(FileInfo file)
    {
        using var text = file.OpenText();
        var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build();
        return reader.Deserialize<K8SConfiguration?>(new MergingParser(new Parser(text))) ?? new K8SConfiguration();
    }

    private static K8SConfiguration Absolute(K8SConfiguration config, string folder)
    {
        string? Full(string? path) => string.IsNullOrEmpty(path) ? path : Path.Combine(folder, path);
        foreach (var cluster in (config.Clusters ?? []).Select(each => each.ClusterEndpoint).OfType<ClusterEndpoint>())
        {
            cluster.CertificateAuthority = Full(cluster.CertificateAuthority);
        }

        foreach (var user in (config.Users ?? []).Select(each => each.UserCredentials).OfType<UserCredentials>())
        {
            user.ClientCertificate = Full(user.ClientCertificate);
            user.ClientKey = Full(user.ClientKey);
        }

        return config;
    }
}
