using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Promises.Corruptions;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

/// <summary>Whatever is done to what the operator keeps, it is put right in time or refused by name: no namespace is deleted, no unit claimed twice.</summary>
public sealed class WhatWasCorruptedIsRepairedOrRefused(OperatorCluster cluster, ITestOutputHelper output)
{
    private const int Accounts = 4;

    // All objects are compared after so many corruptions; the one that was corrupted after each.
    private const int Round = 20;

    private const int MostFailures = 12;

    [Fact]
    public async Task Annotations_labels_owners_finalizers_and_children()
    {
        var (repaired, refused) = (0, 0);
        await ForEachAsync(HandEdits.All, async (live, edit) =>
        {
            var path = live.PathOf(edit.Path);
            var before = await Until.NotNullAsync(() => live.Account.Rest.FindAsync(path), () => $"{path} is there");
            if (edit.Patch is null)
            {
                await live.Account.Rest.DeleteAsync(path);
            }
            else
            {
                live.IsRight(edit.Path, await EditAsync(live, path, JsonNode.Parse(edit.Patch)!)).Should().BeFalse("something was changed");
            }

            if (edit.Reason is { } reason)
            {
                await live.Account.UntilReadyAsync("acme", reason);
                await live.Account.Rest.PatchAsync(path, new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = before["metadata"]!["labels"]?.DeepClone(), ["annotations"] = before["metadata"]!["annotations"]?.DeepClone() },
                });
                Interlocked.Increment(ref refused);
            }
            else
            {
                Interlocked.Increment(ref repaired);
            }

            await live.UntilRightAsync(edit.Path);
            await live.UntilRightAsync("tenants/acme");
        });

        output.WriteLine($"{repaired} repaired, {refused} refused by a condition");
        (repaired + refused).Should().Be(HandEdits.All.Count).And.BeGreaterThan(80);
    }

    [Theory]
    [InlineData("tenants", "acme", 200)]
    [InlineData("tenantusers", "jane", 20)]
    public async Task Every_field_of_a_status(string resource, string name, int atLeast)
    {
        List<StatusCorruption> corruptions;
        await using (var model = await LiveTenant.OpenAsync(cluster))
        {
            var definition = await model.Account.Rest.GetAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{resource}.{ApiGroup.Group}");
            var schema = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["status"]!;
            corruptions = [.. StatusCorruptions.Of(schema, (await model.Account.Rest.GetAsync(model.PathOf($"{resource}/{name}")))["status"]!)];
        }

        var (repaired, refused, withoutEffect) = (0, 0, 0);
        await ForEachAsync(corruptions, async (live, corruption) =>
        {
            var path = live.PathOf($"{resource}/{name}");
            switch (await CorruptAsync(live, path, corruption))
            {
                case null:
                    Interlocked.Increment(ref refused);
                    return;
                case { } now when live.IsRight($"{resource}/{name}", now):
                    // Nothing but the status knows it. It must do no harm to the next pass.
                    Interlocked.Increment(ref withoutEffect);
                    await AskForAPassAsync(live);
                    break;
                default:
                    Interlocked.Increment(ref repaired);
                    break;
            }

            await live.UntilRightAsync($"{resource}/{name}");
            await live.UntilRightAsync("tenants/acme");
        });

        output.WriteLine($"{resource}: {repaired} repaired, {refused} refused by the schema, {withoutEffect} of what only the status knows");
        (repaired + refused + withoutEffect).Should().Be(corruptions.Count).And.BeGreaterThan(atLeast);
        // The schema stops about half of them.
        repaired.Should().BeGreaterThan(corruptions.Count * 2 / 5);
    }

    [Fact]
    public async Task A_second_unit_claimed_in_the_tenants_name_is_given_back()
    {
        await using var live = await LiveTenant.OpenAsync(cluster);
        var uid = (await live.Account.FindTenantAsync("acme"))!.Metadata.Uid;

        await live.Account.CreateAsync(new PackageAllocation
        {
            Metadata = TestAccount.Meta("business-1"),
            Spec = new PackageAllocationSpec { PackageName = "business", Slot = 1, Holder = new AllocationHolder { Name = "acme", Uid = uid } },
        });

        await Until.TrueAsync(async () => (await live.Account.AllocationsAsync()).Count == 3, "the second one is freed");
        await live.UntilAllIsRightAsync();
    }

    // An edit before may have had the object made anew, so that for a moment it is not there.
    private static Task<JsonObject> EditAsync(LiveTenant live, string path, JsonNode patch) => Until.NotNullAsync(
        async () => await live.Account.Rest.AskAsync(null, HttpMethod.Patch, path, patch.DeepClone()) switch
        {
            (HttpStatusCode.NotFound, _) => null,
            (HttpStatusCode.OK, var edited) => edited,
            var (code, answer) => throw new InvalidOperationException($"{path}: {(int)code} {answer["message"]}"),
        },
        () => $"{path} is there");

    private static async Task<JsonObject?> CorruptAsync(LiveTenant live, string path, StatusCorruption corruption)
    {
        while (true)
        {
            var json = await live.Account.Rest.GetAsync(path);
            corruption.Apply(json["status"]!.AsObject());
            var (code, answer) = await live.Account.Rest.AskAsync(null, HttpMethod.Put, path + "/status", json);
            switch (code)
            {
                case HttpStatusCode.OK:
                    return answer;
                case HttpStatusCode.Conflict:
                    continue;
                default:
                    code.Should().Be(HttpStatusCode.UnprocessableEntity, "{0}: {1}", corruption, answer["message"]);
                    return null;
            }
        }
    }

    private static async Task AskForAPassAsync(LiveTenant live)
    {
        var moment = Guid.NewGuid().ToString("n");
        await live.Account.Rest.PatchAsync(live.PathOf("tenants/acme"), JsonNode.Parse($$$$"""{"metadata":{"annotations":{"{{{{Annotations.ReconcileRequestedAt}}}}":"{{{{moment}}}}"}}}""")!);
        await live.Account.UntilAsync("acme", tenant => tenant.Status?.LastHandledReconcileAt == moment, "the pass that was asked for is done");
    }

    /// <summary>
    /// Several tenants at a time, each with an operator of its own, take the next corruption from the list until none is left. One that failed is no longer what the
    /// next corruption needs, so another takes its place.
    /// </summary>
    private async Task ForEachAsync<T>(IReadOnlyList<T> corruptions, Func<LiveTenant, T, Task> check)
        where T : notnull
    {
        var left = new ConcurrentQueue<T>(corruptions);
        var failures = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, Accounts).Select(async _ =>
        {
            while (!left.IsEmpty && failures.Count < MostFailures)
            {
                await using var live = await LiveTenant.OpenAsync(cluster);
                try
                {
                    await CorruptUntilFailureAsync(live, left, check);
                }
                catch (CorruptionException failure)
                {
                    failures.Enqueue(failure.Message);
                }
            }
        }));
        failures.Should().BeEmpty();
    }

    private static async Task CorruptUntilFailureAsync<T>(LiveTenant live, ConcurrentQueue<T> left, Func<LiveTenant, T, Task> check)
        where T : notnull
    {
        for (var number = 1; left.TryDequeue(out var corruption); number++)
        {
            try
            {
                await check(live, corruption);
                if (number % Round == 0 || left.IsEmpty)
                {
                    await live.UntilAllIsRightAsync();
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new CorruptionException($"{corruption}: {error.Message}");
            }
        }
    }

    private sealed class CorruptionException(string message) : Exception(message);
}
