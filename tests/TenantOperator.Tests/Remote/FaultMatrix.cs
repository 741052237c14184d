using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Hosting;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>
/// The life of a tenant on each platform, lived once for every call that it takes and for every fault that may strike that call, each with a platform, a connection and an emulator of its own.
/// Each comes to the end of a life that nothing disturbs. A twelfth of them is lived, another one each time, or all of them with SWEEP=all.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(Alone))]
public sealed class FaultMatrix(OperatorCluster cluster, ITestOutputHelper output)
{
    // Each turn has its part of the faults of each call.
    private const int Turns = 12;
    private const int LivesAtATime = 12;
    private const int LivesInAnAccount = 48;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(3);
    private static readonly bool All = Environment.GetEnvironmentVariable("SWEEP") == "all";

    // ProcessMind says in a message both what is wrong and that all is well: inside a 200 nobody could tell one from the other.
    private static readonly PlatformFault ErrorNoMessage = PlatformFault.Answer(200, """{"error":"Internal error"}""");

    private static readonly IReadOnlyList<Fault> Faults =
    [
        new("time-out before it is done", _ => PlatformFault.TimeOutBeforeCommit),
        new("time-out after it is done", _ => PlatformFault.TimeOutAfterCommit),
        new("reset before it is done", _ => PlatformFault.ResetBeforeCommit),
        new("reset after it is done", _ => PlatformFault.ResetAfterCommit),
        new("reset after it is done, and lists stay behind", _ => PlatformFault.ResetAfterCommit, TimeSpan.FromSeconds(1)),
        new("reset in the answer", _ => PlatformFault.ResetInBody()),
        new("401", _ => PlatformFault.Refuse(401)),
        new("403", _ => PlatformFault.Refuse(403)),
        new("404", _ => PlatformFault.Refuse(404)),
        new("408", _ => PlatformFault.Refuse(408)),
        new("409", _ => PlatformFault.Refuse(409)),
        new("429", _ => PlatformFault.TooManyRequests(TimeSpan.FromSeconds(1))),
        new("429 until a date", _ => PlatformFault.TooManyRequestsUntil(TimeSpan.FromSeconds(2))),
        new("500", _ => PlatformFault.Refuse(500)),
        new("502 by a gateway, done all the same", _ => PlatformFault.Html(afterCommit: true)),
        new("503 by a gateway", _ => PlatformFault.Html(503)),
        new("200 by a gateway", _ => PlatformFault.Html(200)),
        new("200 by a gateway, done all the same", _ => PlatformFault.Html(200, afterCommit: true)),
        new("200 with an error inside", type => type == PlatformType.ProcessMind ? ErrorNoMessage : PlatformFault.ErrorInside()),
        new("200 with nothing inside", _ => PlatformFault.Answer(200, "{}", afterCommit: true)),
        new("truncated", _ => PlatformFault.Truncated()),
        new("malformed", _ => PlatformFault.Malformed),
        new("keys twice", _ => PlatformFault.DuplicateKeys),
        new("huge", _ => PlatformFault.Huge(9 << 20)),
        new("dripping", _ => PlatformFault.Drip(TimeSpan.FromMilliseconds(10), bytes: 32)),
    ];

    public static TheoryData<PlatformType> Platforms => RemoteWorld.All;

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_fault_at_any_call_changes_nothing_of_the_end(PlatformType type)
    {
        var began = TimeProvider.System.GetTimestamp();
        IReadOnlyList<string> calls;
        await using (var alone = await OpenAsync())
        {
            calls = await LiveAsync(alone, type, 0, null);
        }

        var turn = Environment.TickCount & 0xff;
        var cells = calls.SelectMany((call, row) => Faults.Select((fault, column) => (Cell: new Cell(call, fault), Turn: row + column)))
            .Where(each => All || (each.Turn + turn) % Turns == 0)
            .Select(each => each.Cell)
            .ToList();
        var (missed, late, broken) = (new ConcurrentBag<Cell>(), new ConcurrentQueue<(int Number, Cell Cell)>(), new ConcurrentQueue<string>());
        foreach (var batch in cells.Chunk(LivesInAnAccount))
        {
            await using var account = await OpenAsync();
            await Parallel.ForEachAsync(
                batch.Select((cell, index) => (Cell: cell, Number: index + 1)),
                new ParallelOptions { MaxDegreeOfParallelism = LivesAtATime, CancellationToken = TestContext.Current.CancellationToken },
                async (each, _) =>
                {
                    try
                    {
                        if ((await LiveAsync(account, type, each.Number, each.Cell)).Count == 0)
                        {
                            missed.Add(each.Cell);
                        }
                    }
                    catch (TimeoutException error)
                    {
                        late.Enqueue((cells.Count + each.Number, each.Cell));
                        output.WriteLine($"{each.Cell}: {error.Message}");
                    }
                    catch (InvalidOperationException error)
                    {
                        broken.Enqueue($"{each.Cell}: {error.Message}");
                    }
                });
        }

        // A machine that stood still for a while makes a life late once; what is stuck is stuck again. A tenant too many is never forgiven.
        if (!late.IsEmpty)
        {
            TestContext.Current.SendDiagnosticMessage($"{type}: late were {string.Join("; ", late.Select(each => each.Cell))}");
            await using var account = await OpenAsync();
            foreach (var (number, cell) in late)
            {
                try
                {
                    await LiveAsync(account, type, number, cell);
                }
                catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                {
                    broken.Enqueue($"{cell}, again: {error.Message}");
                }
            }
        }

        output.WriteLine($"{type}: {cells.Count - missed.Count} of {calls.Count * Faults.Count} cells ({calls.Count} calls, {Faults.Count} faults) in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        TestContext.Current.SendDiagnosticMessage($"{type}: {cells.Count - missed.Count} of {calls.Count * Faults.Count} cells in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        broken.Should().BeEmpty();
        missed.Should().BeEmpty("each call is made in each life");
    }

    private async Task<TestAccount> OpenAsync()
    {
        var account = await TestAccount.OpenAsync(cluster, start: false, allowHosts: "127.0.0.1");
        await account.StartAsync(new OperatorArguments { WatchNamespaces = [account.Name], AllowHosts = ["127.0.0.1"], PlatformTimeout = TimeLimit });
        return account;
    }

    // The calls that it took; none if the fault of the cell did not strike.
    private static async Task<IReadOnlyList<string>> LiveAsync(TestAccount account, PlatformType type, int number, Cell? cell)
    {
        PlatformFaultRule? rule = null;
        await using var world = await RemoteWorld.JoinAsync(account, type, $"platform-{number}", emulator =>
        {
            emulator.ListLag = cell?.Fault.ListLag ?? TimeSpan.Zero;
            rule = cell is null ? null : emulator.On(cell.Call, cell.Fault.Make(type));
        });
        using var rest = rule;
        await new RemoteLife(world, $"tenant-{number}").LiveAsync();
        return rule?.Hits == 0 ? [] : [.. world.Emulator.Log.Requests.Select(request => request.Route).Distinct()];
    }

    /// <summary>What may go wrong with a call, once.</summary>
    private sealed record Fault(string Name, Func<PlatformType, PlatformFault> Make, TimeSpan ListLag = default);

    /// <summary>A fault at the first call of a kind.</summary>
    private sealed record Cell(string Call, Fault Fault)
    {
        public override string ToString() => $"{Call}, {Fault.Name}";
    }
}
