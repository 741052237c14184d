using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>The people of a tenant on Hatz: invitations in batches, single changes of roles and names.</summary>
internal sealed class HatzRoster(HatzClient client, TenantWish wish, Dictionary<string, HatzUserRow> people, TimeProvider clock) : RemoteRoster<HatzUserRow>(wish, people, clock)
{
    protected override string Product => "Hatz";

    protected override IReadOnlyList<string> DifferencesOf(MemberWish member, HatzUserRow person)
    {
        var change = ChangeOf(member, person);
        return [.. new[]
        {
            change.FirstName is null ? null : "firstName",
            change.LastName is null ? null : "lastName",
            change.RoleName is null ? null : "roles",
        }.OfType<string>()];
    }

    protected override async Task<RemoteResult<HatzUserRow>> ChangeAsync(MemberWish member, HatzUserRow person, CancellationToken cancellationToken)
    {
        if (person.Id.Length == 0)
        {
            // Of somebody who was just invited the id is not known, and only a list tells it. What is kept of the people is another list from now on.
            IsInDoubt = true;
            var read = await RelistAsync();
            if (!read.IsDone)
            {
                return new(null, read.Problem);
            }

            if (read.Value.GetValueOrDefault(person.Key) is not { Id.Length: > 0 } known)
            {
                return RemoteResult.Not<HatzUserRow>(new PlatformOutcome.RefusedForNow(TenantUserReasons.Progressing, "Hatz does not show a person yet who was invited. It is looked up again.", TimeSpan.FromSeconds(10)));
            }

            Keep(person = known);
            if (DifferencesOf(member, person).Count == 0)
            {
                return RemoteResult.Of(person);
            }
        }

        var change = ChangeOf(member, person);
        var changed = await client.ChangeUserAsync(person.Id, change, TenantUid, cancellationToken);
        return changed.IsDone
            ? RemoteResult.Of(person with { FirstName = change.FirstName ?? person.FirstName, LastName = change.LastName ?? person.LastName, RoleName = change.RoleName ?? person.RoleName })
            : new(null, changed.Problem, changed.Refusal);
    }

    protected override async Task<PlatformOutcome?> AddAllAsync(IReadOnlyList<MemberWish> absent, CancellationToken cancellationToken)
    {
        foreach (var batch in absent.GroupBy(member => member.User.Spec.SendInvitation == true).SelectMany(group => group.Chunk(HatzClient.MostInvited)))
        {
            if ((WhyPause() ?? await InviteAsync(batch, cancellationToken)) is { } stop)
            {
                return stop;
            }
        }

        return null;
    }

    protected override async Task<RemoteResult<HatzUserRow>> AddAsync(MemberWish member, CancellationToken cancellationToken)
    {
        var stop = await InviteAsync([member], cancellationToken);
        return stop is null ? RemoteResult.Of(RowOf(member)) : RemoteResult.Not<HatzUserRow>(stop);
    }

    protected override Task<(PlatformOutcome Outcome, HatzUserRow? Left)> RemoveAsync(HatzUserRow person, Farewell farewell, CancellationToken cancellationToken) =>
        Task.FromResult<(PlatformOutcome, HatzUserRow?)>((
            new PlatformOutcome.Refused(
                TenantReasons.ManualActionRequired,
                "People are to lose their access, and Hatz documents no call for that. Remove them in the Hatz site; it is seen here within the hour.",
                TimeSpan.FromHours(1)),
            null));

    protected override (string? Id, string? Role) Show(HatzUserRow person) => (person.Id.Length > 0 ? person.Id : null, person.RoleName);

    // It has no name but those two.
    protected override IEnumerable<string> UnsupportedOf(MemberWish member, HatzUserRow? person) => member.User.Spec.DisplayName is null ? [] : ["displayName"];

    private async Task<PlatformOutcome?> InviteAsync(IReadOnlyList<MemberWish> batch, CancellationToken cancellationToken)
    {
        var users = batch.Select(member => new HatzNewUser(
            member.User.Spec.Email,
            member.User.Spec.FirstName,
            member.User.Spec.LastName,
            member.User.Spec.Hatz?.CustomRole is null ? HatzRoles.NameFor(member.User, member.Roles) : null,
            member.User.Spec.Hatz?.CustomRole)).ToList();
        var invited = await client.InviteAsync(new(TenantId, users, batch[0].User.Spec.SendInvitation == true), TenantUid, cancellationToken);
        if (!invited.IsDone)
        {
            IsInDoubt = true;
            return invited.Problem is PlatformOutcome.Refused ? await InviteOneByOneAsync(batch, invited.Problem, cancellationToken) : invited.Problem;
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
                var words = string.IsNullOrWhiteSpace(invited.Value.Message) ? "" : $", and says: {RemoteWords.Sentence(invited.Value.Message)}";
                Note(member, new PlatformOutcome.Refused(TenantUserReasons.UpdateFailed, $"Hatz did not add the person{words}. It is tried again.", TimeSpan.FromMinutes(15)));
            }
            else
            {
                Keep(RowOf(member));
                NoteAdded(member);
                Note(member, PlatformOutcome.Ok);
            }
        }

        return null;
    }

    // A batch that is refused as a whole may have one bad address in it; nobody knows which.
    private async Task<PlatformOutcome?> InviteOneByOneAsync(IReadOnlyList<MemberWish> batch, PlatformOutcome refused, CancellationToken cancellationToken)
    {
        if (batch.Count == 1)
        {
            Note(batch[0], refused);
            return null;
        }

        foreach (var member in batch)
        {
            if ((WhyPause() ?? await InviteAsync([member], cancellationToken)) is { } stop)
            {
                return stop;
            }
        }

        return null;
    }

    private static HatzUserChange ChangeOf(MemberWish member, HatzUserRow person)
    {
        var spec = member.User.Spec;
        return new HatzUserChange(
            spec.FirstName is not null && spec.FirstName != person.FirstName ? spec.FirstName : null,
            spec.LastName is not null && spec.LastName != person.LastName ? spec.LastName : null,
            HatzRoles.Differs(member.User, member.Roles, person.RoleName) ? HatzRoles.NameFor(member.User, member.Roles) : null);
    }

    private static HatzUserRow RowOf(MemberWish member) => new()
    {
        Email = member.User.Spec.Email,
        FirstName = member.User.Spec.FirstName,
        LastName = member.User.Spec.LastName,
        RoleName = HatzRoles.NameFor(member.User, member.Roles),
    };
}
