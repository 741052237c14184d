namespace TenantOperator.Manifests;

/// <summary>One object of a sample file.</summary>
internal sealed record Sample(string Path, string Text);

/// <summary>The samples of the cluster platform, whose objects are the examples of the kinds.</summary>
internal sealed class SampleFiles(IReadOnlyList<Sample> samples)
{
    private const string Folder = "config/samples";

    public static SampleFiles Read(string root) => new(
    [
        .. Directory.EnumerateFiles(Path.Combine(root, Folder), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadAllText(file).Split("\n---\n").Select(text => new Sample($"{Folder}/{Path.GetFileName(file)}", text))),
    ]);

    /// <summary>The one that shows most of a kind.</summary>
    public Sample? Find(string kind) => samples.Where(sample => sample.Text.Split('\n').Contains($"kind: {kind}", StringComparer.Ordinal)).MaxBy(sample => sample.Text.Length);
}
