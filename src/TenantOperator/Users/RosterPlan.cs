using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Users;

/// <summary>Why a person is not in the roster: a reason and words for the person's TenantUser.</summary>
internal sealed record LeftOut(TenantUser User, string Reason, string Message, bool Waiting);

/// <summary>
/// Who of the declared people gets into the tenant: active, declared once, first come first served while there are seats. A pure function.
/// </summary>
internal sealed record RosterPlan(IReadOnlyList<MemberWish> Members, IReadOnlyList<LeftOut> LeftOut)
{
    private static readonly IReadOnlyList<TenantRole> DefaultRoles = [TenantRole.Member];

    public static RosterPlan For(IEnumerable<TenantUser> users, TenantLimits? limits)
    {
        var members = new List<MemberWish>();
        var leftOut = new List<LeftOut>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var analysts = 0;
        foreach (var user in users.OrderBy(user => user.Metadata.CreationTimestamp).ThenBy(user => user.Metadata.Name, StringComparer.Ordinal))
        {
            if (!seen.TryAdd(user.Spec.Email, user.Metadata.Name))
            {
                leftOut.Add(new(
                    user,
                    TenantUserReasons.DuplicateEmail,
                    $"TenantUser \"{seen[user.Spec.Email]}\" of this tenant has the same e-mail address and is older, so that one counts. Delete one of the two.",
                    Waiting: false));
                continue;
            }

            if (user.Spec.Active == false)
            {
                leftOut.Add(new(user, TenantUserReasons.Inactive, "The person has no access because spec.active is false.", Waiting: false));
                continue;
            }

            var roles = user.Spec.Roles is { Count: > 0 } given ? given : DefaultRoles;
            if (limits?.MaxUsers is { } seats && members.Count >= seats)
            {
                leftOut.Add(new(
                    user,
                    TenantUserReasons.WaitingForSeat,
                    $"All {seats} seats of the tenant are taken. Remove or deactivate another TenantUser, or raise limits.maxUsers of the Tenant or its package.",
                    Waiting: true));
                continue;
            }

            if (roles.Contains(TenantRole.Analyst) && limits?.MaxAnalysts is { } analystSeats && analysts >= analystSeats)
            {
                leftOut.Add(new(
                    user,
                    TenantUserReasons.AnalystLimitReached,
                    $"All {analystSeats} seats for analysts are taken. Take the role Analyst from another TenantUser, or raise limits.maxAnalysts of the Tenant or its package.",
                    Waiting: true));
                continue;
            }

            analysts += roles.Contains(TenantRole.Analyst) ? 1 : 0;
            members.Add(new MemberWish(user, roles));
        }

        return new(members, leftOut);
    }
}
