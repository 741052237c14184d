using TenantOperator.Manifests;

// Writes what is generated, or with --check says what is stale and fails.
var check = args.Contains("--check", StringComparer.Ordinal);
if (args.FirstOrDefault(arg => arg != "--check") is { } unknown)
{
    Console.Error.WriteLine($"Unknown argument {unknown}. Usage: TenantOperator.Manifests [--check]");
    return 2;
}

var root = RepositoryRoot.Find();
var manifests = ManifestSet.Generate(RepositoryRoot.Documentation());
if (!check)
{
    foreach (var change in manifests.Write(root))
    {
        Console.WriteLine(change);
    }

    Console.WriteLine($"{manifests.Files.Count} files are up to date.");
    return 0;
}

var stale = manifests.Stale(root);
foreach (var complaint in stale)
{
    Console.Error.WriteLine(complaint);
}

if (stale.Count > 0)
{
    Console.Error.WriteLine("Generated files differ from the C# types. Run: dotnet run --project tools/TenantOperator.Manifests, and commit the result.");
}

return stale.Count == 0 ? 0 : 1;
