using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.SupplyChain;

/// <summary>One instruction of a Dockerfile.</summary>
internal sealed record Instruction(string Name, string Text)
{
    public IReadOnlyList<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The Dockerfile, carried out without an engine: what it copies is copied into an empty folder, what it runs is run there, and what its last stage says of user, environment and entry point
/// can be asked for. Knows the instructions that ours has, and fails on any other.
/// </summary>
internal sealed partial class Dockerfile
{
    private static readonly IReadOnlySet<string> Known = new HashSet<string>(StringComparer.Ordinal) { "FROM", "ARG", "WORKDIR", "COPY", "RUN", "USER", "ENV", "ENTRYPOINT" };

    private readonly IReadOnlyList<IReadOnlyList<Instruction>> stages;

    public Dockerfile()
    {
        var instructions = File.ReadAllLines(Path.Combine(Repository.Root, "Dockerfile")).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => new Instruction(line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])).ToList();
        instructions.Select(each => each.Name).Should().BeSubsetOf(Known);
        var found = new List<List<Instruction>>();
        foreach (var instruction in instructions)
        {
            if (instruction.Name == "FROM")
            {
                found.Add([]);
            }

            found[^1].Add(instruction);
        }

        stages = found;
        stages.Should().HaveCount(2, "one builds, and one is what is left");
    }

    public string RuntimeImage => Last("FROM").Words[^1];

    public string User => Last("USER").Text;

    public IReadOnlyDictionary<string, string> Environment => stages[^1].Where(each => each.Name == "ENV").Select(each => each.Text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public IReadOnlyList<string> EntryPoint => System.Text.Json.JsonSerializer.Deserialize<List<string>>(Last("ENTRYPOINT").Text)!;

    /// <summary>Carries out the first stage in <paramref name="folder"/>; what it leaves in /app is in the folder app there.</summary>
    public async Task BuildAsync(string folder, string architecture)
    {
        var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        foreach (var step in stages[0])
        {
            switch (step.Name)
            {
                case "WORKDIR":
                    step.Text.Should().Be("/source");
                    break;
                case "COPY":
                    foreach (var what in step.Words.SkipLast(1))
                    {
                        Copy(Path.Combine(Repository.Root, what), what.EndsWith('/') ? Path.Combine(source, step.Words[^1]) : Path.Combine(source, step.Words[^1], what));
                    }

                    break;
                case "RUN":
                    // As the engine has them: nothing of this test's own.
                    var command = OutOfRoot().Replace(step.Text, " " + Path.Combine(folder, "app"));
                    await Programs.RunAsync(source, "sh", ["-c", command], new Dictionary<string, string>(StringComparer.Ordinal) { ["TARGETARCH"] = architecture });
                    break;
            }
        }

        stages[^1].Should().ContainSingle(each => each.Name == "COPY").Which.Text.Should().Be("--from=build /app .");
        stages[^1].Should().NotContain(each => each.Name == "RUN", "there is no shell to run it");
    }

    private Instruction Last(string name) => stages[^1].Last(each => each.Name == name);

    // .dockerignore names bin and obj of any folder.
    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
            return;
        }

        foreach (var entry in Directory.GetFileSystemEntries(from).Where(entry => Path.GetFileName(entry) is not ("bin" or "obj")))
        {
            Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
        }
    }

    [GeneratedRegex(@" /app\b", RegexOptions.NonBacktracking)]
    private static partial Regex OutOfRoot();
}
