using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TenantOperator.ControlPlane.Building;

/// <summary>
/// Builds our own kube-apiserver: the Go sources of this tool with the Kubernetes libraries that Debian packages, and takes etcd
/// from Debian as it is. Done once and kept in the user's cache under a hash of all that goes into it. The versions of the packages
/// do not go into it, for the suite moves every day; versions.txt beside the programs records them.
/// </summary>
internal sealed class ServerBuild(Steps steps)
{
    // Part of the hash: raise it when this file builds something else from the same sources.
    private const string Recipe = "1";

    private const string PackageList = "packages.txt";

    // What Kubernetes generates its OpenAPI definitions from, of those groups that the server's table has.
    private static readonly string[] OpenApiPackages =
    [
        .. new[] { "core", "coordination", "events", "rbac", "networking", "apps", "batch", "policy", "admissionregistration", "authorization", "autoscaling" }
            .Select(group => $"k8s.io/api/{group}/v1"),
        .. new[] { "apis/meta/v1", "runtime", "util/intstr", "api/resource", "version" }.Select(package => $"k8s.io/apimachinery/pkg/{package}"),
        "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1",
    ];

    /// <summary>The folder with etcd and kube-apiserver, built now if it does not exist yet.</summary>
    public static Task<string> GetAsync(Steps steps, CancellationToken cancellationToken)
    {
        var inputs = Inputs();
        return Cache.GetOrMakeAsync(Path.Combine("control-plane", Key(inputs)), work => new ServerBuild(steps).RunAsync(inputs, work, cancellationToken), cancellationToken);
    }

    /// <summary>A short hash of everything that decides what is built.</summary>
    internal static string Key(IReadOnlyDictionary<string, string> inputs)
    {
        var text = new StringBuilder($"{Recipe} {RuntimeInformation.ProcessArchitecture}\n");
        foreach (var (name, content) in inputs.OrderBy(input => input.Key, StringComparer.Ordinal))
        {
            text.Append($"{name} {content.Length}\n{content}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    /// <summary>The Go sources and the package list, by file name.</summary>
    internal static Dictionary<string, string> Inputs()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().ToDictionary(name => name, name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        });
    }

    private async Task RunAsync(IReadOnlyDictionary<string, string> inputs, WorkFolder work, CancellationToken cancellationToken)
    {
        var packages = inputs[PackageList].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).ToList();
        var fetched = await new DebianPackages(work, steps).UnpackAsync(packages, work.Make("root"), cancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(work.Result, "versions.txt"), fetched.Select(package => $"{package.Name} {package.Version}"), cancellationToken);

        var source = work.Make("source");
        foreach (var (name, content) in inputs.Where(input => input.Key.EndsWith(".go", StringComparison.Ordinal)))
        {
            await File.WriteAllTextAsync(Path.Combine(source, name), content, cancellationToken);
        }

        var go = new GoToolchain(work);
        await steps.RunAsync("Generate the OpenAPI definitions", async () =>
        {
            await go.BuildAsync(go.Library("k8s.io/kube-openapi/cmd/openapi-gen"), work["openapi-gen"], "", cancellationToken);
            await go.RunAsync(source, work["openapi-gen"], [
                "--go-header-file", "/dev/null", "--report-filename", "/dev/null",
                "--output-dir", source, "--output-pkg", "main", "--output-file", "zz_generated_openapi.go", .. OpenApiPackages,
            ], cancellationToken);
            return "";
        });

        var version = KubernetesVersion(fetched);
        await steps.RunAsync($"Compile kube-apiserver {version} (some minutes)", async () =>
        {
            await go.BuildAsync(source, Path.Combine(work.Result, "kube-apiserver"), LinkerFlags(version), cancellationToken);
            File.Move(Path.Combine(work["root"], "usr/bin/etcd"), Path.Combine(work.Result, "etcd"));
            return "";
        });

        foreach (var program in new[] { "etcd", "kube-apiserver" })
        {
            // Says now, with the loader's words, if Debian's etcd does not run on this system.
            await new Command(Path.Combine(work.Result, program), "--version").OutputAsync(cancellationToken);
        }
    }

    /// <summary>The version of Kubernetes whose libraries these are: 0.36.4 of the library is 1.36.4 of Kubernetes.</summary>
    internal static string KubernetesVersion(IEnumerable<FetchedPackage> packages) =>
        "1" + packages.Single(package => package.Name == "golang-k8s-apiserver-dev").Upstream[1..];

    // Without them /version answers "v0.0.0-master+$Format", which neither kubectl nor charts can compare.
    private static string LinkerFlags(string version) => string.Join(' ', new[]
    {
        "gitVersion=v" + version, "gitMajor=" + version.Split('.')[0], "gitMinor=" + version.Split('.')[1], "gitTreeState=clean",
    }.Select(variable => "-X k8s.io/component-base/version." + variable).Prepend("-s -w"));
}
