using System.Collections.Concurrent;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Hatz;

/// <summary>
/// Tenants of an MSP on Hatz AI. They can be made, taken up and configured, and people invited; Hatz documents no call to rename, re-package, suspend or delete a tenant, nor to take a
/// person's access away. What is known of all tenants comes from one list for all, and of the people of a tenant from one list for it, both kept for a while.
/// </summary>
public sealed class HatzTenantPlatform : ITenantPlatform, IDisposable
{
    /// <summary>The address where none is given.</summary>
    public const string DefaultAddress = "https://ai.hatz.ai/v1";

    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(15);

    private readonly RemoteConnections<Connected> connections;
    private readonly TimeProvider clock;

    /// <summary>Made once; safe for use by many passes at a time.</summary>
    public HatzTenantPlatform(KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    {
        this.clock = clock;
        connections = new(platform =>
        {
            var settings = platform.Spec.Hatz!;
            var keys = new ApiKeySource(api, platform.Metadata.NamespaceProperty, settings.CredentialsSecretRef, clock);
            var connection = new RemoteConnection(settings.BaseUrl ?? DefaultAddress, settings, new HatzDialect(keys), http.CreateClient(RemoteConnection.HttpClientName), clock);
            return new Connected(keys, connection, GoDuration.TryParse(settings.UsageInterval, out var interval) ? interval : DefaultInterval, clock);
        });
    }

    /// <inheritdoc/>
    public PlatformType Type => PlatformType.Hatz;

    /// <inheritdoc/>
    public PlatformCapabilities Capabilities { get; } = new() { Usage = true, Remote = true };

    /// <inheritdoc/>
    public async Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken)
    {
        var connected = connections.For(platform);
        var msp = await connected.Client.ReadMspAsync(cancellationToken);
        var pause = connected.Client.Pause;
        return new PlatformObservation
        {
            Outcome = msp.Problem ?? PlatformOutcome.Ok,
            Account = msp.Value is { } account ? HatzAccount.Describe(account) : null,
            ThrottledUntil = pause.Time > TimeSpan.Zero ? clock.GetUtcNow() + pause.Time : null,
            LookAgain = connected.Interval,
        };
    }

    /// <inheritdoc/>
    public async Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var connected = connections.For(wish.Platform!);
        if ((wish.Tenant.Spec.ExternalId ?? wish.KnownId) is not { } id)
        {
            return await MakeAsync(wish, connected, cancellationToken);
        }

        var found = await connected.FindAsync(id, wish, cancellationToken);
        if (found.Problem is PlatformOutcome.NotFound)
        {
            return new()
            {
                Outcome = wish.KnownId is null
                    ? new PlatformOutcome.Refused(TenantReasons.ExternalIdNotFound, $"Hatz has no tenant \"{id}\" for this account. Correct spec.externalId, or make a Tenant without it to have a new one made.", DefaultInterval)
                    : new PlatformOutcome.NotFound($"The tenant \"{id}\" was on Hatz and is gone. Nothing was made in its place. To have a new one made, which may cost money, make a new Tenant."),
            };
        }

        if (wish.KnownId is null && wish.IsAnothers(null, id))
        {
            return new()
            {
                Outcome = new PlatformOutcome.Refused(
                    TenantReasons.ExternalIdTaken, $"Another Tenant has \"{id}\" on Hatz already. Delete that one with deletionPolicy Retain first, or make a Tenant without spec.externalId.", DefaultInterval),
            };
        }

        return found.IsDone
            ? await ConfigureAsync(wish, connected, found.Value, wish.KnownId is null ? RemoteOrigin.Adopted : null, null, cancellationToken)
            : new() { Outcome = found.Problem };
    }

    /// <inheritdoc/>
    public string? WhyBelowUsage(TenantWish wish) => null;

    /// <inheritdoc/>
    public string KeyOf(TenantWish wish, TenantUser user) => user.Spec.Email;

    /// <inheritdoc/>
    public async Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var connected = connections.For(wish.Platform!);
        var people = await connected.PeopleAsync(wish, cancellationToken);
        return people.IsDone
            ? new(PlatformOutcome.Ok, [.. people.Value.Values.Select(person => new PresentMember(Key(person), HatzRoles.Of(person.RoleName), Managed: false))])
            : new(people.Problem, []);
    }

    /// <inheritdoc/>
    public async Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken)
    {
        var connected = connections.For(wish.Platform!);
        var people = await connected.PeopleAsync(wish, cancellationToken);
        if (!people.IsDone)
        {
            return new() { Outcome = people.Problem };
        }

        var sync = new HatzRosterSync(connected.Client, wish, people.Value);
        var observed = await sync.ApplyAsync(change, cancellationToken);
        if (sync.IsInDoubt)
        {
            connected.ForgetPeople(wish);
        }

        return observed;
    }

    /// <inheritdoc/>
    public TenantUsage? ReadUsage(TenantWish wish) => (wish.KnownId ?? wish.Tenant.Spec.ExternalId) is { } id ? connections.For(wish.Platform!).UsageOf(id) : null;

    /// <inheritdoc/>
    public async Task<TenantIdentity?> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken) =>
        wish.KnownId is { } id && await connections.For(wish.Platform!).Client.ReadTenantAsync(id, wish.Tenant.Metadata.Uid, cancellationToken) is { IsDone: true, Value: var row }
            ? new TenantIdentity(row.Id, row.Name, row.Name)
            : null;

    /// <inheritdoc/>
    public Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken) => Task.FromResult(policy == DeletionPolicy.Delete
        ? new PlatformOutcome.Refused(
            TenantReasons.ManualActionRequired, "Hatz documents no call to delete a tenant. Delete it in the Hatz site, and set spec.deletionPolicy to Retain to let go of it here.")
        : PlatformOutcome.Ok);

    /// <inheritdoc/>
    public void Dispose() => connections.Dispose();

    private static async Task<TenantObservation> MakeAsync(TenantWish wish, Connected connected, CancellationToken cancellationToken)
    {
        var tenant = wish.Tenant.Metadata.Uid;
        var name = wish.Effective.DisplayName!;
        if (wish.Mode == WriteMode.Observe)
        {
            return new() { Outcome = PlatformOutcome.Ok, Drifted = [$"Hatz tenant {name} (missing)"] };
        }

        // Somebody, or a former leader, may have got as far as the call.
        if (wish.Attempt is not null)
        {
            var former = await FindByNameAsync(wish.Attempt.Name);
            if (former.Problem is not null || former.Value is not null)
            {
                return await TakeUpAsync(former, wish.Attempt, "");
            }
        }

        if (HatzPlan.WhyNotToBeMade(wish) is { } why)
        {
            return new() { Outcome = why };
        }

        var attempt = wish.Attempt?.Name == name ? wish.Attempt : await wish.BeginCreationAsync!(name, cancellationToken);
        var hatz = wish.Effective.Hatz!;
        var answer = await connected.Client.CreateTenantAsync(new(name, hatz.TemplateId is null ? hatz.PackageId : null, hatz.TemplateId), tenant, cancellationToken);
        if (answer is { IsDone: true, Value.Tenants: [{ TenantId.Length: > 0, Success: not false } made, ..] })
        {
            var row = await connected.Client.ReadTenantAsync(made.TenantId, tenant, cancellationToken);
            return row.IsDone
                ? await ConfigureAsync(wish, connected, row.Value, RemoteOrigin.Created, made.PurchaseOccurred, cancellationToken)
                : new() { Outcome = row.Problem is PlatformOutcome.NotFound ? NotInViewYet(name) : row.Problem!, ExternalId = made.TenantId };
        }

        // Refused as a whole, or for this one. A name that is taken is taken by us or by somebody else: only the list tells.
        if (answer.Problem is null or PlatformOutcome.Refused)
        {
            var words = (answer.Value?.Tenants is [{ } first, ..] ? first.Error : null) ?? (answer.Problem as PlatformOutcome.Refused)?.Message ?? "the answer does not say what came of it";
            return await TakeUpAsync(await FindByNameAsync(name), attempt, words);
        }

        return new() { Outcome = answer.Problem };

        async Task<(HatzTenantRow? Value, PlatformOutcome? Problem)> FindByNameAsync(string wanted)
        {
            var rows = await connected.Client.ListTenantsAsync(wanted, tenant, cancellationToken);
            return (rows.Value?.FirstOrDefault(), rows.Problem);
        }

        async Task<TenantObservation> TakeUpAsync((HatzTenantRow? Value, PlatformOutcome? Problem) found, CreationAttempt attempt, string words)
        {
            if (found.Problem is not null)
            {
                return new() { Outcome = found.Problem };
            }

            if (found.Value is { } row)
            {
                if (wish.IsAnothers(attempt.Name, row.Id))
                {
                    return new()
                    {
                        Outcome = new PlatformOutcome.Refused(
                            TenantReasons.NameTaken, $"Another Tenant has the tenant named \"{name}\" on Hatz. Make a new Tenant with another spec.displayName, or delete this one.", TimeSpan.FromHours(1)),
                    };
                }

                return HatzPlan.IsOurs(row, attempt)
                    ? await ConfigureAsync(wish, connected, row, RemoteOrigin.Created, null, cancellationToken)
                    : new()
                    {
                        Outcome = new PlatformOutcome.Refused(
                            TenantReasons.NameTaken,
                            $"A tenant named \"{name}\" exists on Hatz already, and this Tenant did not make it. Choose another spec.displayName in a new Tenant, or take it up with spec.externalId: {row.Id}.",
                            TimeSpan.FromHours(1)),
                    };
            }

            return new() { Outcome = HatzWords.WhyRefused(name, words) };
        }
    }

    private static async Task<TenantObservation> ConfigureAsync(
        TenantWish wish, Connected connected, HatzTenantRow row, RemoteOrigin? origin, bool? purchased, CancellationToken cancellationToken)
    {
        var change = HatzPlan.ChangeOf(wish, row.TenantConfig);
        var observed = new TenantObservation
        {
            Outcome = PlatformOutcome.Ok,
            ExternalId = row.Id,
            Remote = HatzPlan.Describe(row, wish.Tenant.Status?.Remote, origin, purchased),
            Drifted = HatzPlan.FieldsOf(change),
            Unsupported = HatzPlan.Unsupported(wish, row),
            LookAgain = connected.Interval,
        };
        if (change is null || wish.Mode != WriteMode.Correct)
        {
            connected.Learn(row);
            return observed;
        }

        var changed = await connected.Client.ChangeConfigAsync(row.Id, change, wish.Tenant.Metadata.Uid, cancellationToken);
        connected.Learn(changed.IsDone ? row with { TenantConfig = changed.Value } : null, row.Id);
        return changed.Problem switch
        {
            null => observed,
            PlatformOutcome.Refused refused when change.DefaultModelName is not null =>
                observed with { Outcome = new PlatformOutcome.Refused(TenantReasons.ModelUnavailable, $"The model \"{change.DefaultModelName}\" of spec.hatz.defaultModelName was refused. {refused.Message}", refused.LookAgain) },
            var problem => observed with { Outcome = problem },
        };
    }

    private static PlatformOutcome NotInViewYet(string name) => new PlatformOutcome.RefusedForNow(
        TenantReasons.Provisioning, $"Hatz has made the tenant \"{name}\" and does not show it yet.", TimeSpan.FromSeconds(5));

    private static string Key(HatzUserRow person) => person.Email.ToLowerInvariant();

    /// <summary>A connection, and what was last read over it.</summary>
    internal sealed class Connected(ApiKeySource keys, RemoteConnection connection, TimeSpan interval, TimeProvider clock) : IDisposable
    {
        private readonly ConcurrentDictionary<string, (HatzTenantRow Row, long At, DateTimeOffset Moment)> tenants = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, (Dictionary<string, HatzUserRow> People, long At)> people = new(StringComparer.Ordinal);
        private readonly SemaphoreSlim listing = new(1);
        private long? listedAt;

        public HatzClient Client { get; } = new(connection);

        public TimeSpan Interval => interval;

        /// <summary>One tenant. While nothing is asked of it, from the list of all, which is read once per interval for all of them.</summary>
        public async Task<HatzResult<HatzTenantRow>> FindAsync(string id, TenantWish wish, CancellationToken cancellationToken)
        {
            if (!wish.Settled)
            {
                var row = await Client.ReadTenantAsync(id, wish.Tenant.Metadata.Uid, cancellationToken);
                if (row.Problem is not PlatformOutcome.NotFound)
                {
                    return row;
                }
            }

            // A 404 may be a matter of rights or of time: it is gone when the list of all does not have it either.
            if (await ListAsync(wish.Settled, cancellationToken) is { } problem)
            {
                return new(null, problem);
            }

            return tenants.TryGetValue(id, out var known) ? new(known.Row, null) : new(null, new PlatformOutcome.NotFound(""));
        }

        public TenantUsage? UsageOf(string id) => tenants.TryGetValue(id, out var known) ? HatzPlan.UsageOf(known.Row, known.Moment) : null;

        public void Learn(HatzTenantRow? row, string id = "")
        {
            if (row is not null)
            {
                tenants.AddOrUpdate(row.Id, _ => (row, clock.GetTimestamp(), clock.GetUtcNow()), (_, known) => known.Row == row ? known : (row, clock.GetTimestamp(), clock.GetUtcNow()));
            }
            else
            {
                tenants.TryRemove(id, out _);
            }
        }

        /// <summary>The people of a tenant by address, as they were last read and changed by us.</summary>
        public async Task<HatzResult<Dictionary<string, HatzUserRow>>> PeopleAsync(TenantWish wish, CancellationToken cancellationToken)
        {
            if (wish.KnownId is not { } id)
            {
                return new([], null);
            }

            if (people.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < interval)
            {
                return new(known.People, null);
            }

            var rows = await Client.ListUsersAsync(id, wish.Tenant.Metadata.Uid, cancellationToken);
            if (!rows.IsDone)
            {
                return new(null, rows.Problem);
            }

            var read = rows.Value.ToDictionary(Key, StringComparer.Ordinal);
            people[id] = (read, clock.GetTimestamp());
            return new(read, null);
        }

        public void ForgetPeople(TenantWish wish) => people.TryRemove(wish.KnownId!, out _);

        public void Dispose()
        {
            keys.Dispose();
            connection.Dispose();
            listing.Dispose();
        }

        private async Task<PlatformOutcome?> ListAsync(bool mayBeOlder, CancellationToken cancellationToken)
        {
            var asked = clock.GetTimestamp();
            await listing.WaitAsync(cancellationToken);
            try
            {
                // Somebody else may have read it while we waited.
                if (listedAt is { } at && (at >= asked || (mayBeOlder && clock.GetElapsedTime(at) < interval)))
                {
                    return null;
                }

                var began = clock.GetTimestamp();
                var rows = await Client.ListTenantsAsync(null, "", cancellationToken);
                if (!rows.IsDone)
                {
                    return rows.Problem;
                }

                var ids = rows.Value.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var row in rows.Value)
                {
                    Learn(row);
                }

                // What was learnt since the list began may be younger than it.
                foreach (var (id, known) in tenants)
                {
                    if (!ids.Contains(id) && known.At < began)
                    {
                        tenants.TryRemove(id, out _);
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
    }
}
