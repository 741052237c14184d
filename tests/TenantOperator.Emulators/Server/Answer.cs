using System.Text.Encodings.Web;
using System.Text.Json;

namespace TenantOperator.Emulators;

/// <summary>What the platform answers, before a fault spoils it.</summary>
internal sealed record Answer(int Status, JsonNode? Body = null)
{
    private static readonly JsonSerializerOptions _format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    public static Answer Ok(JsonNode body) => new(200, body);

    public static Answer NoContent { get; } = new(204);

    public Answer WithHeader(string name, string value) => this with { Headers = Headers.SetItem(name, value) };

    public byte[] ToBytes() => Body is null ? [] : System.Text.Encoding.UTF8.GetBytes(Body.ToJsonString(_format));
}

/// <summary>Ends a call before it changed anything: the platform says no.</summary>
internal sealed class Refusal(Answer answer) : Exception($"answered {answer.Status}")
{
    public Answer Answer { get; } = answer;
}
