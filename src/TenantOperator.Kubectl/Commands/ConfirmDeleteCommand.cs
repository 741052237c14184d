using System.CommandLine;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant confirm-delete: every word that a person must give before something is lost.</summary>
internal static class ConfirmDeleteCommand
{
    /// <summary>What is to be confirmed, and the patch that does so.</summary>
    /// <param name="Lines">What a person must know first.</param>
    /// <param name="Patch">What is written then.</param>
    /// <param name="Done">What to say afterwards.</param>
    internal sealed record Confirmation(IReadOnlyList<string> Lines, JsonObject Patch, string Done);

    public static Command Create(Context context)
    {
        var name = context.NameArgument<string, Tenant>("name", "The Tenant; or tenantplatform/NAME, to confirm that many tenants are deleted at once.");
        var yes = new Option<string?>("--yes") { Description = "The name once more, in place of typing it." };
        var removals = new Option<bool>("--removals") { Description = "Confirm that many people of the Tenant lose their access, and not that it is deleted." };
        var command = new Command("confirm-delete", "Confirms what cannot be undone, once you type the name.") { name, yes, removals };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = ObjectName.Parse(parsed.GetValue(name)!); // The argument is required.
            using var cluster = context.Connect(parsed);
            switch (wanted.Kind)
            {
                case TenantPlatform.KubeKind:
                    var platform = await cluster.GetAsync<TenantPlatform>(cluster.Namespace, wanted.Name, cancellationToken);
                    await ConfirmAsync<TenantPlatform>(context, cluster, wanted.Name, OfDeletions(platform.Value), parsed.GetValue(yes), cancellationToken);
                    return 0;
                case Tenant.KubeKind:
                    var tenant = await cluster.GetAsync<Tenant>(cluster.Namespace, wanted.Name, cancellationToken);
                    await ConfirmAsync<Tenant>(context, cluster, wanted.Name, parsed.GetValue(removals) ? OfRemovals(tenant.Value) : OfDeletion(tenant.Value), parsed.GetValue(yes), cancellationToken);
                    return 0;
                default:
                    throw new UserError($"A {wanted.Kind} needs no confirmation to be deleted: kubectl delete {wanted.Kind.ToLowerInvariant()} {wanted.Name} -n {cluster.Namespace}");
            }
        });
        return command;
    }

    /// <summary>The three names by which a tenant is known on its platform. Pure.</summary>
    public static Confirmation OfDeletion(Tenant tenant)
    {
        var (ns, name) = (tenant.Metadata.NamespaceProperty, tenant.Metadata.Name);
        var policy = tenant.Spec.DeletionPolicy ?? tenant.Status?.Effective?.DeletionPolicy ?? DeletionPolicy.Suspend;
        if (policy != DeletionPolicy.Delete)
        {
            throw new UserError($"Tenant \"{name}\" has deletionPolicy {policy}, so that deleting it destroys nothing and needs no confirmation. To have its data destroyed, set spec.deletionPolicy: Delete first.");
        }

        if (tenant.Status is not { ExternalId: { } id, Remote: { } remote })
        {
            throw new UserError($"Nobody knows yet by which names the platform knows Tenant \"{name}\", so that none can be confirmed. See why: kubectl tenant describe {name} -n {ns}");
        }

        var isGoing = tenant.Metadata.DeletionTimestamp is not null;
        var confirmation = new JsonObject { ["externalId"] = id, ["name"] = remote.Name ?? remote.DisplayName, ["displayName"] = remote.DisplayName ?? remote.Name };
        return new(
            [
                $"{(isGoing ? "The deletion of" : "Deleting")} Tenant \"{name}\" destroys its data for ever. Its platform knows it by:",
                $"  externalId    {id}",
                $"  name          {remote.Name ?? remote.DisplayName}",
                $"  displayName   {remote.DisplayName ?? remote.Name}",
            ],
            new JsonObject { ["spec"] = new JsonObject { ["deletionConfirmation"] = confirmation } },
            isGoing
                ? $"tenant/{name} confirmed; its deletion goes on now, unless a grace period runs: kubectl tenant describe {name} -n {ns}"
                : $"tenant/{name} confirmed; to delete it: kubectl delete tenant {name} -n {ns}");
    }

    /// <summary>How many people lose their access. Pure.</summary>
    public static Confirmation OfRemovals(Tenant tenant)
    {
        var (ns, name) = (tenant.Metadata.NamespaceProperty, tenant.Metadata.Name);
        return tenant.Status?.Users?.RemovalsToConfirm is { } count
            ? new(
                [$"{count} people of Tenant \"{name}\" lose their access at once. To keep them, apply their TenantUsers again instead."],
                new JsonObject { ["spec"] = new JsonObject { ["maxRemovals"] = count } },
                $"tenant/{name} confirmed: spec.maxRemovals is {count} now. To be asked again next time, take it back afterwards: kubectl patch tenant {name} -n {ns} --type=merge -p '{{\"spec\":{{\"maxRemovals\":null}}}}'")
            : throw new UserError($"No removal of people is held for Tenant \"{name}\", so that there is nothing to confirm.");
    }

    /// <summary>How many tenants are deleted. Pure.</summary>
    public static Confirmation OfDeletions(TenantPlatform platform) => platform.Status?.DeletionsToConfirm is { } count
        ? new(
            [$"{count} tenants of TenantPlatform \"{platform.Metadata.Name}\" are deleted for ever at once. To keep them, set spec.deletionPolicy of the Tenants to Retain or Suspend instead."],
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ConfirmDeletions] = count.ToString() } } },
            $"tenantplatform/{platform.Metadata.Name} confirmed: what was held goes on now")
        : throw new UserError($"No deletion is held for TenantPlatform \"{platform.Metadata.Name}\", so that there is nothing to confirm.");

    private static async Task ConfirmAsync<T>(Context context, ClusterAccess cluster, string name, Confirmation confirmation, string? yes, CancellationToken cancellationToken)
    {
        foreach (var line in confirmation.Lines)
        {
            context.Terminal.Line(line);
        }

        if ((yes ?? context.Terminal.Ask($"Type the name \"{name}\" to confirm:")) != name)
        {
            throw new UserError($"What was {(yes is null ? "typed" : "given by --yes")} is not \"{name}\". Nothing was confirmed.");
        }

        await cluster.PatchAsync<T>(cluster.Namespace, name, confirmation.Patch, cancellationToken);
        context.Terminal.Line(confirmation.Done);
    }
}
