using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Mindzie;

/// <summary>The people of a tenant on mindzieStudio: assigned with one role each. Accounts are of the whole server and are never deleted.</summary>
internal sealed class MindzieRoster(MindzieAccount account, TenantWish wish, Dictionary<string, MindziePerson> people, TimeProvider clock) : RemoteRoster<MindziePerson>(wish, people, clock)
{
    private const int ShortestName = 2;
    private const int LongestName = 100;
    private static readonly TimeSpan AgainForSeats = TimeSpan.FromMinutes(15);

    protected override string Product => "mindzieStudio";

    private MindziePlatform Settings => Wish.Platform!.Spec.Mindzie!;

    /// <summary>The role of a person in a tenant.</summary>
    public static string? RoleIn(MindziePerson person, string? tenant) =>
        person.Tenants?.FirstOrDefault(each => string.Equals(each.TenantId, tenant, StringComparison.OrdinalIgnoreCase))?.RoleName ?? person.RoleName;

    /// <summary>What a role there means here. The first two are admins; one of them reaches the whole server.</summary>
    public static IReadOnlyList<TenantRole> RolesOf(string? role) => role switch
    {
        nameof(MindzieRole.TenantAdmin) or nameof(MindzieRole.Administrator) => [TenantRole.Admin],
        nameof(MindzieRole.Developer) => [TenantRole.Developer],
        nameof(MindzieRole.Analyst) => [TenantRole.Analyst],
        _ => [TenantRole.Member],
    };

    protected override PlatformOutcome.Refused? WhyNot(MemberWish member)
    {
        var mindzie = member.User.Spec.Mindzie;
        if (mindzie?.Role == MindzieRole.TenantAdmin && Settings.AllowServerRoles != true)
        {
            return new(
                TenantUserReasons.PrivilegedRole,
                "The role TenantAdmin reaches the whole server with all tenants, in spite of its name, and the platform here does not allow that. Use Administrator, "
                + "or have the platform admin set spec.mindzie.allowServerRoles of the TenantPlatform.");
        }

        if (mindzie?.ServiceAccount is { } service)
        {
            if (Settings.KeyKind == MindzieKeyKind.Tenant)
            {
                return new(TenantUserReasons.UnsupportedFields, "A service account needs a global key, and this platform has that of one tenant. Remove spec.mindzie.serviceAccount.");
            }

            if (HomeOf(service) is null)
            {
                return new(
                    TenantUserReasons.InvalidRequest,
                    $"Tenant \"{service.HomeTenantRef!.Name}\" of spec.mindzie.serviceAccount.homeTenantRef has no id on mindzieStudio yet. It is looked at again by itself.",
                    TimeSpan.FromMinutes(1));
            }
        }

        return Known(member) is { Disabled: true }
            ? new(TenantUserReasons.UpdateFailed, "The person's account is disabled on the whole server. Enable it in the site of mindzieStudio; it is looked at again by itself.", AgainForSeats)
            : null;
    }

    protected override IReadOnlyList<string> DifferencesOf(MemberWish member, MindziePerson person) => [.. new[]
    {
        member.User.Spec.DisplayName is { } name && name != person.DisplayName ? "displayName" : null,
        RoleFor(member) != RoleIn(person, TenantId) ? "roles" : null,
        IsServiceWished(member, person) ? "mindzie.serviceAccount" : null,
    }.OfType<string>()];

    protected override async Task<RemoteResult<MindziePerson>> ChangeAsync(MemberWish member, MindziePerson person, CancellationToken cancellationToken)
    {
        var change = new MindziePersonChange(member.User.Spec.DisplayName ?? person.DisplayName ?? NameFor(member), RoleFor(member));
        if (change.DisplayName != person.DisplayName || change.RoleName != RoleIn(person, TenantId))
        {
            var changed = await account.ChangePersonAsync(TenantId, person.UserId, change, TenantUid, cancellationToken);
            if (!changed.IsDone)
            {
                return WhyFailed(changed);
            }

            person = With(person, change.DisplayName, change.RoleName);
            Keep(person);
        }

        if (IsServiceWished(member, person))
        {
            var home = HomeOf(member.User.Spec.Mindzie!.ServiceAccount!)!;
            var changed = await account.ChangeAccountAsync(person.UserId, new(change.DisplayName, change.RoleName, true, home), TenantUid, cancellationToken);
            if (!changed.IsDone)
            {
                return WhyFailed(changed);
            }

            person = person with { IsServiceAccount = true, HomeTenantId = home };
        }

        return RemoteResult.Of(person);
    }

    protected override async Task<RemoteResult<MindziePerson>> AddAsync(MemberWish member, CancellationToken cancellationToken)
    {
        var spec = member.User.Spec;
        var wished = new MindzieNewPerson(
            spec.Email, NameFor(member), RoleFor(member), NotEmpty(spec.FirstName), NotEmpty(spec.LastName), spec.SendInvitation == true);
        var added = await account.AddPersonAsync(TenantId, wished, TenantUid, cancellationToken);
        if (!added.IsDone)
        {
            return added.Refusal is { Code: "ALREADY_ASSIGNED" } or { Status: 409 } ? await TakeInAsync(member, added.Refusal, cancellationToken) : WhyFailed(added);
        }

        var person = With(new MindziePerson { UserId = added.Value.UserId ?? "", Email = spec.Email }, wished.DisplayName, wished.RoleName);
        IsInDoubt |= person.UserId.Length == 0;
        Keep(person);
        NoteAdded(member);
        return IsServiceWished(member, person) && person.UserId.Length > 0 ? await ChangeAsync(member, person, cancellationToken) : RemoteResult.Of(person);
    }

    protected override async Task<(PlatformOutcome Outcome, MindziePerson? Left)> RemoveAsync(MindziePerson person, Farewell farewell, CancellationToken cancellationToken) =>
        ((await account.RemovePersonAsync(TenantId, person.UserId, TenantUid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok, null);

    protected override (string? Id, string? Role) Show(MindziePerson person) => (person.UserId.Length > 0 ? person.UserId : null, RoleIn(person, TenantId));

    // First and last name are taken when an account is made, and neither shown nor changed later: nobody can tell.
    protected override IEnumerable<string> UnsupportedOf(MemberWish member, MindziePerson? person) => [];

    // The first in the order of the documents: it knows one role.
    private static string RoleFor(MemberWish member) => (member.User.Spec.Mindzie?.Role ?? (
        member.Roles.Contains(TenantRole.Admin) ? MindzieRole.Administrator
        : member.Roles.Contains(TenantRole.Developer) ? MindzieRole.Developer
        : member.Roles.Contains(TenantRole.Analyst) ? MindzieRole.Analyst
        : member.User.Spec.Mindzie?.ServiceAccount is null ? MindzieRole.User : MindzieRole.Administrator)).ToString();

    // It needs one of 2 to 100 characters.
    private static string NameFor(MemberWish member)
    {
        var spec = member.User.Spec;
        string?[] candidates = [spec.DisplayName, $"{spec.FirstName} {spec.LastName}".Trim(), spec.Email.Split('@')[0], spec.Email];
        var name = candidates.First(candidate => candidate?.Length >= ShortestName)!;
        return name.Length <= LongestName ? name : name[..LongestName];
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private MindziePerson With(MindziePerson person, string displayName, string role) => person with
    {
        DisplayName = displayName,
        Tenants = [.. (person.Tenants ?? []).Where(each => !string.Equals(each.TenantId, TenantId, StringComparison.OrdinalIgnoreCase)), new MindzieAssignmentRow { TenantId = TenantId, RoleName = role }],
    };

    private string? HomeOf(MindzieServiceAccount service) => service.HomeTenantRef is { } home && home.Name != Wish.Tenant.Metadata.Name ? Wish.IdOfTenant(home.Name) : TenantId;

    private bool IsServiceWished(MemberWish member, MindziePerson person) => member.User.Spec.Mindzie?.ServiceAccount is { } service
        && (person.IsServiceAccount != true || !string.Equals(person.HomeTenantId, HomeOf(service), StringComparison.OrdinalIgnoreCase));

    private static RemoteResult<MindziePerson> WhyFailed(RemoteResult<MindzieSaid> failed) => failed.Refusal?.Code switch
    {
        "USER_LIMIT_REACHED" => Not(TenantUserReasons.UserLimitReached, "All seats of the tenant are taken on mindzieStudio. Raise limits.maxUsers of the Tenant or its package, or remove another person."),
        "ANALYST_LIMIT_REACHED" => Not(TenantUserReasons.AnalystLimitReached, "All seats for analysts are taken on mindzieStudio. Raise limits.maxAnalysts of the Tenant or its package, or give another person another role."),
        _ => new(null, failed.Problem, failed.Refusal),
    };

    private static RemoteResult<MindziePerson> Not(string reason, string message) => RemoteResult.Not<MindziePerson>(new PlatformOutcome.Refused(reason, message, AgainForSeats));
}
