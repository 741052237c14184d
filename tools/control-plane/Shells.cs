using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>A shell, as words of a command line, and the lines of its own language by which it finds its parts.</summary>
public sealed record Shell(IReadOnlyList<string> Program, string Setup)
{
    /// <summary>The command that runs it.</summary>
    public Command Command(params IReadOnlyList<string> arguments) => new(Program[0], [.. Program.Skip(1), .. arguments]);
}

/// <summary>zsh and fish, for tests of what is written for them.</summary>
public static class Shells
{
    // Debian's are for a newer C library than the system may have, so they run with the one they were made for.
    private static readonly string[] Packages = ["zsh", "zsh-common", "fish", "libc6", "libcap2", "libgcc-s1", "libpcre2-8-0", "libpcre2-32-0", "libtinfo6"];

    /// <summary>Takes zsh from PATH, else from Debian, kept in the user's cache.</summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static Task<Shell> FindZshAsync(TextWriter progress, CancellationToken cancellationToken) =>
        FindAsync("zsh", folder => $"module_path=({Path.Combine(folder, "lib", "zsh")}/$ZSH_VERSION)\nfpath=({Path.Combine(folder, "zsh", "functions")}/**/*(/))\n", progress, cancellationToken);

    /// <summary>Takes fish from PATH, else from Debian, kept in the user's cache.</summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static Task<Shell> FindFishAsync(TextWriter progress, CancellationToken cancellationToken) => FindAsync("fish", _ => "", progress, cancellationToken);

    private static async Task<Shell> FindAsync(string name, Func<string, string> setupIn, TextWriter progress, CancellationToken cancellationToken)
    {
        if (Programs.FindOnPath(name) is { } installed && await new Command(installed, "--version").RunAsync(cancellationToken) is { ExitCode: 0 })
        {
            return new([installed], "");
        }

        var folder = await Cache.GetOrMakeAsync("shells", work => FetchAsync(work, progress, cancellationToken), cancellationToken);
        return new(ProgramIn(folder, name), setupIn(folder));
    }

    private static async Task FetchAsync(WorkFolder work, TextWriter progress, CancellationToken cancellationToken)
    {
        var root = work.Make("root");
        await new DebianPackages(work, new Steps(progress)).UnpackAsync(Packages, root, cancellationToken);
        Directory.Move(Directory.GetDirectories(Path.Combine(root, "usr/lib"), "*-linux-gnu*").Single(), Path.Combine(work.Result, "lib"));
        Directory.Move(Path.Combine(root, "usr/share/zsh"), Path.Combine(work.Result, "zsh"));
        foreach (var name in new[] { "zsh", "fish" })
        {
            File.Move(Path.Combine(root, "usr/bin", name), Path.Combine(work.Result, name + ".program"));

            // Says now, with the loader's words, if it does not run on this system.
            var program = ProgramIn(work.Result, name);
            await new Command(program[0], [.. program.Skip(1), "--version"]).OutputAsync(cancellationToken);
        }
    }

    // The loader is asked to run it, and where the libraries are.
    private static IReadOnlyList<string> ProgramIn(string folder, string name)
    {
        var libraries = Path.Combine(folder, "lib");
        return [Directory.GetFiles(libraries, "ld-linux*.so.*").Single(), "--library-path", libraries, Path.Combine(folder, name + ".program")];
    }
}
