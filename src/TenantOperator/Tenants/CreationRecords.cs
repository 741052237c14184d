using TenantOperator.Platforms;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>Writes on a Tenant what a remote platform cannot keep for us: that a creation was begun, and by which id the tenant is known.</summary>
internal sealed class CreationRecords(TenantCaches caches, WriteGate gate, TimeProvider clock)
{
    /// <summary>Announces a creation: a lost answer is looked up under this name and not asked for again.</summary>
    public async Task<CreationAttempt> BeginAsync(TenantPass pass, string name, CancellationToken cancellationToken)
    {
        var attempt = new CreationAttempt(Guid.NewGuid().ToString("n"), clock.GetUtcNow(), name);
        pass.Tenant = await gate.UpdateMetadataAsync(caches.Tenants, pass.Tenant, CreationAttempts.Begin(attempt), cancellationToken);
        return attempt;
    }

    /// <summary>Keeps the id in the metadata, which a backup keeps too; the status would be lost with it. And notes when to look again.</summary>
    public async Task RememberAsync(TenantPass pass, TenantObservation observation, CancellationToken cancellationToken)
    {
        if (observation.LookAgain is { } interval)
        {
            var soon = clock.GetUtcNow() + Spread(interval, pass.Tenant.Metadata.Uid);
            pass.LookAgainAt = pass.LookAgainAt < soon ? pass.LookAgainAt : soon;
        }

        if (pass.Observes)
        {
            return;
        }

        if (observation.CreationRefused)
        {
            pass.Tenant = await gate.UpdateMetadataAsync(caches.Tenants, pass.Tenant, CreationAttempts.Withdraw, cancellationToken);
            pass.Wish = pass.Wish! with { Tenant = pass.Tenant, Attempt = null };
        }

        if (observation.ExternalId is not { } id)
        {
            return;
        }

        pass.Tenant = await gate.UpdateMetadataAsync(caches.Tenants, pass.Tenant, CreationAttempts.End(id, observation.Remote?.PurchaseOccurred == true), cancellationToken);
        pass.Wish = pass.Wish! with { Tenant = pass.Tenant, KnownId = id, Attempt = null };
    }

    // The same part of the interval for the same tenant, so that they do not come all at once.
    private static TimeSpan Spread(TimeSpan interval, string uid) => interval * (0.9 + (0.1 * (uid.Sum(letter => letter) % 100) / 100));
}
