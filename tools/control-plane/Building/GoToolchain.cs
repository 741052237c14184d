namespace TenantOperator.ControlPlane.Building;

/// <summary>
/// Debian's Go, unpacked but not installed. It compiles in GOPATH mode, in which Debian's source packages are the libraries and
/// nothing is fetched; its caches and its home are in the work folder.
/// </summary>
internal sealed class GoToolchain(WorkFolder work)
{
    private readonly string _path = Path.Combine(work["root"], "usr/share/gocode");

    private readonly string _root = Directory.GetDirectories(Path.Combine(work["root"], "usr/lib"), "go-1*").Single();

    public string Library(string package) => Path.Combine(_path, "src", package);

    public Task BuildAsync(string source, string output, string linkerFlags, CancellationToken cancellationToken) =>
        RunAsync(source, Path.Combine(_root, "bin/go"), ["build", "-trimpath", "-ldflags", linkerFlags, "-o", output, "."], cancellationToken);

    public Task RunAsync(string folder, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        new Command(program, arguments) { Folder = folder, Environment = Variables() }.OutputAsync(cancellationToken);

    private Dictionary<string, string?> Variables() => new()
    {
        ["GOROOT"] = _root,
        ["GOPATH"] = _path,
        ["GOCACHE"] = work.Make("go-cache"),
        ["GOTMPDIR"] = work.Make("go-tmp"),
        ["HOME"] = work.Make("home"),
        ["GO111MODULE"] = "off",
        ["GOTOOLCHAIN"] = "local",
        ["GOENV"] = "off",
        ["GOFLAGS"] = "",
        ["CGO_ENABLED"] = "0",
        ["PATH"] = Path.Combine(_root, "bin") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
    };
}
