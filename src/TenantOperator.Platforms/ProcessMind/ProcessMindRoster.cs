using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ProcessMind;

/// <summary>The people of a tenant on ProcessMind: three flags in the tenant, and two in the organisation where that is allowed.</summary>
internal sealed class ProcessMindRoster(ProcessMindAccount account, TenantWish wish, Dictionary<string, ProcessMindPerson> people, TimeProvider clock)
    : RemoteRoster<ProcessMindPerson>(wish, people, clock)
{
    protected override string Product => "ProcessMind";

    private bool MayChangeOrganization => Wish.Platform!.Spec.ProcessMind!.AllowOrganizationRoles == true;

    /// <summary>Our roles as ProcessMind knows them: it has no analysts.</summary>
    public static IReadOnlyList<TenantRole> RolesOf(ProcessMindPerson person)
    {
        TenantRole[] roles = [.. person.IsAdminInTenant == true ? [TenantRole.Admin] : Array.Empty<TenantRole>(), .. person.IsDeveloperInTenant == true ? [TenantRole.Developer] : Array.Empty<TenantRole>()];
        return roles.Length > 0 ? roles : [TenantRole.Member];
    }

    protected override PlatformOutcome.Refused? WhyNot(MemberWish member) => OrganizationOf(member) is not null && !MayChangeOrganization
        ? new(
            TenantUserReasons.PrivilegedRole,
            "spec.processMind.organization reaches the other tenants of the organisation, and the platform here does not allow that. Remove it, or have the platform admin set spec.processMind.allowOrganizationRoles of the TenantPlatform.")
        : null;

    protected override IReadOnlyList<string> DifferencesOf(MemberWish member, ProcessMindPerson person)
    {
        var flags = FlagsOf(member, person);
        return [.. new[]
        {
            flags.IsActiveInTenant is null ? null : "active",
            flags.IsAdminInTenant is null && flags.IsDeveloperInTenant is null ? null : "roles",
            OrganizationChangeOf(member, person) is null ? null : "processMind.organization",
        }.OfType<string>()];
    }

    protected override async Task<RemoteResult<ProcessMindPerson>> ChangeAsync(MemberWish member, ProcessMindPerson person, CancellationToken cancellationToken)
    {
        var flags = FlagsOf(member, person);
        if (flags is not { IsActiveInTenant: null, IsAdminInTenant: null, IsDeveloperInTenant: null })
        {
            var changed = await account.ChangePersonAsync(TenantId, flags, TenantUid, cancellationToken);
            if (!changed.IsDone)
            {
                return new(null, changed.Problem, changed.Refusal);
            }

            person = person with
            {
                IsActiveInTenant = flags.IsActiveInTenant ?? person.IsActiveInTenant,
                IsAdminInTenant = flags.IsAdminInTenant ?? person.IsAdminInTenant,
                IsDeveloperInTenant = flags.IsDeveloperInTenant ?? person.IsDeveloperInTenant,
            };
            Keep(person);
        }

        if (OrganizationChangeOf(member, person) is { } change)
        {
            var changed = await account.ChangeInOrganizationAsync(change, TenantUid, cancellationToken);
            if (!changed.IsDone)
            {
                return new(null, changed.Problem, changed.Refusal);
            }

            person = person with
            {
                IsActiveInOrganization = change.IsActiveInOrganization ?? person.IsActiveInOrganization,
                IsAdminInOrganization = change.IsAdminInOrganization ?? person.IsAdminInOrganization,
            };
        }

        return RemoteResult.Of(person);
    }

    protected override async Task<RemoteResult<ProcessMindPerson>> AddAsync(MemberWish member, CancellationToken cancellationToken)
    {
        var spec = member.User.Spec;
        var wished = new ProcessMindNewPerson(spec.Email, spec.FirstName, spec.LastName, true, member.Roles.Contains(TenantRole.Admin), member.Roles.Contains(TenantRole.Developer));
        var added = await account.AddPersonAsync(TenantId, wished, TenantUid, cancellationToken);
        if (!added.IsDone)
        {
            return added.Refusal is { Status: 409 } conflict ? await TakeInAsync(member, conflict, cancellationToken) : new(null, added.Problem, added.Refusal);
        }

        // The flags are as sent, unless the person was there already; the answer does not tell, and the next list does.
        var person = new ProcessMindPerson
        {
            Id = added.Value.Id ?? "",
            Email = spec.Email,
            FirstName = spec.FirstName,
            LastName = spec.LastName,
            IsActiveInTenant = true,
            IsAdminInTenant = wished.IsAdminInTenant,
            IsDeveloperInTenant = wished.IsDeveloperInTenant,
        };
        IsInDoubt |= person.Id.Length == 0;
        Keep(person);
        NoteAdded(member);
        return OrganizationChangeOf(member, person) is null ? RemoteResult.Of(person) : await ChangeAsync(member, person, cancellationToken);
    }

    protected override async Task<(PlatformOutcome Outcome, ProcessMindPerson? Left)> RemoveAsync(ProcessMindPerson person, Farewell farewell, CancellationToken cancellationToken)
    {
        switch (farewell)
        {
            case Farewell.SwitchOff:
                var off = await account.ChangePersonAsync(TenantId, new(person.Id, TenantId, IsActiveInTenant: false), TenantUid, cancellationToken);
                return (off.Problem ?? PlatformOutcome.Ok, person with { IsActiveInTenant = false });
            case Farewell.DeleteAccount when !MayChangeOrganization:
                return (new PlatformOutcome.Refused(
                    TenantReasons.ManualActionRequired,
                    "A TenantUser is deleted with deletionPolicy DeleteAccount. On ProcessMind that takes the account from the whole organisation, and the platform here does not allow that. Set its deletionPolicy to RemoveAccess, "
                    + "or have the platform admin set spec.processMind.allowOrganizationRoles of the TenantPlatform."), null);
            case Farewell.DeleteAccount:
                return ((await account.RemoveFromOrganizationAsync(person.Id, TenantUid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok, null);
            default:
                return ((await account.RemovePersonAsync(TenantId, person.Id, TenantUid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok, null);
        }
    }

    protected override (string? Id, string? Role) Show(ProcessMindPerson person) =>
        (person.Id.Length > 0 ? person.Id : null, string.Join(", ", RolesOf(person).Select(role => role == TenantRole.Member ? "user" : role.ToString().ToLowerInvariant())));

    // Names are taken when a person is added, and there is no call to change them.
    protected override IEnumerable<string> UnsupportedOf(MemberWish member, ProcessMindPerson? person)
    {
        var spec = member.User.Spec;
        return new[]
        {
            spec.DisplayName is null ? null : "displayName",
            person is not null && spec.FirstName is { } first && first != (person.FirstName ?? "") ? "firstName" : null,
            person is not null && spec.LastName is { } last && last != (person.LastName ?? "") ? "lastName" : null,
            spec.SendInvitation == true ? "sendInvitation" : null,
        }.OfType<string>();
    }

    private static ProcessMindOrganizationFlags? OrganizationOf(MemberWish member) => member.User.Spec.ProcessMind?.Organization;

    private ProcessMindFlags FlagsOf(MemberWish member, ProcessMindPerson person)
    {
        var (admin, developer) = (member.Roles.Contains(TenantRole.Admin), member.Roles.Contains(TenantRole.Developer));
        return new(
            person.Id,
            TenantId,
            person.IsActiveInTenant == false ? true : null,
            admin != (person.IsAdminInTenant ?? false) ? admin : null,
            developer != (person.IsDeveloperInTenant ?? false) ? developer : null);
    }

    private static ProcessMindOrganizationChange? OrganizationChangeOf(MemberWish member, ProcessMindPerson person)
    {
        var wished = OrganizationOf(member);
        var change = new ProcessMindOrganizationChange(
            person.Id,
            wished?.Active is { } active && active != (person.IsActiveInOrganization ?? true) ? active : null,
            wished?.Admin is { } admin && admin != (person.IsAdminInOrganization ?? false) ? admin : null);
        return change is { IsActiveInOrganization: null, IsAdminInOrganization: null } ? null : change;
    }
}
