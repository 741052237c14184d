using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using TenantOperator.Api.Tests;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Manifests;
using TenantOperator.Testing;

[assembly: AssemblyFixture(typeof(CrdServer))]

namespace TenantOperator.Api.Tests;

/// <summary>A real API server that serves our kinds, and a namespace of its own for these tests.</summary>
public sealed class CrdServer : ApiServerFixture, IAsyncLifetime
{
    public Cluster Cluster { get; private set; } = null!; // Set before the first test runs, see InitializeAsync.

    public string Namespace { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Cluster = await GetAsync(cancellationToken);
        Namespace = await CreateNamespaceAsync("api", cancellationToken);

        // Client-side apply on purpose: it is the one that a definition can be too large for.
        await Cluster.Kubectl.OutputAsync(["apply", "-f", Path.Combine(RepositoryRoot.Find(), "config", "crds")], null, cancellationToken);
        await Cluster.Kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "-f", Path.Combine(RepositoryRoot.Find(), "config", "crds")], null, cancellationToken);
        foreach (var kind in Manifests.Crds.Kinds.All)
        {
            await UntilServedAsync(kind.Name.ToLowerInvariant() + "s", cancellationToken);
        }
    }

    /// <summary>Sends an object as kubectl does, strict about unknown fields. Null means accepted; else what the server said.</summary>
    public async Task<string?> RefusalOfCreateAsync(JsonNode manifest) =>
        await RefusalAsync(() => Cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(
            manifest, ApiGroup.Group, ApiGroup.Version, Namespace, PluralOf(manifest), dryRun: "All", fieldManager: "api-tests", fieldValidation: "Strict"));

    /// <summary>Makes the first object, tries to change it into the second, and removes it again.</summary>
    public async Task<string?> RefusalOfUpdateAsync(JsonNode before, JsonNode after)
    {
        var (plural, name) = (PluralOf(before), (string)before["metadata"]!["name"]!);
        var made = await Cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(
            before, ApiGroup.Group, ApiGroup.Version, Namespace, plural, fieldManager: "api-tests", fieldValidation: "Strict");
        try
        {
            var update = after.DeepClone();
            update["metadata"]!["resourceVersion"] = (string)made["metadata"]!["resourceVersion"]!;
            return await RefusalAsync(() => Cluster.Client.CustomObjects.ReplaceNamespacedCustomObjectAsync<JsonObject>(
                update, ApiGroup.Group, ApiGroup.Version, Namespace, plural, name, dryRun: "All", fieldManager: "api-tests", fieldValidation: "Strict"));
        }
        finally
        {
            await Cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync<JsonObject>(ApiGroup.Group, ApiGroup.Version, Namespace, plural, name);
        }
    }

    /// <summary>Makes an object, reads the bytes the server gives for it, and removes it again.</summary>
    public async Task<string> ReadBackAsync(JsonNode manifest, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, manifest.ToJsonString(new() { MaxDepth = 10_000 }), cancellationToken);
            var path = $"/apis/{ApiGroup.Group}/{ApiGroup.Version}/namespaces/{Namespace}/{PluralOf(manifest)}";
            await Cluster.Kubectl.OutputAsync(["create", "--raw", path, "-f", file], null, cancellationToken);
            var read = await Cluster.Kubectl.OutputAsync(["get", "--raw", $"{path}/{(string?)manifest["metadata"]!["name"]}"], null, cancellationToken);
            await Cluster.Kubectl.OutputAsync(["delete", "--raw", $"{path}/{(string?)manifest["metadata"]!["name"]}"], null, cancellationToken);
            return read;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string PluralOf(JsonNode manifest) => ((string)manifest["kind"]!).ToLowerInvariant() + "s";

    private static async Task<string?> RefusalAsync(Func<Task<JsonObject>> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (HttpOperationException refused) when (refused.Response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            return (string?)JsonNode.Parse(refused.Response.Content)?["message"];
        }
    }

    // A kind is served a moment after its definition is established, and its first list may be put off with a 429.
    private async Task UntilServedAsync(string plural, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync<JsonObject>(ApiGroup.Group, ApiGroup.Version, Namespace, plural, cancellationToken: cancellationToken);
                return;
            }
            catch (HttpOperationException early) when (attempt < 100 && early.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
