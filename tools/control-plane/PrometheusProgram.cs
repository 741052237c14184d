using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>Finds the Prometheus server that tests of usage numbers ask, and promtool, which checks and tests rules for it.</summary>
public static class PrometheusProgram
{
    /// <summary>
    /// The path of prometheus: that of PATH if it works there, else Debian's, fetched and unpacked once into the user's cache. Nothing is installed.
    /// </summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static Task<string> FindAsync(TextWriter progress, CancellationToken cancellationToken) => FindAsync("prometheus", progress, cancellationToken);

    /// <summary>The path of promtool, found in the same way.</summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static Task<string> FindToolAsync(TextWriter progress, CancellationToken cancellationToken) => FindAsync("promtool", progress, cancellationToken);

    // Debian's unstable suite has each in a package of its own, which is called as the program is.
    private static async Task<string> FindAsync(string name, TextWriter progress, CancellationToken cancellationToken)
    {
        if (Programs.FindOnPath(name) is { } installed && await new Command(installed, "--version").RunAsync(cancellationToken) is { ExitCode: 0 })
        {
            return installed;
        }

        var folder = await Cache.GetOrMakeAsync(name, async work =>
        {
            await new DebianPackages(work, new Steps(progress)).UnpackAsync([name], work.Make("root"), cancellationToken);
            File.Move(Path.Combine(work["root"], "usr/bin", name), Path.Combine(work.Result, name));
        }, cancellationToken);
        return Path.Combine(folder, name);
    }
}
