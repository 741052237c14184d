using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using TenantOperator.Kubectl.Output;
using TenantOperator.Runtime;

namespace TenantOperator.Kubectl.Cluster;

/// <summary>An object as the server sent it and as we read it.</summary>
internal sealed record Found<T>(JsonObject Json, T Value);

/// <summary>An answer of the server to a request that changes nothing.</summary>
/// <param name="Code">The HTTP code.</param>
/// <param name="Body">The object as it would be, or the refusal.</param>
/// <param name="Warnings">What the server warns of.</param>
internal sealed record DryRunAnswer(int Code, JsonNode? Body, IReadOnlyList<string> Warnings)
{
    public bool IsDone => Code is >= 200 and < 300;
}

/// <summary>The API server, with the rights of whoever runs the command. Every failure is told in one line that says what to do.</summary>
internal sealed class ClusterAccess : IDisposable
{
    /// <summary>Who the server notes as the writer.</summary>
    public const string FieldManager = "kubectl-tenant";

    private const int PageSize = 500;
    private readonly Kubernetes client;

    private ClusterAccess(Kubernetes client, string ns)
    {
        this.client = client;
        Namespace = ns;
        Api = new KubernetesApi(client, TimeProvider.System, new KubernetesApiOptions { FieldManager = FieldManager });
    }

    /// <summary>The namespace of the command: the option, else that of the context, else default.</summary>
    public string Namespace { get; }

    /// <summary>For what the platforms read.</summary>
    public KubernetesApi Api { get; }

    public static ClusterAccess Connect(Kubeconfig kubeconfig)
    {
        var configuration = kubeconfig.Load();
        var ns = kubeconfig.Namespace ?? configuration.Namespace;
        return new(new Kubernetes(configuration), string.IsNullOrEmpty(ns) ? "default" : ns);
    }

    /// <summary>All objects of a kind, page by page.</summary>
    public async Task<IReadOnlyList<Found<T>>> ListAsync<T>(string? ns, string? labels, string? fields, CancellationToken cancellationToken)
    {
        var type = ResourceType.From<T>(IsNamespaced<T>());
        var found = new List<Found<T>>();
        for (string? next = null; ;)
        {
            var query = new StringBuilder(type.CollectionPath(ns)).Append("?limit=").Append(PageSize);
            Append(query, "labelSelector", labels);
            Append(query, "fieldSelector", fields);
            Append(query, "continue", next);
            var page = await AskAsync("list", type, ns, null, () => Api.SendAsync(HttpMethod.Get, query.ToString(), null, cancellationToken));
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var json = JsonObject.Create(item)!; // Items of a list are objects.
                json["apiVersion"] ??= type.ApiVersion;
                json["kind"] ??= type.Kind;
                found.Add(Read<T>(json));
            }

            next = page.GetProperty("metadata").TryGetProperty("continue", out var more) ? more.GetString() : null;
            if (string.IsNullOrEmpty(next))
            {
                return found;
            }
        }

        static void Append(StringBuilder query, string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    /// <summary>One object; null if it is not there.</summary>
    public async Task<Found<T>?> FindAsync<T>(string ns, string name, CancellationToken cancellationToken)
    {
        var type = ResourceType.From<T>(IsNamespaced<T>());
        try
        {
            return Read<T>(JsonObject.Create(await AskAsync("get", type, ns, name, () => Api.SendAsync(HttpMethod.Get, type.ObjectPath(new(ns, name)), null, cancellationToken)))!); // A read gives an object.
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>One object, which must be there.</summary>
    public async Task<Found<T>> GetAsync<T>(string ns, string name, CancellationToken cancellationToken)
    {
        var type = ResourceType.From<T>(IsNamespaced<T>());
        return await FindAsync<T>(ns, name, cancellationToken)
            ?? throw new UserError($"{type.Kind} \"{name}\" does not exist{(ns.Length == 0 ? "" : $" in namespace \"{ns}\"")}. See which exist: kubectl get {type.Plural}{(ns.Length == 0 ? "" : $" -n {ns}")}");
    }

    /// <summary>Changes an object by a merge patch.</summary>
    public async Task<Found<T>> PatchAsync<T>(string ns, string name, JsonObject patch, CancellationToken cancellationToken)
    {
        var type = ResourceType.From<T>(IsNamespaced<T>());
        try
        {
            return Read<T>(await AskAsync("patch", type, ns, name, () => Api.PatchAsync<JsonObject>(type, new(ns, name), patch, null, cancellationToken)));
        }
        catch (NotFoundException missing)
        {
            throw new UserError($"{type.Kind} \"{name}\" does not exist in namespace \"{ns}\". See which exist: kubectl get {type.Plural} -n {ns}", missing);
        }
    }

    /// <summary>Asks the server what would come of a request, without carrying it out.</summary>
    public async Task<DryRunAnswer> TryAsync(HttpMethod method, string path, string contentType, JsonNode body, CancellationToken cancellationToken)
    {
        var root = client.BaseUri.AbsoluteUri;
        using var request = new HttpRequestMessage(method, new Uri(new Uri(root.EndsWith('/') ? root : root + "/"), path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "dryRun=All&fieldValidation=Strict"));
        request.Content = new StringContent(body.ToJsonString(RuntimeJson.Options));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        try
        {
            if (client.Credentials is { } credentials)
            {
                await credentials.ProcessHttpRequestAsync(request, cancellationToken);
            }

            using var response = await client.HttpClient.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new((int)response.StatusCode, Parse(text), [.. (response.Headers.TryGetValues("Warning", out var warnings) ? warnings : []).Select(TextOf)]);
        }
        catch (HttpRequestException lost)
        {
            throw Unreachable(lost);
        }
    }

    public void Dispose() => client.Dispose();

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // 299 - "the text"
    private static string TextOf(string warning) => warning.Split('"') is { Length: >= 3 } parts ? string.Join('"', parts[1..^1]).Replace("\\\"", "\"", StringComparison.Ordinal) : warning;

    private static Found<T> Read<T>(JsonObject json)
    {
        (json["metadata"] as JsonObject)?.Remove("managedFields");
        return new(json, json.Deserialize<T>(RuntimeJson.Options)!); // An object is never null.
    }

    private static bool? IsNamespaced<T>() => typeof(T) == typeof(k8s.Models.V1Namespace) ? false : null;

    private async Task<TAnswer> AskAsync<TAnswer>(string verb, ResourceType type, string? ns, string? name, Func<Task<TAnswer>> ask)
    {
        var where = string.IsNullOrEmpty(ns) ? type.Namespaced ? " in all namespaces" : "" : $" in namespace \"{ns}\"";
        try
        {
            return await ask();
        }
        catch (ForbiddenException refused)
        {
            var scope = string.IsNullOrEmpty(ns) ? type.Namespaced ? " -A" : "" : $" -n {ns}";
            throw new UserError(
                $"You may not {verb} {type.Plural}{where}. Ask whoever manages access for that right; to see what you may: kubectl auth can-i {verb} {type.Plural}{(type.Group.Length == 0 ? "" : "." + type.Group)}{scope}", refused);
        }
        catch (NotFoundException missing) when (verb == "list")
        {
            throw new UserError($"This cluster does not know the kind {type.Kind}. Install the CustomResourceDefinitions of the operator, by its chart or kubectl apply -f config/crds.", missing);
        }
        catch (InvalidException refused)
        {
            throw new UserError($"{type.Kind} \"{name}\" would not be valid, so nothing was changed: {Words.Clean(refused.Message)}", refused);
        }
        catch (ApiException refused) when (refused.StatusCode == 401)
        {
            throw new UserError("The cluster does not accept your credentials (HTTP 401). Sign in anew, or choose another context: kubectl config get-contexts", refused);
        }
        catch (HttpRequestException lost)
        {
            throw Unreachable(lost);
        }
        catch (TimeoutException late)
        {
            throw new UserError($"The API server at {client.BaseUri.Authority} gave no answer in time{(verb == "patch" ? "; what was asked for may have been done" : "")}. Try again.", late);
        }
    }

    private UserError Unreachable(HttpRequestException lost) =>
        new($"The API server at {client.BaseUri.Authority} cannot be reached: {lost.Message.TrimEnd('.')}. Check the context (kubectl config current-context) and the network.", lost);
}
