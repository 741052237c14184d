using System.Diagnostics;

namespace TenantOperator.EndToEndTests;

/// <summary>What the program says to somebody who starts it by hand.</summary>
public sealed class TheCommandLine
{
    [Fact]
    public async Task Help_names_every_option()
    {
        var (code, text) = await RunAsync("--help");

        code.Should().Be(0);
        text.Should().ContainAll("--kubeconfig", "--watch-namespaces", "--controller-class", "--leader-election", "--lease-namespace", "--http-address", "--workers", "--cluster-roles", "--allow-hosts", "--platform-timeout", "--log-format", "--log-level");
    }

    [Theory]
    [InlineData("--workers", "0", "--workers must be a number from 1 to 256")]
    [InlineData("--allow-hosts", "http://prometheus:9090", "http://prometheus:9090")]
    [InlineData("--platform-timeout", "0s", "--platform-timeout must be a duration from 1s to 60s")]
    [InlineData("--platform-timeout", "soon", "--platform-timeout must be a duration from 1s to 60s")]
    [InlineData("--log-format", "xml", "xml")]
    [InlineData("--controller-class", "Gold!", "--controller-class must be the value of a label")]
    [InlineData("--nonsense", "1", "--nonsense")]
    public async Task A_wrong_option_is_named_and_nothing_starts(string option, string value, string words)
    {
        var (code, text) = await RunAsync(option, value);

        code.Should().NotBe(0);
        text.Should().Contain(words);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_is_named()
    {
        var (code, text) = await RunAsync("--kubeconfig", "/does/not/exist");

        code.Should().NotBe(0);
        text.Should().Contain("/does/not/exist");
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tenant-operator.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        return (process.ExitCode, texts[0] + texts[1]);
    }
}
