using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Remote;

/// <summary>
/// Brings the people of one tenant to what is declared, one after the other, and keeps what is known of them up to date as it goes. A platform adds its calls; one that takes many people at once
/// replaces <see cref="AddAllAsync"/>.
/// </summary>
/// <param name="wish">The tenant.</param>
/// <param name="people">Who is in it, by address; changed in place.</param>
/// <param name="clock">Tells the time.</param>
internal abstract class RemoteRoster<TPerson>(TenantWish wish, Dictionary<string, TPerson> people, TimeProvider clock)
    where TPerson : class, IRemotePerson
{
    // A pass has two minutes. What is not done then goes on in the next one, and those who are in learn it now.
    private static readonly TimeSpan LongestSync = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, MemberObservation> members = new(StringComparer.Ordinal);
    private readonly List<string> drifted = [];
    private readonly HashSet<string> added = new(StringComparer.Ordinal);
    private readonly long began = clock.GetTimestamp();

    /// <summary>Whether a call ended so that nobody knows what was done: what is known of the people must be read anew.</summary>
    public bool IsInDoubt { get; protected set; }

    /// <summary>Reads anew who is in the tenant.</summary>
    public Func<Task<RemoteResult<Dictionary<string, TPerson>>>> RelistAsync { get; set; } = () => throw new InvalidOperationException("Nobody said how.");

    protected TenantWish Wish => wish;

    protected string TenantUid => wish.Tenant.Metadata.Uid;

    protected string TenantId => wish.KnownId!;

    protected abstract string Product { get; }

    public async Task<RosterObservation> ApplyAsync(RosterChange change, CancellationToken cancellationToken)
    {
        var write = wish.Mode != WriteMode.Observe && !change.ReportOnly;
        var absent = new List<MemberWish>();
        PlatformOutcome? stop = null;
        foreach (var member in change.Members)
        {
            if (WhyNot(member) is { } refused)
            {
                Note(member, refused);
            }
            else if (!people.TryGetValue(KeyOf(member), out var person))
            {
                absent.Add(member);
                drifted.Add($"TenantUser {member.User.Metadata.Name} (missing)");
                NoteLeft(member);
            }
            else if (DifferencesOf(member, person) is { Count: > 0 } differences)
            {
                drifted.Add($"TenantUser {member.User.Metadata.Name} ({string.Join(", ", differences)})");
                NoteLeft(member);
                stop ??= write ? await TryAsync(member, () => ChangeAsync(member, person, cancellationToken)) : null;
            }
            else
            {
                Note(member, PlatformOutcome.Ok);
            }
        }

        if (write)
        {
            stop ??= absent.Count > 0 ? await AddAllAsync(absent, cancellationToken) : null;
            stop ??= await RemoveAllAsync(change, cancellationToken);
        }

        return new() { Outcome = stop ?? PlatformOutcome.Ok, Members = members, Drifted = drifted };

        // As they were seen last: forgotten, the next pass would take what was changed outside for something to be done yet.
        void NoteLeft(MemberWish member)
        {
            if (change.ReportOnly)
            {
                members[member.User.Metadata.Name] = new MemberObservation(PlatformOutcome.Ok, member.User.Status?.ExternalId, member.User.Status?.Role)
                {
                    LastSignInAt = member.User.Status?.LastSignInAt,
                    Unsupported = member.User.Status?.UnsupportedFields ?? [],
                };
            }
        }
    }

    /// <summary>Why a person is not given what is declared, before anything is asked; null if they are.</summary>
    protected virtual PlatformOutcome.Refused? WhyNot(MemberWish member) => null;

    /// <summary>What differs, in our words.</summary>
    protected abstract IReadOnlyList<string> DifferencesOf(MemberWish member, TPerson person);

    /// <summary>Changes a person, and returns them as they are then.</summary>
    protected abstract Task<RemoteResult<TPerson>> ChangeAsync(MemberWish member, TPerson person, CancellationToken cancellationToken);

    /// <summary>Adds a person, and returns them as they are then.</summary>
    protected abstract Task<RemoteResult<TPerson>> AddAsync(MemberWish member, CancellationToken cancellationToken);

    /// <summary>Takes access away. A person who is not there has none. What is left of them there, if anything is.</summary>
    protected abstract Task<(PlatformOutcome Outcome, TPerson? Left)> RemoveAsync(TPerson person, Farewell farewell, CancellationToken cancellationToken);

    /// <summary>The id and the role of a person in the platform's words.</summary>
    protected abstract (string? Id, string? Role) Show(TPerson person);

    /// <summary>Fields that have no effect on this platform, if they are set.</summary>
    protected abstract IEnumerable<string> UnsupportedOf(MemberWish member, TPerson? person);

    /// <summary>Adds people one by one, until a call ends so that the next one would end likewise. Null: all were tried.</summary>
    protected virtual async Task<PlatformOutcome?> AddAllAsync(IReadOnlyList<MemberWish> absent, CancellationToken cancellationToken)
    {
        foreach (var member in absent)
        {
            if (await TryAsync(member, () => AddAsync(member, cancellationToken)) is { } stop)
            {
                return stop;
            }
        }

        return null;
    }

    /// <summary>What to say where time is up; null while there is some.</summary>
    protected PlatformOutcome? WhyPause() => clock.GetElapsedTime(began) < LongestSync ? null : new PlatformOutcome.RefusedForNow(
        TenantReasons.Progressing, $"People are being added to the tenant on {Product}, as fast as its maxRequestsPerSecond lets them. It goes on by itself.", TimeSpan.FromSeconds(1));

    /// <summary>The platform says that a person is there already, who was not in its list: looked up and made as wished.</summary>
    protected async Task<RemoteResult<TPerson>> TakeInAsync(MemberWish member, RemoteAnswer.Refused refusal, CancellationToken cancellationToken)
    {
        // What is kept of the people is another list from now on.
        IsInDoubt = true;
        var read = await RelistAsync();
        if (!read.IsDone)
        {
            return RemoteResult.Not<TPerson>(read.Problem);
        }

        if (!read.Value.TryGetValue(KeyOf(member), out var person))
        {
            return RemoteResult.Not<TPerson>(new PlatformOutcome.Refused(
                TenantUserReasons.UpdateFailed, $"{Product} did not add the person, and says: {RemoteWords.Sentence(refusal.Words)} It does not show them in the tenant. It is looked up again by itself.", TimeSpan.FromMinutes(1)));
        }

        Keep(person);
        return DifferencesOf(member, person).Count > 0 ? await ChangeAsync(member, person, cancellationToken) : RemoteResult.Of(person);
    }

    protected TPerson? Known(MemberWish member) => people.GetValueOrDefault(KeyOf(member));

    protected void Keep(TPerson person) => people[person.Key] = person;

    protected void Note(MemberWish member, PlatformOutcome outcome)
    {
        var (id, role) = people.TryGetValue(KeyOf(member), out var person) ? Show(person) : (null, null);
        members[member.User.Metadata.Name] = new MemberObservation(outcome, id, role)
        {
            LastSignInAt = person?.LastSignInAt,
            InvitationSent = outcome is PlatformOutcome.Done && added.Contains(KeyOf(member)) ? member.User.Spec.SendInvitation == true : null,
            Unsupported = [.. UnsupportedOf(member, person)],
        };
    }

    /// <summary>The platform says that it has added the person.</summary>
    protected void NoteAdded(MemberWish member) => added.Add(KeyOf(member));

    private async Task<PlatformOutcome?> TryAsync(MemberWish member, Func<Task<RemoteResult<TPerson>>> callAsync)
    {
        if (WhyPause() is { } pause)
        {
            return pause;
        }

        var done = await callAsync();
        switch (done.Problem)
        {
            case null:
                Keep(done.Value!);
                Note(member, PlatformOutcome.Ok);
                return null;
            case PlatformOutcome.Refused:
                Note(member, done.Problem);
                return null;
            case PlatformOutcome.NotFound:
                IsInDoubt = true;
                Note(member, new PlatformOutcome.RefusedForNow(TenantUserReasons.UpdateFailed, $"{Product} does not know the person any more. It is looked up again.", TimeSpan.FromMinutes(1)));
                return null;
            default:
                IsInDoubt |= done.Problem is PlatformOutcome.Unreachable;
                return done.Problem;
        }
    }

    private async Task<PlatformOutcome?> RemoveAllAsync(RosterChange change, CancellationToken cancellationToken)
    {
        PlatformOutcome? refused = null;
        foreach (var leaving in change.Removed)
        {
            if (!people.TryGetValue(leaving.Key, out var person))
            {
                continue;
            }

            if (WhyPause() is { } pause)
            {
                return pause;
            }

            var (outcome, left) = await RemoveAsync(person, change.FarewellOf(leaving.Key), cancellationToken);
            switch (outcome)
            {
                case PlatformOutcome.Done when left is not null:
                    Keep(left);
                    break;
                case PlatformOutcome.Done:
                    people.Remove(leaving.Key);
                    break;
                case PlatformOutcome.NotFound:
                    // Gone is who is not in the list either: nobody is let go of for a word that may be about something else.
                    IsInDoubt = true;
                    refused ??= new PlatformOutcome.RefusedForNow(TenantReasons.Progressing, $"{Product} does not know a person any more who is to lose access. It is looked up again.", TimeSpan.FromSeconds(10));
                    break;
                case PlatformOutcome.Refused no:
                    refused ??= no;
                    break;
                default:
                    IsInDoubt |= outcome is PlatformOutcome.Unreachable;
                    return outcome;
            }
        }

        return refused;
    }

    private static string KeyOf(MemberWish member) => member.User.Spec.Email;
}
