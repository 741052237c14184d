using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms;

/// <summary>A platform that keeps templates of its own, from which it makes tenants. Every method may be repeated.</summary>
public interface ITemplatePlatform
{
    /// <summary>Makes the template if it does not exist, takes it up if it may, and corrects what differs from the wish.</summary>
    Task<TemplateObservation> ConvergeTemplateAsync(TemplateWish wish, CancellationToken cancellationToken);

    /// <summary>Deletes the template. Tenants made from it keep what they have. One that is gone is deleted.</summary>
    Task<PlatformOutcome> DeleteTemplateAsync(TemplateWish wish, CancellationToken cancellationToken);
}

/// <summary>A template as it should be on its platform.</summary>
public sealed record TemplateWish
{
    /// <summary>The TenantTemplate.</summary>
    public required TenantTemplate Template { get; init; }

    /// <summary>The TenantPlatform.</summary>
    public required TenantPlatform Platform { get; init; }

    /// <summary>The id by which the platform knows the template, as it was last known here; null if it was never made.</summary>
    public string? KnownId { get; init; }

    /// <summary>A creation that was begun and of which nobody knows how it ended.</summary>
    public CreationAttempt? Attempt { get; init; }

    /// <summary>Announces a creation; to be awaited before it is asked for. Null where nothing may be written.</summary>
    public Func<string, CancellationToken, Task<CreationAttempt>>? BeginCreationAsync { get; init; }
}

/// <summary>What was found and done for a template.</summary>
public sealed record TemplateObservation
{
    /// <summary>How it ended.</summary>
    public required PlatformOutcome Outcome { get; init; }

    /// <summary>The template in the platform's words; null while it does not exist.</summary>
    public RemoteTemplate? Remote { get; init; }

    /// <summary>When it is worth looking again although no object changed.</summary>
    public TimeSpan? LookAgain { get; init; }
}
