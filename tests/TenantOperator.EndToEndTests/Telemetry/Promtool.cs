using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>Prometheus' own judge of rules, in a folder that goes with it.</summary>
internal sealed class Promtool : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tenant-operator-promtool-");

    private Promtool(string program) => Program = program;

    public string Program { get; }

    public static async Task<Promtool> FindAsync(CancellationToken cancellationToken) => new(await PrometheusProgram.FindToolAsync(Console.Error, cancellationToken));

    /// <summary>Puts a file into its folder.</summary>
    public void Write(string name, string content) => File.WriteAllText(Path.Combine(folder.FullName, name), content);

    /// <summary>Runs it in its folder. It must find nothing wrong.</summary>
    public async Task PassAsync(params IReadOnlyList<string> arguments)
    {
        var result = await new Command(Program, arguments) { Folder = folder.FullName }.RunAsync(TestContext.Current.CancellationToken);
        result.ExitCode.Should().Be(0, result.Text);
    }

    /// <summary>Checks that expressions can be read, by making a rule of each.</summary>
    public async Task ParseAsync(IEnumerable<string> expressions)
    {
        var rules = expressions.Select((expression, number) => new JsonObject { ["record"] = $"expression:{number}", ["expr"] = expression });
        Write("expressions.yaml", new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "expressions", ["rules"] = new JsonArray([.. rules]) }) }.ToJsonString());
        await PassAsync("check", "rules", "expressions.yaml");
    }

    public void Dispose() => folder.Delete(recursive: true);
}
