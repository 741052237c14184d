using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Hatz;

/// <summary>Brings the people of one tenant to what is declared: invitations in batches, single changes of roles and names. Keeps what is known of them up to date as it goes.</summary>
/// <param name="client">The calls.</param>
/// <param name="wish">The tenant.</param>
/// <param name="people">Who is in it, by address in lower case; changed in place.</param>
internal sealed class HatzRosterSync(HatzClient client, TenantWish wish, Dictionary<string, HatzUserRow> people)
{
    private readonly Dictionary<string, MemberObservation> members = new(StringComparer.Ordinal);
    private readonly List<string> drifted = [];

    /// <summary>Whether a call ended so that nobody knows what was done: what is known of the people must be read anew.</summary>
    public bool IsInDoubt { get; private set; }

    public async Task<RosterObservation> ApplyAsync(RosterChange change, CancellationToken cancellationToken)
    {
        var write = wish.Mode != WriteMode.Observe && !change.ReportOnly;
        var absent = new List<MemberWish>();
        PlatformOutcome? stop = null;
        foreach (var member in change.Members)
        {
            if (!people.TryGetValue(KeyOf(member), out var person))
            {
                absent.Add(member);
                drifted.Add($"TenantUser {member.User.Metadata.Name} (missing)");
            }
            else if (ChangeOf(member, person) is { } difference)
            {
                drifted.Add($"TenantUser {member.User.Metadata.Name} ({string.Join(", ", FieldsOf(difference))})");
                stop ??= write ? await ChangeAsync(member, person, difference, cancellationToken) : null;
            }
            else
            {
                Note(member, PlatformOutcome.Ok);
            }
        }

        if (write && stop is null)
        {
            stop = await InviteAsync(absent, cancellationToken);
        }

        if (change.Removed.Count > 0 && stop is null)
        {
            stop = new PlatformOutcome.Refused(
                TenantReasons.ManualActionRequired,
                $"{change.Removed.Count} people are to lose their access, and Hatz documents no call for that. Remove them in the Hatz site; it is seen here within the hour.",
                TimeSpan.FromHours(1));
        }

        return new() { Outcome = stop ?? PlatformOutcome.Ok, Members = members, Drifted = drifted };
    }

    private async Task<PlatformOutcome?> ChangeAsync(MemberWish member, HatzUserRow person, HatzUserChange change, CancellationToken cancellationToken)
    {
        var changed = await client.ChangeUserAsync(person.Id, change, wish.Tenant.Metadata.Uid, cancellationToken);
        switch (changed.Problem)
        {
            case null:
                people[KeyOf(member)] = person with
                {
                    FirstName = change.FirstName ?? person.FirstName,
                    LastName = change.LastName ?? person.LastName,
                    RoleName = change.RoleName ?? person.RoleName,
                };
                Note(member, PlatformOutcome.Ok);
                return null;
            case PlatformOutcome.Refused or PlatformOutcome.NotFound:
                IsInDoubt |= changed.Problem is PlatformOutcome.NotFound;
                Note(member, changed.Problem is PlatformOutcome.Refused ? changed.Problem : new PlatformOutcome.Refused(TenantUserReasons.UpdateFailed, "Hatz does not know the person any more.", TimeSpan.FromMinutes(1)));
                return null;
            default:
                IsInDoubt |= changed.Problem is PlatformOutcome.Unreachable;
                return changed.Problem;
        }
    }

    private async Task<PlatformOutcome?> InviteAsync(IReadOnlyList<MemberWish> absent, CancellationToken cancellationToken)
    {
        foreach (var batch in absent.GroupBy(member => member.User.Spec.SendInvitation == true).SelectMany(group => group.Chunk(HatzClient.MostInvited)))
        {
            var users = batch.Select(member => new HatzNewUser(
                member.User.Spec.Email,
                member.User.Spec.FirstName,
                member.User.Spec.LastName,
                member.User.Spec.Hatz?.CustomRole is null ? HatzRoles.NameFor(member.User, member.Roles) : null,
                member.User.Spec.Hatz?.CustomRole)).ToList();
            var invited = await client.InviteAsync(new(wish.KnownId!, users, batch[0].User.Spec.SendInvitation == true), wish.Tenant.Metadata.Uid, cancellationToken);
            if (!invited.IsDone)
            {
                // A batch that is refused as a whole may have one bad address in it; nobody knows which.
                IsInDoubt = true;
                if (invited.Problem is not PlatformOutcome.Refused || batch.Length == 1)
                {
                    foreach (var member in invited.Problem is PlatformOutcome.Refused ? batch : [])
                    {
                        Note(member, invited.Problem);
                    }

                    return invited.Problem is PlatformOutcome.Refused ? null : invited.Problem;
                }

                foreach (var member in batch)
                {
                    if (await InviteAsync([member], cancellationToken) is { } stop)
                    {
                        return stop;
                    }
                }

                continue;
            }

            if (!invited.Value.Tells)
            {
                IsInDoubt = true;
                return new PlatformOutcome.Unreachable("Hatz did not say what came of an invitation. It is looked up, and tried again by itself.");
            }

            var failed = (invited.Value.NewUsersFailedEmails ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
            IsInDoubt |= failed.Count > 0;
            foreach (var member in batch)
            {
                if (failed.Contains(member.User.Spec.Email))
                {
                    Note(member, new PlatformOutcome.Refused(
                        TenantUserReasons.UpdateFailed, $"Hatz did not add the person{(string.IsNullOrWhiteSpace(invited.Value.Message) ? "" : $", and says: {HatzWords.Bounded(invited.Value.Message)}")}. It is tried again.", TimeSpan.FromMinutes(15)));
                }
                else
                {
                    people[KeyOf(member)] = new HatzUserRow
                    {
                        Email = member.User.Spec.Email,
                        FirstName = member.User.Spec.FirstName,
                        LastName = member.User.Spec.LastName,
                        RoleName = HatzRoles.NameFor(member.User, member.Roles),
                    };
                    Note(member, PlatformOutcome.Ok);
                }
            }
        }

        return null;
    }

    // Of somebody whose id is not known yet nothing can be changed; it comes with the next list.
    private static HatzUserChange? ChangeOf(MemberWish member, HatzUserRow person)
    {
        var spec = member.User.Spec;
        var change = new HatzUserChange(
            spec.FirstName is not null && spec.FirstName != person.FirstName ? spec.FirstName : null,
            spec.LastName is not null && spec.LastName != person.LastName ? spec.LastName : null,
            HatzRoles.Differs(member.User, member.Roles, person.RoleName) ? HatzRoles.NameFor(member.User, member.Roles) : null);
        return person.Id.Length == 0 || change == new HatzUserChange(null, null, null) ? null : change;
    }

    private static IEnumerable<string> FieldsOf(HatzUserChange change) => new[]
    {
        change.FirstName is null ? null : "firstName",
        change.LastName is null ? null : "lastName",
        change.RoleName is null ? null : "roles",
    }.OfType<string>();

    private void Note(MemberWish member, PlatformOutcome outcome)
    {
        var person = people.GetValueOrDefault(KeyOf(member));
        members[member.User.Metadata.Name] = new MemberObservation(outcome, person?.Id is { Length: > 0 } id ? id : null, person?.RoleName);
    }

    private static string KeyOf(MemberWish member) => member.User.Spec.Email;
}
