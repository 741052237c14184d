using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>The steps by which a tenant is let go of. Each may be repeated; the finalizer goes last.</summary>
internal sealed class TenantDeletion(TenantCaches caches, WriteGate gate, PackageClaims claims, PackageLedger ledger, MassDeletionGuard guard, OwnKinds kinds, IEventRecorder events, TimeProvider clock)
{
    public static Task<StepOutcome> StopIfObservingAsync(TenantPass pass, CancellationToken cancellationToken) => Task.FromResult(pass.Observes
        ? new StepOutcome.Blocked(
            TenantReasons.Observing, $"TenantPlatform \"{pass.Platform!.Metadata.Name}\" is in mode Observe, so nothing is deleted or suspended.", NeedsPerson: false)
        : StepOutcome.Next);

    // Retain needs nothing and nobody: it is the way out of every deletion that cannot go on. Objects that go because their kind goes are no wish of anybody's
    // about a tenant.
    public async Task<StepOutcome> RetainIfWishedAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        if (pass.Tenant.Spec.DeletionPolicy == DeletionPolicy.Retain)
        {
            Announce(pass, EventType.Normal, TenantReasons.RemoteRetained, "The Tenant was deleted with deletionPolicy Retain; everything was left as it is.");
        }
        else if (await kinds.AreBeingRemovedAsync(cancellationToken))
        {
            Announce(pass, EventType.Warning, TenantReasons.RemoteRetained, "The kind Tenant is being removed from the cluster, and this object with it; the tenant itself was left as it is.");
        }
        else
        {
            return StepOutcome.Next;
        }

        await ReleaseAllUnitsAsync(pass, cancellationToken);
        await RemoveFinalizerAsync(pass, cancellationToken);
        return new StepOutcome.Blocked(TenantReasons.Deleting, "Released.", NeedsPerson: false);
    }

    public async Task<StepOutcome> ConfirmDeletionAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var policy = DeletionRules.PolicyOf(pass.Settings!.Effective, pass.Adapter!.Capabilities);
        pass.Deletion = new DeletionProgress { Policy = policy, State = DeletionState.InProgress };
        if (policy != DeletionPolicy.Delete)
        {
            return StepOutcome.Next;
        }

        // No answer is not "gone": nothing is let go of until the platform has said what is there.
        var found = await pass.Adapter.IdentifyAsync(pass.Wish!, cancellationToken);
        if (StepOutcome.Of(found.Outcome) is not StepOutcome.Continue and var unknown)
        {
            return unknown;
        }

        var verdict = DeletionRules.Judge(pass.Tenant, found.Identity, clock.GetUtcNow());
        pass.Deletion = verdict.Progress;
        pass.LookAgainAt = verdict.Progress.NotBefore;
        return verdict.Outcome;
    }

    public async Task<StepOutcome> ReleaseTenantAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var policy = pass.Deletion!.Policy ?? DeletionPolicy.Suspend;
        if (policy == DeletionPolicy.Delete && await guard.PassAsync(pass.Tenant, pass.Platform, cancellationToken) is StepOutcome.Blocked held)
        {
            pass.Deletion = new DeletionProgress { Policy = policy, State = DeletionState.Blocked, BlockedBy = held.Message };
            return held;
        }

        var outcome = StepOutcome.Of(await pass.Adapter!.ReleaseAsync(pass.Wish!, policy, cancellationToken));
        if (outcome is StepOutcome.Continue)
        {
            var (reason, note) = DeletionRules.Farewell(policy, pass.Settings!.Effective.DeletionPolicy, pass.Adapter.Capabilities.Remote ? pass.Wish!.KnownId : null);
            Announce(pass, reason == TenantReasons.SuspendUnsupported ? EventType.Warning : EventType.Normal, reason, note);
        }

        return outcome;
    }

    // The garbage collector would free them too, later. Whoever is in line need not wait for it.
    public async Task<StepOutcome> ReleaseAllUnitsAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        foreach (var unit in ledger.UnitsOf(pass.Tenant.Metadata.Uid))
        {
            await claims.ReleaseAsync(pass.Tenant, unit, cancellationToken);
        }

        return StepOutcome.Next;
    }

    public async Task<StepOutcome> RemoveFinalizerAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        pass.Tenant = await gate.UpdateMetadataAsync(caches.Tenants, pass.Tenant, new MetadataChange { RemoveFinalizers = [Finalizers.Tenant] }, cancellationToken);
        return StepOutcome.Next;
    }

    private void Announce(TenantPass pass, EventType type, string reason, string note) => events.Record(pass.Tenant.Reference(), type, reason, "Delete", note);
}
