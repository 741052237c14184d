using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>
/// Tenants on a ScaiKey installation. They can be made, taken up, changed, suspended and softly deleted, and people added and suspended; it tells nothing of how much a tenant uses.
/// </summary>
internal sealed class ScaiKeyTenantPlatform(KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    : RemoteTenantPlatform<ScaiKeyAccount, ScaiKeyRow, ScaiKeyPerson>(platform => Open(platform, api, http, clock), clock)
{
    /// <summary>The address where none is given.</summary>
    public const string DefaultAddress = "https://scaikey.scailabs.ai";

    public override PlatformType Type => PlatformType.ScaiKey;

    public override string AddressOf(TenantPlatform platform) => platform.Spec.ScaiKey!.BaseUrl ?? DefaultAddress;

    public override PlatformCapabilities Capabilities { get; } = new() { Rename = true, Suspend = true, Delete = true, RemoveAccess = true, Remote = true };

    protected override string Product => "ScaiKey";

    protected override string NameField => "spec.name";

    protected override async Task<RemoteResult<PlatformAccount>> ReadAccountAsync(ScaiKeyAccount account, TenantPlatform platform, CancellationToken cancellationToken)
    {
        if (platform.Spec.ScaiKey!.PartnerId is { } partner)
        {
            var read = await account.ReadPartnerAsync(partner, cancellationToken);

            // Whoever may manage tenants may still not look at partners.
            if (read.Refusal?.Status != 403)
            {
                return read.Problem is PlatformOutcome.NotFound
                    ? RemoteResult.Not<PlatformAccount>(new PlatformOutcome.Refused(TenantPlatformReasons.UnexpectedAnswer, $"ScaiKey has no partner \"{partner}\". Correct spec.scaiKey.partnerId.", DefaultInterval))
                    : read;
            }
        }

        var ids = await account.ListIdsAsync(cancellationToken);
        return ids.IsDone ? RemoteResult.Of(new PlatformAccount { Tenants = ids.Value.Count }) : RemoteResult.Not<PlatformAccount>(ids.Problem);
    }

    protected override string NameOf(TenantWish wish) => wish.Effective.Name!;

    protected override async Task<RemoteResult<RemoteCreation<ScaiKeyRow>>> CreateAsync(ScaiKeyAccount account, TenantWish wish, string name, CancellationToken cancellationToken)
    {
        var made = await account.CreateTenantAsync(ScaiKeyPlan.NewTenant(wish, name), wish.Tenant.Metadata.Uid, cancellationToken);
        return !made.IsDone ? new(null, made.Problem, made.Refusal)
            : RemoteResult.Of(made.Value.Id.Length > 0 ? new RemoteCreation<ScaiKeyRow>(made.Value.Id, made.Value.Slug is null ? null : made.Value) : new RemoteCreation<ScaiKeyRow>(null));
    }

    protected override PlatformOutcome.Refused WhyRefused(string name, string words) => RemoteWords.Speak(words, "limit", "quota")
        ? new(TenantReasons.QuotaExceeded, $"ScaiKey did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Have the partner's limit raised; it is tried again by itself.", DefaultInterval)
        : RemoteWords.Speak(words, "exist", "taken", "already", "409")
            ? new(TenantReasons.NameTaken, $"ScaiKey did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} It may be one that was deleted, whose slug stays taken. Make a new Tenant with another spec.name.", TimeSpan.FromHours(1))
            : new(TenantReasons.InvalidRequest, $"ScaiKey did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Correct the Tenant, its template or spec.scaiKey.partnerId; it is tried again by itself.", DefaultInterval);

    protected override async Task<TenantObservation> ConfigureAsync(
        ScaiKeyAccount account, TenantWish wish, ScaiKeyRow row, RemoteOrigin? origin, RemoteCreation<ScaiKeyRow>? creation, CancellationToken cancellationToken)
    {
        var (change, fields) = ScaiKeyPlan.ChangeOf(wish, row, SuspensionOf(wish));
        PlatformOutcome outcome = PlatformOutcome.Ok;
        if (change is not null && wish.Mode == WriteMode.Correct)
        {
            var changed = await account.ChangeTenantAsync(row.Id, change, wish.Tenant.Metadata.Uid, cancellationToken);
            outcome = changed.Problem ?? PlatformOutcome.Ok;
            row = changed.IsDone ? ScaiKeyPlan.After(row, change) : row;
        }

        if (outcome is PlatformOutcome.Done)
        {
            account.Learn(row);
        }
        else
        {
            account.Forget(row.Id);
        }

        return new TenantObservation
        {
            Outcome = outcome,
            ExternalId = row.Id,
            Remote = ScaiKeyPlan.Describe(row, wish.Tenant.Status?.Remote, origin),
            Phase = ScaiKeyPlan.PhaseOf(row, wish.Suspended),
            Drifted = creation is null ? fields : [],
            Unsupported = ScaiKeyPlan.Unsupported(wish, row),
            LookAgain = account.LookAgain(row.Id),
        };
    }

    protected override bool IsGone(ScaiKeyRow row) => row.IsDeleted;

    protected override bool HasAccess(ScaiKeyPerson person) => !person.IsSuspended;

    protected override IReadOnlyList<TenantRole> RolesOf(TenantWish wish, ScaiKeyPerson person) => ScaiKeyRoster.RolesOf(person, wish.KnownId);

    protected override RemoteRoster<ScaiKeyPerson> RosterOf(ScaiKeyAccount account, TenantWish wish, Dictionary<string, ScaiKeyPerson> people) => new ScaiKeyRoster(account, wish, people, Clock);

    protected override TenantUsage? UsageOf(ScaiKeyAccount account, ScaiKeyRow row, DateTimeOffset at) => null;

    protected override TenantIdentity IdentityOf(ScaiKeyRow row) => new(row.Id, row.Slug ?? row.Name ?? "", row.Name ?? "");

    protected override async Task<PlatformOutcome> SuspendAsync(ScaiKeyAccount account, TenantWish wish, ScaiKeyRow row, CancellationToken cancellationToken) => row.IsSuspended
        ? PlatformOutcome.Ok
        : (await account.ChangeTenantAsync(row.Id, new() { Status = ScaiKeyStatus.Suspended }, wish.Tenant.Metadata.Uid, cancellationToken)).Problem ?? PlatformOutcome.Ok;

    protected override async Task<PlatformOutcome> DeleteAsync(ScaiKeyAccount account, TenantWish wish, ScaiKeyRow row, CancellationToken cancellationToken) =>
        (await account.DeleteTenantAsync(row.Id, wish.Tenant.Metadata.Uid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok;

    private static ScaiKeyAccount Open(TenantPlatform platform, KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    {
        var settings = platform.Spec.ScaiKey!;
        var address = settings.BaseUrl ?? DefaultAddress;
        var client = http.CreateClient(RemoteConnection.HttpClientName);
        var tokens = new ScaiKeyTokens(api, platform.Metadata.NamespaceProperty, settings, new Uri(address.TrimEnd('/') + "/"), client, clock);
        var dialect = new ScaiKeyDialect(tokens);
        var connection = new RemoteConnection(address, settings, dialect, client, clock);
        return new(connection, dialect, tokens, GoDuration.TryParse(settings.UsageInterval, out var interval) ? interval : DefaultInterval, clock);
    }
}
