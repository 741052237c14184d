using System.Text.Json.Nodes;
using k8s;
using k8s.Authentication;
using k8s.Models;
using TenantOperator.Testing;

namespace TenantOperator.Runtime.Tests.Server;

public sealed class KubernetesApiTests(RuntimeServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Errors_have_types()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        var created = await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "w"));
        await rig.PatchDirectlyAsync("w", """{"spec":{"size":2}}""");

        (await rig.Api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("nobody"), Token)).Should().BeNull();
        var twice = () => rig.Api.CreateAsync<Widget>(Rig<Widget>.Type, rig.Namespace, Widget.Named(rig.Namespace, "w"), Token);
        await twice.Should().ThrowAsync<AlreadyExistsException>();
        var stale = () => Patch($$$"""{"metadata":{"resourceVersion":"{{{created.Metadata.ResourceVersion}}}"},"spec":{"size":3}}""");
        await stale.Should().ThrowAsync<ConflictException>();
        var invalid = () => Patch("""{"spec":{"size":1000}}""");
        (await invalid.Should().ThrowAsync<InvalidException>()).Which.Message.Should().Contain("spec.size");
        var absent = () => rig.Api.PatchAsync<Widget>(Rig<Widget>.Type, rig.Key("nobody"), [], null, Token);
        await absent.Should().ThrowAsync<NotFoundException>();
        var otherUid = () => rig.Api.DeleteAsync(Rig<Widget>.Type, rig.Key("w"), "00000000-0000-0000-0000-000000000000", null, Token);
        await otherUid.Should().ThrowAsync<ConflictException>();
        await rig.Api.DeleteAsync(Rig<Widget>.Type, rig.Key("nobody"), null, null, Token);

        Task<Widget> Patch(string patch) => rig.Api.PatchAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), JsonNode.Parse(patch)!.AsObject(), null, Token);
    }

    [Fact]
    public async Task Retry_After_is_honoured_and_everybody_waits()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        using var busy = rig.Proxy.On("create", "widgets", Fault.Answer(429, reason: "TooManyRequests", retryAfterSeconds: 1));
        var began = TimeProvider.System.GetTimestamp();

        var write = rig.Api.CreateAsync<Widget>(Rig<Widget>.Type, rig.Namespace, Widget.Named(rig.Namespace, "w"), Token);
        await busy.Hit;
        await Eventually.HoldsAsync(() => rig.Proxy.Requests.First().Status == 429);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        await rig.Api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("other"), Token);

        TimeProvider.System.GetElapsedTime(began).TotalSeconds.Should().BeGreaterThan(0.99, "the read waited too");
        (await write).Metadata.Name.Should().Be("w");
    }

    [Fact]
    public async Task A_server_that_keeps_saying_429_is_asked_four_times()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server, new() { MaxRetryAfter = TimeSpan.FromMilliseconds(20) });
        using var busy = rig.Proxy.On("create", "widgets", Fault.Answer(429, retryAfterSeconds: 60), times: 100);

        var write = () => rig.Api.CreateAsync<Widget>(Rig<Widget>.Type, rig.Namespace, Widget.Named(rig.Namespace, "w"), Token);

        (await write.Should().ThrowAsync<ThrottledException>()).Which.RetryAfter.Should().Be(TimeSpan.FromMinutes(1));
        busy.Hits.Should().Be(4);
    }

    [Fact]
    public async Task Credentials_that_expire_are_read_anew_once_for_all_and_the_request_is_sent_again()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        var reloads = 0;
        using var client = new Kubernetes(rig.Proxy.Configuration(token: "old"));
        var api = new KubernetesApi(client, TimeProvider.System, new()
        {
            ReloadCredentials = () =>
            {
                Interlocked.Increment(ref reloads);
                return new TokenCredentials("new");
            },
        });
        rig.Proxy.RequireToken("old");
        await api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token);

        rig.Proxy.RequireToken("new");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => api.CreateAsync<Widget>(Rig<Widget>.Type, rig.Namespace, Widget.Named(rig.Namespace, "w" + i), Token)));

        reloads.Should().Be(1);
    }

    [Fact]
    public async Task Credentials_that_stay_wrong_are_an_error_and_not_a_loop()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        using var client = new Kubernetes(rig.Proxy.Configuration(token: "old"));
        var api = new KubernetesApi(client, TimeProvider.System, new() { ReloadCredentials = () => new TokenCredentials("wrong") });
        rig.Proxy.RequireToken("new");

        var read = () => api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token);

        (await read.Should().ThrowAsync<ApiException>()).Which.StatusCode.Should().Be(401);
        rig.Proxy.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_request_without_an_answer_and_an_answer_without_an_end_are_timeouts()
    {
        var short_ = TimeSpan.FromMilliseconds(300);
        await using var rig = await Rig<Widget>.CreateAsync(server, new() { RequestTimeout = short_, ReadIdleTimeout = short_ });
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "w"));
        using var never = rig.Proxy.On("get", "widgets", Fault.NeverAnswer);
        using var stall = rig.Proxy.On("get", "widgets", Fault.StallAfterBytes(20), nth: 1);

        for (var i = 0; i < 2; i++)
        {
            var read = () => rig.Api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token);
            await read.Should().ThrowAsync<TimeoutException>();
        }

        (never.Hits, stall.Hits).Should().Be((1, 1));
        (await rig.Api.FindAsync<Widget>(Rig<Widget>.Type, rig.Key("w"), Token)).Should().NotBeNull();
    }

    [Fact]
    public async Task Managed_fields_are_dropped_while_parsing_and_survive_on_the_server()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "w"));

        var patched = await rig.PatchDirectlyAsync("w", """{"spec":{"size":2}}""");

        patched.Metadata.ManagedFields.Should().BeNull();
        var raw = await rig.Direct.SendAsync(HttpMethod.Get, Rig<Widget>.Type.ObjectPath(rig.Key("w")), null, Token);
        raw.GetProperty("metadata").GetProperty("managedFields").GetArrayLength().Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task The_way_out_reaches_kinds_without_a_name()
    {
        await using var rig = await Rig<Widget>.CreateAsync(server);
        var question = JsonNode.Parse("""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"resourceAttributes":{"verb":"create","resource":"namespaces"}}}
            """);

        var answer = await rig.Api.SendAsync(HttpMethod.Post, "apis/authorization.k8s.io/v1/selfsubjectaccessreviews", question, Token);

        answer.GetProperty("status").GetProperty("allowed").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public void A_kind_is_read_from_its_attribute()
    {
        ResourceType.From<V1ConfigMap>().Should().Be(new ResourceType("", "v1", "ConfigMap", "configmaps"));
        ResourceType.From<V1Namespace>(namespaced: false).ObjectPath(new("", "a")).Should().Be("api/v1/namespaces/a");
        ResourceType.From<Widget>().ObjectPath(new("n", "a"), "status").Should().Be("apis/tests.runtime.example/v1/namespaces/n/widgets/a/status");
    }
}
