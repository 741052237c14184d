using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TenantOperator.Emulators.Tests;

/// <summary>A plain client of one emulator, that shows the answer as it came.</summary>
internal sealed class Caller : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly Emulator _emulator;
    private readonly (string Name, string Value)[] _headers;

    public Caller(Emulator emulator, params (string Name, string Value)[] headers)
    {
        _emulator = emulator;
        _headers = headers;
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    public Task<Reply> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<Reply> SendAsync(string verb, string path, string? body = null, string contentType = "application/json") =>
        ReadAsync(verb, path, body, contentType, TestContext.Current.CancellationToken);

    /// <summary>Gives up when the token says so.</summary>
    public Task<Reply> SendWithPatienceAsync(string verb, string path, string body, CancellationToken patience) =>
        ReadAsync(verb, path, body, "application/json", patience);

    /// <summary>Comes back once the headers are there.</summary>
    public Task<HttpResponseMessage> StartAsync(string verb, string path, string? body = null) =>
        BeginAsync(verb, path, body, "application/json", TestContext.Current.CancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<Reply> ReadAsync(string verb, string path, string? body, string contentType, CancellationToken patience)
    {
        using var response = await BeginAsync(verb, path, body, contentType, patience);
        var text = await response.Content.ReadAsStringAsync(patience);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, text, headers);
    }

    private async Task<HttpResponseMessage> BeginAsync(string verb, string path, string? body, string contentType, CancellationToken patience)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), _emulator.Address.AbsoluteUri.TrimEnd('/') + path);
        foreach (var (name, value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode? Json => JsonNode.Parse(Text);

    /// <summary>A value by its path: <c>At("tenants", 0, "success")</c>.</summary>
    public JsonNode? At(params object[] path) => path.Aggregate(Json, (node, part) => part is int index ? node![index] : node![(string)part]);

    /// <summary>A value as text.</summary>
    public string? Said(params object[] path) => At(path)?.ToString();

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
