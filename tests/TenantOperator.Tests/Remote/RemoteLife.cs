using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Remote;

/// <summary>One tenant from its creation to its deletion, with its people. After each step both ends are as wished.</summary>
/// <param name="world">Where it lives.</param>
/// <param name="name">The name of the Tenant.</param>
/// <param name="alsoAsync">What else must be so before a step is done.</param>
internal sealed class RemoteLife(RemoteWorld world, string name, Func<string, Task<bool>>? alsoAsync = null)
{
    public const string LastStep = "its people are gone";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly List<(string User, PersonThere There)> people = [];
    private string displayName = "Acme Corporation";
    private bool suspended;
    private string? id;

    public async Task LiveAsync()
    {
        foreach (var (user, admin) in (IReadOnlyList<(string, bool)>)[("jane", true), ("omar", false), ("zoe", false)])
        {
            people.Add(($"{user}-{name}", new PersonThere(user + "@acme.example", admin)));
            await world.Account.CreateUserAsync($"{user}-{name}", name, user + "@acme.example", admin ? [TenantRole.Admin] : null);
        }

        await world.CreateTenantAsync(name);
        await UntilAsWishedAsync("it is made");
        id = world.Tenant.Id;

        await world.Account.PatchSpecAsync("tenantusers", $"omar-{name}", """{"roles":["Admin"]}""");
        people[1] = (people[1].User, people[1].There with { Admin = true });
        await UntilAsWishedAsync("omar is an admin");

        if (world.Capabilities.RemoveAccess)
        {
            await world.Account.DeleteAsync("tenantusers", $"zoe-{name}");
            people.RemoveAt(2);
            await UntilAsWishedAsync("zoe has no access");
        }

        if (world.Capabilities.Rename)
        {
            displayName = "Acme Limited";
            await world.Account.PatchSpecAsync("tenants", name, """{"displayName":"Acme Limited"}""");
            await UntilAsWishedAsync("it has another display name");
        }

        if (world.Capabilities.Suspend)
        {
            suspended = true;
            await world.Account.PatchSpecAsync("tenants", name, """{"suspended":true}""");
            await UntilAsWishedAsync("it is suspended");
            suspended = false;
            await world.Account.PatchSpecAsync("tenants", name, """{"suspended":null}""");
            await UntilAsWishedAsync("it is resumed");
        }

        await DeleteAsync();
        await Task.WhenAll(people.Select(person => world.Account.DeleteAsync("tenantusers", person.User)));
        await UntilAsync(async () => (await Task.WhenAll(people.Select(person => FindUserAsync(person.User)))).All(user => user is null), LastStep);
    }

    private async Task DeleteAsync()
    {
        if (!world.Capabilities.Delete)
        {
            await world.Account.DeleteAsync("tenants", name);
            await UntilAsync(async () => await world.Account.FindTenantAsync(name) is null, "it is let go of");
            return;
        }

        await world.Account.PatchSpecAsync("tenants", name, """{"deletionPolicy":"Delete"}""");
        await world.Account.DeleteAsync("tenants", name);
        await UntilAsync(async () => await world.Account.FindTenantAsync(name) is { } tenant && TestAccount.ConditionOf(tenant, TenantConditions.DeletionBlocked)?.Reason == TenantReasons.ConfirmationMissing, "a confirmation is asked for");
        await world.ConfirmDeletionAsync((await world.Account.FindTenantAsync(name))!);
        await UntilAsync(async () => await world.Account.FindTenantAsync(name) is null && world.Tenants.Count == 0, "it is deleted");
    }

    private Task UntilAsWishedAsync(string what) => UntilAsync(async () => IsAsWishedThere() && await IsAsWishedHereAsync(), what);

    private bool IsAsWishedThere()
    {
        var tenants = world.Tenants;
        if (tenants.Count > 1)
        {
            throw new InvalidOperationException($"There are {tenants.Count} tenants: {string.Join("; ", world.Emulator.Log.Requests)}");
        }

        return tenants is [{ } tenant] && tenant.DisplayName == displayName && tenant.Suspended == suspended && (id is null || tenant.Id == id)
            && world.PeopleOf(tenant.Id).Where(person => person.HasAccess) is var there && there.Count() == people.Count && there.ToHashSet().SetEquals(people.Select(person => person.There));
    }

    private async Task<bool> IsAsWishedHereAsync()
    {
        if (await world.Account.FindTenantAsync(name) is not { Status: { } status } tenant
            || status.ObservedGeneration != tenant.Metadata.Generation
            || TestAccount.Ready(tenant)?.Reason != (suspended ? TenantReasons.Suspended : TenantReasons.Active)
            || status.ExternalId != world.Tenant.Id
            || status.Users?.Summary != $"{people.Count}/{people.Count}"
            || tenant.Metadata.Annotations?.ContainsKey(Annotations.CreationAttempt) != false)
        {
            return false;
        }

        var users = await Task.WhenAll(people.Select(async person => TestAccount.Read<TenantUser>(await world.Account.Rest.GetAsync(world.Account.PathOf("tenantusers", person.User)))!));
        return users.All(user => user.Status is { Conditions: { } conditions } seen && seen.ObservedGeneration == user.Metadata.Generation
                && conditions.Any(condition => condition is { Type: CommonConditions.Ready, Status: ConditionStatus.True }))
            && (people.Count == 3 || await FindUserAsync($"zoe-{name}") is null);
    }

    private async Task<TenantUser?> FindUserAsync(string user) => TestAccount.Read<TenantUser>(await world.Account.Rest.FindAsync(world.Account.PathOf("tenantusers", user)));

    // Waits are for real platforms; here somebody asks again and again.
    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var (began, asked, pace) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp(), TimeSpan.FromMilliseconds(800));
        for (var number = 0; !(await condition() && (alsoAsync is null || await alsoAsync(what))); number++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"Waited in vain until {what}; there is {string.Join(", ", world.Tenants)} with {string.Join(", ", world.Tenants.SelectMany(tenant => world.PeopleOf(tenant.Id)))}; "
                    + $"asked for was {string.Join("; ", world.Emulator.Log.Requests)}; here is {(await world.Account.FindTenantAsync(name)) switch
                    {
                        { } tenant => $"{TestAccount.Ready(tenant)} {tenant.Status?.Users?.Summary} {string.Join(",", tenant.Metadata.Annotations?.Keys ?? [])}",
                        _ => "nothing",
                    }}");
            }

            if (TimeProvider.System.GetElapsedTime(asked) > pace)
            {
                // Never so rarely that one question at a bad moment, such as during a silence that the platform asked for, is half of the patience.
                (asked, pace) = (TimeProvider.System.GetTimestamp(), TimeSpan.FromSeconds(Math.Min(pace.TotalSeconds * 1.5, 4)));
                await world.AskPlatformAgainAsync($"{what} {number}");
                await world.AskAgainAsync($"{what} {number}", name);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
