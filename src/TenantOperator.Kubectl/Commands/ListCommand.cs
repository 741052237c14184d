using System.CommandLine;
using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant list.</summary>
internal static class ListCommand
{
    public static Command Create(Context context)
    {
        var all = Context.AllNamespacesOption();
        var selector = new Option<string?>("--selector", "-l") { Description = "Only Tenants with these labels." };
        var platform = new Option<string?>("--platform") { Description = "Only Tenants of this TenantPlatform, or of this type: cluster, hatz, processMind, mindzie, scaiKey." };
        var notReady = new Option<bool>("--not-ready") { Description = "Only Tenants that are not Ready." };
        var output = Context.OutputOption();
        var command = new Command("list", "Lists Tenants.") { all, selector, platform, notReady, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            var isAll = parsed.GetValue(all);
            var tenants = (await cluster.ListAsync<Tenant>(isAll ? null : cluster.Namespace, parsed.GetValue(selector), null, cancellationToken))
                .Where(found => IsWanted(found.Value, parsed.GetValue(platform), parsed.GetValue(notReady)))
                .ToList();
            if (Context.FormatOf(parsed, output) is not Format.Table and var format)
            {
                context.Terminal.Document(Documents.Write(Documents.ListOf(tenants.Select(found => found.Json)), format));
                return 0;
            }

            if (tenants.Count == 0)
            {
                context.Terminal.Note(isAll ? "No Tenants found." : $"No Tenants found in namespace \"{cluster.Namespace}\". To look in all: kubectl tenant list -A");
                return 0;
            }

            TableOf(tenants.Select(found => found.Value), isAll, context.Now).WriteTo(context.Terminal);
            return 0;
        });
        return command;
    }

    /// <summary>Whether a Tenant is asked for. Pure.</summary>
    public static bool IsWanted(Tenant tenant, string? platform, bool notReady)
    {
        var isThere = platform is null
            || (tenant.Status?.Platform?.Name ?? tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName) == platform
            || TypeOf(tenant).Equals(platform, StringComparison.OrdinalIgnoreCase);
        return isThere && !(notReady && ReadyOf(tenant)?.Status == ConditionStatus.True);
    }

    public static Table TableOf(IEnumerable<Tenant> tenants, bool withNamespace, DateTimeOffset now)
    {
        string[] headings = ["NAME", "READY", "STATUS", "PLATFORM", "PACKAGE", "USERS", "USED", "AGE"];
        var table = new Table(withNamespace ? ["NAMESPACE", .. headings] : headings);
        foreach (var tenant in tenants)
        {
            var ready = ReadyOf(tenant);
            var status = ready?.Status.ToString() ?? "Unknown";
            Span[] cells =
            [
                tenant.Metadata.Name,
                new(status, Colours.OfStatus(status)),
                ready?.Reason ?? CommonReasons.Pending,
                TypeOf(tenant),
                tenant.Status?.Effective?.Package ?? tenant.Spec.PackageRef?.Name,
                tenant.Status?.Users?.Summary,
                tenant.Status?.Usage?.Highest,
                Words.Age(tenant.Metadata.CreationTimestamp, now),
            ];
            table.Add(withNamespace ? [tenant.Metadata.NamespaceProperty, .. cells] : cells);
        }

        return table;
    }

    private static string TypeOf(Tenant tenant) => tenant.Status?.Platform?.Type is { } type ? JsonNamingPolicy.CamelCase.ConvertName(type.ToString()) : "";

    private static Condition? ReadyOf(Tenant tenant) => tenant.Status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready);
}
