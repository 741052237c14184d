using System.Text.Json;
using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>One thing wrong with a request, in the words of the platforms that list them (a Python service's validation error).</summary>
/// <param name="At">Where: names and numbers of items, beginning with body, query or path.</param>
/// <param name="Message">What is wrong, for a reader.</param>
/// <param name="Kind">What is wrong, for a program.</param>
internal sealed record Violation(ImmutableArray<object> At, string Message, string Kind)
{
    public string Place => string.Join('.', At.Skip(1));

    public static Violation Missing(ImmutableArray<object> at) => new(at, "field required", "value_error.missing");

    public static Violation Null(ImmutableArray<object> at) => new(at, "none is not an allowed value", "type_error.none.not_allowed");

    public static Violation NotInteger(ImmutableArray<object> at) => new(at, "value is not a valid integer", "type_error.integer");

    public static Violation NotBoolean(ImmutableArray<object> at) => new(at, "value could not be parsed to a boolean", "type_error.bool");

    public static Violation NotText(ImmutableArray<object> at) => new(at, "str type expected", "type_error.str");

    public static Violation NotList(ImmutableArray<object> at) => new(at, "value is not a valid list", "type_error.list");

    public static Violation NotObject(ImmutableArray<object> at) => new(at, "value is not a valid dict", "type_error.dict");

    public static Violation TooSmall(ImmutableArray<object> at, long min) =>
        new(at, $"ensure this value is greater than or equal to {min}", "value_error.number.not_ge");

    public static Violation TooLarge(ImmutableArray<object> at, long max) =>
        new(at, $"ensure this value is less than or equal to {max}", "value_error.number.not_le");

    public bool Equals(Violation? other) => other is not null && At.SequenceEqual(other.At) && Message == other.Message;

    public override int GetHashCode() => HashCode.Combine(At.Length, Message);

    public JsonObject ToJson() => new()
    {
        ["loc"] = new JsonArray([.. At.Select(part => part is int number ? JsonValue.Create(number) : (JsonNode)JsonValue.Create((string)part))]),
        ["msg"] = Message,
        ["type"] = Kind,
    };
}

/// <summary>Reads the fields of a JSON object and notes what is wrong with them, so that all of it can be told at once.</summary>
internal sealed partial class Fields(JsonObject json, ImmutableArray<object> at, List<Violation> violations)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<Fields> _inner = [];

    public JsonObject Json => json;

    /// <summary>Whether one of the fields asked for so far is there.</summary>
    public bool HasAny => _known.Any(json.ContainsKey);

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name) => json.ContainsKey(name);

    /// <summary>A text that has to be there; empty when it is not, which is noted.</summary>
    public string Need(string name, int min = 0, int max = int.MaxValue, Regex? pattern = null, bool email = false)
    {
        if (Find(name) is { } node)
        {
            return Text(name, node, min, max, pattern, email) ?? "";
        }

        Note(Has(name) ? Violation.Null(At(name)) : Violation.Missing(At(name)));
        return "";
    }

    /// <summary>A text that may be absent or null.</summary>
    public string? Text(string name, int min = 0, int max = int.MaxValue, Regex? pattern = null, bool email = false) =>
        Find(name) is { } node ? Text(name, node, min, max, pattern, email) : null;

    public bool? Flag(string name)
    {
        switch (Find(name)?.GetValueKind())
        {
            case null:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Note(Violation.NotBoolean(At(name)));
                return null;
        }
    }

    public long? Whole(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        if (Find(name) is not { } node)
        {
            return null;
        }

        if (node.GetValueKind() != JsonValueKind.Number || !node.AsValue().TryGetValue<long>(out var number))
        {
            Note(Violation.NotInteger(At(name)));
            return null;
        }

        if (number < min || number > max)
        {
            Note(number < min ? Violation.TooSmall(At(name), min) : Violation.TooLarge(At(name), max));
            return null;
        }

        return number;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!DateTimeOffset.TryParse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal, out var time))
        {
            Note(new(At(name), "invalid datetime format", "value_error.datetime"));
            return null;
        }

        return time;
    }

    public JsonObject? Object(string name)
    {
        if (Find(name) is not { } node)
        {
            return null;
        }

        if (node is JsonObject found)
        {
            return found;
        }

        Note(Violation.NotObject(At(name)));
        return null;
    }

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<Fields> Items(string name, int min, int max, bool needed)
    {
        if (Find(name) is not { } node)
        {
            if (needed)
            {
                Note(Has(name) ? Violation.Null(At(name)) : Violation.Missing(At(name)));
            }

            return [];
        }

        if (node is not JsonArray list)
        {
            Note(Violation.NotList(At(name)));
            return [];
        }

        if (list.Count < min)
        {
            Note(new(At(name), $"ensure this value has at least {min} items", "value_error.list.min_items"));
            return [];
        }

        if (list.Count > max)
        {
            Note(new(At(name), $"ensure this value has at most {max} items", "value_error.list.max_items"));
            return [];
        }

        var items = new List<Fields>();
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is JsonObject item)
            {
                items.Add(new Fields(item, [.. At(name), index], violations));
            }
            else
            {
                Note(Violation.NotObject([.. At(name), index]));
            }
        }

        _inner.AddRange(items);
        return items;
    }

    public void RefuseOthers()
    {
        foreach (var other in json.Select(field => field.Key).Where(name => !_known.Contains(name)))
        {
            Note(new(At(other), "extra fields not permitted", "value_error.extra"));
        }

        _inner.ForEach(inner => inner.RefuseOthers());
    }

    public void Note(Violation violation) => violations.Add(violation);

    public ImmutableArray<object> At(string name) => at.Add(name);

    private JsonNode? Find(string name)
    {
        _known.Add(name);
        return json[name];
    }

    private string? Text(string name, JsonNode node, int min, int max, Regex? pattern, bool email)
    {
        if (node.GetValueKind() != JsonValueKind.String)
        {
            Note(Violation.NotText(At(name)));
            return null;
        }

        var text = node.GetValue<string>();
        if (text.Length < min)
        {
            Note(new(At(name), $"ensure this value has at least {min} characters", "value_error.any_str.min_length"));
        }
        else if (text.Length > max)
        {
            Note(new(At(name), $"ensure this value has at most {max} characters", "value_error.any_str.max_length"));
        }
        else if (email && !EmailForm().IsMatch(text))
        {
            Note(new(At(name), "value is not a valid email address", "value_error.email"));
        }
        else if (pattern?.IsMatch(text) == false)
        {
            Note(new(At(name), $"string does not match regex \"{pattern}\"", "value_error.str.regex"));
        }
        else
        {
            return text;
        }

        return null;
    }

    [GeneratedRegex(@"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex EmailForm();
}
