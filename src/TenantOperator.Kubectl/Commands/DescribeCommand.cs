using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Describing;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant describe.</summary>
internal static class DescribeCommand
{
    public static Command Create(Context context)
    {
        var name = new Argument<string>("name") { Description = "The name of a Tenant, or KIND/NAME: tenantuser/jane, tenantplatform/default, tenantpackage/business, tenanttemplate/standard.", HelpName = "name" };
        name.CompletionSources.Add(completion => Complete(context, completion));
        var output = Context.OutputOption();
        var command = new Command("describe", "Tells on one screen why an object is, or is not, Ready, and what to do next.") { name, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = ObjectName.Parse(parsed.GetValue(name)!); // The argument is required.
            using var cluster = context.Connect(parsed);
            var described = await ReadAsync(cluster, wanted, cancellationToken);
            var events = await EventsAsync(cluster, described, cancellationToken);
            if (Context.FormatOf(parsed, output) is not Format.Table and var format)
            {
                context.Terminal.Document(Documents.Write(JsonOf(described, events), format));
                return 0;
            }

            foreach (var line in DescribePage.Of(described, events, context.Now))
            {
                context.Terminal.Line(line);
            }

            return 0;
        });
        return command;
    }

    private static async Task<DescribedObject> ReadAsync(ClusterAccess cluster, ObjectName wanted, CancellationToken cancellationToken)
    {
        var ns = cluster.Namespace;
        switch (wanted.Kind)
        {
            case TenantUser.KubeKind:
                var user = DescribedObject.Of(await cluster.GetAsync<TenantUser>(ns, wanted.Name, cancellationToken));
                return user with { Behind = await BehindUserAsync(cluster, user, cancellationToken) };
            case TenantPackage.KubeKind:
                return DescribedObject.Of(await cluster.GetAsync<TenantPackage>(ns, wanted.Name, cancellationToken));
            case TenantPlatform.KubeKind:
                return DescribedObject.Of(await cluster.GetAsync<TenantPlatform>(ns, wanted.Name, cancellationToken));
            case TenantTemplate.KubeKind:
                var template = await cluster.GetAsync<TenantTemplate>(ns, wanted.Name, cancellationToken);
                return DescribedObject.Of(template) with
                {
                    Behind = await BehindPlatformAsync(cluster, template.Value.Spec.Hatz?.RemoteTemplate?.PlatformRef.Name, DescribedObject.Of(template).Diagnosis.Reason == TenantTemplateReasons.WaitingForPlatform, cancellationToken),
                };
            default:
                var tenant = await cluster.GetAsync<Tenant>(ns, wanted.Name, cancellationToken);
                var described = DescribedObject.Of(tenant);
                return described with
                {
                    Behind = await BehindPlatformAsync(
                        cluster,
                        tenant.Value.Status?.Platform?.Name ?? tenant.Value.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName,
                        described.Diagnosis.Reason is TenantReasons.WaitingForPlatform or TenantReasons.PlatformUnreachable,
                        cancellationToken),
                };
        }
    }

    // The tenant is known to whoever may read its people, in most accounts; if not, the page does without.
    private static async Task<DescribedObject?> BehindUserAsync(ClusterAccess cluster, DescribedObject user, CancellationToken cancellationToken)
    {
        if (user.Diagnosis.Reason is not (TenantUserReasons.WaitingForTenant or TenantUserReasons.PlatformUnreachable or TenantUserReasons.Paused or TenantUserReasons.AccessKept)
            || (string?)user.Json["spec"]?["tenantRef"]?["name"] is not { } name)
        {
            return null;
        }

        return await MayBeAsync(async () => await cluster.FindAsync<Tenant>(cluster.Namespace, name, cancellationToken) is { } tenant ? DescribedObject.Of(tenant) : null);
    }

    private static async Task<DescribedObject?> BehindPlatformAsync(ClusterAccess cluster, string? name, bool isToBlame, CancellationToken cancellationToken) => name is not null && isToBlame
        ? await MayBeAsync(async () => await cluster.FindAsync<TenantPlatform>(cluster.Namespace, name, cancellationToken) is { } platform ? DescribedObject.Of(platform) : null)
        : null;

    private static async Task<DescribedObject?> MayBeAsync(Func<Task<DescribedObject?>> readAsync)
    {
        try
        {
            return await readAsync();
        }
        catch (UserError)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<Corev1Event>> EventsAsync(ClusterAccess cluster, DescribedObject described, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await cluster.ListAsync<Corev1Event>(cluster.Namespace, null, $"involvedObject.uid={described.Metadata.Uid}", cancellationToken)).Select(found => found.Value)];
        }
        catch (UserError)
        {
            // Whoever may not read Events still learns all the rest.
            return [];
        }
    }

    private static JsonObject JsonOf(DescribedObject described, IReadOnlyList<Corev1Event> events) => new()
    {
        ["object"] = described.Json.DeepClone(),
        ["diagnosis"] = described.Diagnosis.ToJson(),
        ["behind"] = described.Behind is { } behind ? new JsonObject { ["kind"] = behind.Kind, ["name"] = behind.Metadata.Name, ["diagnosis"] = behind.Diagnosis.ToJson() } : null,
        ["events"] = new JsonArray([.. events.Select(each => new JsonObject { ["type"] = each.Type, ["reason"] = each.Reason, ["message"] = each.Message })]),
    };

    private static IEnumerable<CompletionItem> Complete(Context context, CompletionContext completion) => completion.WordToComplete.Split('/') switch
    {
        ["tenantuser", _] => context.Names<TenantUser>(completion).Select(item => new CompletionItem("tenantuser/" + item.Label)),
        ["tenantplatform", _] => context.Names<TenantPlatform>(completion).Select(item => new CompletionItem("tenantplatform/" + item.Label)),
        ["tenantpackage", _] => context.Names<TenantPackage>(completion).Select(item => new CompletionItem("tenantpackage/" + item.Label)),
        ["tenanttemplate", _] => context.Names<TenantTemplate>(completion).Select(item => new CompletionItem("tenanttemplate/" + item.Label)),
        _ => context.Names<Tenant>(completion),
    };
}
