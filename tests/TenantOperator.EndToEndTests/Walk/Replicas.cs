using System.Text.RegularExpressions;

namespace TenantOperator.EndToEndTests.Walk;

/// <summary>Two processes of the operator that take turns by a lease.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<OperatorProcess> processes = [];

    public static async Task<Replicas> StartAsync(string kubeconfig, string controllerClass, CancellationToken cancellationToken)
    {
        var replicas = new Replicas();
        for (var number = 0; number < 2; number++)
        {
            replicas.processes.Add(OperatorProcess.Start(kubeconfig, "--controller-class", controllerClass));
        }

        foreach (var process in replicas.processes)
        {
            await process.UntilReadyAsync(cancellationToken);
        }

        return replicas;
    }

    /// <summary>Ends the one that works as a crash does, and sees the other go on with the same account.</summary>
    public async Task KillLeaderAsync(WalkAccount account, CancellationToken cancellationToken)
    {
        var leading = new List<bool>();
        foreach (var process in processes)
        {
            leading.Add(await IsLeadingAsync(process, cancellationToken));
        }

        leading.Count(each => each).Should().Be(1, "one works and one waits");
        var leader = processes[leading.IndexOf(true)];
        var other = processes[leading.IndexOf(false)];

        await leader.KillAsync(cancellationToken);
        await account.ApplyAsync(AccountManifest.Object("Tenant", "after-the-crash", "{templateRef: {name: small}}"));

        await account.UntilReadyAsync("Active", "after-the-crash");
        (await IsLeadingAsync(other, cancellationToken)).Should().BeTrue();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    private static async Task<bool> IsLeadingAsync(OperatorProcess process, CancellationToken cancellationToken) =>
        Regex.IsMatch(await process.Http.GetStringAsync("/metrics", cancellationToken), """^operator_leading(\{[^}]*\})? 1""", RegexOptions.Multiline);
}
