using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>Hatz takes an API key in a header, and says what is wrong in <c>detail</c>, as a text or as a list.</summary>
internal sealed class HatzDialect(ApiKeySource keys) : IRemoteDialect
{
    public PlatformType Type => PlatformType.Hatz;

    public string Name => "Hatz";

    public JsonSerializerOptions Json => HatzJson.Options;

    public async Task<RemoteAnswer?> SignAsync(HttpRequestMessage request, bool renew, CancellationToken cancellationToken)
    {
        var (key, problem) = await keys.ReadAsync(renew, cancellationToken);
        if (problem is not null)
        {
            return new RemoteAnswer.Unauthorized(problem.Reason, problem.Message);
        }

        request.Headers.Add("X-API-Key", key);
        return null;
    }

    public RemoteError? WordsOf(JsonElement error, bool refused)
    {
        if (error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("detail", out var detail))
        {
            return null;
        }

        if (detail.ValueKind == JsonValueKind.String)
        {
            return new(detail.GetString()!);
        }

        if (detail.ValueKind == JsonValueKind.Array && detail.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first)
        {
            var field = first.TryGetProperty("loc", out var loc) && loc.ValueKind == JsonValueKind.Array
                ? string.Join('.', loc.EnumerateArray().Where(part => part.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(part => part.ToString()).SkipWhile(part => part == "body"))
                : null;
            return new(first.TryGetProperty("msg", out var msg) && msg.ValueKind == JsonValueKind.String ? msg.GetString()! : "", field);
        }

        return null;
    }
}
