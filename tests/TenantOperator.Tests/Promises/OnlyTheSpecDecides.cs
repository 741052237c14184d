using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

/// <summary>However a tenant came to its spec, it is what a new tenant with that spec is: nothing of a former wish remains.</summary>
[Trait("Category", "Sweep")]
[Collection(nameof(Alone))]
public sealed class OnlyTheSpecDecides(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int Tenants = 10;
    private const int Transitions = 30;

    [Fact]
    public async Task A_tenant_led_through_many_specs_is_at_each_as_one_made_with_it()
    {
        var began = TimeProvider.System.GetTimestamp();
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await ApplyAsync(account);
        var random = new Random(seed);
        var specs = await RandomSpecs.ForAsync(account, random, ["small", "large"], ["seats", "cores"]);
        var lives = Enumerable.Range(0, Tenants).Select(number => Draw(number, specs, random)).ToList();

        // One tenant for each spec, made with it at once, to compare with.
        var models = lives.SelectMany(life => life.Steps).DistinctBy(step => step.Key).Select((step, index) => (step.Key, step.Spec, Name: $"model{index:000}x")).ToList();
        var names = models.ToDictionary(model => model.Key, model => model.Name, StringComparer.Ordinal);
        await ForEachAsync(models, model => MakeAsync(account, model.Name, model.Spec));
        await ForEachAsync(lives, life => MakeAsync(account, life.Name, life.Steps[0].Spec));
        await account.StartAsync();
        await UntilAllDoneAsync(account, Tenants + models.Count);
        await account.UntilQuietAsync();
        var expected = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await ForEachAsync(models, async model => expected[model.Key] = await Snapshot.OfTenantAsync(account, model.Name));
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {models.Count} specs have a tenant each");

        var (done, faults) = (0, new ConcurrentQueue<string>());
        await ForEachAsync(lives, async life =>
        {
            for (var number = 0; number < life.Steps.Count && faults.IsEmpty; number++)
            {
                var step = life.Steps[number];
                try
                {
                    if (number > 0)
                    {
                        await LeadAsync(account, life.Name, step);
                        Interlocked.Increment(ref done);
                    }

                    await UntilAsExpectedAsync(account, life.Name, expected[step.Key]);
                }
                catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                {
                    faults.Enqueue($"{life.Name}, step {number}, as {names[step.Key]}, from {(number == 0 ? "" : life.Steps[number - 1].Key)} to {step.Key}, paused between: {step.Pauses}: {error.Message}");
                }
            }
        });
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {done} transitions");
        faults.Should().BeEmpty();
        done.Should().Be(Tenants * Transitions);

        // And so they stay, with nothing left to do for them. Counts of platforms and packages are written late.
        await account.UntilQuietAsync();
        await account.StopAsync();
        var mark = account.Proxy.Mark();
        await account.StartAsync();
        await account.UntilQuietAsync();
        mark.Writes.Should().BeEmpty("all is as it should be");
        await ForEachAsync(lives, async life => (await Snapshot.OfTenantAsync(account, life.Name)).Should().Be(expected[life.Steps[^1].Key]));
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: the end");
    }

    [Fact]
    public async Task Labels_with_the_longest_names_go_too_when_nobody_wants_them_any_more()
    {
        await using var account = await TestAccount.OpenAsync(cluster);
        var prefix = string.Join('.', Enumerable.Repeat(new string('p', 62), 4));
        var labels = Enumerable.Range(0, 9).ToDictionary(number => $"{prefix}/label-{number}", _ => "here", StringComparer.Ordinal);
        await account.CreateAsync("acme", new TenantSpec { Cluster = new ClusterTenant { Labels = labels } });
        await account.UntilReadyAsync("acme");
        var mark = account.Proxy.Mark();
        await account.Rest.PatchAsync(account.PathOf("tenants", "acme"), JsonNode.Parse($$$$"""{"metadata":{"annotations":{"{{{{Annotations.ReconcileRequestedAt}}}}":"now"}}}""")!);
        await account.UntilAsync("acme", tenant => tenant.Status?.LastHandledReconcileAt == "now", "it was looked at again");
        mark.Writes.Should().OnlyContain(write => write.Resource == "tenants/status", "nothing else was to be done");

        await account.PatchSpecAsync("tenants", "acme", """{"cluster":{"labels":null}}""");

        await account.UntilReadyAsync("acme");
        var ns = await account.Rest.GetAsync(account.PathOf("namespaces", account.NamespaceOf("acme")));
        ns["metadata"]!["labels"]!.AsObject().Should().NotContain(label => label.Key.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static async Task ApplyAsync(TestAccount account)
    {
        await account.CreateAsync(new TenantPlatform
        {
            Metadata = TestAccount.Meta("open"),
            Spec = new TenantPlatformSpec
            {
                Cluster = new ClusterPlatform
                {
                    PodSecurity = PodSecurityLevel.Privileged,
                    NetworkPolicy = new ClusterNetworkPolicy { AllowOpen = true },
                    Quota = A.Amounts(("pods", "3"), ("requests.storage", "2Gi")),
                },
            },
        });
        await account.CreatePackageAsync("small", change: spec => spec with { Quota = A.Amounts(("pods", "5"), ("requests.storage", "1Gi")), Credits = 10 });
        await account.CreatePackageAsync("large", change: spec => spec with
        {
            Quota = A.Amounts(("pods", "50"), ("requests.cpu", "8")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")) },
            Limits = new TenantLimits { MaxUsers = 20, MaxCases = -1 },
        });
        await account.CreatePackageAsync("seats", type: PackageType.AddOn, change: spec => spec with { Limits = new TenantLimits { MaxUsers = 5, MaxAnalysts = 5 } });
        await account.CreatePackageAsync("cores", type: PackageType.AddOn, change: spec => spec with { Quota = A.Amounts(("requests.cpu", "500m")), Credits = 5 });
        await account.CreateAsync(new TenantTemplate
        {
            Metadata = TestAccount.Meta("standard"),
            Spec = new TenantTemplateSpec
            {
                PackageRef = new PackageReference { Name = "small" },
                AddOns = [new AddOn { Name = "seats" }],
                Description = "From the template",
                EarlyFeatures = true,
                DeletionPolicy = DeletionPolicy.Retain,
                DriftPolicy = DriftPolicy.Report,
                Limits = new TenantLimits { MaxUsers = 7, Storage = "700Mi" },
                Cluster = new ClusterTemplate { PodSecurity = PodSecurityLevel.Restricted, Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["tier"] = "template" } },
            },
        });
    }

    // Each life has one of the sets of fields that cannot change, and sometimes goes back to a spec it had.
    private static Life Draw(int number, RandomSpecs specs, Random random)
    {
        var life = new Life($"live{number:00}x", []);
        for (var step = 0; step <= Transitions; step++)
        {
            if (step > 1 && random.Next(4) == 0)
            {
                life.Steps.Add(life.Steps[random.Next(2) == 0 ? step - 2 : random.Next(step - 1)]);
                continue;
            }

            var spec = specs.Next(life.Steps.Count == 0 ? null : life.Steps[^1].Spec);
            var pauses = spec["paused"]?.GetValue<bool>() == true;
            spec.Remove("paused");
            if (number % 2 == 0)
            {
                spec["platformRef"] = new JsonObject { ["name"] = "open" };
            }

            if (number % 3 == 0)
            {
                spec["templateRef"] = new JsonObject { ["name"] = "standard" };
            }

            spec["initialUsers"] = new JsonArray(new JsonObject { ["email"] = "jane@acme.example", ["roles"] = new JsonArray("Admin", "Developer") }, new JsonObject { ["email"] = "omar@acme.example" });
            life.Steps.Add(new Step(spec, pauses));
        }

        return life;
    }

    private static Task MakeAsync(TestAccount account, string name, JsonObject spec) => account.Rest.CreateAsync(account.PathOf("tenants"), new JsonObject
    {
        ["apiVersion"] = ApiGroup.ApiVersion,
        ["kind"] = Tenant.KubeKind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = spec.DeepClone(),
    });

    private static async Task LeadAsync(TestAccount account, string name, Step step)
    {
        if (step.Pauses)
        {
            var paused = step.Spec.DeepClone().AsObject();
            paused["paused"] = true;
            await account.Rest.SetSpecAsync(account.PathOf("tenants", name), paused);
            await account.UntilReadyAsync(name, TenantReasons.Paused);
        }

        await account.Rest.SetSpecAsync(account.PathOf("tenants", name), step.Spec);
    }

    private static async Task UntilAsExpectedAsync(TestAccount account, string name, string expected)
    {
        var last = "";
        await Until.NotNullAsync<object>(
            async () =>
            {
                if (await account.FindTenantAsync(name) is { } tenant && tenant.Status?.ObservedGeneration == tenant.Metadata.Generation)
                {
                    last = await Snapshot.OfTenantAsync(account, name);
                }

                if (last == expected)
                {
                    return account;
                }

                // Asks seldom: many tenants are looked at a time.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
                return null;
            },
            () => $"{name} is like a new tenant; the difference is\n{Snapshot.Difference(expected, last)}\nthe operator logged\n{string.Join('\n', account.Operator!.Log.Lines.TakeLast(10))}");
    }

    private static async Task UntilAllDoneAsync(TestAccount account, int count)
    {
        List<Tenant> open = [];
        await Until.NotNullAsync<object>(
            async () =>
            {
                var tenants = (await account.Rest.ListAsync(account.PathOf("tenants"))).Select(item => TestAccount.Read<Tenant>(item)!).ToList();
                open = [.. tenants.Where(tenant => TestAccount.Ready(tenant)?.Reason is not (TenantReasons.Active or TenantReasons.Suspended))];
                if (tenants.Count == count && open.Count == 0)
                {
                    return account;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
                return null;
            },
            () => $"all tenants are made; {open.Count} are not, such as {open.Select(tenant => $"{tenant.Metadata.Name}: {TestAccount.Ready(tenant)?.Message}").FirstOrDefault()}");
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act) => Parallel.ForEachAsync(
        items, new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = TestContext.Current.CancellationToken }, async (item, _) => await act(item));

    /// <summary>A spec, and whether the tenant is paused on the way to it.</summary>
    private sealed record Step(JsonObject Spec, bool Pauses)
    {
        public string Key { get; } = Spec.ToJsonString();
    }

    private sealed record Life(string Name, List<Step> Steps);
}
