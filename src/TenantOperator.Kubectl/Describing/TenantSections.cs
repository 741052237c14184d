using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Output;
using TenantOperator.Kubectl.Usage;
using TenantOperator.Runtime;

namespace TenantOperator.Kubectl.Describing;

/// <summary>What a page tells of a Tenant beside its state: where it lives, what it holds, what is in force and where that comes from. Pure.</summary>
internal static class TenantSections
{
    public static IReadOnlyList<Section> Of(Tenant tenant) =>
    [
        .. new[] { Waiting(tenant), Place(tenant), Units(tenant), Settings(tenant), People(tenant), Used(tenant) }.OfType<Section>().Where(section => section.Lines.Count > 0),
    ];

    private static Section Waiting(Tenant tenant)
    {
        var lines = new List<Span[]>();
        var (ns, name) = (tenant.Metadata.NamespaceProperty, tenant.Metadata.Name);
        if (tenant.Metadata.DeletionTimestamp is not null && tenant.Status?.Deletion is { } deletion)
        {
            lines.Add([$"the deletion by policy {deletion.Policy}: {deletion.State}{(deletion.NotBefore is { } end ? string.Create(CultureInfo.InvariantCulture, $", not before {end:yyyy-MM-dd HH:mm:ss}Z") : "")}"]);
        }

        if (tenant.Status?.Users?.RemovalsToConfirm is { } removals)
        {
            lines.Add([$"{removals} people are to lose their access; to confirm: "]);
            lines.Add([$"  kubectl tenant confirm-delete {name} --removals -n {ns}"]);
        }

        return new("Waits for a word", lines);
    }

    private static Section Place(Tenant tenant)
    {
        var status = tenant.Status;
        return new("Lives", Facts(
            ("platform", status?.Platform is { } platform ? $"{platform.Name ?? "(built-in defaults)"}, of type {JsonNamingPolicy.CamelCase.ConvertName(platform.Type.ToString())}" : tenant.Spec.PlatformRef?.Name),
            ("namespace", status?.Effective?.Cluster?.Namespace),
            ("id", status?.ExternalId),
            ("phase", status?.Phase?.ToString()),
            ("template", status?.Template is { } template ? $"{template.Name}, as of generation {template.Generation}" : null),
            ("drifted", status?.DriftedFields is { } drifted ? string.Join(", ", drifted) : null),
            ("unsupported", status?.UnsupportedFields is { } unsupported ? string.Join(", ", unsupported) : null)));
    }

    private static Section Units(Tenant tenant)
    {
        var table = new Table("PACKAGE", "TYPE", "STATE", "ALLOCATION");
        foreach (var unit in tenant.Status?.Packages ?? [])
        {
            table.Add(
                unit.Name,
                unit.Type?.ToString(),
                new Span(unit.State == PackageUnitState.Waiting && unit.Position is { } place ? $"Waiting, place {place} in line" : unit.State?.ToString(), unit.State == PackageUnitState.Waiting ? Colour.Waiting : Colour.None),
                unit.Allocation);
        }

        return new("Units", table.Count == 0 ? [] : [.. table.Lines()]);
    }

    private static Section Settings(Tenant tenant)
    {
        var table = new Table("SETTING", "VALUE", "FROM");
        if (tenant.Status?.Effective is { Sources: { } sources } effective)
        {
            var json = JsonSerializer.SerializeToNode(effective, RuntimeJson.Options)!; // A record is never null.
            foreach (var (path, source) in sources.OrderBy(each => each.Key, StringComparer.Ordinal))
            {
                var value = path.Split('.').Aggregate((JsonNode?)json, (node, step) => (node as JsonObject)?[step]);
                if (value is not null)
                {
                    table.Add(path, Documents.Line(value), source.ToString());
                }
            }
        }

        return new("In force", table.Count == 0 ? [] : [.. table.Lines()]);
    }

    private static Section People(Tenant tenant) => new("People", tenant.Status?.Users is { } users
        ? Facts(
            ("as declared", users.Summary),
            ("failed", users.Failed is > 0 ? users.Failed.ToString() : null),
            ("undeclared", users.Unmanaged?.ToString()))
        : []);

    private static Section Used(Tenant tenant)
    {
        var table = new Table("WHAT", "USED", "LIMIT", "SHARE", "");
        foreach (var row in UsageRows.Of(tenant))
        {
            table.Add(row.What, row.Used, row.Limit ?? "", new Span(row.Percent, row.Colour), new Span(row.Bar, row.Colour));
        }

        return new("Used", table.Count == 0 ? [] : [.. table.Lines()]);
    }

    internal static IReadOnlyList<Span[]> Facts(params (string Name, string? Value)[] facts)
    {
        var known = facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).ToList();
        var width = known.Count == 0 ? 0 : known.Max(fact => fact.Name.Length);
        return [.. known.Select(fact => new Span[] { fact.Name.PadRight(width + 3), fact.Value })];
    }
}
