using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace TenantOperator.Api;

/// <summary>
/// Moments in time that users write. The API server takes all that RFC 3339 allows: a year 0, an offset of 23 hours, small letters, a
/// fraction of twelve digits. .NET does not, and one object that cannot be read would stop the list it is in.
/// </summary>
public static partial class Moment
{
    /// <summary>
    /// Reads a moment as RFC 3339 writes it. What is before the first or after the last moment .NET knows becomes that moment; digits of a fraction
    /// past the seventh are dropped. False when the text is absent, empty or no moment.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset moment)
    {
        moment = default;
        if (text is null || text.Length > 100 || Rfc3339().Match(text) is not { Success: true } match)
        {
            return false;
        }

        int Number(string group) => match.Groups[group].ValueSpan is { IsEmpty: false } digits ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

        var (year, month, day) = (Number("year"), Number("month"), Number("day"));
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(Math.Max(year, 4), month))
        {
            return false;
        }

        var offset = new TimeSpan(Number("offsetHour"), Number("offsetMinute"), 0) * (match.Groups["sign"].ValueSpan is "-" ? -1 : 1);
        var ticks = year == 0 ? 0 : new DateTime(year, month, day, Number("hour"), Number("minute"), Number("second"), DateTimeKind.Utc).Ticks;
        ticks += long.Parse(match.Groups["fraction"].Value.PadRight(7, '0')[..7], NumberStyles.None, CultureInfo.InvariantCulture) - offset.Ticks;
        moment = new DateTimeOffset(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
        return true;
    }

    [GeneratedRegex(
        @"^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})[Tt](?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9])([.](?<fraction>[0-9]+))?([Zz]|(?<sign>[+-])(?<offsetHour>[01][0-9]|2[0-3]):(?<offsetMinute>[0-5][0-9]))\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rfc3339();
}

/// <summary>Reads a moment that a user wrote; one that is none reads as absent.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Moment.TryParse(reader.GetString(), out var moment) ? moment : null;
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } moment)
        {
            writer.WriteStringValue(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
