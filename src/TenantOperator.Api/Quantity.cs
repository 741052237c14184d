using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantOperator.Api;

/// <summary>
/// An amount of a resource in the notation of Kubernetes, kept exactly as it was written: <c>4Gi</c> stays <c>4Gi</c>.
/// Numbers on the wire are taken too and become their text. Two ways of writing one amount are not equal here.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string Text)
{
    /// <summary>The amount as it was written.</summary>
    public override string ToString() => Text ?? "";

    /// <summary>Wraps a text.</summary>
    public static implicit operator Quantity(string text) => new(text);
}

/// <summary>A count such as 5 or a percentage such as <c>10%</c>, kept as its text.</summary>
[JsonConverter(typeof(CountOrPercentConverter))]
public readonly record struct CountOrPercent(string Text)
{
    /// <summary>
    /// How many of a total this allows: the count itself, or the percentage rounded down, yet at least 1 for a
    /// percentage above zero. Zero when the text is neither: what cannot be read allows nothing.
    /// </summary>
    public int Of(int total)
    {
        if (Text is { Length: > 1 } text && text[^1] == '%')
        {
            return int.TryParse(text[..^1], out var percent) && percent > 0
                ? Math.Max(1, (int)(Math.Min(percent, 100) * (long)Math.Max(total, 0) / 100))
                : 0;
        }

        return int.TryParse(Text, out var count) ? Math.Max(count, 0) : 0;
    }

    /// <summary>The value as it was written.</summary>
    public override string ToString() => Text ?? "";
}

internal sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(IntOrStringText.Read(ref reader));

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class CountOrPercentConverter : JsonConverter<CountOrPercent>
{
    public override CountOrPercent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(IntOrStringText.Read(ref reader));

    // A count goes out as the number it came in as, for the schema refuses it as a text.
    public override void Write(Utf8JsonWriter writer, CountOrPercent value, JsonSerializerOptions options)
    {
        if (int.TryParse(value.Text, out var count))
        {
            writer.WriteNumberValue(count);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}

internal static class IntOrStringText
{
    public static string Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString() ?? "",
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new JsonException($"Expected a number or a text, found {reader.TokenType}."),
    };
}
