using System.Collections.Concurrent;

namespace TenantOperator.Platforms.Remote;

/// <summary>A tenant, or a template for tenants, as a platform shows it.</summary>
internal interface IRemoteTenant
{
    /// <summary>By which it is called.</summary>
    string Id { get; }

    /// <summary>When it was made, by the platform's clock; null where it does not say.</summary>
    DateTimeOffset? MadeAt { get; }
}

/// <summary>A person in a tenant as a platform shows them.</summary>
internal interface IRemotePerson
{
    /// <summary>The address in lower case.</summary>
    string Key { get; }

    /// <summary>When the person last signed in; null: never, or the platform does not say.</summary>
    DateTimeOffset? LastSignInAt { get; }
}

/// <summary>
/// A connection, and what was last read over it: of all tenants by one list for all, of the people of a tenant by one list for it, each once an interval. Safe for concurrent use.
/// </summary>
internal abstract class RemoteAccount<TTenant, TPerson>(RemoteConnection connection, IDisposable credentials, TimeSpan interval, TimeProvider clock) : IDisposable
    where TTenant : class, IRemoteTenant
    where TPerson : class, IRemotePerson
{
    // So soon a tenant is read that was made and of which only that is known; by the list of all, and no more often than that.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan StillNew = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Known> tenants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (Dictionary<string, TPerson> People, long At)> people = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim listing = new(1);
    private long? listedAt;

    /// <summary>How long what was read counts.</summary>
    public TimeSpan Interval => interval;

    /// <summary>How long the platform is left alone, and why.</summary>
    public (TimeSpan Time, string? Why) Pause => connection.Pause;

    protected TimeProvider Clock => clock;

    /// <summary>Makes a call when it is its turn.</summary>
    protected Task<RemoteAnswer> SendAsync(HttpMethod method, string path, string tenant, object? body, CancellationToken cancellationToken) =>
        connection.SendAsync(new(method, path, tenant, body), cancellationToken);

    /// <summary>One tenant, read now.</summary>
    public abstract Task<RemoteResult<TTenant>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken);

    /// <summary>All tenants, or those of one name, read now. Each id once.</summary>
    public abstract Task<RemoteResult<IReadOnlyCollection<TTenant>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken);

    /// <summary>As <see cref="ListTenantsAsync"/>, and the list is there: one that is not found says nothing of what would be in it.</summary>
    public async Task<RemoteResult<IReadOnlyCollection<TTenant>>> SearchAsync(string? name, string tenant, CancellationToken cancellationToken) =>
        Found(await ListTenantsAsync(name, tenant, cancellationToken));

    /// <summary>The people of a tenant, read now.</summary>
    protected abstract Task<RemoteResult<IReadOnlyCollection<TPerson>>> ListPeopleAsync(string id, string tenant, CancellationToken cancellationToken);

    /// <summary>What is known of a tenant after it was read again, where one call tells more than another.</summary>
    protected virtual TTenant Merge(TTenant known, TTenant read) => read;

    /// <summary>One tenant. While nothing is asked of it, from the list of all.</summary>
    public async Task<RemoteResult<TTenant>> FindAsync(string id, TenantWish wish, CancellationToken cancellationToken)
    {
        // What was made a moment ago is as it was made.
        if (!wish.Settled && tenants.TryGetValue(id, out var made) && made.New && clock.GetElapsedTime(made.At) < StillNew)
        {
            return RemoteResult.Of(made.Row);
        }

        if (!wish.Settled)
        {
            var row = await ReadTenantAsync(id, wish.Tenant.Metadata.Uid, cancellationToken);
            if (row.Problem is not PlatformOutcome.NotFound)
            {
                return row.IsDone && tenants.TryGetValue(id, out var former) ? RemoteResult.Of(Merge(former.Row, row.Value)) : row;
            }
        }

        // A 404 may be a matter of rights or of time: it is gone when the list of all does not have it either.
        if (await ListAsync(!wish.Settled ? TimeSpan.Zero : LookAgain(id), cancellationToken) is { } problem)
        {
            return RemoteResult.Not<TTenant>(problem);
        }

        if (tenants.TryGetValue(id, out var known))
        {
            return RemoteResult.Of(known.Row);
        }

        // Nor does a list count alone, which may stay behind.
        return wish.Settled ? await ReadTenantAsync(id, wish.Tenant.Metadata.Uid, cancellationToken) : RemoteResult.Not<TTenant>(new PlatformOutcome.NotFound(""));
    }

    /// <summary>The ids of all tenants, as old as an interval at most.</summary>
    public async Task<RemoteResult<IReadOnlyCollection<string>>> ListIdsAsync(CancellationToken cancellationToken) =>
        await ListAsync(interval, cancellationToken) is { } problem
            ? RemoteResult.Not<IReadOnlyCollection<string>>(problem)
            : RemoteResult.Of<IReadOnlyCollection<string>>([.. tenants.Keys]);

    /// <summary>What is known of a tenant, and since when; null if nothing is.</summary>
    public (TTenant Row, DateTimeOffset At)? Last(string id) => tenants.TryGetValue(id, out var known) ? (known.Row, known.Moment) : null;

    /// <summary>Keeps what was read or written.</summary>
    public void Learn(TTenant row) => Learn(row, fromList: false);

    /// <summary>Keeps a tenant that was just made: what the platform itself made of it is not known yet, and nobody is in it.</summary>
    public void LearnNew(TTenant row)
    {
        tenants[row.Id] = new(row, clock.GetTimestamp(), clock.GetUtcNow(), New: true);
        LearnEmpty(row.Id);
    }

    /// <summary>Keeps that nobody is in a tenant, since it was just made.</summary>
    public void LearnEmpty(string id) => people[id] = (new Dictionary<string, TPerson>(StringComparer.Ordinal), clock.GetTimestamp());

    /// <summary>When it is worth reading a tenant again.</summary>
    public TimeSpan LookAgain(string id) => tenants.TryGetValue(id, out var known) && known.New && FirstLook < interval ? FirstLook : interval;

    /// <summary>Nobody knows any more what the tenant is like.</summary>
    public void Forget(string id) => tenants.TryRemove(id, out _);

    /// <summary>The people of a tenant by address, as they were last read and changed by us.</summary>
    public async Task<RemoteResult<Dictionary<string, TPerson>>> PeopleAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        if (wish.KnownId is not { } id)
        {
            return RemoteResult.Of(new Dictionary<string, TPerson>(StringComparer.Ordinal));
        }

        if (people.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < interval)
        {
            return RemoteResult.Of(known.People);
        }

        var rows = Found(await ListPeopleAsync(id, wish.Tenant.Metadata.Uid, cancellationToken));
        if (!rows.IsDone)
        {
            return RemoteResult.Not<Dictionary<string, TPerson>>(rows.Problem);
        }

        var read = new Dictionary<string, TPerson>(StringComparer.Ordinal);
        foreach (var person in rows.Value.Where(person => person.Key.Length > 0))
        {
            read[person.Key] = person;
        }

        people[id] = (read, clock.GetTimestamp());
        return RemoteResult.Of(read);
    }

    /// <summary>Nobody knows any more who is in the tenant.</summary>
    public void ForgetPeople(TenantWish wish) => people.TryRemove(wish.KnownId!, out _);

    public void Dispose()
    {
        credentials.Dispose();
        connection.Dispose();
        listing.Dispose();
    }

    private void Learn(TTenant row, bool fromList) => tenants.AddOrUpdate(
        row.Id,
        _ => new(row, clock.GetTimestamp(), clock.GetUtcNow(), New: false),
        (_, known) => (Merge(known.Row, row), New: known.New && !fromList) is var (merged, isNew) && merged.Equals(known.Row) && isNew == known.New ? known : new(merged, clock.GetTimestamp(), clock.GetUtcNow(), isNew));

    private async Task<PlatformOutcome?> ListAsync(TimeSpan mostAge, CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        await listing.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have read it while we waited.
            if (listedAt is { } at && (at >= asked || clock.GetElapsedTime(at) < mostAge))
            {
                return null;
            }

            var began = clock.GetTimestamp();
            var rows = await SearchAsync(null, "", cancellationToken);
            if (!rows.IsDone)
            {
                return rows.Problem;
            }

            var ids = rows.Value.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var row in rows.Value)
            {
                Learn(row, fromList: true);
            }

            // What was learnt since the list began may be younger than it.
            foreach (var (id, known) in tenants)
            {
                if (!ids.Contains(id) && known.At < began)
                {
                    Forget(id);
                }
            }

            listedAt = clock.GetTimestamp();
            return null;
        }
        finally
        {
            listing.Release();
        }
    }

    private static RemoteResult<IReadOnlyCollection<T>> Found<T>(RemoteResult<IReadOnlyCollection<T>> list) => list.Problem is PlatformOutcome.NotFound
        ? RemoteResult.Not<IReadOnlyCollection<T>>(new PlatformOutcome.Unreachable(
            "The platform does not find its own list (HTTP 404), so that nobody knows what is there. It is tried again by itself; if it stays so, see whether baseUrl of the TenantPlatform is the address of the API."))
        : list;

    private readonly record struct Known(TTenant Row, long At, DateTimeOffset Moment, bool New);
}
