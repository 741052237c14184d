using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

/// <summary>
/// A tenant's life in phases, each lived once for every write the operator does in it and for each moment around that write, with an operator that dies there and
/// another one that goes on. Each life has an account of its own, and must come to the end to which undisturbed lives come. Half of the writes are died at,
/// others the next time, each in one of the three ways; or all of them in all three with SWEEP=all.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(Alone))]
public sealed class AKillAtAnyWriteChangesNothingOfTheEnd(OperatorCluster cluster, ITestOutputHelper output) : IAsyncDisposable
{
    private const int UndisturbedLives = 3;
    private const int LivesAtATime = 12;

    // Some writes are missing now and then, since two of them may become one.
    private const int Rounds = 8;

    private static readonly bool All = Environment.GetEnvironmentVariable("SWEEP") == "all";

    // Accounts with a tenant that is as the phase "create" leaves it. A life that ends there gives its account back.
    private readonly ConcurrentBag<TestAccount> standing = [];
    private readonly ConcurrentBag<TestAccount> opened = [];

    public async ValueTask DisposeAsync() => await ForEachAsync(opened, async account => await account.DisposeAsync());

    [Fact]
    public async Task An_operator_that_dies_at_any_write_is_succeeded_by_one_that_comes_to_the_same_end()
    {
        var began = TimeProvider.System.GetTimestamp();
        var expectations = new List<Expectation>();
        foreach (var phases in (IReadOnlyList<Phase>[])[[Create], [.. Later]])
        {
            expectations.AddRange(await LiveUndisturbedAsync(phases, expectations.FirstOrDefault()?.End));
            Note($"{expectations.Count} phases lived undisturbed");
        }

        // Those first that leave a tenant to others, and those last that leave none.
        var turn = Environment.TickCount & 0xff;
        var due = expectations.SelectMany(each => each.Points).Where((point, index) => All || (index / 3 + turn) % 6 == 2 * (int)point.Moment).ToList();
        var planned = due.Count;
        Note(All ? $"{planned} moments to die at" : $"{planned} moments to die at, of turn {turn % 6}");
        var hit = new ConcurrentBag<Point>();
        var faults = new ConcurrentQueue<string>();
        for (var round = 0; round < Rounds && due.Count > 0 && faults.IsEmpty; round++)
        {
            await ForEachAsync(due, async point =>
            {
                try
                {
                    if (faults.IsEmpty && (await LiveAsync(point.Phase, point, expectations.Single(each => each.Phase == point.Phase).End, expectations[0].End)).Killed)
                    {
                        hit.Add(point);
                    }
                }
                catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                {
                    faults.Enqueue($"{point}: {error.Message}");
                }
            });

            // What only some undisturbed lives write is tried once.
            due = [.. due.Except(hit).Where(point => point.Always)];
            Note($"{hit.Count} kills, {due.Count} to be tried again");
        }

        foreach (var each in expectations)
        {
            var points = hit.Where(point => point.Phase == each.Phase).ToList();
            output.WriteLine($"{each.Phase.Name}: {each.Writes} writes undisturbed, {points.Count} kills at {points.Select(point => (point.Write, point.Number)).Distinct().Count()} of them");
        }

        faults.Should().BeEmpty();
        due.Where(point => !IsCount(point.Write)).Select(point => point.ToString()).Should().BeEmpty("every write that every undisturbed life does is died at");
        hit.Count.Should().BeGreaterThan(planned * 9 / 10);
        expectations.Should().OnlyContain(each => hit.Count(point => point.Phase == each.Phase) >= (All ? 6 : 3), "each phase has some writes to die at");

        void Note(string what) => output.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {what}");
    }

    private static Phase Create { get; } = new("create", new Step(ApplyAsync, IsActiveAsync));

    private static IReadOnlyList<Phase> Later { get; } =
    [
        new("put back", new Step(DisturbAsync, IsActiveAsync)),
        new(
            "suspend and resume",
            new Step(account => account.PatchSpecAsync("tenants", "acme", """{"suspended":true,"suspension":{"reason":"Unpaid"}}"""), account => IsReadyAsync(account, TenantReasons.Suspended, TenantUserReasons.TenantSuspended)),
            new Step(account => account.PatchSpecAsync("tenants", "acme", """{"suspended":null,"suspension":null}"""), IsActiveAsync)),
        new("change package and people", new Step(ChangeAsync, HasChangedAsync)),
        new(
            "delete with policy Suspend and apply again",
            new Step(account => account.DeleteAsync("tenants", "acme"), IsGoneAsync),
            new Step(ApplyTenantAsync, IsActiveAsync)),
        new(
            "delete for ever",
            new Step(DeleteUnconfirmedAsync, account => IsReadyAsync(account, TenantReasons.ConfirmationMissing, TenantUserReasons.WaitingForTenant)),
            new Step(ConfirmAsync, IsGoneAsync))
        {
            DeletesNamespace = true,
        },
    ];

    // What an admin does.

    private static async Task ApplyAsync(TestAccount account)
    {
        await account.CreateAsync(new TenantPlatform { Metadata = TestAccount.Meta("default"), Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform() } });
        await account.CreatePackageAsync("starter", 3, change: spec => spec with { Quota = A.Amounts(("pods", "10"), ("requests.storage", "5Gi")) });
        await account.CreatePackageAsync("business", 3, change: spec => spec with
        {
            Quota = A.Amounts(("pods", "20"), ("requests.memory", "4Gi")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")) },
        });
        await account.CreatePackageAsync("seats", 5, PackageType.AddOn, spec => spec with { Quota = A.Amounts(("pods", "5")) });
        await account.CreateAsync(new TenantTemplate
        {
            Metadata = TestAccount.Meta("standard"),
            Spec = new TenantTemplateSpec { PackageRef = new PackageReference { Name = "starter" }, Description = "From the template" },
        });
        await account.CreateUserAsync("nina", roles: [TenantRole.Analyst]);
        await account.CreateAsync(new TenantUser
        {
            Metadata = TestAccount.Meta("kate"),
            Spec = new TenantUserSpec { TenantRef = new TenantReference { Name = "acme" }, Email = "kate@acme.example", DeletionPolicy = UserDeletionPolicy.Retain },
        });
        await ApplyTenantAsync(account);
    }

    private static Task ApplyTenantAsync(TestAccount account) => account.CreateAsync("acme", new TenantSpec
    {
        TemplateRef = new LocalReference { Name = "standard" },
        DisplayName = "Acme",
        AddOns = [new AddOn { Name = "seats", Units = 2 }],
        InitialUsers = [new InitialUser { Email = "jane@acme.example", Roles = [TenantRole.Admin] }, new InitialUser { Email = "omar@acme.example" }],
        Cluster = new ClusterTenant { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["tier"] = "gold" } },
    });

    private static async Task ChangeAsync(TestAccount account)
    {
        await account.CreateUserAsync("zoe");
        await account.PatchSpecAsync("tenantusers", "nina", """{"roles":["Developer"]}""");
        await account.DeleteAsync("tenantusers", (await OmarAsync(account)).Metadata.Name);
        await account.DeleteAsync("tenantusers", "kate");
        await account.PatchSpecAsync("tenants", "acme", """{"packageRef":{"name":"business"},"addOns":[{"name":"seats","units":1}],"cluster":{"labels":{"tier":null,"region":"eu"}}}""");
    }

    private static async Task DisturbAsync(TestAccount account)
    {
        var ns = account.NamespaceOf("acme");
        await account.Rest.DeleteAsync(account.PathOf("networkpolicies", "tenant-isolation", ns));
        await account.Rest.DeleteAsync(account.PathOf("rolebindings", "tenant-admin", ns));
        await account.Rest.DeleteAsync(account.PathOf("packageallocations", "starter-0"));
        await account.Rest.PatchAsync(account.PathOf("resourcequotas", "tenant-quota", ns), JsonNode.Parse("""{"spec":{"hard":{"pods":"999","secrets":"1"}}}""")!);
        await account.Rest.PatchAsync(account.PathOf("rolebindings", "tenant-member", ns), JsonNode.Parse("""{"metadata":{"labels":null}}""")!);
        await account.Rest.PatchAsync(account.PathOf("namespaces", ns), JsonNode.Parse("""{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged","tier":null}}}""")!);
        await account.Rest.PatchAsync(
            account.PathOf("rolebindings", "tenant-analyst", ns), JsonNode.Parse("""{"subjects":[{"kind":"User","name":"omar@acme.example","apiGroup":"rbac.authorization.k8s.io"}],"metadata":{"annotations":null}}""")!);
    }

    private static async Task DeleteUnconfirmedAsync(TestAccount account)
    {
        await account.PatchSpecAsync("tenants", "acme", """{"deletionPolicy":"Delete"}""");
        await account.DeleteAsync("tenants", "acme");
    }

    private static async Task ConfirmAsync(TestAccount account)
    {
        var confirmation = new JsonObject { ["externalId"] = (await account.FindTenantAsync("acme"))!.Status!.ExternalId, ["name"] = account.NamespaceOf("acme"), ["displayName"] = "Acme" };
        await account.PatchSpecAsync("tenants", "acme", new JsonObject { ["deletionConfirmation"] = confirmation }.ToJsonString());
    }

    private static async Task<TenantUser> OmarAsync(TestAccount account) =>
        (await account.Rest.ListAsync(account.PathOf("tenantusers"))).Select(user => TestAccount.Read<TenantUser>(user)!).Single(user => user.Spec.Email == "omar@acme.example");

    // What an admin waits for.

    private static Task<bool> IsActiveAsync(TestAccount account) => IsReadyAsync(account, TenantReasons.Active, TenantUserReasons.Synced);

    private static async Task<bool> HasChangedAsync(TestAccount account) =>
        await IsActiveAsync(account) && await account.FindTenantAsync("acme") is { Status: { Effective.Package: "business", Users.Summary: "3/3" } };

    private static async Task<bool> IsGoneAsync(TestAccount account) => await account.FindTenantAsync("acme") is null && await AllUsersAsync(account, TenantUserReasons.TenantNotFound);

    private static async Task<bool> IsReadyAsync(TestAccount account, string reason, string people) =>
        await account.FindTenantAsync("acme") is { Status: not null } tenant && tenant.Status.ObservedGeneration == tenant.Metadata.Generation && TestAccount.Ready(tenant)?.Reason == reason
        && await AllUsersAsync(account, people);

    private static async Task<bool> AllUsersAsync(TestAccount account, string reason) =>
        (await account.Rest.ListAsync(account.PathOf("tenantusers"))).Select(TestAccount.Read<TenantUser>).All(user =>
            user!.Status?.ObservedGeneration == user.Metadata.Generation && user.Status?.Conditions?.Any(condition => condition.Type == CommonConditions.Ready && condition.Reason == reason) == true);

    /// <summary>Which writes undisturbed lives do in each phase, and to what end they come.</summary>
    private async Task<IReadOnlyList<Expectation>> LiveUndisturbedAsync(IReadOnlyList<Phase> phases, string? start)
    {
        var lives = new ConcurrentBag<(Phase Phase, Life Life)>();
        await ForEachAsync(phases.SelectMany(phase => Enumerable.Repeat(phase, UndisturbedLives)), async phase => lives.Add((phase, await LiveAsync(phase, null, null, start))));
        return [.. phases.Select(phase =>
        {
            var those = lives.Where(each => each.Phase == phase).Select(each => each.Life).ToList();
            those.Should().OnlyContain(life => life.End == those[0].End, "undisturbed lives all end alike, and not so: {0}", string.Join('\n', those.Select(life => Snapshot.Difference(those[0].End, life.End))));
            CheckEnd(phase, those[0].End);
            var writes = those.SelectMany(life => life.Writes).GroupBy(write => write).Select(write => (write.Key, Always: write.Count() == UndisturbedLives)).OrderBy(write => write.Key);
            return new Expectation(
                phase,
                those[0].End,
                those[0].Writes.Count,
                [.. from write in writes from moment in Enum.GetValues<Death>() select new Point(phase, write.Key.Write, write.Key.Number, moment, write.Always)]);
        })];
    }

    // Nothing twice, nothing lost, nothing left over, in words.
    private static void CheckEnd(Phase phase, string end)
    {
        string[] units = phase.Name switch
        {
            "delete for ever" => [],
            "change package and people" => ["business-0", "seats-0"],
            _ => ["seats-0", "seats-1", "starter-0"],
        };
        var lines = end.Split('\n').Select(line => line.Split(' ')).ToList();
        lines.Where(line => line[0] == "packageallocations").Select(line => line[1].Split('/')[1]).Should().Equal(units);
        lines.Count(line => line[0] == "namespaces").Should().Be(units.Length == 0 ? 0 : 1);
        lines.Count(line => line[0] == "tenants").Should().Be(units.Length == 0 ? 0 : 1);
    }

    /// <summary>Lives a phase, killed at a point if there is one.</summary>
    private async Task<Life> LiveAsync(Phase phase, Point? point, string? expected, string? start)
    {
        var account = phase == Create ? await OpenAsync() : await StandingAsync(start);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var kill = point is null ? null : account.Proxy.On(
            request => request.IsWrite && WriteOf(account, request) == point.Write, Fault.Kill(point.Moment), nth: point.Number);
        var mark = account.Proxy.Mark();
        await phase.Steps[0].Act(account);
        await account.StartAsync(Arguments(account));
        var heir = point is null ? Task.CompletedTask : SucceedAsync(account, over.Token);
        var namespaces = phase.DeletesNamespace ? FinishNamespacesAsync(account, over.Token) : Task.CompletedTask;
        string end;
        try
        {
            for (var number = 0; number < phase.Steps.Count; number++)
            {
                var step = phase.Steps[number];
                if (number > 0)
                {
                    await step.Act(account);
                }

                await UntilAsync(account, async () => account.Operator?.IsIdle == true && await step.Reached(account), $"step {number + 1} of \"{phase.Name}\" is done");
            }

            end = await EndOfAsync(account, expected, () => kill is not { Hits: > 0 } || heir.IsCompletedSuccessfully);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(heir, namespaces).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await account.StopAsync();
        }

        if (phase == Create || end == start)
        {
            standing.Add(account);
        }
        else
        {
            await RemoveAsync(account);
        }

        // A write that was refused, and is therefore done again, is one that no life must do.
        var writes = mark.Requests.Where(request => request is { IsWrite: true, Status: < 400 }).Select(request => WriteOf(account, request));
        return new(end, point is null ? Number(writes) : [], kill is { Hits: > 0 });
    }

    // Every operator looks at all that is in the cluster, so what is not needed any more would cost time.
    private static async Task RemoveAsync(TestAccount account)
    {
        foreach (var resource in (string[])["tenants", "tenantusers"])
        {
            foreach (var held in (await account.Rest.ListAsync(account.PathOf(resource))).Where(json => json["metadata"]!["finalizers"] is not null))
            {
                await account.Rest.PatchAsync(account.PathOf(resource, (string)held["metadata"]!["name"]!), JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!);
            }
        }

        foreach (var ns in (string[])[account.NamespaceOf("acme"), account.Name])
        {
            await account.Rest.DeleteAsync(account.PathOf("namespaces", ns));
        }
    }

    private async Task<TestAccount> OpenAsync()
    {
        var account = await TestAccount.OpenAsync(cluster, start: false);
        opened.Add(account);
        return account;
    }

    private async Task<TestAccount> StandingAsync(string? start)
    {
        while (true)
        {
            if (standing.TryTake(out var account))
            {
                return account;
            }

            await LiveAsync(Create, null, start, start);
        }
    }

    // Asks seldom: many lives are lived at a time.
    private static async Task UntilAsync(TestAccount account, Func<Task<bool>> condition, string what)
    {
        try
        {
            await Until.TrueAsync(
                async () =>
                {
                    if (await condition())
                    {
                        return true;
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
                    return false;
                },
                what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; there is\n{await Snapshot.OfAccountAsync(account)}", late);
        }
    }

    private static async Task SucceedAsync(TestAccount account, CancellationToken over)
    {
        while (!account.Proxy.IsDown)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, over);
        }

        await account.SucceedAsync(Arguments(account));
    }

    // Plays the namespace controller, for servers that run none.
    private static async Task FinishNamespacesAsync(TestAccount account, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (await account.Rest.FindAsync(account.PathOf("namespaces", account.NamespaceOf("acme"))) is { } ns && ns["metadata"]!["deletionTimestamp"] is not null)
            {
                try
                {
                    await WhatWasChangedByHandIsPutBack.FinishNamespaceAsync(account, "acme");
                }
                catch (InvalidOperationException)
                {
                    // The server's own controller was faster.
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, over);
        }
    }

    // Calm, and as expected. A number that is written late comes within a few seconds; where nothing is expected yet, nothing may be missed.
    private static async Task<string> EndOfAsync(TestAccount account, string? expected, Func<bool> mayEnd)
    {
        var calm = TimeSpan.FromSeconds(expected is null ? 5 : 1);
        var (since, seen, end) = (TimeProvider.System.GetTimestamp(), (account.Proxy, -1), "");
        return await Until.NotNullAsync<string>(
            async () =>
            {
                var now = (account.Proxy, account.Proxy.Requests.Count(request => request.IsWrite));
                if (now != seen || account.Operator?.IsIdle != true || !mayEnd())
                {
                    (since, seen) = (TimeProvider.System.GetTimestamp(), now);
                }

                if (TimeProvider.System.GetElapsedTime(since) < calm)
                {
                    return null;
                }

                end = await Snapshot.OfAccountAsync(account);
                if ((expected is null || end == expected) && seen == (account.Proxy, account.Proxy.Requests.Count(request => request.IsWrite)))
                {
                    return end;
                }

                since = TimeProvider.System.GetTimestamp();
                return null;
            },
            () => $"the end is the undisturbed one; the difference is\n{Snapshot.Difference(expected ?? "", end)}");
    }

    private static OperatorArguments Arguments(TestAccount account) => new() { WatchNamespaces = [account.Name], };

    // What a write is, the same in each account. Events have names by chance.
    private static string WriteOf(TestAccount account, ProxiedRequest request) => request.Resource == "events"
        ? "create events"
        : $"{request.Verb} {request.Resource} {request.Namespace}/{request.Name}".Replace(account.Name, "account", StringComparison.Ordinal);

    // The counts of a package or a template are written late, and one write may stand for several changes: how many there are is a matter of time.
    private static bool IsCount(string write) => write.StartsWith("patch tenantpackages/status ", StringComparison.Ordinal) || write.StartsWith("patch tenanttemplates/status ", StringComparison.Ordinal);

    private static IReadOnlyList<(string Write, int Number)> Number(IEnumerable<string> writes) =>
        [.. writes.GroupBy(write => write, StringComparer.Ordinal).SelectMany(group => group.Select((write, index) => (write, index + 1)))];

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act) => Parallel.ForEachAsync(
        items, new ParallelOptions { MaxDegreeOfParallelism = LivesAtATime, CancellationToken = TestContext.Current.CancellationToken }, async (item, _) => await act(item));

    private sealed record Step(Func<TestAccount, Task> Act, Func<TestAccount, Task<bool>> Reached);

    /// <summary>A part of a tenant's life. The first step is done while no operator runs.</summary>
    private sealed class Phase(string name, params IReadOnlyList<Step> steps)
    {
        public string Name => name;

        public IReadOnlyList<Step> Steps => steps;

        public bool DeletesNamespace { get; init; }
    }

    /// <summary>A moment to die at: around the n-th write of its kind.</summary>
    private sealed record Point(Phase Phase, string Write, int Number, Death Moment, bool Always)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Phase.Name}, {Moment} of number {Number} of \"{Write}\"");
    }

    /// <summary>What undisturbed lives do in a phase.</summary>
    private sealed record Expectation(Phase Phase, string End, int Writes, IReadOnlyList<Point> Points);

    /// <summary>How a life went.</summary>
    private sealed record Life(string End, IReadOnlyList<(string Write, int Number)> Writes, bool Killed);
}
