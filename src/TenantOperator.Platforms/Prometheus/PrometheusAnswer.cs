using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TenantOperator.Platforms.Prometheus;

/// <summary>One result of a query.</summary>
/// <param name="Namespace">Its label namespace; null when it has none.</param>
/// <param name="Value">Its value, which may be no number.</param>
public readonly record struct Sample(string? Namespace, double Value);

/// <summary>What Prometheus answered, read with tolerance for more than is needed and none for less. Pure.</summary>
public abstract record PrometheusAnswer
{
    /// <summary>The most of Prometheus' own words that are repeated.</summary>
    public const int MostWords = 200;

    private PrometheusAnswer()
    {
    }

    /// <summary>A result with a value each, or a single one.</summary>
    public sealed record Numbers(IReadOnlyList<Sample> Samples) : PrometheusAnswer;

    /// <summary>A refusal in the documented form.</summary>
    /// <param name="Words">The error, cut to <see cref="MostWords"/> characters, in one line.</param>
    public sealed record Refusal(string Words) : PrometheusAnswer;

    /// <summary>Anything else.</summary>
    /// <param name="Why">What is wrong with it; follows "Its answer".</param>
    public sealed record Wrong(string Why) : PrometheusAnswer;

    /// <summary>Reads the body of an answer of /api/v1/query.</summary>
    public static PrometheusAnswer Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return TextOf(root, "status") switch
            {
                "success" => NumbersIn(root),
                "error" => new Refusal(OneLine(TextOf(root, "error") ?? "", MostWords)),
                _ => new Wrong("is JSON, but not that of Prometheus"),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // A text with half a surrogate is the one thing that parses and cannot be read.
            return new Wrong("is not JSON");
        }
    }

    private static PrometheusAnswer NumbersIn(JsonElement root)
    {
        if (Member(root, "data") is not { ValueKind: JsonValueKind.Object } data || Member(data, "result") is not { ValueKind: JsonValueKind.Array } result)
        {
            return new Wrong("has no result");
        }

        switch (TextOf(data, "resultType"))
        {
            case "scalar":
                return ValueOf(result) is { } single ? new Numbers([new Sample(null, single)]) : new Wrong("has a value that is no number");
            case "vector":
                var samples = new List<Sample>(result.GetArrayLength());
                foreach (var item in result.EnumerateArray())
                {
                    if (Member(item, "value") is not { } pair || ValueOf(pair) is not { } value)
                    {
                        return new Wrong("has a value that is no number, such as a histogram");
                    }

                    samples.Add(new Sample(Member(item, "metric") is { } labels ? TextOf(labels, "namespace") : null, value));
                }

                return new Numbers(samples);
            case "matrix":
                return new Wrong("is a matrix, not a vector: write a function such as increase() around a range");
            default:
                return new Wrong("is neither a vector nor a scalar");
        }
    }

    // A pair of the time and, as a text, the value.
    private static double? ValueOf(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String ? NumberOf(pair[1].GetString()!) : null;

    private static double? NumberOf(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? TextOf(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string OneLine(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > most)
            {
                break;
            }

            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString();
    }
}
