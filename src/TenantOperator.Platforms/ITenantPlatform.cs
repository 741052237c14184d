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

    /// <summary>The address of the installation that a TenantPlatform leads to. Within it an id is of one tenant alone. Empty where there is but one.</summary>
    string AddressOf(TenantPlatform platform) => "";

    /// <summary>Whether the platform can be used, and what it says of the account.</summary>
    Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken);

    /// <summary>Makes the tenant if it does not exist, takes it up if it may, and corrects what differs from the wish.</summary>
    Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken);

    /// <summary>The numbers, in words, if the wish would lower a limit under what is in use; null otherwise.</summary>
    string? WhyBelowUsage(TenantWish wish);

    /// <summary>What the platform knows a person by, the same text for one person however they were declared.</summary>
    string KeyOf(TenantWish wish, TenantUser user);

    /// <summary>Who is in the tenant now, the operator's doing or not.</summary>
    Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken);

    /// <summary>Makes the roster what the change says.</summary>
    Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken);

    /// <summary>What the tenant uses, as far as it is known without a further call.</summary>
    TenantUsage? ReadUsage(TenantWish wish);

    /// <summary>What must be confirmed before the tenant is deleted for ever.</summary>
    Task<Identification> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken);

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

    /// <summary>A person's access can be taken away.</summary>
    public bool RemoveAccess { get; init; }

    /// <summary>Usage numbers can be read.</summary>
    public bool Usage { get; init; }

    /// <summary>
    /// The tenant is outside this cluster and carries no mark of ours: its id is written on the Tenant, and a creation is announced there before it is asked for. Nor do its people, so that a
    /// TenantUser that is deleted stays until the access is taken away.
    /// </summary>
    public bool Remote { get; init; }
}

/// <summary>What was found of a platform.</summary>
public sealed record PlatformObservation
{
    /// <summary>Whether it answers and accepts us.</summary>
    public required PlatformOutcome Outcome { get; init; }

    /// <summary>The account behind the credentials; null where there is none, or it could not be read.</summary>
    public PlatformAccount? Account { get; init; }

    /// <summary>The ids of all tenants there, to count those without an object; null where that is not wished for, or they could not be read.</summary>
    public IReadOnlyCollection<string>? TenantIds { get; init; }

    /// <summary>Until when it is left alone, because it asked for that or fails again and again.</summary>
    public DateTimeOffset? ThrottledUntil { get; init; }

    /// <summary>When it is worth looking again; null: when an object changes.</summary>
    public TimeSpan? LookAgain { get; init; }
}

/// <summary>A creation that was begun: which, when and under which name. Written on the Tenant before the platform is called, so that a lost answer is looked up and not repeated.</summary>
/// <param name="Id">Tells attempts apart.</param>
/// <param name="Time">When, by our clock.</param>
/// <param name="Name">The name by which the tenant can be found.</param>
public sealed record CreationAttempt(string Id, DateTimeOffset Time, string Name);

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

    /// <summary>What may be written on the platform.</summary>
    public WriteMode Mode { get; init; }

    /// <summary>The id by which the platform knows the tenant, as it was last known here; null if it was never made. A claim, to be checked.</summary>
    public string? KnownId { get; init; }

    /// <summary>A creation that was begun and of which nobody knows how it ended.</summary>
    public CreationAttempt? Attempt { get; init; }

    /// <summary>Announces a creation under a name; to be awaited before a remote platform is asked for it. Null where nothing may be written.</summary>
    public Func<string, CancellationToken, Task<CreationAttempt>>? BeginCreationAsync { get; init; }

    /// <summary>Whether another Tenant object is known by an id on the platform, or has begun the creation of that name earlier. To be asked before one that is found is taken for this one's.</summary>
    public Func<string?, string, bool> IsAnothers { get; init; } = static (_, _) => false;

    /// <summary>The id on the same platform of another Tenant of the account, by its name; null if it has none.</summary>
    public Func<string, string?> IdOfTenant { get; init; } = static _ => null;

    /// <summary>The tenant was as wished before, with the same wish: what differs now was changed outside.</summary>
    public bool Settled { get; init; }
}

/// <summary>What a platform may be changed for.</summary>
public enum WriteMode
{
    /// <summary>Everything is made as wished.</summary>
    Correct,

    /// <summary>The tenant was as wished before, so that what differs was changed outside: it is named, and left as it is.</summary>
    ReportDrift,

    /// <summary>Nothing is written; what would be is named.</summary>
    Observe,
}

/// <summary>One person as they should be in the tenant.</summary>
/// <param name="User">The object that declares the person.</param>
/// <param name="Roles">What the person may do; never empty.</param>
public sealed record MemberWish(TenantUser User, IReadOnlyList<TenantRole> Roles);

/// <summary>One person as they are in the tenant.</summary>
/// <param name="Key">What the platform knows the person by; see <see cref="ITenantPlatform.KeyOf"/>.</param>
/// <param name="Roles">What the person may do.</param>
/// <param name="Managed">Whether the operator added the person.</param>
public sealed record PresentMember(string Key, IReadOnlyList<TenantRole> Roles, bool Managed);

/// <summary>Who is in a tenant.</summary>
/// <param name="Outcome">Whether that could be read.</param>
/// <param name="Members">The people, each once.</param>
public sealed record PresentRoster(PlatformOutcome Outcome, IReadOnlyList<PresentMember> Members);

/// <summary>What the roster is to become. Whoever is in none of the lists is not in the tenant afterwards.</summary>
public sealed record RosterChange
{
    /// <summary>The declared people, as they should be.</summary>
    public required IReadOnlyList<MemberWish> Members { get; init; }

    /// <summary>People who stay exactly as they are although nobody declares them so.</summary>
    public IReadOnlyList<PresentMember> Kept { get; init; } = [];

    /// <summary>People who lose their access.</summary>
    public IReadOnlyList<PresentMember> Removed { get; init; } = [];

    /// <summary>Of those removed, by key, the ones for whom it is to be done otherwise than by taking access away.</summary>
    public IReadOnlyDictionary<string, Farewell> Farewells { get; init; } = new Dictionary<string, Farewell>(StringComparer.Ordinal);

    /// <summary>How a person who is removed is let go of.</summary>
    public Farewell FarewellOf(string key) => Farewells.TryGetValue(key, out var farewell) ? farewell : Farewell.RemoveAccess;

    /// <summary>Nothing was declared anew, so that what differs was changed outside; it is named, and left as it is.</summary>
    public bool ReportOnly { get; init; }
}

/// <summary>How a person is let go of.</summary>
public enum Farewell
{
    /// <summary>Access to this tenant is taken away; the account stays.</summary>
    RemoveAccess,

    /// <summary>The person is still declared, and switched off: where a platform can do that, in place of taking access away.</summary>
    SwitchOff,

    /// <summary>The account is deleted.</summary>
    DeleteAccount,
}

/// <summary>What the platform says of a tenant that is to be deleted.</summary>
/// <param name="Outcome">Whether that could be read.</param>
/// <param name="Identity">What must be confirmed; null if the tenant does not exist.</param>
public sealed record Identification(PlatformOutcome Outcome, TenantIdentity? Identity = null);

/// <summary>Something a person should know of what was done.</summary>
/// <param name="Reason">In one word, as an Event has it.</param>
/// <param name="Note">In a sentence.</param>
public sealed record PlatformWarning(string Reason, string Note);

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

    /// <summary>The state the platform reports, where it is another than that of a tenant in use.</summary>
    public TenantPhase? Phase { get; init; }

    /// <summary>What should be told once.</summary>
    public IReadOnlyList<PlatformWarning> Warnings { get; init; } = [];

    /// <summary>The creation that was announced in this pass was refused, so that nothing of that name that is made later is this tenant.</summary>
    public bool CreationRefused { get; init; }

    /// <summary>What differed from the wish: put back with <see cref="WriteMode.Correct"/>, left as it is otherwise.</summary>
    public IReadOnlyList<string> Drifted { get; init; } = [];

    /// <summary>Limits that were not lowered because more than that is in use, in words; null when there are none.</summary>
    public string? BelowUsage { get; init; }

    /// <summary>When it is worth looking again although no object changed; null: never.</summary>
    public TimeSpan? LookAgain { get; init; }

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
}

/// <summary>What came of one person.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExternalId">The id of the person on the platform.</param>
/// <param name="Role">The role in the platform's words.</param>
public sealed record MemberObservation(PlatformOutcome Outcome, string? ExternalId, string? Role)
{
    /// <summary>When the person last signed in; null where the platform does not say.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>The person was added just now, and the platform was or was not asked to send its mail; null for those who were there.</summary>
    public bool? InvitationSent { get; init; }

    /// <summary>Fields of the spec that have no effect on this platform.</summary>
    public IReadOnlyList<string> Unsupported { get; init; } = [];
}
