namespace TenantOperator.ControlPlane;

/// <summary>Looks for programs.</summary>
internal static class Programs
{
    /// <summary>The path of a program in PATH, or null.</summary>
    public static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
