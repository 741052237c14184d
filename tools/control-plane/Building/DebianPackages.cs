namespace TenantOperator.ControlPlane.Building;

/// <summary>A package as it was fetched, for example golang-k8s-apiserver-dev 0.36.4-2.</summary>
internal sealed record FetchedPackage(string Name, string Version)
{
    /// <summary>Reads the name that apt gives a file: name_version_architecture.deb, with a colon of the version as %3a.</summary>
    public static FetchedPackage Parse(string file)
    {
        var parts = Path.GetFileNameWithoutExtension(file).Split('_');
        return parts is [var name, var version, _]
            ? new FetchedPackage(name, Uri.UnescapeDataString(version))
            : throw new ControlPlaneException($"{file} is not named like a Debian package.");
    }

    /// <summary>The version of the software itself: 0.36.4 of 0.36.4-2 or of 1:0.36.4+ds-1.</summary>
    public string Upstream => Version[(Version.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('-', '+')[0];
}

/// <summary>
/// Fetches packages of Debian's unstable suite and unpacks them into a folder. apt runs with lists, cache and sources of its own:
/// nothing of the system is changed and nothing is installed, so no rights are needed. The system's own apt configuration still
/// counts for all else (proxies, for example), and its keyring says what is trusted.
/// </summary>
internal sealed class DebianPackages(WorkFolder work, Steps steps)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private const string MirrorVariable = "TENANT_OPERATOR_DEBIAN_MIRROR";

    // The only suite that has Kubernetes' libraries of a current minor. It keeps no old versions, so none can be asked for.
    private const string Suite = "sid";

    public async Task<IReadOnlyList<FetchedPackage>> UnpackAsync(IReadOnlyList<string> packages, string root, CancellationToken cancellationToken)
    {
        var settings = await ConfigureAsync(cancellationToken);
        await steps.RunAsync("Read Debian's package lists", async () =>
        {
            await Apt(settings, "update").OutputAsync(cancellationToken);
            return "";
        });

        var archives = work.Make("archives");
        await steps.RunAsync($"Fetch {packages.Count} packages", async () =>
        {
            await (Apt(settings, ["download", .. packages]) with { Folder = archives }).OutputAsync(cancellationToken);
            return $"{Directory.EnumerateFiles(archives).Sum(file => new FileInfo(file).Length) >> 20} MiB";
        });

        var files = Directory.GetFiles(archives, "*.deb").Order(StringComparer.Ordinal).ToList();
        await steps.RunAsync("Unpack them", async () =>
        {
            await Parallel.ForEachAsync(files, cancellationToken, async (file, token) =>
            {
                await new Command("dpkg-deb", "--extract", file, root).OutputAsync(token);
                File.Delete(file);
            });
            return "";
        });
        return [.. files.Select(FetchedPackage.Parse)];
    }

    /// <summary>The repository to use, of those the system is configured with: one of Debian itself, not its security updates.</summary>
    internal static string? DebianAmong(IEnumerable<string> repositories) => repositories.FirstOrDefault(uri =>
        uri.TrimEnd('/').Split('/')[^1] is "debian" or "debian.list");

    private static Command Apt(string settings, params IReadOnlyList<string> arguments) =>
        new("apt-get", [.. arguments, "--quiet", "--config-file", settings]) { Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" } };

    private async Task<string> ConfigureAsync(CancellationToken cancellationToken)
    {
        foreach (var program in new[] { "apt-get", "dpkg-deb" })
        {
            if (Programs.FindOnPath(program) is null)
            {
                throw new ControlPlaneException(
                    $"{program} is missing. The API server is composed from Debian's packages, so building it needs Debian or a system with apt. " +
                    "Elsewhere set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver, or TEST_KUBECONFIG to the kubeconfig of a cluster.");
            }
        }

        if (!File.Exists(Keyring))
        {
            throw new ControlPlaneException($"{Keyring} is missing: install the package debian-archive-keyring, by which apt verifies what it fetches.");
        }

        var mirror = Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } chosen ? chosen : await FindMirrorAsync(cancellationToken);
        await File.WriteAllTextAsync(work["sources.list"], $"deb [signed-by={Keyring}] {mirror} {Suite} main\n", cancellationToken);
        await File.WriteAllTextAsync(work["status"], "", cancellationToken);
        await File.WriteAllTextAsync(work["apt.conf"], $$"""
            Dir::Etc::sourcelist "{{work["sources.list"]}}";
            Dir::Etc::sourceparts "/dev/null";
            Dir::Etc::preferences "/dev/null";
            Dir::Etc::preferencesparts "/dev/null";
            Dir::State::lists "{{work.Make("lists")}}";
            Dir::State::status "{{work["status"]}}";
            Dir::Cache "{{work.Make("cache")}}";
            Dir::Log "{{work.Make("log")}}";
            // A user that apt would change to cannot see into the cache of root.
            APT::Sandbox::User "root";
            APT::Default-Release "";
            Acquire::Languages "none";
            Acquire::Retries "3";
            Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
            Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
            #clear APT::Update;
            #clear DPkg::Post-Invoke;

            """, cancellationToken);
        return work["apt.conf"];
    }

    private static async Task<string> FindMirrorAsync(CancellationToken cancellationToken)
    {
        // Prints what it would fetch, each in quotes: an address of a repository, /dists/ and so on. Works before any list was read.
        var known = await new Command("apt-get", "update", "--print-uris").RunAsync(cancellationToken);
        return DebianAmong(known.Output.Split('\n').Select(line => line.Split("/dists/")[0].TrimStart('\''))) ?? throw new ControlPlaneException(
            $"apt on this system knows no repository of Debian itself. Set {MirrorVariable} to the address of a Debian mirror.");
    }
}
