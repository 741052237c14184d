using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TenantOperator.Emulators;

namespace TenantOperator.Bench;

/// <summary>
/// Many tenants with people on the emulator of Hatz, which lets so many calls through in a second: how many calls it took, how near to that pace they came, and how long it was until all were Ready.
/// </summary>
internal sealed class RemoteRun(int tenants, int people, int perSecond)
{
    private const string Account = "bench-remote";
    private const string Ours = $"apis/tenantoperator.io/v1alpha1/namespaces/{Account}";
    private const int MostInvited = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // One to make a tenant, one for each hundred people; one for the account itself.
    private int Minimum => 1 + (tenants * (1 + ((people + MostInvited - 1) / MostInvited)));

    public async Task<int> RunAsync(string repository, string folder, CancellationToken cancellationToken)
    {
        await using var hatz = await HatzEmulator.StartAsync(new HatzOptions { RequestsPerSecond = perSecond });
        var package = hatz.AddPackage("Standard", tenants);
        await using var cluster = await BenchCluster.StartAsync(repository, cancellationToken);
        await PrepareAsync(cluster.Admin, hatz, package.Id, cancellationToken);
        await Parallel.ForEachAsync(Enumerable.Range(0, tenants), cancellationToken, async (number, token) => await CreateAsync(cluster.Admin, "tenants", TenantOf(number), token));

        var began = TimeProvider.System.GetTimestamp();
        await using var running = OperatorProcess.Start(folder, cluster.KubeconfigOf(BenchCluster.Operator), workers: null, "--allow-hosts", "127.0.0.1");
        var (ready, moved) = (-1, began);
        while (ready < tenants * (1 + people))
        {
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            var now = await DoneAsync(cluster.Admin, cancellationToken);
            moved = now > ready ? TimeProvider.System.GetTimestamp() : moved;
            ready = now;
            if (TimeProvider.System.GetElapsedTime(moved) > Patience)
            {
                throw new TimeoutException($"Only {ready} of {tenants * (1 + people)} tenants and people are there, and nothing moves.");
            }
        }

        Print(hatz.Log.Requests, TimeProvider.System.GetElapsedTime(began), running);
        return 0;
    }

    private void Print(IReadOnlyList<LoggedRequest> calls, TimeSpan time, OperatorProcess running)
    {
        var refused = calls.Count(call => call.Status == 429);
        var writes = calls.Where(call => call.IsWrite).ToList();
        var pace = writes.Count / (writes[^1].At - writes[0].At).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{tenants} tenants with {people} people each on Hatz at {perSecond} calls a second: all there after {time.TotalSeconds:0} s, resident at most {running.Memory().Peak:0} MiB"));
        Row("calls ÷ minimum", (double)calls.Count / Minimum, $"{calls.Count} and {Minimum}", "at most 1.1");
        Row("calls a second ÷ limit, from the first change to the last", pace / perSecond, pace.ToString("0.0", CultureInfo.InvariantCulture), "at least 0.9");
        Row("calls that were one too many a second", refused, "", "0");
        Console.WriteLine(string.Join(", ", calls.GroupBy(call => call.Route).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}")));

        static void Row(string name, double value, string what, string budget) => Console.WriteLine(FormattableString.Invariant($"{name,-60} {value,6:0.00}  {what,-14} {budget}"));
    }

    private async Task PrepareAsync(ApiClient admin, HatzEmulator hatz, string packageId, CancellationToken cancellationToken)
    {
        await admin.SendAsync(HttpMethod.Post, "api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = Account } }, cancellationToken);
        await admin.SendAsync(
            HttpMethod.Post,
            $"api/v1/namespaces/{Account}/secrets",
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = "hatz" }, ["stringData"] = new JsonObject { ["apiKey"] = hatz.Key } },
            cancellationToken);
        await CreateAsync(admin, "tenantplatforms", $$$$"""
            {"apiVersion":"tenantoperator.io/v1alpha1","kind":"TenantPlatform","metadata":{"name":"default"},"spec":{"hatz":{"baseUrl":"{{{{hatz.Address.AbsoluteUri}}}}","insecure":true,
             "credentialsSecretRef":{"name":"hatz"},"maxRequestsPerSecond":{{{{perSecond}}}},"maxConcurrency":8}}}
            """, cancellationToken);
        await CreateAsync(admin, "tenantpackages", $$$$"""
            {"apiVersion":"tenantoperator.io/v1alpha1","kind":"TenantPackage","metadata":{"name":"standard"},"spec":{"type":"Primary","quantity":{{{{tenants}}}},"hatz":{"packageId":"{{{{packageId}}}}"}}}
            """, cancellationToken);
    }

    private string TenantOf(int number) => $$$$"""
        {"apiVersion":"tenantoperator.io/v1alpha1","kind":"Tenant","metadata":{"name":"t{{{{number}}}}"},"spec":{"displayName":"Tenant {{{{number}}}}","packageRef":{"name":"standard"},
         "initialUsers":[{{{{string.Join(',', Enumerable.Range(0, people).Select(person => $$"""{"email":"p{{person}}@t{{number}}.example"}"""))}}}}]}}
        """;

    // Tenants that are Ready and people that are in.
    private static async Task<int> DoneAsync(ApiClient admin, CancellationToken cancellationToken)
    {
        var list = await admin.GetAsync($"{Ours}/tenants", cancellationToken);
        return list["items"]!.AsArray().Sum(tenant => (int?)tenant!["status"]?["users"]?["synced"] ?? 0)
            + list["items"]!.AsArray().Count(tenant => tenant!["status"]?["conditions"]?.AsArray().Any(each => (string?)each!["type"] == "Ready" && (string?)each["status"] == "True") == true);
    }

    private static Task CreateAsync(ApiClient admin, string resource, string json, CancellationToken cancellationToken) =>
        admin.WriteAsync(HttpMethod.Post, $"{Ours}/{resource}", Encoding.UTF8.GetBytes(json), ApiClient.Json, cancellationToken);
}
