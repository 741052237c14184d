using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using TenantOperator.Testing;

namespace TenantOperator.ControlPlane.Tests;

/// <summary>What a person with kubectl expects of a cluster, on our own build of the API server.</summary>
public sealed class KubectlTests(ApiServerFixture server) : IAsyncLifetime
{
    private static readonly SemaphoreSlim Installing = new(1);
    private static bool s_installed;

    private Cluster _cluster = null!;
    private string _namespace = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await server.GetAsync(Cancel);
        _namespace = await server.CreateNamespaceAsync("kubectl", Cancel);
        await Installing.WaitAsync(Cancel);
        try
        {
            if (!s_installed)
            {
                await InstallAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "widgets.yaml"), Cancel), "widgets.example.com");
                s_installed = true;
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("delete ns --wait=false " + _namespace);

    [Fact]
    public async Task A_custom_resource_is_explained_listed_and_watched_for_conditions()
    {
        await ExpectAsync("FIELD: replicas <integer>", "explain widget.spec.replicas");
        await ApplyAsync("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {color: red}");
        await ExpectAsync("one +red +1", "get wd one");
        await ExpectAsync("^widget.example.com/one$", "get wd --field-selector spec.color=red -o name");
        await ExpectAsync("^$", "get wd --field-selector spec.color=blue -o name");

        await ExpectAsync("patched", "patch wd one --subresource=status --type=merge -p", """{"status":{"replicas":1,"conditions":[{"type":"Ready","status":"True"}]}}""");
        await ExpectAsync("condition met", "wait wd/one --for=condition=Ready --timeout=5s");
        await ExpectAsync("one +red +1 +True", "get wd one");
    }

    [Fact]
    public async Task A_custom_resource_is_validated_and_counts_its_generations()
    {
        await ApplyAsync("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {color: red}");

        await ExpectAsync("color is immutable", "patch wd one --type=merge -p", """{"spec":{"color":"blue"}}""");
        await ExpectAsync("must not exceed", "patch wd one --type=merge -p", """{"spec":{"replicas":11}}""");
        await ExpectAsync("^1$", "get wd one -o jsonpath={.metadata.generation}");
        await ExpectAsync("patched", "patch wd one --type=json -p", """[{"op":"replace","path":"/spec/replicas","value":3}]""");
        await ExpectAsync("patched", "patch wd one --subresource=status --type=merge -p", """{"status":{"replicas":3}}""");
        await ExpectAsync("^2$", "get wd one -o jsonpath={.metadata.generation}");
        await ExpectAsync("scaled", "scale wd one --replicas=4");
        await ExpectAsync("^3$", "get wd one -o jsonpath={.metadata.generation}");
    }

    [Fact]
    public async Task Server_side_apply_finds_conflicts_between_managers()
    {
        const string Widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: ssa}\nspec: {color: green, replicas: ";
        await ExpectAsync("serverside-applied", "apply --server-side --field-manager=alice -f -", input: Widget + "2}");
        await ExpectAsync("conflict with \"alice\": .spec.replicas", "apply --server-side --field-manager=bob -f -", input: Widget + "5}");
        await ExpectAsync("serverside-applied", "apply --server-side --field-manager=bob --force-conflicts -f -", input: Widget + "5}");

        await ExpectAsync("created", "create cm c1 --from-literal=a=b");
        await ExpectAsync("conflict with \"kubectl-create\"", "apply --server-side --field-manager=m -f -", input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {a: c}}");
        await ExpectAsync("unknown field \"dat\"", "apply -f -", input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: c2}, dat: {a: c}}");
    }

    [Fact]
    public async Task Built_in_kinds_have_their_defaults_and_immutable_fields()
    {
        await ExpectAsync("created", "create secret generic s1 --from-literal=a=b");
        await ExpectAsync("^secret/s1$", "get secrets --field-selector type=Opaque -o name");
        await ExpectAsync("field is immutable", "patch secret s1 -p", """{"type":"other"}""");
        await ExpectAsync("created", "create sa bot");
        await ExpectAsync("^serviceaccount/default$", "wait sa/default --for=create --timeout=5s -o name");

        await ExpectAsync("created", "create deployment web --image=nginx");
        await ExpectAsync("\"maxSurge\":\"25%\"", "get deploy web -o jsonpath={.spec.strategy}");
        await ExpectAsync("updated", "set image deploy/web nginx=nginx:2");
        await ExpectAsync("^2$", "get deploy web -o jsonpath={.metadata.generation}");
        await ExpectAsync("IfNotPresent", "get deploy web -o jsonpath={.spec.template.spec.containers[*].imagePullPolicy}");
        await ExpectAsync("field is immutable", "patch deploy web --type=merge -p", """{"spec":{"selector":{"matchLabels":{"x":"y"}}}}""");
        await ExpectAsync("[Ff]orbidden", "delete ns default");
    }

    [Fact]
    public async Task An_event_is_seen_through_both_event_APIs()
    {
        await ExpectAsync("created", "create -f -", input: """
            {apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: e1}, regarding: {kind: Widget, name: two}, note: hey, reason: R, action: A,
             type: Normal, eventTime: "2026-01-01T00:00:00.000000Z", reportingController: c, reportingInstance: c1}
            """.Replace("name: two", $"name: two, namespace: {_namespace}", StringComparison.Ordinal));

        await ExpectAsync("hey", "get events --field-selector involvedObject.name=two");
        (await GetAsync($"/apis/events.k8s.io/v1/namespaces/{_namespace}/events?fieldSelector=regarding.name%3Dtwo")).Should().MatchRegex("\"note\": *\"hey\"");
        (await GetAsync($"/api/v1/namespaces/{_namespace}/events/e1")).Should().MatchRegex("\"message\": *\"hey\"");
    }

    [Fact]
    public async Task Watches_end_their_initial_events_with_a_bookmark()
    {
        var answer = await GetAsync(
            $"/api/v1/namespaces/{_namespace}/configmaps?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1");

        answer.Should().Contain("k8s.io/initial-events-end");
    }

    [Fact]
    public async Task Discovery_answers_with_a_slash_at_the_end_too()
    {
        (await GetAsync("/apis/")).Should().Contain("example.com");
        (await GetAsync("/version/")).Should().MatchRegex("\"major\": *\"1\"");
    }

    [Fact]
    public async Task Dependents_go_with_their_owner()
    {
        await ApplyAsync("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: owner}\nspec: {color: red}");
        var uid = (await RunAsync("get wd owner -o jsonpath={.metadata.uid}")).Output;
        await ExpectAsync("created", "create -f -", input:
            $"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: child, ownerReferences: [{{apiVersion: example.com/v1, kind: Widget, name: owner, uid: {uid}}}]}}}}");

        await ExpectAsync("deleted", "delete wd owner");

        (await RunAsync("wait cm/child --for=delete --timeout=3s")).Text.Should().NotContain("timed out");
        await ExpectAsync("NotFound", "get cm child");
    }

    [Fact]
    public async Task A_dependent_whose_owner_never_existed_is_collected()
    {
        await ExpectAsync("created", "create -f -", input:
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: stray, ownerReferences: [{apiVersion: example.com/v1, kind: Widget, name: none, uid: 00000000-0000-0000-0000-000000000000}]}}");

        (await RunAsync("wait cm/stray --for=delete --timeout=15s")).Text.Should().NotContain("timed out");
    }

    [Fact]
    public async Task A_namespace_goes_with_all_that_is_in_it()
    {
        await ApplyAsync("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {color: red}");
        await ExpectAsync("created", "create cm c1 --from-literal=a=b");

        await ExpectAsync("deleted", $"delete ns {_namespace} --timeout=5s");
        await ExpectAsync("NotFound", $"get ns {_namespace}");
    }

    [Fact]
    public async Task A_definition_goes_with_its_objects_and_its_group()
    {
        var definition = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "widgets.yaml"), Cancel))
            .Replace("example.com", "gone.example.com", StringComparison.Ordinal).Replace("idget", "adget", StringComparison.Ordinal)
            .Replace("shortNames: [wd]", "shortNames: []", StringComparison.Ordinal);
        await InstallAsync(definition, "wadgets.gone.example.com");
        await _cluster.ApplyAsync($"apiVersion: gone.example.com/v1\nkind: Wadget\nmetadata: {{name: one, namespace: {_namespace}}}\nspec: {{color: red}}", Cancel);

        await ExpectAsync("deleted", "delete crd wadgets.gone.example.com --timeout=10s");
        (await GetAsync("/apis/gone.example.com/v1/wadgets")).Should().Contain("404");
    }

    private async Task InstallAsync(string definition, string name)
    {
        (await _cluster.Kubectl.RunAsync(["apply", "-f", "-"], definition, Cancel)).Text.Should().Contain("created");
        await ExpectAsync("condition met", $"wait --for=condition=Established crd/{name} --timeout=10s");
    }

    private Task ApplyAsync(string manifest) =>
        _cluster.ApplyAsync(manifest.Replace("metadata: {", $"metadata: {{namespace: {_namespace}, ", StringComparison.Ordinal), Cancel);

    private async Task ExpectAsync(string pattern, string commandLine, string? lastArgument = null, string? input = null)
    {
        var result = await RunAsync(commandLine, lastArgument, input);
        result.Text.Should().MatchRegex(new Regex(pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(1)), "kubectl {0} should say so", commandLine);
    }

    // The comment in front of the input keeps kubectl from taking YAML that begins with a brace for JSON.
    private Task<CommandResult> RunAsync(string commandLine, string? lastArgument = null, string? input = null)
    {
        string[] last = lastArgument is null ? [] : [lastArgument];
        return _cluster.Kubectl.RunAsync(["--namespace", _namespace, .. commandLine.Split(' '), .. last], input is null ? null : "#\n" + input, Cancel);
    }

    private async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster.Client.BaseUri, path));
        await ((k8s.Kubernetes)_cluster.Client).Credentials.ProcessHttpRequestAsync(request, Cancel);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await ((k8s.Kubernetes)_cluster.Client).HttpClient.SendAsync(request, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
