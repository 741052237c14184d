using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms;

/// <summary>A platform that can show all its tenants. Reads, and never writes.</summary>
public interface ITenantInventory
{
    /// <summary>What kind of platform this is.</summary>
    PlatformType Type { get; }

    /// <summary>All tenants of the account, declared or not, read now.</summary>
    Task<Inventory> ListTenantsAsync(TenantPlatform platform, CancellationToken cancellationToken);
}

/// <summary>The tenants of a platform.</summary>
/// <param name="Outcome">Whether they could be read.</param>
/// <param name="Tenants">All of them; none if they could not be read.</param>
public sealed record Inventory(PlatformOutcome Outcome, IReadOnlyList<InventoryRow> Tenants);

/// <summary>A tenant as its platform shows it.</summary>
/// <param name="Id">By which it is called.</param>
/// <param name="Name">Its technical name there, or what stands in for it.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="CreatedAt">When it was made; null where the platform does not say.</param>
/// <param name="Namespace">Its namespace, in a cluster; null elsewhere.</param>
public sealed record InventoryRow(string Id, string Name, string DisplayName, DateTimeOffset? CreatedAt = null, string? Namespace = null);
