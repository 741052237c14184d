using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>Finds the Prometheus server that tests of usage numbers ask.</summary>
public static class PrometheusProgram
{
    private const string Name = "prometheus";

    /// <summary>
    /// The path of prometheus: that of PATH if it works there, else Debian's, fetched and unpacked once into the user's cache. Nothing is installed.
    /// </summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static async Task<string> FindAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        if (Programs.FindOnPath(Name) is { } installed && await new Command(installed, "--version").RunAsync(cancellationToken) is { ExitCode: 0 })
        {
            return installed;
        }

        var folder = await Cache.GetOrMakeAsync(Name, async work =>
        {
            await new DebianPackages(work, new Steps(progress)).UnpackAsync([Name], work.Make("root"), cancellationToken);
            File.Move(Path.Combine(work["root"], "usr/bin", Name), Path.Combine(work.Result, Name));
        }, cancellationToken);
        return Path.Combine(folder, Name);
    }
}
