using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.PlatformObjects;
using TenantOperator.Platforms;
using TenantOperator.Runtime;
using TenantOperator.Settings;
using TenantOperator.Templates;
using TenantOperator.Users;

namespace TenantOperator.Tenants;

/// <summary>
/// Makes each tenant what its spec, its template, its packages and its people say, on whatever platform it lives, and reports in one status write. A pass looks at
/// the whole tenant and never at what changed, so passes may be repeated, merged or skipped.
/// </summary>
internal sealed partial class TenantController(
    TenantCaches caches, WriteGate gate, PackageClaims claims, PackageLedger ledger, PlatformDirectory platforms, RemoteTurns turns, CreationRecords creations, RosterSync roster,
    TenantDeletion deletion, IEventRecorder events, TimeProvider clock, ILogger<TenantController> logger)
    : IEntityController<Tenant>, IEntityFinalizer<Tenant>
{
    public Task<ReconciliationResult> ReconcileAsync(Tenant entity, CancellationToken cancellationToken) => RunAsync(
        entity,
        [ResolvePlatformAsync, EnsureMetadataAsync, ClaimUnitsAsync, ResolveSettingsAsync, ConvergeAsync, CreateInitialUsersAsync, SyncRosterAsync, ReleaseUnitsAsync, ReadUsageAsync, SayWhatIsObservedAsync],
        cancellationToken);

    public Task<ReconciliationResult> FinalizeAsync(Tenant entity, CancellationToken cancellationToken) =>
        entity.Metadata.Finalizers?.Contains(Finalizers.Tenant) == true
            ? RunAsync(
                entity,
                [
                    deletion.RetainIfWishedAsync, ResolvePlatformAsync, TenantDeletion.StopIfObservingAsync, ResolveSettingsAsync,
                    deletion.ConfirmDeletionAsync, deletion.ReleaseTenantAsync, deletion.ReleaseAllUnitsAsync, deletion.RemoveFinalizerAsync,
                ],
                cancellationToken)
            : Task.FromResult(ReconciliationResult.Success());

    private delegate Task<StepOutcome> Step(TenantPass pass, CancellationToken cancellationToken);

    private async Task<ReconciliationResult> RunAsync(Tenant tenant, Step[] steps, CancellationToken cancellationToken)
    {
        IDisposable? turn = null;
        if (platforms.RemotePlatformOf(tenant) is { } platform && !turns.TryEnter(platform, ObjectKey.Of(tenant.Metadata), out turn))
        {
            return ReconciliationResult.Success(RemoteTurns.ComeAgain);
        }

        using (turn)
        {
            return await RunInTurnAsync(tenant, steps, cancellationToken);
        }
    }

    private async Task<ReconciliationResult> RunInTurnAsync(Tenant tenant, Step[] steps, CancellationToken cancellationToken)
    {
        var pass = new TenantPass(tenant) { Suspended = SuspensionRules.IsSuspended(tenant.Spec, clock.GetUtcNow(), out var until), LookAgainAt = until };
        var outcome = await RunStepsAsync(pass, steps, cancellationToken);
        if (!pass.ClaimsMade)
        {
            ledger.StandBack(pass.Tenant);
        }

        var old = pass.Tenant.Status;
        var status = TenantStatusRules.Next(pass, outcome, clock.GetUtcNow());
        foreach (var happening in TenantEvents.Between(old, status, pass))
        {
            events.Record(tenant.Reference(), happening.Type, happening.Reason, happening.Action, happening.Note);
        }

        if (ReasonOf(old) is var before && ReasonOf(status) is { } reason && before != reason)
        {
            LogChanged(before ?? "new", reason);
        }

        // The only status write. It is computed from the old status, so that a pass that found nothing new yields an equal one and sends nothing.
        if (!IsGone(pass.Tenant))
        {
            try
            {
                await gate.UpdateStatusAsync(caches.Tenants, pass.Tenant, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
            }
            catch (NotFoundException)
            {
                // Gone meanwhile: nobody is left to read it.
            }
        }

        TimeSpan? lookAgain = pass.LookAgainAt is { } moment ? TimeSpan.FromTicks(Math.Max((moment - clock.GetUtcNow()).Ticks, TimeSpan.TicksPerSecond)) : null;
        return outcome.ToResult(lookAgain);
    }

    private async Task<StepOutcome> RunStepsAsync(TenantPass pass, Step[] steps, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var step in steps)
            {
                pass.Step = step.Method.Name;
                if (await step(pass, cancellationToken) is not StepOutcome.Continue and var stop)
                {
                    LogStopped(pass.Step, stop.GetType().Name);
                    return stop;
                }
            }

            return StepOutcome.Next;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ConflictException)
        {
            // The one catch: a failure is shown in the status, then left to the queue's back-off. A conflict is no failure: the cache learns the newer
            // version and the pass starts over.
            return new StepOutcome.Failed(error);
        }
    }

    private async Task<StepOutcome> ResolvePlatformAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var found = await platforms.FindAsync(pass.Tenant, cancellationToken);
        pass.Platform = found.Platform;
        pass.Adapter = found.Adapter;
        if (found.Problem is { } problem)
        {
            return problem;
        }

        var paused = pass.Tenant.Spec.Paused == true ? $"Tenant \"{pass.Tenant.Metadata.Name}\" is paused by spec.paused. Nothing is changed until it is removed."
            : found.Platform?.Spec.Paused == true ? $"TenantPlatform \"{found.Platform.Metadata.Name}\" is paused by spec.paused. Nothing is changed until it is removed."
            : null;
        // Where access cannot be taken away, nobody is told that it was.
        pass.SuspensionDenied = pass.Suspended && found.Adapter?.Capabilities.Suspend == false;
        pass.Suspended &= !pass.SuspensionDenied;
        return paused is null ? StepOutcome.Next : new StepOutcome.Blocked(TenantReasons.Paused, paused, NeedsPerson: false);
    }

    // The finalizer and the copy of the template in one write, before anything is made: a crash after it loses neither.
    private async Task<StepOutcome> EnsureMetadataAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var annotations = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (pass.Tenant.Spec.TemplateRef is { } reference)
        {
            if (!TemplateCopy.TryRead(pass.Tenant, out var copy, out var problem))
            {
                if (problem is not null)
                {
                    return new StepOutcome.Blocked(TenantReasons.TemplateInvalid, problem);
                }

                var template = caches.Templates.Find(new(pass.Tenant.Metadata.NamespaceProperty, reference.Name));
                if (template is not { Metadata.DeletionTimestamp: null })
                {
                    return new StepOutcome.Blocked(
                        TenantReasons.TemplateNotFound,
                        $"TenantTemplate \"{reference.Name}\" does not exist in namespace \"{pass.Tenant.Metadata.NamespaceProperty}\". Apply it, and this tenant goes on by itself; "
                        + "or make a new Tenant without spec.templateRef.",
                        NeedsPerson: false);
                }

                if (pass.Adapter is ITemplatePlatform && RemoteTemplateRules.WhyUnusable(template, pass.Platform!) is { } why)
                {
                    return why;
                }

                copy = TemplateCopy.Of(template, clock.GetUtcNow());
                annotations[Annotations.AppliedTemplate] = copy.ToJson();
            }

            pass.Template = copy;
        }

        if (pass.Observes)
        {
            return StepOutcome.Next;
        }

        pass.Tenant = await gate.UpdateMetadataAsync(
            caches.Tenants, pass.Tenant, new MetadataChange { AddFinalizers = [Finalizers.Tenant], Annotations = annotations }, cancellationToken);
        return StepOutcome.Next;
    }

    private async Task<StepOutcome> ClaimUnitsAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        var plan = UnitPlan.For(pass.Tenant, pass.Template?.Values, ledger.UnitsOf(pass.Tenant.Metadata.Uid), PackagesOf(pass));
        if (plan.Problem is { } problem)
        {
            pass.Units = plan.Describe();
            return problem;
        }

        if (pass.Observes)
        {
            pass.Units = plan.Describe();
            return StepOutcome.Next;
        }

        // A smaller package than what is in use would not be put in force, so no unit of it is taken either.
        if (WhyPackageIsTooSmall(pass, plan) is { } numbers)
        {
            pass.BelowUsage = numbers;
            pass.Units = plan.Describe();
            return StepOutcome.Next;
        }

        ledger.StepUp(pass.Tenant);
        pass.ClaimsMade = true;
        foreach (var missing in plan.Missing)
        {
            if (await claims.ClaimAsync(pass.Tenant, missing, cancellationToken) is { } parked)
            {
                plan.NoteWaiting(missing, parked.Position);
                pass.WaitsForPackage ??= UnitPlan.WhyWaiting(missing, parked);
            }
        }

        await claims.RepairAsync(pass.Tenant, cancellationToken);
        pass.Units = plan.With(ledger.UnitsOf(pass.Tenant.Metadata.Uid)).Describe();
        return StepOutcome.Next;
    }

    private Task<StepOutcome> ResolveSettingsAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        if (pass.Template is null && TemplateCopy.TryRead(pass.Tenant, out var copy, out _))
        {
            pass.Template = copy;
        }

        var held = ledger.UnitsOf(pass.Tenant.Metadata.Uid);
        var settings = SettingsWith(pass, pass.Observes ? UnitPlan.For(pass.Tenant, pass.Template?.Values, held, PackagesOf(pass)).AllGranted : held);
        pass.Settings = pass.SuspensionDenied
            ? settings with { Denied = [.. settings.Denied, new Denied("suspended", TenantReasons.SuspendUnsupported, $"Platforms of type {PlatformDirectory.Word(pass.Adapter!.Type)} have no way to take access away and keep data. Remove spec.suspended.")] }
            : settings;
        if (caches.AccountUid(pass.Tenant.Metadata.NamespaceProperty) is not { } accountUid)
        {
            return Task.FromResult<StepOutcome>(new StepOutcome.Waiting(
                TimeSpan.FromSeconds(1), TenantReasons.Progressing, $"Namespace \"{pass.Tenant.Metadata.NamespaceProperty}\" is not in view yet."));
        }

        var settled = DriftRules.IsSettled(pass.Tenant.Status, pass.Tenant.Metadata.Generation, pass.Settings.Effective, pass.Suspended);
        pass.Wish = new TenantWish
        {
            Tenant = pass.Tenant,
            AccountUid = accountUid,
            Platform = pass.Platform,
            Effective = pass.Settings.Effective,
            KnownId = CreationAttempts.KnownIdOf(pass.Tenant),
            Attempt = CreationAttempts.Read(pass.Tenant),
            BeginCreationAsync = pass.Observes ? null : (name, token) => creations.BeginAsync(pass, name, token),
            IsAnothers = (name, id) => CreationAttempts.IsAnothers(
                pass.Tenant, platforms.TenantsKnownBy(id, pass.Platform!), caches.Tenants.ByIndex(TenantCaches.ByPlatform, ObjectKey.Of(pass.Platform!.Metadata).ToString()), name),
            IdOfTenant = name => caches.Tenants.Find(new(pass.Tenant.Metadata.NamespaceProperty, name)) is { } other ? CreationAttempts.KnownIdOf(other) : null,
            Suspended = pass.Suspended,
            Settled = settled,
            Mode = pass.Observes ? WriteMode.Observe : settled && (pass.Tenant.Spec.DriftPolicy ?? pass.Template?.Values.DriftPolicy) == DriftPolicy.Report ? WriteMode.ReportDrift : WriteMode.Correct,
        };

        // Without its primary package a tenant is not made; with the old one still in hand it goes on as it was.
        return Task.FromResult(pass.WaitsForPackage is { } why && pass.Settings.Effective.Package is null && !pass.Tenant.IsBeingDeleted()
            ? new StepOutcome.Waiting(null, TenantReasons.WaitingForPackage, why)
            : StepOutcome.Next);
    }

    private async Task<StepOutcome> ConvergeAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        pass.Observation = await pass.Adapter!.ConvergeAsync(pass.Wish!, cancellationToken);
        if (pass.Adapter.Capabilities.Remote)
        {
            await creations.RememberAsync(pass, pass.Observation, cancellationToken);
        }

        pass.BelowUsage ??= pass.Observation.BelowUsage;
        pass.NoteDifferences(pass.Observation.Drifted, left: pass.Wish!.Mode != WriteMode.Correct, outside: pass.Wish.Settled);
        return StepOutcome.Of(pass.Observation.Outcome);
    }

    private async Task<StepOutcome> CreateInitialUsersAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        if (pass.Observes || pass.Tenant.Spec.InitialUsers is not { Count: > 0 } people || pass.Tenant.Metadata.Annotations?.ContainsKey(Annotations.InitialUsersCreated) == true)
        {
            return StepOutcome.Next;
        }

        var missing = 0;
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (person, token) =>
        {
            if (!await TryMakeAsync(InitialUserPlan.For(pass.Tenant, person), token))
            {
                Interlocked.Increment(ref missing);
            }
        });
        if (missing > 0)
        {
            var soon = clock.GetUtcNow().AddSeconds(1);
            pass.LookAgainAt = pass.LookAgainAt < soon ? pass.LookAgainAt : soon;
            return StepOutcome.Next;
        }

        pass.Tenant = await gate.UpdateMetadataAsync(
            caches.Tenants,
            pass.Tenant,
            new MetadataChange { Annotations = new Dictionary<string, string?>(StringComparer.Ordinal) { [Annotations.InitialUsersCreated] = "true" } },
            cancellationToken);
        return StepOutcome.Next;
    }

    // Says whether the person is there. One that was there before is from before a crash, or of a former Tenant of that name: such a one the garbage collector is
    // about to take away, and nobody would make it again.
    private async Task<bool> TryMakeAsync(TenantUser user, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(user.Metadata);
        if (caches.Users.Find(key) is { } former && IsOfAnotherTenant(former))
        {
            await gate.DeleteAsync(caches.Users, key, former.Metadata.Uid, cancellationToken);
        }

        var present = caches.Users.Find(key);
        if (present is null)
        {
            try
            {
                present = await gate.CreateAsync(caches.Users, user, cancellationToken);
            }
            catch (AlreadyExistsException)
            {
                present = await gate.RefreshAsync(caches.Users, key, cancellationToken);
            }
        }

        return present is { Metadata.DeletionTimestamp: null } && !IsOfAnotherTenant(present);

        bool IsOfAnotherTenant(TenantUser found) =>
            found.Metadata.OwnerReferences?.Any(owner => owner.Kind == Tenant.KubeKind && owner.Uid != user.Metadata.OwnerReferences[0].Uid) == true;
    }

    private Task<StepOutcome> SyncRosterAsync(TenantPass pass, CancellationToken cancellationToken) => roster.RunAsync(pass, cancellationToken);

    // Last, when the tenant stands on its new package: a change of package is never neither.
    private async Task<StepOutcome> ReleaseUnitsAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        if (pass.Observes)
        {
            return StepOutcome.Next;
        }

        var plan = UnitPlan.For(pass.Tenant, pass.Template?.Values, ledger.UnitsOf(pass.Tenant.Metadata.Uid), PackagesOf(pass));
        foreach (var unit in plan.Superfluous)
        {
            await claims.ReleaseAsync(pass.Tenant, unit, cancellationToken);
        }

        if (plan.Superfluous.Count > 0)
        {
            pass.Units = [.. pass.Units.Where(unit => unit.State != PackageUnitState.Releasing)];
        }

        return pass.WaitsForPackage is { } why ? new StepOutcome.Waiting(null, TenantReasons.WaitingForPackage, why) : StepOutcome.Next;
    }

    private Task<StepOutcome> ReadUsageAsync(TenantPass pass, CancellationToken cancellationToken)
    {
        pass.Usage = pass.Adapter!.ReadUsage(pass.Wish!);
        pass.UsageRead = true;
        return Task.FromResult(StepOutcome.Next);
    }

    private Task<StepOutcome> SayWhatIsObservedAsync(TenantPass pass, CancellationToken cancellationToken) => Task.FromResult(pass.Observes
        ? new StepOutcome.Blocked(
            TenantReasons.Observing,
            $"TenantPlatform \"{pass.Platform!.Metadata.Name}\" is in mode Observe, so nothing is changed. "
            + (pass.Drifted is { Count: > 0 } differences ? $"With mode Manage these would be: {string.Join(", ", differences)}." : "Everything is as declared."),
            NeedsPerson: false)
        : StepOutcome.Next);

    private string? WhyPackageIsTooSmall(TenantPass pass, UnitPlan plan) =>
        pass.Tenant.Spec.AllowBelowUsage != true && plan.ReplacesPrimary && caches.AccountUid(pass.Tenant.Metadata.NamespaceProperty) is { } accountUid
            ? pass.Adapter!.WhyBelowUsage(new TenantWish
            {
                Tenant = pass.Tenant,
                AccountUid = accountUid,
                Platform = pass.Platform,
                Effective = SettingsWith(pass, plan.AllGranted).Effective,
                Suspended = pass.Suspended,
            })
            : null;

    private ResolvedSettings SettingsWith(TenantPass pass, IReadOnlyList<HeldUnit> units) => SettingsRules.Resolve(
        pass.Tenant, pass.Template?.Values, UnitPlan.InForce(pass.Tenant, pass.Template?.Values, units, PackagesOf(pass)), pass.Platform);

    private Func<string, TenantPackage?> PackagesOf(TenantPass pass) => name => caches.Packages.Find(new(pass.Tenant.Metadata.NamespaceProperty, name));

    private static string? ReasonOf(TenantStatus? status) => status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready)?.Reason;

    private static bool IsGone(Tenant tenant) => tenant.IsBeingDeleted() && tenant.Metadata.Finalizers?.Contains(Finalizers.Tenant) != true;

    [LoggerMessage(LogLevel.Information, "Was {Before}, is {Reason}")]
    private partial void LogChanged(string before, string reason);

    [LoggerMessage(LogLevel.Debug, "Stopped at {Step}: {Outcome}")]
    private partial void LogStopped(string step, string outcome);
}
