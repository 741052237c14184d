using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.PlatformObjects;
using TenantOperator.Platforms;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Templates;

/// <summary>Shows who uses a template and whether the packages it names exist; and keeps the template on a platform that it owns, if it does.</summary>
internal sealed class TenantTemplateController(TenantCaches caches, PlatformDirectory platforms, WriteGate gate, IEventRecorder events, IOperatorQueue<Tenant> tenants, TimeProvider clock)
    : IEntityController<TenantTemplate>, IEntityFinalizer<TenantTemplate>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantTemplate entity, CancellationToken cancellationToken)
    {
        var kept = RemoteTemplateRules.Of(entity.Spec) is { } remote ? await KeepAsync(entity, remote, cancellationToken) : new KeptTemplate(entity);
        var users = caches.Tenants.ByIndex(TenantCaches.ByTemplate, ObjectKey.Of(entity.Metadata).ToString());
        var status = TemplateStatusRules.Next(kept.Template, users.Count, name => caches.Packages.Find(new(entity.Metadata.NamespaceProperty, name)), kept, clock.GetUtcNow());
        await gate.UpdateStatusAsync(caches.Templates, kept.Template, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
        if (status.Remote?.Id != entity.Status?.Remote?.Id)
        {
            // They were told to wait for it, and nothing else will tell them.
            foreach (var tenant in users.Where(tenant => tenant.Metadata.Annotations?.ContainsKey(Annotations.AppliedTemplate) != true))
            {
                tenants.Enqueue(ObjectKey.Of(tenant.Metadata));
            }
        }

        return kept.Outcome?.ToResult(kept.LookAgain) ?? ReconciliationResult.Success();
    }

    /// <summary>Deletes the template on the platform, if that is wished for. Without its platform nothing can be deleted there, and nobody is held up by that.</summary>
    public async Task<ReconciliationResult> FinalizeAsync(TenantTemplate entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.Finalizers?.Contains(Finalizers.TenantTemplate) != true)
        {
            return ReconciliationResult.Success();
        }

        if (RemoteTemplateRules.Of(entity.Spec) is { DeletionPolicy: RemoteTemplateDeletionPolicy.Delete } remote)
        {
            var (wish, adapter, problem) = Find(entity, remote);
            var outcome = wish is null ? problem! : wish.Platform.Spec.Mode == PlatformMode.Observe ? StepOutcome.Next : StepOutcome.Of(await adapter!.DeleteTemplateAsync(wish, cancellationToken));
            if (wish is null)
            {
                events.Record(entity.Reference(), EventType.Warning, TenantReasons.RemoteRetained, "Delete", "Its TenantPlatform is gone, so that the template there was left as it is.");
            }
            else if (outcome is not StepOutcome.Continue)
            {
                var status = TemplateStatusRules.Next(entity, entity.Status?.UsedBy ?? 0, _ => null, new(entity) { Outcome = outcome }, clock.GetUtcNow());
                await gate.UpdateStatusAsync(caches.Templates, entity, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
                return outcome.ToResult();
            }
        }

        await gate.UpdateMetadataAsync(caches.Templates, entity, new MetadataChange { RemoveFinalizers = [Finalizers.TenantTemplate] }, cancellationToken);
        return ReconciliationResult.Success();
    }

    private async Task<KeptTemplate> KeepAsync(TenantTemplate template, HatzRemoteTemplate remote, CancellationToken cancellationToken)
    {
        var (wish, adapter, problem) = Find(template, remote);
        if (wish is null)
        {
            return new(template) { Outcome = problem };
        }

        if (wish.Platform.Spec.Mode != PlatformMode.Observe && remote.DeletionPolicy == RemoteTemplateDeletionPolicy.Delete)
        {
            template = await gate.UpdateMetadataAsync(caches.Templates, template, new MetadataChange { AddFinalizers = [Finalizers.TenantTemplate] }, cancellationToken);
        }

        wish = wish with
        {
            Template = template,
            BeginCreationAsync = wish.Platform.Spec.Mode == PlatformMode.Observe ? null : async (name, token) =>
            {
                var attempt = new CreationAttempt(Guid.NewGuid().ToString("n"), clock.GetUtcNow(), name);
                template = await gate.UpdateMetadataAsync(caches.Templates, template, CreationAttempts.Begin(attempt), token);
                return attempt;
            },
        };
        var observed = await adapter!.ConvergeTemplateAsync(wish, cancellationToken);
        if (observed.Remote?.Id is { } id && wish.BeginCreationAsync is not null)
        {
            template = await gate.UpdateMetadataAsync(caches.Templates, template, CreationAttempts.End(id), cancellationToken);
        }

        return new(template) { Outcome = StepOutcome.Of(observed.Outcome), Remote = observed.Remote, LookAgain = observed.LookAgain };
    }

    private (TemplateWish? Wish, ITemplatePlatform? Adapter, StepOutcome? Problem) Find(TenantTemplate template, HatzRemoteTemplate remote)
    {
        var ns = template.Metadata.NamespaceProperty;
        if (caches.Platforms.Find(new(ns, remote.PlatformRef.Name)) is not { } platform)
        {
            return (null, null, new StepOutcome.Blocked(
                TenantTemplateReasons.PlatformNotFound,
                $"TenantPlatform \"{remote.PlatformRef.Name}\" of its remoteTemplate does not exist in namespace \"{ns}\". Apply it, and the template is made there by itself.",
                NeedsPerson: false));
        }

        var type = PlatformDirectory.TypeOf(platform.Spec);
        return platforms.AdapterFor(type) is ITemplatePlatform adapter
            ? (new TemplateWish { Template = template, Platform = platform, KnownId = CreationAttempts.KnownIdIn(template.Metadata) ?? template.Status?.Remote?.Id, Attempt = CreationAttempts.Read(template.Metadata) }, adapter, null)
            : (null, null, new StepOutcome.Blocked(
                TenantTemplateReasons.PlatformMismatch,
                $"TenantPlatform \"{platform.Metadata.Name}\" of its remoteTemplate is of type {PlatformDirectory.Word(type)}, which keeps no templates. Name one that does in a new TenantTemplate."));
    }
}

/// <summary>What became of the template on the platform; with no outcome there is none.</summary>
internal sealed record KeptTemplate(TenantTemplate Template)
{
    public StepOutcome? Outcome { get; init; }

    public RemoteTemplate? Remote { get; init; }

    public TimeSpan? LookAgain { get; init; }
}

/// <summary>The status of a template. Pure.</summary>
internal static class TemplateStatusRules
{
    public static TenantTemplateStatus Next(TenantTemplate template, int usedBy, Func<string, TenantPackage?> findPackage, KeptTemplate kept, DateTimeOffset now)
    {
        var conditions = new ConditionSet(template.Status?.Conditions, template.Metadata.Generation, now);
        var ns = template.Metadata.NamespaceProperty;
        var wanted = (template.Spec.AddOns ?? []).Select(addOn => (addOn.Name, Type: PackageType.AddOn));
        if (template.Spec.PackageRef is { } primary)
        {
            wanted = wanted.Prepend((primary.Name, PackageType.Primary));
        }

        var problem = wanted
            .Select(want => findPackage(want.Name) switch
            {
                null => (Reason: TenantTemplateReasons.PackageNotFound, Message: $"TenantPackage \"{want.Name}\" does not exist in namespace \"{ns}\". Apply it, or name another: kubectl get tenantpackages -n {ns}"),
                { } package when package.Spec.Type != want.Type => (
                    TenantTemplateReasons.PackageTypeMismatch, $"TenantPackage \"{want.Name}\" is of type {package.Spec.Type}, but stands where a package of type {want.Type} belongs."),
                _ => ((string Reason, string Message)?)null,
            })
            .FirstOrDefault(each => each is not null);
        var stop = WordsOf(kept.Outcome);
        if (kept.Outcome is not null)
        {
            conditions.Set(
                TenantTemplateConditions.Synced,
                stop is null ? ConditionStatus.True : ConditionStatus.False,
                stop?.Reason ?? TenantTemplateReasons.Synced,
                stop?.Message ?? "The template on the platform is as declared.");
        }

        if (template.Metadata.DeletionTimestamp is not null)
        {
            conditions.False(CommonConditions.Ready, TenantTemplateReasons.Deleting, stop?.Message ?? "The template is being deleted.");
            conditions.Progress(kept.Outcome);
        }
        else if (problem is { } known)
        {
            // A package that is missing may yet be applied.
            conditions.False(CommonConditions.Ready, known.Reason, known.Message);
            conditions.Progress(new StepOutcome.Blocked(known.Reason, known.Message, NeedsPerson: known.Reason == TenantTemplateReasons.PackageTypeMismatch));
        }
        else if (stop is { } why)
        {
            conditions.False(CommonConditions.Ready, why.Reason, why.Message);
            conditions.Progress(kept.Outcome);
        }
        else
        {
            conditions.True(CommonConditions.Ready, TenantTemplateReasons.Available, "New tenants can use the template.");
        }

        return (template.Status ?? new TenantTemplateStatus()) with
        {
            ObservedGeneration = template.Metadata.Generation,
            Conditions = conditions.ToList(),
            UsedBy = usedBy,
            Remote = kept.Outcome is null ? null : kept.Remote ?? template.Status?.Remote,
            LastHandledReconcileAt = template.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true
                ? asked
                : template.Status?.LastHandledReconcileAt,
        };
    }

    private static (string Reason, string Message)? WordsOf(StepOutcome? outcome) => outcome switch
    {
        StepOutcome.Waiting waiting => (waiting.Reason, waiting.Message),
        StepOutcome.Blocked blocked => (blocked.Reason, blocked.Message),
        _ => null,
    };
}
