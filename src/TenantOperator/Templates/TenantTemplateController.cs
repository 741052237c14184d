using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Templates;

/// <summary>Shows who uses a template, and whether the packages it names exist.</summary>
internal sealed class TenantTemplateController(TenantCaches caches, WriteGate gate, TimeProvider clock) : IEntityController<TenantTemplate>
{
    public async Task<ReconciliationResult> ReconcileAsync(TenantTemplate entity, CancellationToken cancellationToken)
    {
        if (entity.Metadata.DeletionTimestamp is null)
        {
            var key = ObjectKey.Of(entity.Metadata);
            var usedBy = caches.Tenants.ByIndex(TenantCaches.ByTemplate, key.ToString()).Count;
            var status = TemplateStatusRules.Next(entity, usedBy, name => caches.Packages.Find(new(entity.Metadata.NamespaceProperty, name)), clock.GetUtcNow());
            await gate.UpdateStatusAsync(caches.Templates, entity, JsonSerializer.SerializeToNode(status, RuntimeJson.Options)!, cancellationToken);
        }

        return ReconciliationResult.Success();
    }
}

/// <summary>The status of a template. Pure.</summary>
internal static class TemplateStatusRules
{
    public static TenantTemplateStatus Next(TenantTemplate template, int usedBy, Func<string, TenantPackage?> findPackage, DateTimeOffset now)
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
        if (problem is { } known)
        {
            conditions.False(CommonConditions.Ready, known.Reason, known.Message);
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
            LastHandledReconcileAt = template.Metadata.Annotations?.TryGetValue(Annotations.ReconcileRequestedAt, out var asked) == true
                ? asked
                : template.Status?.LastHandledReconcileAt,
        };
    }
}
