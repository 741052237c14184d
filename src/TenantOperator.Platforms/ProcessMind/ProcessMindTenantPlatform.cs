using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.ProcessMind;

/// <summary>
/// Tenants of an organisation on ProcessMind. They can be made, taken up, named, counted and deleted, and people added and taken out; it has no way to suspend a tenant, and no settings.
/// </summary>
/// <remarks>
/// The short name, which is unique in the whole product, is in no answer. So a tenant is made with its short name for a display name, by which it can be found after a lost answer, and gets the one
/// for people in a second call.
/// </remarks>
internal sealed class ProcessMindTenantPlatform(KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    : RemoteTenantPlatform<ProcessMindAccount, ProcessMindRow, ProcessMindPerson>(platform => Open(platform, api, http, clock), clock)
{
    /// <summary>The address where none is given.</summary>
    public const string DefaultAddress = "https://api.processmind.com";

    public override PlatformType Type => PlatformType.ProcessMind;

    public override string AddressOf(TenantPlatform platform) => platform.Spec.ProcessMind!.BaseUrl ?? DefaultAddress;

    public override PlatformCapabilities Capabilities { get; } = new() { Rename = true, Delete = true, RemoveAccess = true, Usage = true, Remote = true };

    protected override string Product => "ProcessMind";

    protected override string NameField => "spec.name";

    protected override async Task<RemoteResult<PlatformAccount>> ReadAccountAsync(ProcessMindAccount account, TenantPlatform platform, CancellationToken cancellationToken)
    {
        var organization = await account.ReadOrganizationAsync(cancellationToken);
        return organization.Problem is PlatformOutcome.NotFound
            ? RemoteResult.Not<PlatformAccount>(new PlatformOutcome.Unauthorized(
                TenantPlatformReasons.AnchorTenantMissing,
                $"ProcessMind has no tenant \"{account.Anchor}\" for this key, and everything goes through it. Set spec.processMind.anchorTenantId to a tenant of the organisation that stays."))
            : organization;
    }

    protected override string NameOf(TenantWish wish) => wish.Effective.Name!;

    protected override async Task<RemoteResult<RemoteCreation<ProcessMindRow>>> CreateAsync(ProcessMindAccount account, TenantWish wish, string name, CancellationToken cancellationToken)
    {
        var description = wish.Effective.Description is { Length: > 0 } text ? text : null;
        var made = await account.CreateTenantAsync(new(name, name, description), wish.Tenant.Metadata.Uid, cancellationToken);
        return made.IsDone
            ? RemoteResult.Of(new RemoteCreation<ProcessMindRow>(made.Value.Id is { Length: > 0 } id ? id : null))
            : new(null, made.Problem, made.Refusal);
    }

    protected override PlatformOutcome.Refused WhyRefused(string name, string words) => RemoteWords.Speak(words, "plan", "limit", "quota")
        ? new(TenantReasons.QuotaExceeded, $"ProcessMind did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Delete a tenant of the organisation or enlarge its plan; it is tried again by itself.", DefaultInterval)
        : RemoteWords.Speak(words, "taken", "exist", "conflict", "409", "unique", "already")
            ? new(TenantReasons.NameTaken, $"ProcessMind did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Its short name is unique in the whole product. Make a new Tenant with another spec.name.", TimeSpan.FromHours(1))
            : new(TenantReasons.InvalidRequest, $"ProcessMind did not make the tenant \"{name}\": {RemoteWords.Sentence(words)} Correct the Tenant; it is tried again by itself.", DefaultInterval);

    protected override async Task<TenantObservation> ConfigureAsync(
        ProcessMindAccount account, TenantWish wish, ProcessMindRow row, RemoteOrigin? origin, RemoteCreation<ProcessMindRow>? creation, CancellationToken cancellationToken)
    {
        var tenant = wish.Tenant.Metadata.Uid;
        var made = origin == RemoteOrigin.Created;
        var name = wish.Tenant.Spec.DisplayName is { } wished && wished != row.DisplayName ? wished : null;
        PlatformOutcome outcome = PlatformOutcome.Ok;
        if (name is not null && made)
        {
            // Under its short name it is found again as long as the id is written nowhere.
            outcome = new PlatformOutcome.RefusedForNow(TenantReasons.Provisioning, "ProcessMind has made the tenant; it gets its display name next.", TimeSpan.FromMilliseconds(100));
        }
        else if (name is not null && wish.Mode == WriteMode.Correct)
        {
            var changed = await account.ChangeTenantAsync(row.Id, new(name), tenant, cancellationToken);
            outcome = changed.Problem ?? PlatformOutcome.Ok;
            row = changed.IsDone ? row with { DisplayName = name, Plan = changed.Value.Plan ?? row.Plan } : row;
        }

        if (made)
        {
            account.LearnUnused(row.Id);
        }

        row = row with { Statistics = await account.StatisticsAsync(row.Id, tenant, cancellationToken) };
        if (outcome is PlatformOutcome.Done || made)
        {
            account.Learn(row);
        }
        else
        {
            account.Forget(row.Id);
        }

        var before = wish.Tenant.Status?.Remote;
        return new TenantObservation
        {
            Outcome = outcome,
            ExternalId = row.Id,
            Remote = new RemoteTenant
            {
                // Never in an answer: what it was made with, or nothing where it was taken up.
                Name = made ? wish.Effective.Name : before?.Name ?? (wish.Tenant.Spec.ExternalId is null ? wish.Effective.Name : null),
                DisplayName = row.DisplayName,
                CreatedAt = row.CreatedAt,
                Plan = row.Plan ?? before?.Plan,
                Origin = origin ?? before?.Origin,
            },
            Drifted = name is null || made ? [] : ["displayName"],
            Unsupported = UnsupportedIn(wish),
            LookAgain = account.LookAgain(row.Id),
        };
    }

    protected override bool HasAccess(ProcessMindPerson person) => person.IsActiveInTenant != false;

    protected override IReadOnlyList<TenantRole> RolesOf(TenantWish wish, ProcessMindPerson person) => ProcessMindRoster.RolesOf(person);

    protected override RemoteRoster<ProcessMindPerson> RosterOf(ProcessMindAccount account, TenantWish wish, Dictionary<string, ProcessMindPerson> people) =>
        new ProcessMindRoster(account, wish, people, Clock);

    protected override TenantUsage? UsageOf(ProcessMindAccount account, ProcessMindRow row, DateTimeOffset at) => row.Statistics is { } numbers
        ? new TenantUsage
        {
            Users = numbers.UserCount,
            Processes = numbers.ProcessCount,
            Datasets = numbers.DatasetCount,
            StorageBytes = numbers.StorageUsedBytes,
            ObservedAt = at,
        }
        : null;

    // There is no technical name in any answer, so that the one for people stands for both.
    protected override TenantIdentity IdentityOf(ProcessMindRow row) => new(row.Id, row.DisplayName ?? "", row.DisplayName ?? "");

    protected override async Task<PlatformOutcome> DeleteAsync(ProcessMindAccount account, TenantWish wish, ProcessMindRow row, CancellationToken cancellationToken) => row.Id.Equals(account.Anchor, StringComparison.OrdinalIgnoreCase)
        ? new PlatformOutcome.Refused(
            TenantReasons.AnchorTenant,
            "The organisation is managed through this tenant (anchorTenantId of the TenantPlatform), so it is not deleted. Name another one there first, or set spec.deletionPolicy to Retain to let go of it here.")
        : (await account.DeleteTenantAsync(row.Id, wish.Tenant.Metadata.Uid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok;

    private static IReadOnlyList<string> UnsupportedIn(TenantWish wish)
    {
        var effective = wish.Effective;
        return [.. new[]
        {
            effective.EarlyFeatures is null ? null : "earlyFeatures",
            effective.Security is null ? null : "security",
            effective.Limits?.MaxCases is null ? null : "limits.maxCases",
            effective.Limits?.Storage is null ? null : "limits.storage",
        }.OfType<string>()];
    }

    private static ProcessMindAccount Open(TenantPlatform platform, KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    {
        var settings = platform.Spec.ProcessMind!;
        var keys = new ApiKeySource(api, platform.Metadata.NamespaceProperty, settings.CredentialsSecretRef, clock);
        var dialect = new ProcessMindDialect(keys);
        var connection = new RemoteConnection(settings.BaseUrl ?? DefaultAddress, settings, dialect, http.CreateClient(RemoteConnection.HttpClientName), clock);
        return new(connection, dialect, settings.AnchorTenantId, keys, GoDuration.TryParse(settings.UsageInterval, out var interval) ? interval : DefaultInterval, clock);
    }
}
