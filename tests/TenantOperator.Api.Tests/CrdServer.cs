using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TenantOperator.Api.Tests;
using TenantOperator.Manifests;
using TenantOperator.Manifests.Crds;

[assembly: AssemblyFixture(typeof(CrdServer))]

namespace TenantOperator.Api.Tests;

/// <summary>A real API server with our CustomResourceDefinitions and a namespace of its own for these tests.</summary>
public sealed class CrdServer : IAsyncLifetime
{
    private readonly Kubernetes _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(Environment.GetEnvironmentVariable("TEST_KUBECONFIG")));

    public Kubernetes Client => _client;

    public string Namespace { get; } = $"api-tests-{Guid.NewGuid():N}"[..20];

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "config", "crds"), "*.yaml"))
        {
            var crd = YamlJson.ReadAll(await File.ReadAllTextAsync(file))[0];
            await Client.ApiextensionsV1.PatchCustomResourceDefinitionAsync(
                new V1Patch(crd, V1Patch.PatchType.ApplyPatch), (string)crd["metadata"]!["name"]!, fieldManager: "api-tests", force: true);
        }

        await Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } });
        foreach (var plural in Kinds.All.Select(CrdBuilder.PluralOf))
        {
            await UntilServedAsync(plural);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.CoreV1.DeleteNamespaceAsync(Namespace);
        Client.Dispose();
    }

    /// <summary>Sends an object as kubectl does, strict about unknown fields. Null means accepted; else what the server said.</summary>
    public async Task<string?> RefusalOfCreateAsync(JsonNode manifest) =>
        await RefusalAsync(() => Client.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(
            manifest, "tenantoperator.io", "v1alpha1", Namespace, PluralOf(manifest), dryRun: "All", fieldManager: "api-tests", fieldValidation: "Strict"));

    /// <summary>Makes the first object, tries to change it into the second, and removes it again.</summary>
    public async Task<string?> RefusalOfUpdateAsync(JsonNode before, JsonNode after)
    {
        var (plural, name) = (PluralOf(before), (string)before["metadata"]!["name"]!);
        var made = await Client.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(
            before, "tenantoperator.io", "v1alpha1", Namespace, plural, fieldManager: "api-tests", fieldValidation: "Strict");
        try
        {
            var update = after.DeepClone();
            update["metadata"]!["resourceVersion"] = (string)made["metadata"]!["resourceVersion"]!;
            return await RefusalAsync(() => Client.CustomObjects.ReplaceNamespacedCustomObjectAsync<JsonObject>(
                update, "tenantoperator.io", "v1alpha1", Namespace, plural, name, dryRun: "All", fieldManager: "api-tests", fieldValidation: "Strict"));
        }
        finally
        {
            await Client.CustomObjects.DeleteNamespacedCustomObjectAsync<JsonObject>("tenantoperator.io", "v1alpha1", Namespace, plural, name);
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
    private async Task UntilServedAsync(string plural)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Client.CustomObjects.ListNamespacedCustomObjectAsync<JsonObject>("tenantoperator.io", "v1alpha1", Namespace, plural);
                return;
            }
            catch (HttpOperationException early) when (attempt < 100 && early.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
