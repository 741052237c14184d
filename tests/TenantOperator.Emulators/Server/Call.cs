using System.Text.Json;

namespace TenantOperator.Emulators;

/// <summary>One request, read; and what is wrong with it so far.</summary>
internal sealed class Call(HttpRequest request, string path, byte[] body, bool refuseUnknownFields, Func<IReadOnlyList<Violation>, Answer> refuse)
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };
    private readonly List<Violation> _violations = [];
    private Fields? _fields;

    /// <summary>By how many rows pages are displaced, as if rows had come or gone since the page before.</summary>
    public int RowShift { get; init; }

    /// <summary>The items of a batch, from 0, that must fail.</summary>
    public IReadOnlyCollection<int> FailingItems { get; init; } = [];

    /// <summary>The path below the base URL, as it was sent.</summary>
    public string Path { get; } = path;

    public bool HasBody => body.Length > 0;

    public string Verb => request.Method;

    public string QueryString => request.QueryString.Value ?? "";

    public string? Header(string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    public string Route(string name) => (string)request.RouteValues[name]!;

    public string? Query(string name) => request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>A whole number from the query, or what counts without it.</summary>
    public int Query(string name, int otherwise, int min, int max)
    {
        if (Query(name) is not { } text)
        {
            return otherwise;
        }

        if (!int.TryParse(text, out var number))
        {
            Refuse(Violation.NotInteger(["query", name]));
            return otherwise;
        }

        if (number < min || number > max)
        {
            Refuse(number < min ? Violation.TooSmall(["query", name], min) : Violation.TooLarge(["query", name], max));
            return otherwise;
        }

        return number;
    }

    public bool Query(string name, bool otherwise)
    {
        switch (Query(name)?.ToUpperInvariant())
        {
            case null:
                return otherwise;
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            default:
                Refuse(Violation.NotBoolean(["query", name]));
                return otherwise;
        }
    }

    /// <summary>The body, which must be a JSON object sent as such.</summary>
    public Fields Body()
    {
        if (_fields is not null)
        {
            return _fields;
        }

        if (body.Length == 0)
        {
            Refuse(Violation.Missing(["body"]));
        }
        else if (!request.HasJsonContentType())
        {
            Refuse(Violation.NotObject(["body"]));
        }

        Check();
        try
        {
            if (JsonNode.Parse(body, documentOptions: _strict) is JsonObject json)
            {
                return _fields = new Fields(json, ["body"], _violations);
            }

            Refuse(Violation.NotObject(["body"]));
        }
        catch (JsonException error)
        {
            Refuse(new Violation(["body", (int)(error.BytePositionInLine ?? 0)], "Expecting value", "value_error.jsondecode"));
        }

        Check();
        throw new InvalidOperationException("Unreachable: a violation was noted.");
    }

    /// <summary>The body of a form, by name.</summary>
    public IReadOnlyDictionary<string, string> Form() => request.HasFormContentType
        ? Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(body))
            .ToDictionary(field => field.Key, field => field.Value.ToString())
        : [];

    public void Refuse(Violation violation) => _violations.Add(violation);

    /// <summary>Ends the call when anything is wrong with it.</summary>
    public void Check()
    {
        if (refuseUnknownFields && _fields is not null)
        {
            _fields.RefuseOthers();
        }

        if (_violations.Count > 0)
        {
            throw new Refusal(refuse([.. _violations.Distinct()]));
        }
    }

    /// <summary>One page of rows.</summary>
    public IEnumerable<T> Page<T>(IEnumerable<T> rows, long offset, int limit) =>
        rows.Skip((int)Math.Clamp(offset + RowShift, 0, int.MaxValue)).Take(limit);
}
