using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Users;

/// <summary>Writes what a pass over a tenant found out about each of its people, to those for whom something is new.</summary>
internal sealed class TenantUserStatusWriter(ResourceCache<TenantUser> users, WriteGate gate, TimeProvider clock)
{
    // Enough to hide the latency of the server, few enough to leave room for other tenants.
    private const int Concurrency = 8;

    public async Task WriteAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var roster = StepOutcome.Of(pass.Roster!.Outcome);
        var news = new List<(TenantUser User, TenantUserStatus Status)>();
        var admin = pass.RosterDiff!.LastAdminKept;
        foreach (var member in pass.RosterDiff.Change.Members)
        {
            Add(member.User, TenantUserStatusRules.ForMember(member.User, pass.Roster!.Members.GetValueOrDefault(member.User.Metadata.Name), roster, pass.Suspended, IsLastAdmin(member), pass.Adapter!.Type, now));
        }

        var kept = pass.RosterDiff.Change.Kept.Select(person => person.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var person in pass.RosterPlan!.LeftOut)
        {
            Add(person.User, TenantUserStatusRules.ForLeftOut(person, StillIn(person.User), now));
        }

        ConflictException? conflict = null;
        await Parallel.ForEachAsync(news, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (each, token) =>
        {
            try
            {
                await WriteAsync(each.User, each.Status, token);
            }
            catch (ConflictException newer)
            {
                conflict = newer;
            }
        });

        // Who wrote the newer one may have been ourselves, and then no watch brings another pass. So this one is repeated.
        if (conflict is not null)
        {
            throw conflict;
        }

        bool StillIn(TenantUser user) => kept.Contains(pass.Adapter!.KeyOf(pass.Wish!, user));

        bool IsLastAdmin(MemberWish member) => admin && member.Roles.Contains(TenantRole.Admin) && member.User.Spec.Roles?.Contains(TenantRole.Admin) != true;

        void Add(TenantUser user, TenantUserStatus status)
        {
            if (!ReferenceEquals(status, user.Status))
            {
                news.Add((user, status));
            }
        }
    }

    public async Task WriteAsync(TenantUser user, TenantUserStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await gate.UpdateStatusAsync(users, user, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
        }
        catch (NotFoundException)
        {
            // Gone meanwhile: nobody is left to read it.
        }
    }
}
