using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Mindzie;

/// <summary>
/// Tenants of one mindzieStudio installation. They can be made, taken up, changed, disabled and deleted, and people assigned and taken out. With the key of one tenant only its people are
/// managed.
/// </summary>
internal sealed class MindzieTenantPlatform(KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    : RemoteTenantPlatform<MindzieAccount, MindzieRow, MindziePerson>(platform => Open(platform, api, http, clock), clock)
{
    private const int ShortestName = 3;

    public override PlatformType Type => PlatformType.Mindzie;

    public override string AddressOf(TenantPlatform platform) => platform.Spec.Mindzie!.BaseUrl!;

    public override PlatformCapabilities Capabilities { get; } = new() { Rename = true, Suspend = true, Delete = true, RemoveAccess = true, Usage = true, Remote = true };

    protected override string Product => "mindzieStudio";

    protected override string NameField => "spec.name";

    public override async Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        if (!IsTenantKey(wish.Platform!))
        {
            return await base.ConvergeAsync(wish, cancellationToken);
        }

        if (wish.Tenant.Spec.ExternalId is not { } id)
        {
            return new()
            {
                Outcome = new PlatformOutcome.Refused(
                    TenantReasons.ManualActionRequired,
                    "The platform has the key of one tenant (keyKind Tenant), which cannot make tenants. Set spec.externalId to that tenant's id to manage its people, or give the TenantPlatform a global key."),
            };
        }

        return new()
        {
            Outcome = PlatformOutcome.Ok,
            ExternalId = id,
            Remote = wish.Tenant.Status?.Remote ?? new RemoteTenant { Origin = RemoteOrigin.Adopted },
            Unsupported = [.. MindziePlan.Unsupported(wish), .. wish.Suspended ? ["suspended"] : Array.Empty<string>(), .. wish.Tenant.Spec.DisplayName is null ? [] : new[] { "displayName" }],
            LookAgain = AccountOf(wish.Platform!).Interval,
        };
    }

    public override string? WhyBelowUsage(TenantWish wish) =>
        wish.Tenant.Status?.ExternalId is { } id && AccountOf(wish.Platform!).Last(id) is var (row, _) ? MindziePlan.WhyBelowUsage(wish, row) : null;

    protected override async Task<RemoteResult<PlatformAccount>> ReadAccountAsync(MindzieAccount account, TenantPlatform platform, CancellationToken cancellationToken)
    {
        if (IsTenantKey(platform))
        {
            // The key itself is proven by the first tenant that uses it.
            var answered = await account.PingAsync(cancellationToken);
            return answered is PlatformOutcome.Done ? RemoteResult.Of(new PlatformAccount()) : RemoteResult.Not<PlatformAccount>(answered);
        }

        // No call tells of the installation itself; the list proves the key and is needed anyway.
        var ids = await account.ListIdsAsync(cancellationToken);
        return ids.IsDone ? RemoteResult.Of(new PlatformAccount { Tenants = ids.Value.Count }) : RemoteResult.Not<PlatformAccount>(ids.Problem);
    }

    protected override string NameOf(TenantWish wish) => wish.Effective.Name!;

    protected override PlatformOutcome.Refused? WhyNotToBeMade(TenantWish wish) => wish.Effective.Name!.Length < ShortestName
        ? new(TenantReasons.NameInvalid, $"mindzieStudio needs a name of {ShortestName} to 63 characters, and \"{wish.Effective.Name}\" is shorter. Make a new Tenant with a longer spec.name.")
        : null;

    protected override async Task<RemoteResult<RemoteCreation<MindzieRow>>> CreateAsync(MindzieAccount account, TenantWish wish, string name, CancellationToken cancellationToken)
    {
        var wished = MindziePlan.NewTenant(wish, name);
        var made = await account.CreateTenantAsync(wished, wish.Tenant.Metadata.Uid, cancellationToken);
        if (!made.IsDone)
        {
            return new(null, made.Problem, made.Refusal);
        }

        return RemoteResult.Of(made.Value.TenantId is { Length: > 0 } id
            ? new RemoteCreation<MindzieRow>(id, MindziePlan.RowOf(wished, id))
            {
                Warnings = made.Value.StorageContainerCreated == false
                    ? [new(TenantReasons.StorageContainerMissing, $"mindzieStudio made the tenant \"{name}\" without its storage, so that it can hold no data. Have the admin of the installation look at its storage.")]
                    : [],
            }
            : new RemoteCreation<MindzieRow>(null));
    }

    protected override PlatformOutcome.Refused WhyRefused(string name, string words) => RemoteWords.Speak(words, "licen")
        ? new(TenantReasons.LicenseLimitReached, $"mindzieStudio did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Delete a tenant there or enlarge the licence; it is tried again by itself.", DefaultInterval)
        : RemoteWords.Speak(words, "exist", "taken", "already", "409")
            ? new(TenantReasons.NameTaken, $"mindzieStudio did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Make a new Tenant with another spec.name.", TimeSpan.FromHours(1))
            : new(TenantReasons.InvalidRequest, $"mindzieStudio did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Correct the Tenant, its template or its package; it is tried again by itself.", DefaultInterval);

    protected override async Task<TenantObservation> ConfigureAsync(
        MindzieAccount account, TenantWish wish, MindzieRow row, RemoteOrigin? origin, RemoteCreation<MindzieRow>? creation, CancellationToken cancellationToken)
    {
        var before = wish.Tenant.Status?.Remote;
        var zone = creation is null ? before?.TimeZone : wish.Effective.Mindzie?.TimeZone;
        var (change, below) = MindziePlan.ChangeOf(wish, row, SuspensionOf(wish), zone);
        PlatformOutcome outcome = PlatformOutcome.Ok;
        if (change is not null && wish.Mode == WriteMode.Correct)
        {
            var changed = await account.ChangeTenantAsync(change, wish.Tenant.Metadata.Uid, cancellationToken);
            outcome = changed.Problem ?? PlatformOutcome.Ok;
            if (changed.IsDone)
            {
                row = MindziePlan.After(row, change);
                zone = change.TimeZone ?? zone;
            }
        }

        if (outcome is PlatformOutcome.Done)
        {
            account.Learn(row);
        }
        else
        {
            account.Forget(row.Id);
        }

        var expired = row.ExpirationDate is { } end && end <= Clock.GetUtcNow();
        return new TenantObservation
        {
            Outcome = outcome is PlatformOutcome.Done && expired
                ? new PlatformOutcome.Refused(
                    TenantReasons.TenantExpired,
                    $"The tenant expired on mindzieStudio at {row.ExpirationDate:yyyy-MM-dd HH:mm}Z. Set spec.mindzie.expiresAt to a later date, or to \"\" to have none.",
                    DefaultInterval)
                : outcome,
            ExternalId = row.Id,
            Remote = MindziePlan.Describe(row, before, origin, zone),
            Phase = expired ? TenantPhase.Expired : row.IsDisabled == true && !wish.Suspended ? TenantPhase.Suspended : null,
            Drifted = creation is null ? MindziePlan.FieldsOf(change) : [],
            BelowUsage = below,
            Unsupported = MindziePlan.Unsupported(wish),
            Warnings = creation?.Warnings ?? [],
            LookAgain = account.LookAgain(row.Id),
        };
    }

    protected override IReadOnlyList<TenantRole> RolesOf(TenantWish wish, MindziePerson person) => MindzieRoster.RolesOf(MindzieRoster.RoleIn(person, wish.KnownId));

    protected override RemoteRoster<MindziePerson> RosterOf(MindzieAccount account, TenantWish wish, Dictionary<string, MindziePerson> people) => new MindzieRoster(account, wish, people, Clock);

    protected override TenantUsage? UsageOf(MindzieAccount account, MindzieRow row, DateTimeOffset at) => row.UserCount is null && row.CaseCount is null
        ? null
        : new TenantUsage { Users = row.UserCount, Analysts = row.AnalystCount, Cases = row.CaseCount, ObservedAt = at };

    protected override TenantIdentity IdentityOf(MindzieRow row) => new(row.Id, row.Name, row.DisplayName ?? "");

    protected override async Task<PlatformOutcome> SuspendAsync(MindzieAccount account, TenantWish wish, MindzieRow row, CancellationToken cancellationToken) => row.IsDisabled == true
        ? PlatformOutcome.Ok
        : (await account.ChangeTenantAsync(new() { TenantId = row.Id, IsDisabled = true }, wish.Tenant.Metadata.Uid, cancellationToken)).Problem ?? PlatformOutcome.Ok;

    protected override async Task<PlatformOutcome> DeleteAsync(MindzieAccount account, TenantWish wish, MindzieRow row, CancellationToken cancellationToken) =>
        (await account.DeleteTenantAsync(new(row.Id, row.Name, row.DisplayName ?? ""), wish.Tenant.Metadata.Uid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok;

    private static bool IsTenantKey(TenantPlatform platform) => platform.Spec.Mindzie!.KeyKind == MindzieKeyKind.Tenant;

    private static MindzieAccount Open(TenantPlatform platform, KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    {
        var settings = platform.Spec.Mindzie!;
        var keys = new ApiKeySource(api, platform.Metadata.NamespaceProperty, settings.CredentialsSecretRef, clock);
        var dialect = new MindzieDialect(keys, settings.ExtraHeaders);
        var connection = new RemoteConnection(settings.BaseUrl!, settings, dialect, http.CreateClient(RemoteConnection.HttpClientName), clock);
        return new(connection, dialect, keys, GoDuration.TryParse(settings.UsageInterval, out var interval) ? interval : DefaultInterval, clock);
    }
}
