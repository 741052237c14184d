using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>A cache of a few objects that are read by their names follows the real server without a watch.</summary>
public sealed class NamedReaderTests(RuntimeServer server)
{
    private static readonly ResourceType Roles = ResourceType.From<V1ClusterRole>(namespaced: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_that_come_change_and_are_made_anew_are_shown_and_no_others()
    {
        var cluster = await server.WithWidgetsAsync(Token);
        var (one, another) = ($"named-{Guid.NewGuid():n}", $"named-{Guid.NewGuid():n}");
        await using var proxy = await FaultProxy.StartAsync(cluster.NewConfiguration());
        using var client = new Kubernetes(proxy.Configuration());
        using var directClient = new Kubernetes(cluster.NewConfiguration());
        var direct = new KubernetesApi(directClient, TimeProvider.System);
        await direct.CreateAsync<V1ClusterRole>(Roles, "", new V1ClusterRole { Metadata = new() { Name = one } }, Token);
        var cache = new ResourceCache<V1ClusterRole>(Roles, new WireFormat<V1ClusterRole, V1ClusterRole>(Roles, wire => wire), [], new Dictionary<string, Func<V1ClusterRole, IEnumerable<string>>>());
        var changes = new System.Collections.Concurrent.ConcurrentQueue<CacheChange<V1ClusterRole>>();
        cache.Subscribe(changes.Enqueue);
        var (least, most) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
        var reader = new NamedReader<V1ClusterRole>(
            new KubernetesApi(client, TimeProvider.System), cache, [one, another], TimeSpan.FromMilliseconds(50), new Backoff(least, most, new Random(1)), TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var outage = proxy.On("get", "clusterroles", Fault.Answer(500), times: 3);
        var running = Task.Run(() => reader.RunAsync(stop.Token), Token);

        await reader.WaitForSyncAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
        outage.Hits.Should().Be(3);
        cache.Keys.Should().Equal(new ObjectKey("", one));
        changes.Should().ContainSingle().Which.Initial.Should().BeTrue();

        await direct.CreateAsync<V1ClusterRole>(Roles, "", new V1ClusterRole { Metadata = new() { Name = another } }, Token);
        await Eventually.HoldsAsync(() => cache.Count == 2);
        await direct.PatchAsync<V1ClusterRole>(Roles, new("", one), JsonNode.Parse("""{"metadata":{"labels":{"class":"gold"}}}""")!.AsObject(), null, Token);
        await Eventually.HoldsAsync(() => cache.Find(new("", one))?.Metadata.Labels?.ContainsKey("class") == true);

        // The newest of them goes, and comes again.
        var uid = cache.Find(new("", one))!.Metadata.Uid;
        await direct.DeleteAsync(Roles, new("", one), null, null, Token);
        await Eventually.HoldsAsync(() => cache.Count == 1 && cache.Find(new("", another)) is not null);
        await direct.CreateAsync<V1ClusterRole>(Roles, "", new V1ClusterRole { Metadata = new() { Name = one } }, Token);
        await Eventually.HoldsAsync(() => cache.Find(new("", one)) is { } again && again.Metadata.Uid != uid);
        await stop.CancelAsync();
        await running;

        proxy.Requests.Should().OnlyContain(request => request.Verb == "get" && request.Resource == "clusterroles");
        changes.Count(change => change.Key.Name == another).Should().Be(1, "what does not change is not told again");
    }
}
