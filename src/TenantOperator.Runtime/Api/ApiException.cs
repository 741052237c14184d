using System.Globalization;
using System.Text.Json;

namespace TenantOperator.Runtime;

#pragma warning disable CA1032, RCS1194 // These are made from an HTTP answer only; a constructor without one would be a lie.

/// <summary>The API server answered with an error. Subclasses tell apart what callers treat differently; never match on the text.</summary>
public class ApiException : Exception
{
    internal ApiException(int statusCode, string reason, string message, TimeSpan? retryAfter)
        : base(message)
    {
        StatusCode = statusCode;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; }

    /// <summary>The <c>reason</c> of the answer's Status object (<c>AlreadyExists</c>, <c>Expired</c>), empty if there was none.</summary>
    public string Reason { get; }

    /// <summary>How long the server asks to wait, if it said so.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The right subclass for an answer: the Status object in the body where there is one, else its HTTP code alone.</summary>
    internal static ApiException From(int code, ReadOnlySpan<byte> body, TimeSpan? retryAfter, string request)
    {
        string reason = "", message = "";
        try
        {
            var reader = new Utf8JsonReader(body);
            using var status = JsonDocument.ParseValue(ref reader);
            if (status.RootElement.ValueKind == JsonValueKind.Object)
            {
                reason = TextOf(status.RootElement, "reason");
                message = TextOf(status.RootElement, "message");
                retryAfter ??= RetryAfterOf(status.RootElement);
            }
        }
        catch (JsonException)
        {
            // A proxy in between answers in its own words; the code is all that can be trusted then.
        }

        if (message.Length == 0)
        {
            message = $"{request}: HTTP {code.ToString(CultureInfo.InvariantCulture)}";
        }

        return (code, reason) switch
        {
            (403, _) => new ForbiddenException(code, reason, message, retryAfter),
            (404, _) => new NotFoundException(code, reason, message, retryAfter),
            (409, "AlreadyExists") => new AlreadyExistsException(code, reason, message, retryAfter),
            (409, _) => new ConflictException(code, reason, message, retryAfter),
            (410, _) or (_, "Expired") or (_, "Gone") => new GoneException(code, reason, message, retryAfter),
            (422, _) => new InvalidException(code, reason, message, retryAfter),
            (429, _) => new ThrottledException(code, reason, message, retryAfter),
            (503, _) when retryAfter is not null => new ThrottledException(code, reason, message, retryAfter),
            _ => new ApiException(code, reason, message, retryAfter),
        };
    }

    private static string TextOf(JsonElement status, string name) =>
        status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static TimeSpan? RetryAfterOf(JsonElement status) =>
        status.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.TryGetInt32(out var value) && value > 0
            ? TimeSpan.FromSeconds(value)
            : null;
}

/// <summary>404: the object, or the kind itself, is not there.</summary>
public sealed class NotFoundException : ApiException
{
    internal NotFoundException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>409 on a create: the name is taken.</summary>
public sealed class AlreadyExistsException : ApiException
{
    internal AlreadyExistsException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>409: somebody else wrote first, or a precondition (uid, resourceVersion) does not hold.</summary>
public sealed class ConflictException : ApiException
{
    internal ConflictException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>422: refused by validation. Time does not cure it.</summary>
public sealed class InvalidException : ApiException
{
    internal InvalidException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>403: RBAC, admission or quota refuses, or the namespace is being deleted.</summary>
public sealed class ForbiddenException : ApiException
{
    internal ForbiddenException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>429, or 503 with <c>Retry-After</c>: the server asks to come back later, and asked for it longer than we retry.</summary>
public sealed class ThrottledException : ApiException
{
    internal ThrottledException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}

/// <summary>410, or <c>Expired</c>: the version asked for is no longer kept; list again.</summary>
public sealed class GoneException : ApiException
{
    internal GoneException(int code, string reason, string message, TimeSpan? retryAfter)
        : base(code, reason, message, retryAfter)
    {
    }
}
