using System.Text;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Tests;

/// <summary>What a command prints, without a terminal.</summary>
internal sealed class Screen
{
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    public Screen(string input = "", bool colours = false) =>
        Terminal = new(new StringWriter(output) { NewLine = "\n" }, new StringWriter(error) { NewLine = "\n" }, new StringReader(input), colours);

    public Terminal Terminal { get; }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public Task<int> RunAsync(params string[] arguments) => Plugin.RunAsync(arguments, Terminal, TestContext.Current.CancellationToken);
}
