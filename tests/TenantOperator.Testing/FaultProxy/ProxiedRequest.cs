namespace TenantOperator.Testing;

/// <summary>One request as the proxy saw it, in Kubernetes' words.</summary>
/// <param name="Verb">get, list, watch, create, update, patch or delete.</param>
/// <param name="Resource">The plural, with the subresource after a slash: <c>tenants/status</c>.</param>
/// <param name="Namespace">Empty for cluster-scoped requests and for all namespaces.</param>
/// <param name="Name">Empty for collections.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
public sealed record ProxiedRequest(string Verb, string Resource, string Namespace, string Name, string Method, string Path)
{
    /// <summary>What the client was answered; 0 while there is no answer, or if the connection was cut.</summary>
    public int Status { get; internal set; }

    /// <summary>Whether it asks for a change.</summary>
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete";

    internal static ProxiedRequest Of(string method, string path, string query)
    {
        var parts = path.Trim('/').Split('/');
        // api/v1/... or apis/group/version/...
        var rest = parts.AsSpan(Math.Min(parts.Length, parts[0] == "api" ? 2 : 3));
        var ns = "";
        if (rest.Length > 2 && rest[0] == "namespaces")
        {
            ns = Uri.UnescapeDataString(rest[1]);
            rest = rest[2..];
        }

        var resource = rest.Length == 0 ? "" : rest.Length > 2 ? rest[0] + "/" + rest[2] : rest[0];
        var name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : "";
        var verb = method switch
        {
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ when query.Contains("watch=1", StringComparison.Ordinal) || query.Contains("watch=true", StringComparison.Ordinal) => "watch",
            _ => name.Length == 0 ? "list" : "get",
        };
        return new(verb, resource, ns, name, method, path + query);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {Resource} {Namespace}/{Name} {Status}";
}
