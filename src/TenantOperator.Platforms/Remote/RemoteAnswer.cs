using System.Text.Json;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Remote;

/// <summary>A call of a platform's API.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">The path and query, relative to the base URL.</param>
/// <param name="Tenant">On whose behalf, for turns; empty for the connection itself.</param>
/// <param name="Body">What is sent as JSON, or null.</param>
public sealed record RemoteCall(HttpMethod Method, string Path, string Tenant, object? Body = null);

/// <summary>What came of a call. The set is closed.</summary>
public abstract record RemoteAnswer
{
    // No watch shows what is changed on a platform.
    private static readonly TimeSpan RefusedAgain = TimeSpan.FromHours(1);

    private RemoteAnswer()
    {
    }

    /// <summary>What it means for a step; null if it was done.</summary>
    public PlatformOutcome? ToOutcome() => this switch
    {
        Refused refused => new PlatformOutcome.Refused(
            TenantReasons.InvalidRequest, refused.Field is null ? $"The platform refuses: {refused.Words}" : $"The platform refuses {refused.Field}: {refused.Words}", LookAgain: RefusedAgain),
        NotFound missing => new PlatformOutcome.NotFound(missing.Words),
        Unauthorized denied => new PlatformOutcome.Unauthorized(denied.Reason, denied.Message),
        Busy busy => new PlatformOutcome.RefusedForNow(TenantReasons.PlatformUnreachable, busy.Message, busy.Delay),
        Silent silent => new PlatformOutcome.Unreachable(silent.Message),
        _ => null,
    };

    /// <summary>It was done.</summary>
    /// <param name="Body">The answer; an undefined element where there was none.</param>
    public sealed record Done(JsonElement Body) : RemoteAnswer;

    /// <summary>Refused for what was asked: the same call will be refused again.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Words">The platform's own, bounded; empty if its answer has not the documented form.</param>
    /// <param name="Field">The field of the call it is about, where the platform says so.</param>
    /// <param name="Code">The platform's own code for it, where it has any.</param>
    public sealed record Refused(int Status, string Words, string? Field, string? Code = null) : RemoteAnswer;

    /// <summary>404: it is not there, or not for us.</summary>
    public sealed record NotFound(string Words) : RemoteAnswer;

    /// <summary>The credentials cannot be read or are not accepted.</summary>
    public sealed record Unauthorized(string Reason, string Message) : RemoteAnswer;

    /// <summary>The platform asked for silence; nothing was done.</summary>
    public sealed record Busy(TimeSpan Delay, string Message) : RemoteAnswer;

    /// <summary>No answer, or none that can be understood. It may have been done or not.</summary>
    public sealed record Silent(string Message) : RemoteAnswer;
}
