using System.CommandLine;
using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant adopt: on a SaaS platform the id is written into the Tenant, in a cluster the namespace gets the mark of the account.</summary>
internal static class AdoptCommand
{
    public static Command Create(Context context)
    {
        var name = context.NameArgument<string, Tenant>("name", "The Tenant that takes up what exists.");
        var id = new Option<string>("--id") { Description = "What exists: its id on the platform, or the uid of a namespace.", Required = true };
        var command = new Command("adopt", "Has a Tenant take up a tenant that exists already.") { name, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            var tenant = (await cluster.GetAsync<Tenant>(cluster.Namespace, parsed.GetValue(name)!, cancellationToken)).Value; // Arguments and options are required.
            var platform = await cluster.FindAsync<TenantPlatform>(cluster.Namespace, tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName, cancellationToken);
            if (platform is null or { Value.Spec.Cluster: not null })
            {
                await MarkAsync(context, cluster, tenant, parsed.GetValue(id)!, cancellationToken);
            }
            else
            {
                await cluster.PatchAsync<Tenant>(cluster.Namespace, tenant.Metadata.Name, ById(tenant, parsed.GetValue(id)!), cancellationToken);
            }

            context.Terminal.Line($"tenant/{tenant.Metadata.Name} takes up {parsed.GetValue(id)}; how it goes: kubectl tenant describe {tenant.Metadata.Name} -n {cluster.Namespace}");
            return 0;
        });
        return command;
    }

    /// <summary>The patch of a Tenant that is to have an id. Pure.</summary>
    public static JsonObject ById(Tenant tenant, string id)
    {
        var name = tenant.Metadata.Name;
        if (tenant.Spec.ExternalId is { } given && given != id)
        {
            throw new UserError($"Tenant \"{name}\" has spec.externalId \"{given}\" already, and that cannot be changed. Make a new Tenant for \"{id}\".");
        }

        if (tenant.Status?.ExternalId is { } known && known != id)
        {
            throw new UserError($"Tenant \"{name}\" is the tenant \"{known}\" on its platform already. Make a new Tenant for \"{id}\".");
        }

        return new() { ["spec"] = new JsonObject { ["externalId"] = id } };
    }

    /// <summary>The patch of a namespace that is to be a tenant's. Pure: a namespace that is another's, or that the cluster lives on, is refused.</summary>
    public static JsonObject Mark(V1Namespace there, Tenant tenant, V1Namespace account, string id)
    {
        var name = there.Metadata.Name;
        if (there.Metadata.Uid != id)
        {
            throw new UserError($"\"{id}\" is not the uid of namespace \"{name}\", which Tenant \"{tenant.Metadata.Name}\" needs. Compare: kubectl get namespace {name} -o jsonpath={{.metadata.uid}}");
        }

        if (name == account.Metadata.Name || name == "default" || name.StartsWith("kube-", StringComparison.Ordinal))
        {
            throw new UserError($"Namespace \"{name}\" is not given to a tenant: it is the account itself, or a part of the cluster. Make a new Tenant with another spec.cluster.namespace.");
        }

        string? Label(string key) => there.Metadata.Labels is { } labels && labels.TryGetValue(key, out var value) ? value : null;
        if (Label(Labels.Tenant) is { } holder && (holder != tenant.Metadata.Name || Label(Labels.Account) != account.Metadata.Name))
        {
            throw new UserError($"Namespace \"{name}\" is marked for Tenant \"{holder}\" of account \"{Label(Labels.Account)}\", so that it is not taken from there. Make a new Tenant with another spec.cluster.namespace.");
        }

        return new()
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = id,
                ["labels"] = new JsonObject
                {
                    [Labels.ManagedBy] = OperatorIdentity.Name,
                    [Labels.Account] = account.Metadata.Name,
                    [Labels.AccountUid] = account.Metadata.Uid,
                    [Labels.Tenant] = tenant.Metadata.Name,
                },
            },
        };
    }

    private static async Task MarkAsync(Context context, ClusterAccess cluster, Tenant tenant, string id, CancellationToken cancellationToken)
    {
        var wanted = tenant.Status?.Effective?.Cluster?.Namespace ?? tenant.Spec.Cluster?.Namespace ?? $"{cluster.Namespace}-{tenant.Metadata.Name}";
        var account = await cluster.GetAsync<V1Namespace>("", cluster.Namespace, cancellationToken);
        var there = await cluster.GetAsync<V1Namespace>("", wanted, cancellationToken);
        await cluster.PatchAsync<V1Namespace>("", wanted, Mark(there.Value, tenant, account.Value, id), cancellationToken);
        context.Terminal.Line($"namespace/{wanted} is marked for the tenant");

        // The namespace may not be among what the operator watches yet, so that it is asked to look.
        await cluster.PatchAsync<Tenant>(
            cluster.Namespace,
            tenant.Metadata.Name,
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ReconcileRequestedAt] = context.Now.ToString("O") } } },
            cancellationToken);
    }
}
