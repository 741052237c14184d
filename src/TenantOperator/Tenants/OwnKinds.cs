using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Whether our kinds are on their way out of the cluster. The API server then deletes every object of them, which is nobody's wish about a tenant.</summary>
internal sealed class OwnKinds(KubernetesApi api)
{
    private const string Definition = $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{Tenant.KubePlural}.{ApiGroup.Group}";

    /// <summary>Asks the server, since an answer from before would not do: the definition is marked first, and only then its objects are deleted.</summary>
    public async Task<bool> AreBeingRemovedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var definition = await api.SendAsync(HttpMethod.Get, Definition, null, cancellationToken);
            return definition.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _);
        }
        catch (NotFoundException)
        {
            return true;
        }
    }
}
