using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>
/// The life of a tenant on each platform, lived once for every call that it takes and for every fault that may strike that call, each with a platform, a connection and an emulator of its own.
/// Each comes to the end of a life that nothing disturbs. A sixth of them is lived, another one each time, or all of them with SWEEP=all.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(Alone))]
public sealed class FaultMatrix(OperatorCluster cluster, ITestOutputHelper output)
{
    // Each turn has its part of the faults of each call.
    private const int Turns = 6;
    private const int LivesAtATime = 12;
    private const int LivesInAnAccount = 48;

    private static readonly bool All = Environment.GetEnvironmentVariable("SWEEP") == "all";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    // ProcessMind says in a message both what is wrong and that all is well: inside a 200 nobody could tell one from the other.
    private static readonly PlatformFault ErrorNoMessage = PlatformFault.Answer(200, """{"error":"Internal error"}""");

    private static readonly IReadOnlyList<Fault> Faults =
    [
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
        var (missed, broken) = (new ConcurrentBag<Cell>(), new ConcurrentQueue<string>());
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
                    catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                    {
                        broken.Enqueue($"{each.Cell}: {error.Message}");
                    }
                });
        }

        output.WriteLine($"{type}: {cells.Count - missed.Count} of {calls.Count * Faults.Count} cells ({calls.Count} calls, {Faults.Count} faults) in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        TestContext.Current.SendDiagnosticMessage($"{type}: {cells.Count - missed.Count} of {calls.Count * Faults.Count} cells in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        broken.Should().BeEmpty();
        missed.Should().BeEmpty("each call is made in each life");
    }

    private async Task<TestAccount> OpenAsync()
    {
        var account = await TestAccount.OpenAsync(cluster, start: false, allowHosts: "127.0.0.1");
        await account.StartAsync();
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
        await new Life(world, $"tenant-{number}").LiveAsync();
        return rule?.Hits == 0 ? [] : [.. world.Emulator.Log.Requests.Select(request => request.Route).Distinct()];
    }

    /// <summary>What may go wrong with a call, once.</summary>
    private sealed record Fault(string Name, Func<PlatformType, PlatformFault> Make, TimeSpan ListLag = default);

    /// <summary>A fault at the first call of a kind.</summary>
    private sealed record Cell(string Call, Fault Fault)
    {
        public override string ToString() => $"{Call}, {Fault.Name}";
    }

    /// <summary>One tenant from its creation to its deletion. After each step both ends are as wished.</summary>
    private sealed class Life(RemoteWorld world, string name)
    {
        private readonly List<(string User, PersonThere There)> people = [];
        private string displayName = "Acme Corporation";
        private bool suspended;
        private string? id;

        public async Task LiveAsync()
        {
            foreach (var (user, admin) in (IReadOnlyList<(string, bool)>)[("jane", true), ("omar", false), ("zoe", false)])
            {
                people.Add(($"{user}-{name}", new PersonThere(user + "@acme.example", admin)));
                await world.Account.CreateUserAsync($"{user}-{name}", name, user + "@acme.example", admin ? [TenantRole.Admin] : null);
            }

            await world.CreateTenantAsync(name);
            await UntilAsWishedAsync("it is made");
            id = world.Tenant.Id;

            await world.Account.PatchSpecAsync("tenantusers", $"omar-{name}", """{"roles":["Admin"]}""");
            people[1] = (people[1].User, people[1].There with { Admin = true });
            await UntilAsWishedAsync("omar is an admin");

            if (world.Capabilities.RemoveAccess)
            {
                await world.Account.DeleteAsync("tenantusers", $"zoe-{name}");
                people.RemoveAt(2);
                await UntilAsWishedAsync("zoe has no access");
            }

            if (world.Capabilities.Rename)
            {
                displayName = "Acme Limited";
                await world.Account.PatchSpecAsync("tenants", name, """{"displayName":"Acme Limited"}""");
                await UntilAsWishedAsync("it has another display name");
            }

            if (world.Capabilities.Suspend)
            {
                suspended = true;
                await world.Account.PatchSpecAsync("tenants", name, """{"suspended":true}""");
                await UntilAsWishedAsync("it is suspended");
                suspended = false;
                await world.Account.PatchSpecAsync("tenants", name, """{"suspended":null}""");
                await UntilAsWishedAsync("it is resumed");
            }

            await DeleteAsync();
        }

        private async Task DeleteAsync()
        {
            if (!world.Capabilities.Delete)
            {
                await world.Account.DeleteAsync("tenants", name);
                await UntilAsync(async () => await world.Account.FindTenantAsync(name) is null, "it is let go of");
                return;
            }

            await world.Account.PatchSpecAsync("tenants", name, """{"deletionPolicy":"Delete"}""");
            await world.Account.DeleteAsync("tenants", name);
            await UntilAsync(async () => await world.Account.FindTenantAsync(name) is { } tenant && TestAccount.ConditionOf(tenant, TenantConditions.DeletionBlocked)?.Reason == TenantReasons.ConfirmationMissing, "a confirmation is asked for");
            await world.ConfirmDeletionAsync((await world.Account.FindTenantAsync(name))!);
            await UntilAsync(async () => await world.Account.FindTenantAsync(name) is null && world.Tenants.Count == 0, "it is deleted");
        }

        private Task UntilAsWishedAsync(string what) => UntilAsync(async () => IsAsWishedThere() && await IsAsWishedHereAsync(), what);

        private bool IsAsWishedThere()
        {
            var tenants = world.Tenants;
            if (tenants.Count > 1)
            {
                throw new InvalidOperationException($"There are {tenants.Count} tenants: {string.Join("; ", world.Emulator.Log.Requests)}");
            }

            return tenants is [{ } tenant] && tenant.DisplayName == displayName && tenant.Suspended == suspended && (id is null || tenant.Id == id)
                && world.PeopleOf(tenant.Id).Where(person => person.HasAccess) is var there && there.Count() == people.Count && there.ToHashSet().SetEquals(people.Select(person => person.There));
        }

        private async Task<bool> IsAsWishedHereAsync()
        {
            if (await world.Account.FindTenantAsync(name) is not { Status: { } status } tenant
                || status.ObservedGeneration != tenant.Metadata.Generation
                || TestAccount.Ready(tenant)?.Reason != (suspended ? TenantReasons.Suspended : TenantReasons.Active)
                || status.ExternalId != world.Tenant.Id
                || status.Users?.Summary != $"{people.Count}/{people.Count}"
                || tenant.Metadata.Annotations?.ContainsKey(Annotations.CreationAttempt) != false)
            {
                return false;
            }

            var users = await Task.WhenAll(people.Select(async person => TestAccount.Read<TenantUser>(await world.Account.Rest.GetAsync(world.Account.PathOf("tenantusers", person.User)))!));
            return users.All(user => user.Status is { Conditions: { } conditions } seen && seen.ObservedGeneration == user.Metadata.Generation
                    && conditions.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }))
                && (people.Count == 3 || await world.Account.Rest.FindAsync(world.Account.PathOf("tenantusers", $"zoe-{name}")) is null);
        }

        // Waits are for real platforms; here somebody asks again and again.
        private async Task UntilAsync(Func<Task<bool>> condition, string what)
        {
            var (began, asked, pace) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp(), TimeSpan.FromMilliseconds(800));
            for (var number = 0; !await condition(); number++)
            {
                if (TimeProvider.System.GetElapsedTime(began) > Patience)
                {
                    throw new TimeoutException($"Waited in vain until {what}; there is {string.Join(", ", world.Tenants)} with {string.Join(", ", world.Tenants.SelectMany(tenant => world.PeopleOf(tenant.Id)))}; "
                        + $"asked for was {string.Join("; ", world.Emulator.Log.Requests)}; here is {(await world.Account.FindTenantAsync(name)) switch
                        {
                            { } tenant => $"{TestAccount.Ready(tenant)} {tenant.Status?.Users?.Summary} {string.Join(",", tenant.Metadata.Annotations?.Keys ?? [])}",
                            _ => "nothing",
                        }}");
                }

                if (TimeProvider.System.GetElapsedTime(asked) > pace)
                {
                    (asked, pace) = (TimeProvider.System.GetTimestamp(), pace * 1.5);
                    await world.AskPlatformAgainAsync($"{what} {number}");
                    await world.AskAgainAsync($"{what} {number}", name);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }
}
