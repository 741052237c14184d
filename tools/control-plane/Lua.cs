using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane;

/// <summary>Lua 5.1, the language of the scripts in Argo CD, for tests of ours.</summary>
public sealed class Lua
{
    private const string Name = "lua5.1";

    // Debian's is for a newer C library than the system may have, so it runs with the one it was made for.
    private static readonly string[] Packages = [Name, "libc6", "libreadline8t64", "libtinfo6"];

    private readonly IReadOnlyList<string> _program;

    private Lua(IReadOnlyList<string> program) => _program = program;

    /// <summary>Takes lua5.1 from PATH if it works there, else from Debian, kept in the user's cache.</summary>
    /// <exception cref="ControlPlaneException">It is neither in PATH nor in the cache, and could not be fetched.</exception>
    public static async Task<Lua> FindAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        if (Programs.FindOnPath(Name) is { } installed && await new Command(installed, "-v").RunAsync(cancellationToken) is { ExitCode: 0 })
        {
            return new([installed]);
        }

        var folder = await Cache.GetOrMakeAsync(Name, work => FetchAsync(work, progress, cancellationToken), cancellationToken);
        return new(ProgramIn(folder));
    }

    /// <summary>Runs it to its end, whatever that is.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        new Command(_program[0], [.. _program.Skip(1), .. arguments])
        {
            Input = input,
            Environment = new Dictionary<string, string?> { ["LUA_INIT"] = null, ["LUA_PATH"] = null, ["LUA_CPATH"] = null, ["LC_ALL"] = "C" },
        }.RunAsync(cancellationToken);

    private static async Task FetchAsync(WorkFolder work, TextWriter progress, CancellationToken cancellationToken)
    {
        var root = work.Make("root");
        await new DebianPackages(work, new Steps(progress)).UnpackAsync(Packages, root, cancellationToken);
        File.Move(Path.Combine(root, "usr/bin", Name), Path.Combine(work.Result, Name));
        Directory.Move(Directory.GetDirectories(Path.Combine(root, "usr/lib"), "*-linux-gnu*").Single(), Path.Combine(work.Result, "lib"));

        // Says now, with the loader's words, if it does not run on this system.
        var program = ProgramIn(work.Result);
        await new Command(program[0], [.. program.Skip(1), "-v"]).OutputAsync(cancellationToken);
    }

    // The loader is asked to run it, and where the libraries are.
    private static IReadOnlyList<string> ProgramIn(string folder)
    {
        var libraries = Path.Combine(folder, "lib");
        return [Directory.GetFiles(libraries, "ld-linux*.so.*").Single(), "--library-path", libraries, Path.Combine(folder, Name)];
    }
}
