using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Users;

/// <summary>Why a person is not in the roster: a reason and words for the person's TenantUser.</summary>
internal sealed record LeftOut(TenantUser User, string Reason, string Message, bool Waiting);

/// <summary>
/// Who of the declared people gets into the tenant: active, declared once, first come first served while there are seats. A pure function.
/// </summary>
/// <param name="Members">Those who get in.</param>
/// <param name="LeftOut">Those who do not, and why.</param>
internal sealed record RosterPlan(IReadOnlyList<MemberWish> Members, IReadOnlyList<LeftOut> LeftOut)
{
    private static readonly IReadOnlyList<TenantRole> DefaultRoles = [TenantRole.Member];

    /// <summary>Those whose access stays as it is, whatever it is, because spec.paused says so.</summary>
    public IReadOnlyList<TenantUser> Untouched { get; private init; } = [];

    /// <summary>Those who are no longer declared but keep their access, because their deletionPolicy said Retain.</summary>
    public IReadOnlyList<TenantUser> GivenUp { get; private init; } = [];

    /// <summary>Those whose objects are being deleted, and who lose their access with them.</summary>
    public IReadOnlyList<TenantUser> Leaving { get; private init; } = [];

    /// <summary>How many people keep a seat above the limit, which was lowered under them.</summary>
    public int AboveLimit { get; private init; }

    /// <summary>The plan.</summary>
    /// <param name="users">The declared people; those being deleted too.</param>
    /// <param name="limits">How many seats there are.</param>
    /// <param name="rolesNow">What a person may do in the tenant now; null for whoever is not in it, which is everybody when this is absent.</param>
    /// <param name="allowBelowUsage">Takes seats away when there are fewer than people; else whoever sits stays.</param>
    /// <param name="heldSeats">How many more people sit, who should have lost their access and are kept by a guard.</param>
    public static RosterPlan For(IEnumerable<TenantUser> users, TenantLimits? limits, Func<TenantUser, IReadOnlyList<TenantRole>?>? rolesNow = null, bool allowBelowUsage = false, int heldSeats = 0)
    {
        var candidates = new List<MemberWish>();
        var leftOut = new List<LeftOut>();
        var untouched = new List<TenantUser>();
        var givenUp = new List<TenantUser>();
        var leaving = new List<TenantUser>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var user in users.OrderBy(user => user.Metadata.CreationTimestamp).ThenBy(user => user.Metadata.Name, StringComparer.Ordinal))
        {
            if (user.Metadata.DeletionTimestamp is not null)
            {
                (user.Spec.DeletionPolicy == UserDeletionPolicy.Retain ? givenUp : leaving).Add(user);
            }
            else if (!seen.TryAdd(user.Spec.Email, user.Metadata.Name))
            {
                leftOut.Add(new(
                    user,
                    TenantUserReasons.DuplicateEmail,
                    $"TenantUser \"{seen[user.Spec.Email]}\" of this tenant has the same e-mail address and is older, so that one counts. Delete one of the two.",
                    Waiting: false));
            }
            else if (user.Spec.Paused == true)
            {
                untouched.Add(user);
                leftOut.Add(new(user, TenantUserReasons.Paused, "The person is paused by spec.paused. Nothing is changed until it is removed.", Waiting: false));
            }
            else if (user.Spec.Active == false)
            {
                leftOut.Add(new(user, TenantUserReasons.Inactive, "The person has no access because spec.active is false.", Waiting: false));
            }
            else
            {
                candidates.Add(new MemberWish(user, user.Spec.Roles is { Count: > 0 } given ? given : DefaultRoles));
            }
        }

        return new Seats(limits, rolesNow ?? (_ => null), allowBelowUsage, heldSeats).Give(candidates, leftOut, untouched) with { Untouched = untouched, GivenUp = givenUp, Leaving = leaving };
    }

    /// <summary>Hands out seats: to those who sit already, then to those who came first.</summary>
    private sealed class Seats(TenantLimits? limits, Func<TenantUser, IReadOnlyList<TenantRole>?> rolesNow, bool allowBelowUsage, int heldSeats)
    {
        public RosterPlan Give(IReadOnlyList<MemberWish> candidates, List<LeftOut> leftOut, List<TenantUser> untouched)
        {
            var seated = candidates
                .Where(candidate => !allowBelowUsage && rolesNow(candidate.User) is { } roles && (!IsAnalyst(candidate) || roles.Contains(TenantRole.Analyst)))
                .ToList();
            var users = seated.Count;
            var analysts = seated.Count(IsAnalyst);
            var members = seated.ToHashSet();
            foreach (var candidate in candidates.Where(candidate => !members.Contains(candidate)))
            {
                // A seat that is held keeps newcomers out, and takes nobody's away.
                if (limits?.MaxUsers is { } seats && users + (rolesNow(candidate.User) is null ? heldSeats : 0) >= seats)
                {
                    leftOut.Add(new(
                        candidate.User,
                        TenantUserReasons.WaitingForSeat,
                        $"All {seats} seats of the tenant are taken. Remove or deactivate another TenantUser, or raise limits.maxUsers of the Tenant or its package.",
                        Waiting: true));
                }
                else if (IsAnalyst(candidate) && limits?.MaxAnalysts is { } analystSeats && analysts >= analystSeats)
                {
                    leftOut.Add(new(
                        candidate.User,
                        TenantUserReasons.AnalystLimitReached,
                        $"All {analystSeats} seats for analysts are taken. Take the role Analyst from another TenantUser, or raise limits.maxAnalysts of the Tenant or its package.",
                        Waiting: true));
                    if (rolesNow(candidate.User) is not null)
                    {
                        // The wish for more is no reason to take away what the person has.
                        untouched.Add(candidate.User);
                    }
                }
                else
                {
                    users++;
                    analysts += IsAnalyst(candidate) ? 1 : 0;
                    members.Add(candidate);
                }
            }

            return new([.. candidates.Where(members.Contains)], leftOut)
            {
                AboveLimit = Math.Max(0, Math.Max(users - (limits?.MaxUsers ?? users), analysts - (limits?.MaxAnalysts ?? analysts))),
            };
        }

        private static bool IsAnalyst(MemberWish candidate) => candidate.Roles.Contains(TenantRole.Analyst);
    }
}
