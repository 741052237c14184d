using System.Collections.Concurrent;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Protocol;

/// <summary>
/// The allocation protocol at its worst: two processes without leader election claim from one stock, with caches that stand still for long stretches, requests that
/// are cut off before or after the server did them, processes that die, and units that are taken away in between.
/// </summary>
public sealed class AllocationProtocolTests(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int Claims = 2_000;
    private const int Tenants = 200;
    private const int Quantity = 120;

    [Fact]
    public async Task Two_blind_operators_never_oversell_a_stock_and_lose_no_unit()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        await using var account = await TestAccount.OpenAsync(cluster, start: false);
        await account.CreatePackageAsync("business", Quantity);
        await Parallel.ForAsync(0, Tenants, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
            await account.CreateAsync($"t{number}", new TenantSpec { PackageRef = new PackageReference { Name = "business" } }));

        var counts = new Counts();
        var claimants = new[] { await Claimant.StartAsync(account, random.Next()), await Claimant.StartAsync(account, random.Next()) };
        for (var done = 0; done < Claims; done += 100)
        {
            // Blind for the whole round: what the other one and the collector do is not seen.
            foreach (var claimant in claimants)
            {
                claimant.Freeze();
            }

            var round = Enumerable.Range(0, 100).Select(_ => (Claimant: claimants[random.Next(2)], Seed: random.Next())).ToList();
            await Parallel.ForEachAsync(round, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (claim, token) =>
                counts.Note(await claim.Claimant.ClaimAsync(new Random(claim.Seed), token)));
            await CheckAsync(account, counts);

            // The garbage collector, or a person: some units are freed.
            foreach (var allocation in (await account.AllocationsAsync()).Where(_ => random.Next(5) < 3))
            {
                await account.DeleteAsync("packageallocations", allocation.Metadata.Name);
                counts.Freed++;
            }

            if (random.Next(5) == 0)
            {
                // One process dies, with whatever it had under way, and another starts.
                var victim = random.Next(2);
                counts.Cuts += claimants[victim].Cuts;
                await claimants[victim].DisposeAsync();
                claimants[victim] = await Claimant.StartAsync(account, random.Next());
                counts.Deaths++;
            }

            foreach (var claimant in claimants)
            {
                claimant.Thaw();
            }
        }

        foreach (var claimant in claimants)
        {
            counts.Cuts += claimant.Cuts;
            await claimant.DisposeAsync();
        }

        // The whole operator, seeing everything again: doubles are freed, and every unit is in the hands of somebody who wants it.
        await account.StartAsync();
        await Until.TrueAsync(
            async () =>
            {
                var held = await account.AllocationsAsync();
                return held.Count == Quantity && held.Select(each => each.Spec.Holder.Uid).Distinct().Count() == Quantity;
            },
            $"{Quantity} tenants hold one unit each");
        await account.UntilQuietAsync();
        await CheckAsync(account, counts);
        (await account.AllocationsAsync()).Select(each => each.Spec.Holder.Uid).Should().OnlyHaveUniqueItems().And.HaveCount(Quantity);
        output.WriteLine(counts.ToString());
        counts.Total.Should().Be(Claims);
        counts.Got.Should().BeGreaterThan(2 * Quantity, "a run in which the stock hardly moves proves little");
        counts.Failed.Should().BeGreaterThan(0);
    }

    private static async Task CheckAsync(TestAccount account, Counts counts)
    {
        var held = await account.AllocationsAsync();
        held.Count.Should().BeLessThanOrEqualTo(Quantity);
        held.Select(each => each.Spec.Slot).Should().OnlyHaveUniqueItems().And.NotContain(slot => slot < 0 || slot >= Quantity);
        counts.MostHeld = Math.Max(counts.MostHeld, held.Count);
    }

    private sealed class Counts
    {
        private int got;
        private int parked;
        private int failed;

        public int Got => got;

        public int Failed => failed;

        public int Total => got + parked + failed;

        public int Freed { get; set; }

        public int Deaths { get; set; }

        public int Cuts { get; set; }

        public int MostHeld { get; set; }

        public void Note(string how) => _ = how switch
        {
            "got" => Interlocked.Increment(ref got),
            "parked" => Interlocked.Increment(ref parked),
            _ => Interlocked.Increment(ref failed),
        };

        public override string ToString() =>
            $"{Total} claims: {got} got a unit, {parked} found none, {failed} were cut off; {Freed} units taken away, {Deaths} processes died, {Cuts} requests cut; at most {MostHeld} of {Quantity} held.";
    }

    /// <summary>One process as far as units are concerned: caches, ledger and claims, behind a proxy that cuts.</summary>
    private sealed class Claimant : IAsyncDisposable
    {
        private readonly FaultProxy proxy;
        private readonly IHost host;
        private readonly ConcurrentBag<FaultRule> rules = [];
        private ConcurrentQueue<ObjectKey> queue = [];

        private Claimant(FaultProxy proxy, IHost host)
        {
            this.proxy = proxy;
            this.host = host;
        }

        public int Cuts => rules.Sum(rule => rule.Hits);

        public static async Task<Claimant> StartAsync(TestAccount account, int seed)
        {
            var turns = new ConcurrentQueue<ObjectKey>();
            var between = await FaultProxy.StartAsync(account.Cluster.NewConfiguration());
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton(_ => new Kubernetes(between.Configuration()));
            var runtime = builder.Services.AddKubernetesOperator(options =>
            {
                options.LeaderElection = false;
                options.WatchNamespaces = [account.Name];
            });
            TenantCaches.Register(runtime);
            builder.Services.AddSingleton(provider => new PackageLedger(
                provider.GetRequiredService<ResourceCache<Tenant>>(),
                provider.GetRequiredService<ResourceCache<TenantPackage>>(),
                provider.GetRequiredService<ResourceCache<PackageAllocation>>(),
                wake: turns.Enqueue,
                counted: _ => { }));
            builder.Services.AddSingleton<PackageClaims>();
            var process = builder.Build();
            _ = process.Services.GetRequiredService<PackageLedger>();
            await process.StartAsync(TestContext.Current.CancellationToken);
            var health = process.Services.GetRequiredService<IOperatorHealth>();
            await Until.TrueAsync(() => health.Ready, "the caches are filled");
            var claimant = new Claimant(between, process) { queue = turns };

            // As the operator does: at its start it looks at everybody once, afterwards at those whose turn has come.
            foreach (var key in process.Services.GetRequiredService<ResourceCache<Tenant>>().Keys)
            {
                turns.Enqueue(key);
            }

            var random = new Random(seed);
            for (var number = 0; number < 40; number++)
            {
                claimant.rules.Add(between.On("create", "packageallocations", random.Next(2) == 0 ? Fault.CutBefore : Fault.CutAfter, nth: random.Next(1, 500)));
            }

            return claimant;
        }

        public void Freeze() => proxy.FreezeStreams();

        public void Thaw() => proxy.CutStreams();

        public async Task<string> ClaimAsync(Random random, CancellationToken cancellationToken)
        {
            var claims = host.Services.GetRequiredService<PackageClaims>();
            try
            {
                return await claims.ClaimAsync(Next(random), "business", cancellationToken) is null ? "got" : "parked";
            }
            catch (Exception error) when (error is HttpRequestException or IOException or ApiException or TimeoutException)
            {
                return "cut off";
            }
        }

        // Somebody who has no unit as far as this process can see: who was woken, mostly, else anybody.
        private Tenant Next(Random random)
        {
            var tenants = host.Services.GetRequiredService<ResourceCache<Tenant>>();
            var ledger = host.Services.GetRequiredService<PackageLedger>();
            var all = tenants.Keys.ToList();
            for (var attempt = 0; ; attempt++)
            {
                var key = random.Next(5) > 0 && queue.TryDequeue(out var woken) ? woken : all[random.Next(all.Count)];
                if (tenants.Find(key) is { } tenant && (attempt > 50 || ledger.UnitsOf(tenant.Metadata.Uid).Count == 0))
                {
                    return tenant;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(TestContext.Current.CancellationToken);
            host.Dispose();
            await proxy.DisposeAsync();
        }
    }
}
