namespace TenantOperator.ControlPlane;

/// <summary>The folder of the user in which built and downloaded programs are kept: XDG_CACHE_HOME, or ~/.cache.</summary>
internal static class Cache
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    public static string Root { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache"),
        "tenant-operator");

    /// <summary>
    /// Returns the folder of this name, filled. A missing one is made by <paramref name="fill"/> in a work folder beside it and
    /// moved into place whole, so a folder that exists is complete. Processes that want it at the same time make it once: the others wait.
    /// </summary>
    public static async Task<string> GetOrMakeAsync(string name, Func<WorkFolder, Task> fill, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Root, name);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using var held = await LockAsync(folder + ".lock", cancellationToken);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var work = new WorkFolder(folder + ".work");
        try
        {
            work.Empty();
            await fill(work);
            Directory.Move(work.Result, folder);
        }
        finally
        {
            work.Remove();
        }

        return folder;
    }

    // The lock goes with the process that holds it, however that ends; the file stays, for removing it would race.
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken);
            }
        }
    }
}

/// <summary>A place to make something in: all of it goes when the work is done, but for what was put into <see cref="Result"/>.</summary>
internal sealed record WorkFolder(string Path)
{
    public string Result => this["result"];

    /// <summary>The path of a file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Empty()
    {
        Remove();
        Directory.CreateDirectory(Result);
    }

    public void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
