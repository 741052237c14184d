using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Manifests;

/// <summary>Finds the files that the generator reads and the folder it writes into.</summary>
internal static class RepositoryRoot
{
    /// <summary>The folder that holds the solution: the first upwards from here, else from where the program lies.</summary>
    public static string Find()
    {
        foreach (var start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "TenantOperator.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException("TenantOperator.sln was not found upwards from the current folder: run this inside the repository.");
    }

    /// <summary>The documentation comments of the API types, which the compiler puts beside their assembly.</summary>
    public static XmlDocumentation Documentation() =>
        XmlDocumentation.Load(Path.Combine(AppContext.BaseDirectory, $"{typeof(Tenant).Assembly.GetName().Name}.xml"));
}
