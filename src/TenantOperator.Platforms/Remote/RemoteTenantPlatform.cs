using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Remote;

/// <summary>What came of a creation that was not refused.</summary>
/// <param name="Id">The id of the new tenant; null where the answer does not tell.</param>
/// <param name="Row">The new tenant; null where the answer does not tell.</param>
/// <param name="Purchased">Whether it bought a package; null where that is unknown.</param>
internal sealed record RemoteCreation<TTenant>(string? Id, TTenant? Row = null, bool? Purchased = null)
    where TTenant : class
{
    /// <summary>Something to be told about it.</summary>
    public IReadOnlyList<PlatformWarning> Warnings { get; init; } = [];
}

/// <summary>
/// What is the same on every remote platform: how a tenant is found, taken up, made once and let go of. A platform adds its calls and its words.
/// </summary>
/// <remarks>A creation is announced on the Tenant before it is asked for, under a name by which the tenant can be found; whatever comes back, the next pass looks that name up first.</remarks>
internal abstract class RemoteTenantPlatform<TAccount, TTenant, TPerson>(Func<TenantPlatform, TAccount> open, TimeProvider clock) : ITenantPlatform, ITenantInventory, IDisposable
    where TAccount : RemoteAccount<TTenant, TPerson>
    where TTenant : class, IRemoteTenant
    where TPerson : class, IRemotePerson
{
    /// <summary>How often usage is read where the TenantPlatform does not say.</summary>
    protected static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(15);

    private readonly RemoteConnections<TAccount> accounts = new(open);

    public abstract PlatformType Type { get; }

    public abstract PlatformCapabilities Capabilities { get; }

    public abstract string AddressOf(TenantPlatform platform);

    protected TimeProvider Clock => clock;

    protected TAccount AccountOf(TenantPlatform platform) => accounts.For(platform);

    /// <summary>Its name, for messages.</summary>
    protected abstract string Product { get; }

    /// <summary>The field of a Tenant that gives the name by which it can be found.</summary>
    protected abstract string NameField { get; }

    public virtual async Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken)
    {
        var account = accounts.For(platform);
        var seen = await ReadAccountAsync(account, platform, cancellationToken);
        IReadOnlyCollection<string>? ids = null;
        if (seen.IsDone && DiscoveryOf(platform) == Discovery.Report)
        {
            ids = (await account.ListIdsAsync(cancellationToken)).Value;
        }

        var pause = account.Pause;
        return new PlatformObservation
        {
            Outcome = seen.Problem ?? PlatformOutcome.Ok,
            Account = seen.Value,
            TenantIds = ids,
            ThrottledUntil = pause.Time > TimeSpan.Zero ? clock.GetUtcNow() + pause.Time : null,
            LookAgain = account.Interval,
        };
    }

    public async Task<Inventory> ListTenantsAsync(TenantPlatform platform, CancellationToken cancellationToken)
    {
        var rows = await accounts.For(platform).SearchAsync(null, "", cancellationToken);
        return rows.IsDone
            ? new(PlatformOutcome.Ok, [.. rows.Value.Where(row => !IsGone(row)).Select(row => (Identity: IdentityOf(row), Row: row)).Select(each => new InventoryRow(each.Identity.ExternalId, each.Identity.Name, each.Identity.DisplayName, each.Row.MadeAt))])
            : new(rows.Problem, []);
    }

    public virtual async Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var account = accounts.For(wish.Platform!);
        if ((wish.Tenant.Spec.ExternalId ?? wish.KnownId) is not { } id)
        {
            return await MakeAsync(wish, account, cancellationToken);
        }

        var found = await account.FindAsync(id, wish, cancellationToken);
        if (found.Problem is PlatformOutcome.NotFound || (found.IsDone && IsGone(found.Value)))
        {
            return wish.KnownId is not null && wish.Tenant.Spec is { ExternalId: null, OnRemoteMissing: MissingPolicy.Recreate }
                ? await MakeAsync(wish with { KnownId = null }, account, cancellationToken)
                : new() { Outcome = WhyMissing(wish, id), LookAgain = account.Interval };
        }

        if (wish.KnownId is null && wish.IsAnothers(null, id))
        {
            return new()
            {
                Outcome = new PlatformOutcome.Refused(
                    TenantReasons.ExternalIdTaken, $"Another Tenant has \"{id}\" on {Product} already. Delete that one with deletionPolicy Retain first, or make a Tenant without spec.externalId.", DefaultInterval),
            };
        }

        return found.IsDone
            ? WithOrigin(wish, await ConfigureAsync(account, wish, found.Value, wish.KnownId is null ? RemoteOrigin.Adopted : null, null, cancellationToken))
            : new() { Outcome = found.Problem };
    }

    public virtual string? WhyBelowUsage(TenantWish wish) => null;

    public string KeyOf(TenantWish wish, TenantUser user) => user.Spec.Email;

    public async Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var people = await accounts.For(wish.Platform!).PeopleAsync(wish, cancellationToken);
        return people.IsDone
            ? new(PlatformOutcome.Ok, [.. people.Value.Values.Where(HasAccess).Select(person => new PresentMember(person.Key, RolesOf(wish, person), Managed: false))])
            : new(people.Problem, []);
    }

    public async Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken)
    {
        var account = accounts.For(wish.Platform!);
        var people = await account.PeopleAsync(wish, cancellationToken);
        if (!people.IsDone)
        {
            return new() { Outcome = people.Problem };
        }

        var roster = RosterOf(account, wish, people.Value);
        roster.RelistAsync = () =>
        {
            account.ForgetPeople(wish);
            return account.PeopleAsync(wish, cancellationToken);
        };
        var sure = false;
        try
        {
            var observed = await roster.ApplyAsync(change, cancellationToken);
            sure = !roster.IsInDoubt;
            return observed;
        }
        finally
        {
            // Also when it was cancelled in the middle of a call.
            if (!sure)
            {
                account.ForgetPeople(wish);
            }
        }
    }

    public TenantUsage? ReadUsage(TenantWish wish) =>
        (wish.KnownId ?? wish.Tenant.Spec.ExternalId) is { } id && accounts.For(wish.Platform!) is var account && account.Last(id) is var (row, at) ? UsageOf(account, row, at) : null;

    public async Task<Identification> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        if ((wish.KnownId ?? wish.Tenant.Spec.ExternalId) is not { } id)
        {
            return await IdentifyAttemptAsync(wish, cancellationToken);
        }

        // What is compared before an irreversible step must be what is there now.
        var found = await accounts.For(wish.Platform!).FindAsync(id, wish with { Settled = false }, cancellationToken);
        return found.IsDone
            ? new(PlatformOutcome.Ok, IsGone(found.Value) ? null : IdentityOf(found.Value))
            : new(found.Problem is PlatformOutcome.NotFound ? PlatformOutcome.Ok : found.Problem);
    }

    public async Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken)
    {
        var account = accounts.For(wish.Platform!);
        if (policy == DeletionPolicy.Retain || (wish.KnownId ?? wish.Tenant.Spec.ExternalId) is not { } id)
        {
            return PlatformOutcome.Ok;
        }

        var found = await account.FindAsync(id, wish with { Settled = false }, cancellationToken);
        if (found.Problem is PlatformOutcome.NotFound || (found.IsDone && IsGone(found.Value)))
        {
            return PlatformOutcome.Ok;
        }

        if (!found.IsDone)
        {
            return found.Problem;
        }

        var outcome = policy == DeletionPolicy.Delete
            ? await DeleteAsync(account, wish, found.Value, cancellationToken)
            : await SuspendAsync(account, wish, found.Value, cancellationToken);
        account.Forget(id);

        // It was there just now, so that this may be a matter of rights or of time: it is let go of when it is not found any more.
        return outcome is PlatformOutcome.NotFound
            ? new PlatformOutcome.RefusedForNow(TenantReasons.Deleting, $"{Product} shows the tenant and says that it does not know it. It is looked up again.", TimeSpan.FromSeconds(10))
            : outcome;
    }

    public void Dispose() => accounts.Dispose();

    /// <summary>Whether access to the tenant is to be taken away; null where nobody has said anything of that, so that it is left alone.</summary>
    protected static bool? SuspensionOf(TenantWish wish) => wish.Suspended ? true
        : wish.Tenant.Spec.Suspended is not null || wish.Tenant.Status?.Conditions?.Any(condition => condition is { Type: TenantConditions.Suspended, Status: ConditionStatus.True }) == true ? false
        : null;

    /// <summary>The account behind the credentials.</summary>
    protected abstract Task<RemoteResult<PlatformAccount>> ReadAccountAsync(TAccount account, TenantPlatform platform, CancellationToken cancellationToken);

    /// <summary>The name by which a new tenant can be found.</summary>
    protected abstract string NameOf(TenantWish wish);

    /// <summary>Why a tenant cannot be made as it stands, before anything is asked; null if it can.</summary>
    protected virtual PlatformOutcome.Refused? WhyNotToBeMade(TenantWish wish) => null;

    /// <summary>Makes a tenant of that name.</summary>
    protected abstract Task<RemoteResult<RemoteCreation<TTenant>>> CreateAsync(TAccount account, TenantWish wish, string name, CancellationToken cancellationToken);

    /// <summary>Why a tenant of that name was not made, when there is none of it.</summary>
    protected abstract PlatformOutcome.Refused WhyRefused(string name, string words);

    /// <summary>Corrects what differs from the wish.</summary>
    protected abstract Task<TenantObservation> ConfigureAsync(
        TAccount account, TenantWish wish, TTenant row, RemoteOrigin? origin, RemoteCreation<TTenant>? creation, CancellationToken cancellationToken);

    /// <summary>Whether a row only says that the tenant was deleted.</summary>
    protected virtual bool IsGone(TTenant row) => false;

    /// <summary>Whether a person can get in.</summary>
    protected virtual bool HasAccess(TPerson person) => true;

    /// <summary>What a person may do, in our words.</summary>
    protected abstract IReadOnlyList<TenantRole> RolesOf(TenantWish wish, TPerson person);

    /// <summary>What makes the people of a tenant those declared.</summary>
    protected abstract RemoteRoster<TPerson> RosterOf(TAccount account, TenantWish wish, Dictionary<string, TPerson> people);

    /// <summary>What a tenant uses.</summary>
    protected abstract TenantUsage? UsageOf(TAccount account, TTenant row, DateTimeOffset at);

    /// <summary>What must be confirmed before it is deleted.</summary>
    protected abstract TenantIdentity IdentityOf(TTenant row);

    /// <summary>Takes access away and keeps data.</summary>
    protected virtual Task<PlatformOutcome> SuspendAsync(TAccount account, TenantWish wish, TTenant row, CancellationToken cancellationToken) => Task.FromResult(PlatformOutcome.Ok);

    /// <summary>Deletes it.</summary>
    protected abstract Task<PlatformOutcome> DeleteAsync(TAccount account, TenantWish wish, TTenant row, CancellationToken cancellationToken);

    private static Discovery? DiscoveryOf(TenantPlatform platform) =>
        ((RemotePlatform?)platform.Spec.Hatz ?? (RemotePlatform?)platform.Spec.ProcessMind ?? (RemotePlatform?)platform.Spec.Mindzie ?? platform.Spec.ScaiKey)?.Discovery;

    // The status, where the origin stands, is written after the id, and may be lost with a former leader or a backup. What was taken up is named by the spec.
    private static TenantObservation WithOrigin(TenantWish wish, TenantObservation seen) => seen.Remote is { Origin: null } remote
        ? seen with { Remote = remote with { Origin = wish.Tenant.Spec.ExternalId is null ? RemoteOrigin.Created : RemoteOrigin.Adopted } }
        : seen;

    private PlatformOutcome WhyMissing(TenantWish wish, string id) => wish.KnownId is null
        ? new PlatformOutcome.Refused(TenantReasons.ExternalIdNotFound, $"{Product} has no tenant \"{id}\" for this account. Correct spec.externalId, or make a Tenant without it to have a new one made.", DefaultInterval)
        : new PlatformOutcome.NotFound($"The tenant \"{id}\" was on {Product} and is gone. Nothing was made in its place. To have a new one made, which may cost money, set spec.onRemoteMissing: Recreate or make a new Tenant.");

    private async Task<TenantObservation> MakeAsync(TenantWish wish, TAccount account, CancellationToken cancellationToken)
    {
        var name = NameOf(wish);
        if (wish.Mode == WriteMode.Observe)
        {
            return new() { Outcome = PlatformOutcome.Ok, Drifted = [$"{Product} tenant {name} (missing)"] };
        }

        // Somebody, or a former leader, may have got as far as the call.
        if (wish.Attempt is { } former)
        {
            var earlier = await FindByNameAsync(former.Name);
            if (earlier.Problem is not null || earlier.Value is not [])
            {
                return await TakeUpAsync(earlier, former, mayBeOurs: true, "");
            }
        }

        if (WhyNotToBeMade(wish) is { } why)
        {
            return new() { Outcome = why };
        }

        var asked = wish.Attempt?.Name == name;
        var attempt = asked ? wish.Attempt! : await wish.BeginCreationAsync!(name, cancellationToken);
        var made = await CreateAsync(account, wish, name, cancellationToken);
        if (made is { IsDone: true, Value: { } creation })
        {
            if (creation.Row is { } row)
            {
                account.LearnNew(row);
                return await ConfigureAsync(account, wish, row, RemoteOrigin.Created, creation, cancellationToken);
            }

            if (creation.Id is { } id)
            {
                account.LearnEmpty(id);
                var read = await account.ReadTenantAsync(id, wish.Tenant.Metadata.Uid, cancellationToken);
                if (!read.IsDone)
                {
                    return new() { Outcome = read.Problem is PlatformOutcome.NotFound ? NotInViewYet() : read.Problem, ExternalId = id };
                }

                account.LearnNew(read.Value);
                return await ConfigureAsync(account, wish, read.Value, RemoteOrigin.Created, creation, cancellationToken);
            }

            var found = await FindByNameAsync(name);
            return found.Problem is not null ? new() { Outcome = found.Problem } : found.Value is [] ? new() { Outcome = NotInViewYet() } : await TakeUpAsync(found, attempt, mayBeOurs: true, "");
        }

        // A name that is taken is taken by an earlier call of ours or by somebody else: only the list tells. What was asked for the first time now and refused is not ours.
        if (made.Problem is not (PlatformOutcome.Refused or PlatformOutcome.NotFound))
        {
            return new() { Outcome = made.Problem! };
        }

        var words = made.Refusal?.Words ?? (made.Problem as PlatformOutcome.Refused)?.Message ?? ((PlatformOutcome.NotFound)made.Problem).Message;
        var taken = await TakeUpAsync(await FindByNameAsync(name), attempt, asked, words);
        return taken with { CreationRefused = !asked && taken is { ExternalId: null, Outcome: PlatformOutcome.Refused } };

        PlatformOutcome NotInViewYet() => new PlatformOutcome.RefusedForNow(
            TenantReasons.Provisioning, $"{Product} has made the tenant \"{name}\" and does not show it yet.", TimeSpan.FromSeconds(5));

        async Task<RemoteResult<IReadOnlyList<TTenant>>> FindByNameAsync(string wanted)
        {
            var rows = await account.SearchAsync(wanted, wish.Tenant.Metadata.Uid, cancellationToken);
            return rows.IsDone ? RemoteResult.Of<IReadOnlyList<TTenant>>([.. rows.Value.Where(row => !IsGone(row))]) : RemoteResult.Not<IReadOnlyList<TTenant>>(rows.Problem);
        }

        async Task<TenantObservation> TakeUpAsync(RemoteResult<IReadOnlyList<TTenant>> found, CreationAttempt begun, bool mayBeOurs, string words)
        {
            if (!found.IsDone)
            {
                return new() { Outcome = found.Problem };
            }

            var free = found.Value.Where(row => !wish.IsAnothers(begun.Name, row.Id)).ToList();
            if (mayBeOurs && free.Find(row => RemoteCreations.IsOurs(row, begun)) is { } ours)
            {
                return await ConfigureAsync(account, wish, ours, RemoteOrigin.Created, null, cancellationToken);
            }

            if (free is [var theirs, ..])
            {
                return Taken($"A tenant named \"{name}\" exists on {Product} already, and this Tenant did not make it. Choose another {NameField} in a new Tenant, or take it up with spec.externalId: {theirs.Id}.");
            }

            if (found.Value.Count > 0)
            {
                return Taken($"Another Tenant has the tenant named \"{name}\" on {Product}. Make a new Tenant with another {NameField}, or delete this one.");
            }

            // An earlier call of ours may be why the name is taken, and the list may not show that yet.
            return wish.Attempt is not null && RemoteCreations.MayBeOurs(begun, words, clock.GetUtcNow())
                ? new() { Outcome = new PlatformOutcome.RefusedForNow(TenantReasons.Provisioning, $"{Product} says that the name \"{name}\" is taken, and does not show by whom yet. It is looked up again.", TimeSpan.FromSeconds(10)) }
                : new() { Outcome = WhyRefused(name, words) };
        }

        TenantObservation Taken(string message) => new() { Outcome = new PlatformOutcome.Refused(TenantReasons.NameTaken, message, TimeSpan.FromHours(1)) };
    }

    // A creation whose answer was lost may have made a tenant that is to be deleted now.
    private async Task<Identification> IdentifyAttemptAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        if (wish.Attempt is not { } attempt)
        {
            return new(PlatformOutcome.Ok);
        }

        var rows = await accounts.For(wish.Platform!).SearchAsync(attempt.Name, wish.Tenant.Metadata.Uid, cancellationToken);
        return !rows.IsDone ? new(rows.Problem)
            : rows.Value.FirstOrDefault(row => !IsGone(row) && RemoteCreations.IsOurs(row, attempt) && !wish.IsAnothers(attempt.Name, row.Id)) is { } ours
                ? new(
                    new PlatformOutcome.Refused(
                        TenantReasons.ManualActionRequired,
                        $"{Product} made the tenant \"{ours.Id}\" for this Tenant without saying so, and it is not known here yet. Set spec.externalId: {ours.Id} to have it deleted too, or spec.deletionPolicy: Retain to leave it."))
                : new(PlatformOutcome.Ok);
    }
}
