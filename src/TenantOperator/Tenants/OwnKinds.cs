using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Whether our kinds are on their way out of the cluster. The API server then deletes every object of them, which is nobody's wish about a tenant.</summary>
/// <param name="api">Asks the server, since an answer from before would not do: the definition is marked first, and only then its objects are deleted.</param>
/// <param name="clock">The time.</param>
/// <param name="mayReadDefinition">
/// Whether the operator has the right to get the definition, which no role in a namespace can give. Without it, it looks at what the API server tells everybody of its kinds: of one on its way out,
/// that nothing can be created any more.
/// </param>
internal sealed class OwnKinds(KubernetesApi api, TimeProvider clock, bool mayReadDefinition)
{
    private const string Definition = $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{Tenant.KubePlural}.{ApiGroup.Group}";
    private const string Discovery = $"apis/{ApiGroup.ApiVersion}";

    // What the server tells of its kinds follows the mark on the definition within milliseconds; of several servers, within a moment.
    private static readonly TimeSpan UntilToldEverywhere = TimeSpan.FromSeconds(2);

    /// <summary>Asks the server.</summary>
    public async Task<bool> AreBeingRemovedAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (mayReadDefinition)
            {
                var definition = await api.SendAsync(HttpMethod.Get, Definition, null, cancellationToken);
                return definition.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _);
            }

            await Task.Delay(UntilToldEverywhere, clock, cancellationToken);
            return !CanBeCreated(await api.SendAsync(HttpMethod.Get, Discovery, null, cancellationToken));
        }
        catch (NotFoundException)
        {
            return true;
        }
    }

    private static bool CanBeCreated(JsonElement kinds) => kinds.GetProperty("resources").EnumerateArray().Any(kind =>
        kind.GetProperty("name").GetString() == Tenant.KubePlural && kind.GetProperty("verbs").EnumerateArray().Any(verb => verb.GetString() == "create"));
}
