using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ProcessMind;

/// <summary>ProcessMind takes an API key in a header, and says what is wrong in <c>message</c>; other forms are read too, since no document shows one.</summary>
internal sealed class ProcessMindDialect(ApiKeySource keys) : IRemoteDialect
{
    public PlatformType Type => PlatformType.ProcessMind;

    public string Name => "ProcessMind";

    public JsonSerializerOptions Json => ProcessMindJson.Options;

    public async Task<RemoteAnswer?> SignAsync(HttpRequestMessage request, bool renew, CancellationToken cancellationToken)
    {
        var (key, problem) = await keys.ReadAsync(renew, cancellationToken);
        if (problem is not null)
        {
            return new RemoteAnswer.Unauthorized(problem.Reason, problem.Message);
        }

        request.Headers.Add("x-api-key", key);
        return null;
    }

    // An answer to a change that was done has a message too.
    public RemoteError? WordsOf(JsonElement body, bool refused)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (body.TryGetProperty("error", out var error))
        {
            return error.ValueKind == JsonValueKind.String ? new(error.GetString()!)
                : error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var inner) && inner.ValueKind == JsonValueKind.String ? new(inner.GetString()!)
                : refused ? new("") : null;
        }

        return refused && body.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? new(message.GetString()!) : null;
    }
}
