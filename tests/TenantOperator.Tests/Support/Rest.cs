using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace TenantOperator.Tests.Support;

/// <summary>Plain requests to the API server, for any kind, by path. What a person would do with kubectl.</summary>
internal sealed class Rest(Kubernetes client)
{
    /// <summary>What the server answers to somebody, whatever it is. Without a name it is the admin who asks.</summary>
    public async Task<(HttpStatusCode Code, JsonObject Body)> AskAsync(string? person, HttpMethod method, string path, JsonNode? body)
    {
        using var answer = await SendAsync(method, path, body, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json", person);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    public async Task<JsonObject?> FindAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer);
    }

    public async Task<JsonObject> GetAsync(string path) => await FindAsync(path) ?? throw new InvalidOperationException(path + " does not exist.");

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path) => [.. (await GetAsync(path))["items"]!.AsArray().Select(item => item!.AsObject())];

    public async Task<JsonObject> CreateAsync(string collection, JsonNode body)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await SendAsync(HttpMethod.Post, collection, body);

            // A kind is served a moment after its definition is established.
            if (attempt < 200 && answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
                continue;
            }

            return await ReadAsync(answer);
        }
    }

    public async Task<JsonObject> PatchAsync(string path, JsonNode mergePatch)
    {
        using var answer = await SendAsync(HttpMethod.Patch, path, mergePatch, "application/merge-patch+json");
        return await ReadAsync(answer);
    }

    /// <summary>Makes the spec of an object exactly this, whatever its version.</summary>
    public async Task<JsonObject> SetSpecAsync(string path, JsonNode spec)
    {
        var change = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec", ["value"] = spec.DeepClone() });
        using var answer = await SendAsync(HttpMethod.Patch, path, change, "application/json-patch+json");
        return await ReadAsync(answer);
    }

    public async Task<JsonObject> ReplaceAsync(string path, JsonNode body)
    {
        using var answer = await SendAsync(HttpMethod.Put, path, body);
        return await ReadAsync(answer);
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Delete, path, null);
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            await ReadAsync(answer);
        }
    }

    // On a machine that has much to do the server may give up a read.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, string type = "application/json", string? person = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await SendOnceAsync(method, path, body, type, person);
            if (method != HttpMethod.Get || answer.StatusCode < HttpStatusCode.InternalServerError || attempt == 5)
            {
                return answer;
            }

            answer.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, JsonNode? body, string type, string? person)
    {
        using var message = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        if (person is not null)
        {
            message.Headers.Add("Impersonate-User", person);
        }

        if (body is not null)
        {
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
        }

        await (client.Credentials?.ProcessHttpRequestAsync(message, TestContext.Current.CancellationToken) ?? Task.CompletedTask);
        return await client.HttpClient.SendAsync(message, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode} {text}");
    }
}
