using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Platforms.Amounts;

/// <summary>One text for all JSON that means the same: members sorted, quantities in canonical form, no white space.</summary>
internal static class CanonicalJson
{
    public static string Of(JsonNode node, bool amounts = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node, amounts);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A short stand-in for a text, for comparison only.</summary>
    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));

    private static void Write(Utf8JsonWriter writer, JsonNode? node, bool amounts)
    {
        switch (node)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value, amounts);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item, amounts);
                }

                writer.WriteEndArray();
                break;
            case JsonValue value when amounts && TextOf(value) is { } text && Amount.TryParse(text) is { } amount:
                writer.WriteStringValue(amount.ToString());
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    private static string? TextOf(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        _ => null,
    };
}
