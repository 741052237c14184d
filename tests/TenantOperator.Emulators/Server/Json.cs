namespace TenantOperator.Emulators;

/// <summary>Values as the platforms write them.</summary>
internal static class Json
{
    /// <summary>ISO 8601 in UTC with Z; a fraction only where there is one.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'");

    public static string? Time(DateTimeOffset? time) => time is { } value ? Time(value) : null;

    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text)!)]);

    public static JsonArray List<T>(IEnumerable<T> rows, Func<T, JsonNode> toJson) => new([.. rows.Select(toJson)]);

    /// <summary>A number that is written without a fraction when it has none.</summary>
    public static JsonNode Number(decimal number) =>
        number == decimal.Truncate(number) && Math.Abs(number) < long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number);
}
