using System.ComponentModel;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TenantOperator.Runtime;

/// <summary>
/// Reads a part of an object that many objects have in common, such as the conditions of everything that became ready in the same second, as one shared instance. For
/// properties marked <c>[ImmutableObject(true)]</c>, whose values nobody changes. Bounded like <see cref="SharedText"/>; equal parts are also parsed once only.
/// </summary>
internal static class SharedFragment
{
    /// <summary>Makes marked properties shared; a modifier of the JSON contract.</summary>
    public static void Apply(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider is MemberInfo member && member.GetCustomAttribute<ImmutableObjectAttribute>()?.Immutable == true)
            {
                Share(property);
            }
        }
    }

    /// <summary>Makes a property shared whose values nobody changes.</summary>
    public static void Share(JsonPropertyInfo property) => property.CustomConverter = (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(property.PropertyType))!;

    private sealed class Converter<T> : JsonConverter<T>
    {
        private const int Places = 1 << 11;
        private const int MaxBytes = 1024;
        private readonly Part?[] parts = new Part?[Places];

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var json = JsonMarshal.GetRawUtf8Value(document.RootElement);
            if (json.Length > MaxBytes)
            {
                return JsonSerializer.Deserialize<T>(json, options);
            }

            var hash = new HashCode();
            hash.AddBytes(json);
            var place = hash.ToHashCode() & (Places - 2);
            for (var offset = 0; offset < 2; offset++)
            {
                if (Volatile.Read(ref parts[place + offset]) is { } known && json.SequenceEqual(known.Json))
                {
                    return known.Value;
                }
            }

            // A race loses a copy, never a value.
            var part = new Part(json.ToArray(), JsonSerializer.Deserialize<T>(json, options));
            Volatile.Write(ref parts[place + 1], Volatile.Read(ref parts[place]));
            Volatile.Write(ref parts[place], part);
            return part.Value;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, options);

        private sealed record Part(byte[] Json, T? Value);
    }
}
