using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Describing;
using TenantOperator.Platforms;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Kubectl.Unmanaged;

/// <summary>Asks a platform what is there, with the rights of whoever runs the command. Never writes.</summary>
internal sealed class PlatformReader(ClusterAccess cluster, TenantPlatform platform, IReadOnlyList<string> allowHosts) : IAsyncDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider services = new ServiceCollection()
        .AddSingleton(cluster.Api)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new AllowedHosts(allowHosts))
        .AddRemotePlatforms(TimeLimit)
        .BuildServiceProvider();

    private string Name => platform.Metadata.Name;

    private string Account => platform.Metadata.NamespaceProperty;

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>All tenants, declared or not.</summary>
    public async Task<IReadOnlyList<InventoryRow>> TenantsAsync(CancellationToken cancellationToken)
    {
        if (platform.Spec.Cluster is not null)
        {
            var account = await cluster.GetAsync<V1Namespace>("", Account, cancellationToken);
            var marked = await cluster.ListAsync<V1Namespace>(null, $"{Labels.Account}={Account},{Labels.AccountUid}={account.Value.Metadata.Uid}", null, cancellationToken);
            return [.. marked.Select(found => RowOf(found.Value))];
        }

        await ReadSecretAsync(cancellationToken);
        var inventory = await InventoryOf().ListTenantsAsync(platform, cancellationToken);
        Demand(inventory.Outcome);
        return inventory.Tenants;
    }

    /// <summary>The people of a tenant, declared or not.</summary>
    public async Task<IReadOnlyList<PresentMember>> PeopleAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        if (platform.Spec.Cluster is not null)
        {
            var ns = tenant.Status?.Effective?.Cluster?.Namespace ?? throw new UserError($"Tenant \"{tenant.Metadata.Name}\" has no namespace yet. See why: kubectl tenant describe {tenant.Metadata.Name} -n {Account}");
            var bindings = await cluster.ListAsync<V1RoleBinding>(ns, $"{Labels.ManagedBy}={OperatorIdentity.Name}", null, cancellationToken);
            return [.. bindings.Select(found => found.Value).SelectMany(PeopleOf).GroupBy(each => each.Name, StringComparer.Ordinal).Select(group => new PresentMember(group.Key, [.. group.Select(each => each.Role)], Managed: false))];
        }

        await ReadSecretAsync(cancellationToken);
        var wish = new TenantWish { Tenant = tenant, AccountUid = "", Platform = platform, Effective = tenant.Status?.Effective ?? new EffectiveSettings(), Mode = WriteMode.Observe, KnownId = id, Settled = true };
        var roster = await ((ITenantPlatform)InventoryOf()).ReadRosterAsync(wish, cancellationToken);
        Demand(roster.Outcome);
        return roster.Members;
    }

    /// <summary>What the platform knows a declared person by.</summary>
    public string KeyOf(TenantUser user) => platform.Spec.Cluster is not null ? ClusterPeople.UsernameOf(platform, user) : user.Spec.Email.ToLowerInvariant();

    private static InventoryRow RowOf(V1Namespace ns) => new(
        ns.Metadata.Uid,
        ns.Metadata.Labels.TryGetValue(Labels.Tenant, out var tenant) ? tenant : ns.Metadata.Name,
        ns.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotations.DisplayName, out var shown) ? shown : "",
        ns.Metadata.CreationTimestamp is { } made ? new DateTimeOffset(DateTime.SpecifyKind(made, DateTimeKind.Utc), TimeSpan.Zero) : null,
        ns.Metadata.Name);

    private static IEnumerable<(string Name, TenantRole Role)> PeopleOf(V1RoleBinding binding) =>
        binding.Metadata.Labels.TryGetValue(Labels.Role, out var word) && Enum.TryParse<TenantRole>(word, out var role)
            ? (binding.Subjects ?? []).Where(subject => subject.Kind == "User").Select(subject => (subject.Name, role))
            : [];

    // Read here first, so that a right that is missing is told as that of a person and not of the operator.
    private async Task ReadSecretAsync(CancellationToken cancellationToken)
    {
        if (NamesOf.SecretOf(platform.Spec) is { } secret && await cluster.FindAsync<V1Secret>(Account, secret, cancellationToken) is null)
        {
            throw new UserError($"Secret \"{secret}\", which TenantPlatform \"{Name}\" names in credentialsSecretRef, does not exist in namespace \"{Account}\". Make it, or name another there.");
        }
    }

    private ITenantInventory InventoryOf()
    {
        var type = platform.Spec switch
        {
            { Hatz: not null } => PlatformType.Hatz,
            { ProcessMind: not null } => PlatformType.ProcessMind,
            { Mindzie: not null } => PlatformType.Mindzie,
            _ => PlatformType.ScaiKey,
        };
        return services.GetServices<ITenantPlatform>().OfType<ITenantInventory>().First(each => each.Type == type);
    }

    private void Demand(PlatformOutcome outcome)
    {
        var message = outcome switch
        {
            PlatformOutcome.Unauthorized { Reason: TenantPlatformReasons.HostNotAllowed } => $"its address is private or not encrypted. If you trust it, call it all the same: --allow-hosts {HostOf()}",
            PlatformOutcome.Unauthorized denied => denied.Message,
            PlatformOutcome.Refused refused => refused.Message,
            PlatformOutcome.RefusedForNow later => later.Message,
            PlatformOutcome.NotFound missing => missing.Message.Length > 0 ? missing.Message : "it does not know the tenant.",
            PlatformOutcome.Unreachable silent => silent.Message,
            _ => null,
        };
        if (message is not null)
        {
            throw new UserError($"TenantPlatform \"{Name}\" cannot be asked: {message}");
        }
    }

    private string HostOf() => Uri.TryCreate(NamesOf.RemoteOf(platform.Spec)?.BaseUrl, UriKind.Absolute, out var address) ? address.Host : "HOST";
}
