using k8s;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Bench;

/// <summary>The floor of a restart: a program that lists the kinds the operator watches, in parallel, decodes them with the client library, and ends.</summary>
internal static class BareList
{
    private const string Own = "&labelSelector=app.kubernetes.io%2Fmanaged-by%3Dtenant-operator";

    public static async Task<int> RunAsync(string kubeconfig, CancellationToken cancellationToken)
    {
        using var api = new ApiClient(kubeconfig);

        const string ours = "apis/tenantoperator.io/v1alpha1/";
        var counts = await Task.WhenAll(
            ListAsync<Tenant>(ours + "tenants"),
            ListAsync<TenantUser>(ours + "tenantusers"),
            ListAsync<TenantTemplate>(ours + "tenanttemplates"),
            ListAsync<TenantPackage>(ours + "tenantpackages"),
            ListAsync<TenantPlatform>(ours + "tenantplatforms"),
            ListAsync<PackageAllocation>(ours + "packageallocations"),
            ListAsync<V1Namespace>("api/v1/namespaces"),
            ListAsync<V1ResourceQuota>("api/v1/resourcequotas", Own),
            ListAsync<V1LimitRange>("api/v1/limitranges", Own),
            ListAsync<V1NetworkPolicy>("apis/networking.k8s.io/v1/networkpolicies", Own),
            ListAsync<V1RoleBinding>("apis/rbac.authorization.k8s.io/v1/rolebindings", Own));
        await Console.Out.WriteLineAsync($"{counts.Sum()} objects");
        return 0;

        async Task<int> ListAsync<T>(string path, string selector = "")
            where T : IKubernetesObject
        {
            using var answer = await api.OpenAsync(HttpMethod.Get, path + "?resourceVersion=0" + selector, null, ApiClient.Json, cancellationToken);
            return KubernetesJson.Deserialize<KubernetesList<T>>(await answer.Content.ReadAsStringAsync(cancellationToken)).Items.Count;
        }
    }
}
