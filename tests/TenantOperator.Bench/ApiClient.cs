using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace TenantOperator.Bench;

/// <summary>Requests as bytes over the transport that the operator uses, and nothing more.</summary>
internal sealed class ApiClient : IDisposable
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";

    private readonly Kubernetes client;
    private readonly AuthenticationHeaderValue authorization;

    public ApiClient(string kubeconfig)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        client = new Kubernetes(configuration);
        authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
    }

    /// <summary>Sends and hands over the answer's body, not read yet.</summary>
    /// <exception cref="HttpRequestException">The answer is no success; the message ends with its body.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, string contentType, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(method, new Uri(client.BaseUri, path)) { Version = HttpVersion.Version20 };
        message.Headers.Authorization = authorization;
        if (body is { } content)
        {
            message.Content = new ReadOnlyMemoryContent(content);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        var answer = await client.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var words = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {words}", null, answer.StatusCode);
        }
    }

    /// <summary>Sends and reads the answer to its end without looking at it.</summary>
    public async Task WriteAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(method, path, body, contentType, cancellationToken);
        await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()), Json, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return (await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken))!;
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public void Dispose() => client.Dispose();
}
