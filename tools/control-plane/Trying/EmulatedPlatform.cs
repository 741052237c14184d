using System.Text.RegularExpressions;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.ControlPlane.Trying;

/// <summary>A remote platform played by an emulator of this machine, and the samples for it, led to the emulator.</summary>
/// <param name="name">The name of the platform: of its folder in config/samples, and of the emulator's command.</param>
/// <param name="program">The program of the emulators.</param>
internal sealed partial class EmulatedPlatform(string name, string program) : IAsyncDisposable
{
    /// <summary>What the emulator prints: its address, a key, and each request.</summary>
    public const string Log = "artifacts/emulator.log";

    private const string AddressWord = "address ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private SupervisedProcess? _process;
    private DirectoryInfo? _folder;

    public string Name => name;

    /// <summary>The samples as a user sees them.</summary>
    public string Samples => $"config/samples/{name}";

    /// <summary>The folder with the same samples, with the emulator's address in place of the platform's.</summary>
    public string Adapted => _folder?.FullName ?? throw new InvalidOperationException("The emulator is not started.");

    /// <summary>Returns the address when it can be called.</summary>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        File.Delete(Log);
        _process = SupervisedProcess.Start(
            Programs.FindOnPath("dotnet") ?? throw new ControlPlaneException("dotnet is not in PATH."), [program, name], Log);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var line = File.Exists(Log) ? (await ReadAsync(cancellationToken)).FirstOrDefault(line => line.StartsWith(AddressWord, StringComparison.Ordinal)) : null;
            if (line is not null)
            {
                var address = line[AddressWord.Length..].Trim();
                await AdaptAsync(address, cancellationToken);
                return address;
            }

            if (_process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartTimeout)
            {
                throw new ControlPlaneException($"The emulator of {name} did not start:\n{_process.LastWords()}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder?.Delete(recursive: true);
    }

    private static async Task<string[]> ReadAsync(CancellationToken cancellationToken)
    {
        using var log = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return (await log.ReadToEndAsync(cancellationToken)).Split('\n');
    }

    private async Task AdaptAsync(string address, CancellationToken cancellationToken)
    {
        _folder = Directory.CreateTempSubdirectory("tenant-operator-samples-");
        foreach (var file in Directory.EnumerateFiles(Samples, "*.yaml"))
        {
            var text = BaseUrl().Replace(await File.ReadAllTextAsync(file, cancellationToken), $"${{indent}}insecure: true\n${{indent}}baseUrl: {address}");
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, Path.GetFileName(file)), text, cancellationToken);
        }
    }

    [GeneratedRegex("^(?<indent> +)baseUrl: https://.*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex BaseUrl();
}
