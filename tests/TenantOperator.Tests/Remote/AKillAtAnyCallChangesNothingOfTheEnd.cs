using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>
/// The life of a tenant on each remote platform, lived once for every call to the platform, for every write to the API server and for each moment around it, with an operator that dies there and
/// another one that goes on. Each life has an account, a platform and an operator of its own, and is after each step where undisturbed lives are. A part of the moments is died at, another one each
/// time, or all of them with SWEEP=all.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(Alone))]
public sealed class AKillAtAnyCallChangesNothingOfTheEnd(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int UndisturbedLives = 3;
    private const int LivesAtATime = 10;

    // Each turn has its part of the moments around each call and each write.
    private const int Turns = 12;

    // Some calls and writes are missing now and then, since two of them may become one.
    private const int Rounds = 8;

    private static readonly bool All = Environment.GetEnvironmentVariable("SWEEP") == "all";

    public static TheoryData<PlatformType> Platforms => RemoteWorld.All;

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task An_operator_that_dies_at_any_call_is_succeeded_by_one_that_comes_to_the_same_end(PlatformType type)
    {
        var began = TimeProvider.System.GetTimestamp();
        var undisturbed = await LiveUndisturbedAsync(type);
        var expected = undisturbed[0].Ends;
        var points = PointsOf(undisturbed);
        var turn = Environment.TickCount & 0xff;
        var due = points.Where((_, index) => All || (index + turn) % Turns == 0).ToList();
        var planned = due;
        Note(string.Create(CultureInfo.InvariantCulture, $"{points.Count} moments to die at, {planned.Count} of them now"));

        var (hit, faults) = (new ConcurrentBag<Point>(), new ConcurrentQueue<string>());
        for (var round = 0; round < Rounds && due.Count > 0 && faults.IsEmpty; round++)
        {
            await ForEachAsync(due, async point =>
            {
                try
                {
                    if (faults.Count < LivesAtATime && (await LiveAsync(type, point, expected)).Killed)
                    {
                        hit.Add(point);
                    }
                }
                catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                {
                    faults.Enqueue($"{point}: {error.Message}");
                }
            });

            due = [.. due.Except(hit)];
        }

        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{type}: {hit.Count} kills of {planned.Count} planned ({hit.Count(point => point.OnPlatform)} at calls to the platform, {hit.Count(point => !point.OnPlatform)} at writes to the API server; in all there are {points.Count}) in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        output.WriteLine(summary);
        TestContext.Current.SendDiagnosticMessage(summary);
        faults.Should().BeEmpty();
        due.Where(point => point.OnPlatform && !IsReadAgain(point)).Should().BeEmpty("every call that every undisturbed life makes is died at");
        hit.Count.Should().BeGreaterThan(planned.Count * 9 / 10);
        planned.Should().Contain(point => point.OnPlatform).And.Contain(point => !point.OnPlatform);

        void Note(string what) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {what}"));
    }

    // What every undisturbed life does, and the moments around that.
    private static IReadOnlyList<Point> PointsOf(IReadOnlyList<Life> undisturbed) =>
    [
        .. from act in undisturbed.Select(life => life.Acts.AsEnumerable()).Aggregate((all, acts) => all.Intersect(acts))
           where !IsCount(act.What)
           orderby act.OnPlatform, act.What, act.Number
           from moment in Enum.GetValues<Moment>()
           select new Point(act.OnPlatform, act.What, act.Number, moment),
    ];

    private async Task<IReadOnlyList<Life>> LiveUndisturbedAsync(PlatformType type)
    {
        var lives = new ConcurrentBag<Life>();
        await ForEachAsync(Enumerable.Range(0, UndisturbedLives), async _ => lives.Add(await LiveAsync(type, null, null)));
        var those = lives.ToList();
        foreach (var (step, first) in those[0].Ends)
        {
            string.Join('\n', those.Select(life => Snapshot.Difference(first, life.Ends[step])).Where(difference => difference.Length > 0)).Should().BeEmpty("undisturbed lives are all alike when {0}", step);
        }

        var end = those[0].Ends[RemoteLife.LastStep];
        end.Split('\n').Select(line => line.Split(' ')[0]).Where(kind => kind != "there").Should().Equal(["tenantplatforms"], "nothing else is left here");
        those[0].Ends.Values.Should().NotContain(text => text.Contains(Annotations.CreationAttempt));
        return those;
    }

    /// <summary>Lives a life, killed at a point if there is one.</summary>
    private async Task<Life> LiveAsync(PlatformType type, Point? point, IReadOnlyDictionary<string, string>? expected)
    {
        await using var account = await TestAccount.OpenAsync(cluster, start: false, allowHosts: "127.0.0.1");
        await account.StartAsync();
        var first = account.Proxy;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Func<int> kills = () => 0;
        await using var world = await RemoteWorld.JoinAsync(account, type, "platform", emulator => kills = point switch
        {
            null => () => 0,
            { OnPlatform: true } => HitsOf(emulator.On(point.What, PlatformFault.Kill(point.Moment, () => DownAsync(first)), nth: point.Number)),
            _ => HitsOf(first.On(request => request.IsWrite && WriteOf(account, request) == point.What, Testing.Fault.Kill((Death)point.Moment, emulator.Down), nth: point.Number)),
        });
        var heir = point is null ? Task.CompletedTask : SucceedAsync(account, first, world, over.Token);
        var ends = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await new RemoteLife(world, "acme", IsAsUndisturbedAsync).LiveAsync();
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{string.Join('\n', ends.Select(end => $"{end.Key}: {Snapshot.Difference(expected?.GetValueOrDefault(end.Key) ?? "", end.Value)}"))}\n{heir.Exception}", late);
        }
        finally
        {
            await over.CancelAsync();
            await heir.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await account.StopAsync();
        }

        await account.Rest.DeleteAsync(account.PathOf("namespaces", account.Name));
        var writes = first.Requests.Where(request => request is { IsWrite: true, Status: < 400 }).Select(request => WriteOf(account, request));
        return new(ends, point is null ? [.. Number(true, world.Emulator.Log.Requests.Select(request => request.Route)), .. Number(false, writes)] : [], kills() > 0);

        async Task<bool> IsAsUndisturbedAsync(string step)
        {
            if (account.Operator?.IsIdle != true || (kills() > 0 && !heir.IsCompletedSuccessfully))
            {
                return false;
            }

            ends[step] = await TextOfAsync(world);
            if (expected is not null)
            {
                return ends[step] == expected[step];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            return ends[step] == await TextOfAsync(world);
        }
    }

    private static Func<int> HitsOf(PlatformFaultRule rule) => () => rule.Hits;

    private static Func<int> HitsOf(FaultRule rule) => () => rule.Hits;

    private static Task DownAsync(FaultProxy proxy)
    {
        proxy.Down();
        return Task.CompletedTask;
    }

    private static async Task SucceedAsync(TestAccount account, FaultProxy first, RemoteWorld world, CancellationToken over)
    {
        while (!first.IsDown)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, over);
        }

        await account.SucceedAsync(between: world.Emulator.Up);
    }

    // The tenant, its people and its units on both ends.
    private static async Task<string> TextOfAsync(RemoteWorld world)
    {
        var here = (await Snapshot.OfAccountAsync(world.Account)).Split('\n').Select(line => line.Split(' ', 3))
            .Where(words => words[0] is not ("tenantpackages" or "tenanttemplates"))
            .Select(words => $"{words[0]} {words[1]} {Essence(words[0], JsonNode.Parse(words[2])!.AsObject())}");
        var there = world.Tenants.Select(tenant => $"there {tenant.Name} {tenant}").Concat(
            world.Tenants.SelectMany(tenant => world.PeopleOf(tenant.Id).Select(person => $"there {tenant.Name}/{person.Email} {person}")).Order(StringComparer.Ordinal));
        var text = string.Join('\n', here.Concat(there)).Replace(world.Emulator.Address.Authority, "<platform>", StringComparison.Ordinal);
        return world.Tenants.Aggregate(text, (each, tenant) => each.Replace(tenant.Id, "<id>", StringComparison.Ordinal)).Replace(world.Account.Name, "<account>", StringComparison.Ordinal);
    }

    // Without what was asked for when, what is read or counted now and then, the ids of people, and what only an answer tells that may have been lost.
    private static string Essence(string kind, JsonObject json)
    {
        if (kind == "tenantplatforms")
        {
            json.Remove("status");
        }

        if (json["metadata"]!["annotations"] is JsonObject annotations && annotations.Remove(Annotations.ReconcileRequestedAt) && annotations.Count == 0)
        {
            json["metadata"]!.AsObject().Remove("annotations");
        }

        if (json["status"] is JsonObject status)
        {
            foreach (var chance in (string[])["lastHandledReconcileAt", "usage", "origin", "invitationSent"])
            {
                status.Remove(chance);
            }

            if (status["remote"] is JsonObject remote)
            {
                status["remote"] = new JsonObject(((string[])["name", "displayName", "origin"]).Select(member => KeyValuePair.Create(member, remote[member]?.DeepClone())));
            }

            if (kind == "tenantusers")
            {
                status.Remove("externalId");
            }
        }

        return json.ToJsonString();
    }

    // What a write is, the same in each account. Events have names by chance.
    private static string WriteOf(TestAccount account, ProxiedRequest request) => request.Resource == "events"
        ? "create events"
        : $"{request.Verb} {request.Resource} {request.Name}".Replace(account.Name, "account", StringComparison.Ordinal);

    // Counts are written late, and one write may stand for several changes: how many there are is a matter of time.
    private static bool IsCount(string write) => write.StartsWith("patch tenantpackages/status ", StringComparison.Ordinal) || write.StartsWith("patch tenantplatforms/status ", StringComparison.Ordinal);

    // How often something is read is a matter of time; that it is read is not.
    private static bool IsReadAgain(Point point) => point.Number > 1 && point.What.StartsWith("GET ", StringComparison.Ordinal);

    private static IEnumerable<Act> Number(bool onPlatform, IEnumerable<string> acts) =>
        acts.GroupBy(act => act, StringComparer.Ordinal).SelectMany(group => group.Select((act, index) => new Act(onPlatform, act, index + 1)));

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act) => Parallel.ForEachAsync(
        items, new ParallelOptions { MaxDegreeOfParallelism = LivesAtATime, CancellationToken = TestContext.Current.CancellationToken }, async (item, _) => await act(item));

    /// <summary>The n-th call of its kind to the platform, or the n-th write of its kind to the API server.</summary>
    private sealed record Act(bool OnPlatform, string What, int Number);

    /// <summary>A moment to die at: around an act.</summary>
    private sealed record Point(bool OnPlatform, string What, int Number, Moment Moment)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Moment} of number {Number} of \"{What}\"");
    }

    /// <summary>How a life went: what both ends were after each step, and what was done.</summary>
    private sealed record Life(IReadOnlyDictionary<string, string> Ends, IReadOnlyList<Act> Acts, bool Killed);
}
