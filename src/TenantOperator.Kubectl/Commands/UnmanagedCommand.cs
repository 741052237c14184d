using System.CommandLine;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Output;
using TenantOperator.Kubectl.Unmanaged;
using TenantOperator.Platforms.Http;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant unmanaged.</summary>
internal static class UnmanagedCommand
{
    public static Command Create(Context context)
    {
        var name = context.NameArgument<string, TenantPlatform>("platform", "The TenantPlatform.");
        var users = new Option<string?>("--users") { HelpName = "tenant", Description = "The people of this Tenant whom no TenantUser declares, in place of tenants." };
        var hosts = new Option<string[]>("--allow-hosts") { Description = "Hosts with private addresses that may be called from here.", AllowMultipleArgumentsPerToken = true };
        users.CompletionSources.Add(context.Names<Tenant>);
        hosts.Validators.Add(result =>
        {
            foreach (var host in result.Tokens.Select(token => token.Value).Where(host => !AllowedHosts.IsPattern(host)))
            {
                result.AddError($"--allow-hosts: \"{host}\" is no host. Write a name or an address without scheme, port and path, or *.suffix");
            }
        });
        var output = Context.OutputOption();
        var command = new Command("unmanaged", "Lists what exists on a platform and no object declares; with -o yaml as manifests to apply. Changes nothing.") { name, users, hosts, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            var platform = (await cluster.GetAsync<TenantPlatform>(cluster.Namespace, parsed.GetValue(name)!, cancellationToken)).Value; // The argument is required.
            await using var reader = new PlatformReader(cluster, platform, parsed.GetValue(hosts) ?? []);
            var format = Context.FormatOf(parsed, output);
            await (parsed.GetValue(users) is { } tenant
                ? ShowPeopleAsync(context, cluster, platform, reader, tenant, format, cancellationToken)
                : ShowTenantsAsync(context, cluster, platform, reader, format, cancellationToken));
            return 0;
        });
        return command;
    }

    private static async Task ShowTenantsAsync(Context context, ClusterAccess cluster, TenantPlatform platform, PlatformReader reader, Format format, CancellationToken cancellationToken)
    {
        var declared = (await cluster.ListAsync<Tenant>(cluster.Namespace, null, null, cancellationToken)).Select(found => found.Value).ToList();
        var rows = UnmanagedTenants.Of(await reader.TenantsAsync(cancellationToken), declared);
        if (format != Format.Table)
        {
            // A namespace that was left behind is taken up by a Tenant of the very name it is marked for.
            var manifests = UnmanagedTenants.Manifests(rows, platform, platform.Spec.Cluster is null ? declared.Select(tenant => tenant.Metadata.Name) : []);
            context.Terminal.Document(Documents.WriteAll(manifests, format));
            return;
        }

        if (rows.Count == 0)
        {
            context.Terminal.Note($"Every tenant on TenantPlatform \"{platform.Metadata.Name}\" is declared by a Tenant.");
            return;
        }

        var table = new Table("ID", "NAME", "DISPLAY NAME", "AGE");
        foreach (var row in rows)
        {
            table.Add(row.Id, row.Name, row.DisplayName, Words.Age(row.CreatedAt, context.Now));
        }

        table.WriteTo(context.Terminal);
        context.Terminal.Note($"To declare them: kubectl tenant unmanaged {platform.Metadata.Name} -n {cluster.Namespace} -o yaml > tenants.yaml, look it through, and apply it.");
    }

    private static async Task ShowPeopleAsync(
        Context context, ClusterAccess cluster, TenantPlatform platform, PlatformReader reader, string name, Format format, CancellationToken cancellationToken)
    {
        var tenant = (await cluster.GetAsync<Tenant>(cluster.Namespace, name, cancellationToken)).Value;
        if ((tenant.Status?.Platform?.Name ?? tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName) is var lives && lives != platform.Metadata.Name)
        {
            throw new UserError($"Tenant \"{name}\" lives on TenantPlatform \"{lives}\". Ask there: kubectl tenant unmanaged {lives} --users {name} -n {cluster.Namespace}");
        }

        if ((tenant.Status?.ExternalId ?? tenant.Spec.ExternalId) is not { } id)
        {
            throw new UserError($"Tenant \"{name}\" is not made on its platform yet, so that nobody is in it. See why: kubectl tenant describe {name} -n {cluster.Namespace}");
        }

        var users = (await cluster.ListAsync<TenantUser>(cluster.Namespace, null, null, cancellationToken)).Select(found => found.Value).ToList();
        var declared = users.Where(user => user.Spec.TenantRef.Name == name).Select(reader.KeyOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var people = (await reader.PeopleAsync(tenant, id, cancellationToken)).Where(person => !declared.Contains(person.Key)).OrderBy(person => person.Key, StringComparer.Ordinal).ToList();
        if (format != Format.Table)
        {
            // An account without an address of e-mail cannot be a TenantUser.
            context.Terminal.Document(Documents.WriteAll(
                UnmanagedTenants.Users(people.Where(person => person.Key.Contains('@', StringComparison.Ordinal)), tenant, users.Select(user => user.Metadata.Name)), format));
            return;
        }

        if (people.Count == 0)
        {
            context.Terminal.Note($"Everybody in Tenant \"{name}\" is declared by a TenantUser.");
            return;
        }

        var table = new Table("PERSON", "ROLES");
        foreach (var person in people)
        {
            table.Add(person.Key, string.Join(", ", person.Roles));
        }

        table.WriteTo(context.Terminal);
        context.Terminal.Note($"To declare them: kubectl tenant unmanaged {platform.Metadata.Name} --users {name} -n {cluster.Namespace} -o yaml > people.yaml, look it through, and apply it.");
    }
}
