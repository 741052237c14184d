using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms;

/// <summary>
/// A place where tenants live. Controllers know nothing else of it: they say what they wish for and are told what came of it, in a closed set of
/// outcomes. Every method may be repeated, and answers from what it observes, never from what it did before.
/// </summary>
public interface ITenantPlatform
{
    /// <summary>What kind of platform this is.</summary>
    PlatformType Type { get; }

    /// <summary>What the platform can do at all.</summary>
    PlatformCapabilities Capabilities { get; }

    /// <summary>Makes the tenant if it does not exist, takes it up if it may, and corrects what differs from the wish.</summary>
    Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken);

    /// <summary>Gives each member of the roster what they should have, and takes access from those who left.</summary>
    Task<RosterObservation> SyncRosterAsync(TenantWish wish, IReadOnlyList<MemberWish> members, CancellationToken cancellationToken);

    /// <summary>What the tenant uses, as far as it is known without a further call.</summary>
    TenantUsage? ReadUsage(TenantWish wish);

    /// <summary>What must be confirmed before the tenant is deleted for ever; null when it does not exist.</summary>
    Task<TenantIdentity?> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken);

    /// <summary>Lets go of the tenant as the policy says. <see cref="PlatformOutcome.Done"/> once nothing is left to do.</summary>
    Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken);
}

/// <summary>What a platform can do. What it cannot is reported by a condition, never tried.</summary>
public sealed record PlatformCapabilities
{
    /// <summary>The display name can be changed after creation.</summary>
    public bool Rename { get; init; }

    /// <summary>Access can be taken away while the data stays.</summary>
    public bool Suspend { get; init; }

    /// <summary>A tenant can be deleted through the API.</summary>
    public bool Delete { get; init; }

    /// <summary>Usage numbers can be read.</summary>
    public bool Usage { get; init; }
}

/// <summary>A tenant as it should be on its platform.</summary>
public sealed record TenantWish
{
    /// <summary>The Tenant object.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>The uid of the namespace that holds the Tenant: the account.</summary>
    public required string AccountUid { get; init; }

    /// <summary>The TenantPlatform; null for the cluster with built-in defaults.</summary>
    public TenantPlatform? Platform { get; init; }

    /// <summary>The resolved settings.</summary>
    public required EffectiveSettings Effective { get; init; }

    /// <summary>Whether access is to be taken away and data kept.</summary>
    public bool Suspended { get; init; }
}

/// <summary>One person as they should be in the tenant.</summary>
/// <param name="User">The object that declares the person.</param>
/// <param name="Roles">What the person may do; never empty.</param>
public sealed record MemberWish(TenantUser User, IReadOnlyList<TenantRole> Roles);

/// <summary>The three names a person must repeat to delete a tenant for ever, as the platform has them now.</summary>
public sealed record TenantIdentity(string ExternalId, string Name, string DisplayName);

/// <summary>How an attempt to change a platform ended. The set is closed: each has one meaning for every platform.</summary>
public abstract record PlatformOutcome
{
    private PlatformOutcome()
    {
    }

    /// <summary>It is as wished.</summary>
    public static PlatformOutcome Ok { get; } = new Done();

    /// <summary>It is as wished.</summary>
    public sealed record Done : PlatformOutcome;

    /// <summary>
    /// Refused for good, in words for a person: time will not change it, a change of the objects may. Where no watch would show that change,
    /// <paramref name="LookAgain"/> says how often to look.
    /// </summary>
    public sealed record Refused(string Reason, string Message, TimeSpan? LookAgain = null) : PlatformOutcome;

    /// <summary>Refused for now; worth another try after the delay.</summary>
    public sealed record RefusedForNow(string Reason, string Message, TimeSpan Delay) : PlatformOutcome;

    /// <summary>The thing does not exist there.</summary>
    public sealed record NotFound(string Message) : PlatformOutcome;

    /// <summary>The credentials were not accepted.</summary>
    public sealed record Unauthorized(string Reason, string Message) : PlatformOutcome;

    /// <summary>No answer, or a fault of the platform's own. What was asked for may have happened or not.</summary>
    public sealed record Unreachable(string Message) : PlatformOutcome;
}

/// <summary>What was found and done for a tenant.</summary>
public sealed record TenantObservation
{
    /// <summary>How it ended.</summary>
    public required PlatformOutcome Outcome { get; init; }

    /// <summary>The id the platform knows the tenant by; null while it does not exist.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The tenant in the platform's words.</summary>
    public RemoteTenant? Remote { get; init; }

    /// <summary>Managed fields that differed from the wish although they had been as wished before, and what was done about it.</summary>
    public IReadOnlyList<string> Drifted { get; init; } = [];

    /// <summary>Fields of the wish that the platform cannot carry out.</summary>
    public IReadOnlyList<string> Unsupported { get; init; } = [];
}

/// <summary>What came of the roster, in the order of the wish.</summary>
public sealed record RosterObservation
{
    /// <summary>How it ended as a whole.</summary>
    public required PlatformOutcome Outcome { get; init; }

    /// <summary>What came of each member, by the name of the TenantUser.</summary>
    public IReadOnlyDictionary<string, MemberObservation> Members { get; init; } = new Dictionary<string, MemberObservation>(StringComparer.Ordinal);

    /// <summary>Managed access that was changed outside, and was put back.</summary>
    public IReadOnlyList<string> Drifted { get; init; } = [];

    /// <summary>People on the platform whom no object declares; null when the platform does not tell.</summary>
    public int? Unmanaged { get; init; }
}

/// <summary>What came of one person.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExternalId">The id of the person on the platform.</param>
/// <param name="Role">The role in the platform's words.</param>
public sealed record MemberObservation(PlatformOutcome Outcome, string? ExternalId, string? Role);
