using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>ScaiKey takes a token of an application, and says what is wrong in <c>detail</c> as a text, a list or an object, or in <c>error</c>.</summary>
internal sealed class ScaiKeyDialect(ScaiKeyTokens tokens) : IRemoteDialect
{
    private string? last;

    public PlatformType Type => PlatformType.ScaiKey;

    public string Name => "ScaiKey";

    public JsonSerializerOptions Json => ScaiKeyJson.Options;

    public async Task<RemoteAnswer?> SignAsync(HttpRequestMessage request, bool renew, CancellationToken cancellationToken)
    {
        var (token, problem) = await tokens.ReadAsync(renew ? last : null, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        last = token;
        request.Headers.Authorization = new("Bearer", token);
        return null;
    }

    public RemoteError? WordsOf(JsonElement body, bool refused)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (body.TryGetProperty("detail", out var detail))
        {
            return detail.ValueKind switch
            {
                JsonValueKind.String => new(detail.GetString()!),
                JsonValueKind.Object => new(TextOf(detail, "message") ?? "", TextOf(detail, "field")),
                JsonValueKind.Array when detail.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first => new(TextOf(first, "msg") ?? "", PlaceOf(first)),
                _ => refused ? new("") : null,
            };
        }

        if (!body.TryGetProperty("error", out var error))
        {
            return null;
        }

        return error.ValueKind switch
        {
            JsonValueKind.String => new(TextOf(body, "error_description") ?? error.GetString()!, Code: error.GetString()),
            JsonValueKind.Object => new(TextOf(error, "message") ?? "", null, TextOf(error, "code")),
            _ => refused ? new("") : null,
        };
    }

    public RemoteAnswer.Unauthorized? WhyDenied(int status, RemoteError? error, string host) => status == 403 && RemoteWords.Speak(error?.Words, "scope")
        ? new(
            TenantPlatformReasons.MissingScope,
            $"ScaiKey at {host} refuses: {RemoteWords.Sentence(error!.Words)} Add the scopes to allowed_scopes of the application, and to spec.scaiKey.scopes if that is set.")
        : null;

    private static string? PlaceOf(JsonElement first) => first.TryGetProperty("loc", out var loc) && loc.ValueKind == JsonValueKind.Array
        ? string.Join('.', loc.EnumerateArray().Where(part => part.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(part => part.ToString()).SkipWhile(part => part == "body"))
        : null;

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
