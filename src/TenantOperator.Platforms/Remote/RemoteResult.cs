using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace TenantOperator.Platforms.Remote;

/// <summary>What came of a call: its result, or the outcome that ends the step.</summary>
/// <param name="Value">The result.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="Refusal">The platform's own refusal, where that is the problem.</param>
internal readonly record struct RemoteResult<T>(T? Value, PlatformOutcome? Problem, RemoteAnswer.Refused? Refusal = null)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsDone => Problem is null && Value is not null;
}

/// <summary>Reads answers. Pure.</summary>
internal static class RemoteResult
{
    /// <summary>It is done.</summary>
    public static RemoteResult<T> Of<T>(T value)
        where T : class => new(value, null);

    /// <summary>It is not.</summary>
    public static RemoteResult<T> Not<T>(PlatformOutcome problem)
        where T : class => new(null, problem);

    /// <summary>The value in an answer. One of another form is like none: nobody knows what was done.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="dialect">How the platform writes.</param>
    /// <param name="unwrap">Takes what surrounds the value away.</param>
    public static RemoteResult<T> Read<T>(RemoteAnswer answer, IRemoteDialect dialect, Func<JsonElement, JsonElement>? unwrap = null)
        where T : class
    {
        if (answer is not RemoteAnswer.Done done)
        {
            return new(null, answer.ToOutcome(), answer as RemoteAnswer.Refused);
        }

        try
        {
            return (unwrap is null ? done.Body : unwrap(done.Body)).Deserialize<T>(dialect.Json) is { } value ? Of(value) : NotUnderstood<T>(dialect.Name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return NotUnderstood<T>(dialect.Name);
        }
    }

    /// <summary>An answer that says something else than it should.</summary>
    public static RemoteResult<T> NotUnderstood<T>(string platform)
        where T : class => Not<T>(new PlatformOutcome.Unreachable(
            $"{platform} gave an answer of another form than its documents describe. It is tried again by itself; what was asked for may have been done, and is looked up first."));
}
