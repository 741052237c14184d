using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Hatz;

/// <summary>
/// Tenants of an MSP on Hatz AI. They can be made, taken up and configured, and people invited; Hatz documents no call to rename, re-package, suspend or delete a tenant, nor to take a
/// person's access away.
/// </summary>
internal sealed class HatzTenantPlatform(KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    : RemoteTenantPlatform<HatzAccountConnection, HatzTenantRow, HatzUserRow>(platform => Open(platform, api, http, clock), clock), ITemplatePlatform
{
    /// <summary>The address where none is given.</summary>
    public const string DefaultAddress = "https://ai.hatz.ai/v1";

    public override PlatformType Type => PlatformType.Hatz;

    public override string AddressOf(TenantPlatform platform) => platform.Spec.Hatz!.BaseUrl ?? DefaultAddress;

    public override PlatformCapabilities Capabilities { get; } = new() { Usage = true, Remote = true };

    protected override string Product => "Hatz";

    protected override string NameField => "spec.displayName";

    public Task<TemplateObservation> ConvergeTemplateAsync(TemplateWish wish, CancellationToken cancellationToken) => HatzTemplates.ConvergeAsync(AccountOf(wish.Platform), wish, cancellationToken);

    public Task<PlatformOutcome> DeleteTemplateAsync(TemplateWish wish, CancellationToken cancellationToken) => HatzTemplates.DeleteAsync(AccountOf(wish.Platform), wish, cancellationToken);

    protected override async Task<RemoteResult<PlatformAccount>> ReadAccountAsync(HatzAccountConnection account, TenantPlatform platform, CancellationToken cancellationToken)
    {
        var msp = await account.Client.ReadMspAsync(cancellationToken);
        return msp.IsDone ? RemoteResult.Of(HatzAccount.Describe(msp.Value)) : RemoteResult.Not<PlatformAccount>(msp.Problem);
    }

    protected override string NameOf(TenantWish wish) => wish.Effective.DisplayName!;

    protected override PlatformOutcome.Refused? WhyNotToBeMade(TenantWish wish) => HatzPlan.WhyNotToBeMade(wish);

    protected override async Task<RemoteResult<RemoteCreation<HatzTenantRow>>> CreateAsync(HatzAccountConnection account, TenantWish wish, string name, CancellationToken cancellationToken)
    {
        var hatz = wish.Effective.Hatz!;
        var answer = await account.Client.CreateTenantAsync(new(name, hatz.TemplateId is null ? hatz.PackageId : null, hatz.TemplateId), wish.Tenant.Metadata.Uid, cancellationToken);
        return answer switch
        {
            // Its settings are those of every new one, unless a template has others.
            { IsDone: true, Value.Tenants: [{ TenantId.Length: > 0, Success: not false } made, ..] } => RemoteResult.Of(new RemoteCreation<HatzTenantRow>(
                made.TenantId, hatz.TemplateId is null ? new HatzTenantRow { Id = made.TenantId, Name = name } : null, made.PurchaseOccurred)),

            // It may fail in an answer that says 200.
            { IsDone: true } => RemoteResult.Not<RemoteCreation<HatzTenantRow>>(
                new PlatformOutcome.Refused(TenantReasons.InvalidRequest, (answer.Value.Tenants is [{ Error: { } error }, ..] ? error : null) ?? "the answer does not say what came of it")),
            _ => new(null, answer.Problem, answer.Refusal),
        };
    }

    protected override PlatformOutcome.Refused WhyRefused(string name, string words) => HatzWords.WhyRefused(name, words);

    protected override async Task<TenantObservation> ConfigureAsync(
        HatzAccountConnection account, TenantWish wish, HatzTenantRow row, RemoteOrigin? origin, RemoteCreation<HatzTenantRow>? creation, CancellationToken cancellationToken)
    {
        var change = HatzPlan.ChangeOf(wish, row.TenantConfig);
        var observed = new TenantObservation
        {
            Outcome = PlatformOutcome.Ok,
            ExternalId = row.Id,
            Remote = HatzPlan.Describe(row, wish.Tenant.Status?.Remote, origin, creation?.Purchased ?? WasPurchased(wish.Tenant)),
            Phase = HatzPlan.PhaseOf(row.Status),
            Drifted = HatzPlan.FieldsOf(change),
            Unsupported = HatzPlan.Unsupported(wish, row),
            LookAgain = account.LookAgain(row.Id),
        };
        if (change is null || wish.Mode != WriteMode.Correct)
        {
            account.Learn(row);
            return observed;
        }

        var changed = await account.Client.ChangeConfigAsync(row.Id, change, wish.Tenant.Metadata.Uid, cancellationToken);
        if (changed.IsDone)
        {
            account.Learn(row with { TenantConfig = changed.Value });
            return observed;
        }

        account.Forget(row.Id);
        return observed with
        {
            Outcome = changed.Problem is PlatformOutcome.Refused refused && change.DefaultModelName is not null
                ? new PlatformOutcome.Refused(TenantReasons.ModelUnavailable, $"The model \"{change.DefaultModelName}\" of spec.hatz.defaultModelName was refused. {refused.Message}", refused.LookAgain)
                : changed.Problem,
        };
    }

    private static bool? WasPurchased(Tenant tenant) => tenant.Metadata.Annotations?.TryGetValue(Annotations.Purchased, out var text) == true && text == "true" ? true : null;

    protected override IReadOnlyList<TenantRole> RolesOf(TenantWish wish, HatzUserRow person) => HatzRoles.Of(person.RoleName);

    protected override RemoteRoster<HatzUserRow> RosterOf(HatzAccountConnection account, TenantWish wish, Dictionary<string, HatzUserRow> people) => new HatzRoster(account.Client, wish, people, Clock);

    protected override TenantUsage? UsageOf(HatzAccountConnection account, HatzTenantRow row, DateTimeOffset at) => HatzPlan.UsageOf(row, at);

    protected override TenantIdentity IdentityOf(HatzTenantRow row) => new(row.Id, row.Name, row.Name);

    protected override Task<PlatformOutcome> DeleteAsync(HatzAccountConnection account, TenantWish wish, HatzTenantRow row, CancellationToken cancellationToken) =>
        Task.FromResult<PlatformOutcome>(new PlatformOutcome.Refused(
            TenantReasons.ManualActionRequired, "Hatz documents no call to delete a tenant. Delete it in the Hatz site, and set spec.deletionPolicy to Retain to let go of it here."));

    private static HatzAccountConnection Open(TenantPlatform platform, KubernetesApi api, IHttpClientFactory http, TimeProvider clock)
    {
        var settings = platform.Spec.Hatz!;
        var keys = new ApiKeySource(api, platform.Metadata.NamespaceProperty, settings.CredentialsSecretRef, clock);
        var dialect = new HatzDialect(keys);
        var connection = new RemoteConnection(settings.BaseUrl ?? DefaultAddress, settings, dialect, http.CreateClient(RemoteConnection.HttpClientName), clock);
        return new(new HatzClient(connection, dialect), connection, keys, GoDuration.TryParse(settings.UsageInterval, out var interval) ? interval : DefaultInterval, clock);
    }
}
