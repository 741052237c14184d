using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantOperator.Runtime;

/// <summary>
/// Keeps one copy of texts that many objects have in common: label keys, reasons, messages, namespaces. Ten thousand objects of one kind differ in little more than
/// their names. Bounded: a text that was not met again for a while makes room, and stays alive with whoever uses it. Safe for concurrent use.
/// </summary>
public static class SharedText
{
    /// <summary>Longer texts are rarely the same twice.</summary>
    public const int MaxLength = 512;

    // Two places for each hash: a new text pushes aside the one of the two that was met longer ago, so that those met often stay.
    private const int Places = 1 << 17;
    private static readonly string?[] Texts = new string?[Places];

    /// <summary>The copy everybody has.</summary>
    public static string Of(string text) => text.Length > MaxLength ? text : Find(text, text);

    /// <summary>The copy everybody has.</summary>
    public static string Of(ReadOnlySpan<char> text) => text.Length > MaxLength ? text.ToString() : Find(text, null);

    private static string Find(ReadOnlySpan<char> text, string? own)
    {
        if (text.IsEmpty)
        {
            return "";
        }

        var place = string.GetHashCode(text, StringComparison.Ordinal) & (Places - 2);
        var first = Volatile.Read(ref Texts[place]);
        if (first is not null && text.SequenceEqual(first))
        {
            return first;
        }

        var second = Volatile.Read(ref Texts[place ^ 1]);
        if (second is not null && text.SequenceEqual(second))
        {
            Volatile.Write(ref Texts[place ^ 1], first);
            Volatile.Write(ref Texts[place], second);
            return second;
        }

        // A race loses a copy, never a text.
        var shared = own ?? text.ToString();
        Volatile.Write(ref Texts[place ^ 1], first);
        Volatile.Write(ref Texts[place], shared);
        return shared;
    }

    /// <summary>Reads every text of an object as its shared copy.</summary>
    internal sealed class Converter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => Shared(ref reader),
            JsonTokenType.Null => null,
            _ => throw new JsonException($"Expected a text, found {reader.TokenType}."),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Shared(ref reader);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

        private static string Shared(ref Utf8JsonReader reader)
        {
            var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
            if (length > MaxLength)
            {
                return reader.GetString()!;
            }

            Span<char> text = stackalloc char[MaxLength];
            return Of(text[..reader.CopyString(text)]);
        }
    }
}
