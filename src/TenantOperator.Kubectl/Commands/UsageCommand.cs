using System.CommandLine;
using System.Text.Json.Nodes;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Output;
using TenantOperator.Kubectl.Usage;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant usage.</summary>
internal static class UsageCommand
{
    private const int SparkLength = 30;

    public static Command Create(Context context)
    {
        var name = context.NameArgument<string?, Tenant>("name", "The Tenant. Without it: all of the namespace.");
        name.Arity = ArgumentArity.ZeroOrOne;
        var all = Context.AllNamespacesOption();
        var prometheus = new Option<string?>("--prometheus") { Description = "The address of a Prometheus that scrapes the operator, for a line of how usage went, such as http://localhost:9090." };
        var since = new Option<string>("--since") { Description = "How far the line goes back, such as 24h; only with --prometheus.", DefaultValueFactory = _ => "24h" };
        var output = Context.OutputOption();
        prometheus.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            {
                result.AddError($"--prometheus: \"{text}\" is no address. Write one such as http://localhost:9090");
            }
        });
        since.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(GoDuration.TryParse(text, out var span) && span >= TimeSpan.FromMinutes(1)))
            {
                result.AddError($"--since: \"{text}\" is no duration of a minute at least. Write one such as 24h");
            }
        });

        var command = new Command("usage", "Shows what Tenants use of what they may.") { name, all, prometheus, since, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            IReadOnlyList<Tenant> tenants = parsed.GetValue(name) is { } one
                ? [(await cluster.GetAsync<Tenant>(cluster.Namespace, one, cancellationToken)).Value]
                : [.. (await cluster.ListAsync<Tenant>(parsed.GetValue(all) ? null : cluster.Namespace, null, null, cancellationToken)).Select(found => found.Value)];
            var history = parsed.GetValue(prometheus) is { } address && GoDuration.TryParse(parsed.GetValue(since), out var span)
                ? await UsageHistory.AskAsync(new Uri(address), context.Now, span, cancellationToken)
                : null;
            if (Context.FormatOf(parsed, output) is not Format.Table and var format)
            {
                context.Terminal.Document(Documents.WriteAll(tenants.Select(tenant => (JsonNode)JsonOf(tenant, history)), format));
                return 0;
            }

            var table = TableOf(tenants, parsed.GetValue(all), history);
            if (table.Count == 0)
            {
                context.Terminal.Note("No usage is known yet. It is read at the platform's usageInterval; why not: kubectl tenant describe NAME");
                return 0;
            }

            table.WriteTo(context.Terminal);
            return 0;
        });
        return command;
    }

    /// <summary>With a history its line, without one a bar of what is used now. Pure.</summary>
    public static Table TableOf(IEnumerable<Tenant> tenants, bool withNamespace, IReadOnlyList<UsageSeries>? history)
    {
        string[] headings = ["TENANT", "WHAT", "USED", "LIMIT", "SHARE", history is null ? "" : "HISTORY"];
        var table = new Table(withNamespace ? ["NAMESPACE", .. headings] : headings);
        foreach (var tenant in tenants)
        {
            foreach (var row in UsageRows.Of(tenant))
            {
                Span[] cells = [tenant.Metadata.Name, row.What, row.Used, row.Limit ?? "", new(row.Percent, row.Colour), new(history is null ? row.Bar : LineOf(tenant, row, history), row.Colour)];
                table.Add(withNamespace ? [tenant.Metadata.NamespaceProperty, .. cells] : cells);
            }
        }

        return table;
    }

    private static string LineOf(Tenant tenant, UsageRow row, IReadOnlyList<UsageSeries> history) =>
        SeriesOf(tenant, row, history) is { } series ? Sparks.Line(Sparks.Thin(series.Numbers, SparkLength)) : "";

    private static UsageSeries? SeriesOf(Tenant tenant, UsageRow row, IReadOnlyList<UsageSeries> history) =>
        history.FirstOrDefault(series => series.Namespace == tenant.Metadata.NamespaceProperty && series.Tenant == tenant.Metadata.Name && series.What == row.What);

    private static JsonObject JsonOf(Tenant tenant, IReadOnlyList<UsageSeries>? history) => new()
    {
        ["namespace"] = tenant.Metadata.NamespaceProperty,
        ["tenant"] = tenant.Metadata.Name,
        ["usage"] = new JsonArray([
            .. UsageRows.Of(tenant).Select(row => new JsonObject
            {
                ["what"] = row.What,
                ["used"] = row.Used,
                ["limit"] = row.Limit,
                ["share"] = row.Share,
                ["history"] = history is not null && SeriesOf(tenant, row, history) is { } series ? new JsonArray([.. series.Numbers.Select(number => JsonValue.Create(number))]) : null,
            }),
        ]),
        ["observedAt"] = tenant.Status?.Usage?.ObservedAt,
    };
}
