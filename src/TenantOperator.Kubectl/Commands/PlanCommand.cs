using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Describing;
using TenantOperator.Kubectl.Output;
using TenantOperator.Kubectl.Planning;
using TenantOperator.Runtime;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant plan.</summary>
internal static class PlanCommand
{
    private static readonly Dictionary<string, ResourceType> s_kinds = new(StringComparer.Ordinal)
    {
        [Tenant.KubeKind] = ResourceType.From<Tenant>(),
        [TenantUser.KubeKind] = ResourceType.From<TenantUser>(),
        [TenantPackage.KubeKind] = ResourceType.From<TenantPackage>(),
        [TenantPlatform.KubeKind] = ResourceType.From<TenantPlatform>(),
        [TenantTemplate.KubeKind] = ResourceType.From<TenantTemplate>(),
    };

    /// <summary>What applying one object would come to.</summary>
    internal sealed record ObjectPlan(string Kind, string Namespace, string Name, bool IsNew, IReadOnlyList<FieldChange> Changes, IReadOnlyList<string> Refusals, IReadOnlyList<string> Notes);

    public static Command Create(Context context)
    {
        var name = context.NameArgument<string?, Tenant>("name", "The Tenant, to see what the operator would do.");
        name.Arity = ArgumentArity.ZeroOrOne;
        var file = new Option<string?>("--filename", "-f") { Description = "A file with manifests, or - for the input, to see what applying it would change." };
        var output = Context.OutputOption();
        var command = new Command("plan", "Tells what would be done, and does nothing.") { name, file, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is null == result.GetValue(file) is null)
            {
                result.AddError("Name either a Tenant or a file by -f");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            var format = Context.FormatOf(parsed, output);
            return parsed.GetValue(file) is { } path
                ? await OfFileAsync(context, cluster, path, format, cancellationToken)
                : await OfTenantAsync(context, cluster, parsed.GetValue(name)!, format, cancellationToken); // One of both is there.
        });
        return command;
    }

    private static async Task<int> OfTenantAsync(Context context, ClusterAccess cluster, string name, Format format, CancellationToken cancellationToken)
    {
        var tenant = await cluster.GetAsync<Tenant>(cluster.Namespace, name, cancellationToken);
        var platform = await cluster.FindAsync<TenantPlatform>(cluster.Namespace, tenant.Value.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName, cancellationToken);
        var plan = TenantPlan.Of(tenant.Value, platform?.Value, DescribedObject.Of(tenant).Diagnosis);
        var deletion = $"kubectl delete tenant {name} -n {cluster.Namespace} {Consequences.OfDeletion(tenant.Value)}.";
        if (format != Format.Table)
        {
            context.Terminal.Document(Documents.Write(
                new JsonObject { ["plan"] = plan.Headline, ["changes"] = new JsonArray([.. plan.Changes.Select(change => JsonValue.Create(change))]), ["next"] = plan.Next, ["deletion"] = deletion }, format));
            return 0;
        }

        context.Terminal.Line(plan.Headline);
        foreach (var change in plan.Changes)
        {
            context.Terminal.Line(new Span("  ~ ", Colour.Waiting), change);
        }

        if (plan.Next is { } next)
        {
            context.Terminal.Line("Next: ", new Span(next, Colour.Strong));
        }

        context.Terminal.Line(deletion);
        return 0;
    }

    private static async Task<int> OfFileAsync(Context context, ClusterAccess cluster, string path, Format format, CancellationToken cancellationToken)
    {
        if (path != "-" && !File.Exists(path))
        {
            throw new UserError($"The file \"{path}\" does not exist.");
        }

        var manifests = Manifests.Read(path == "-" ? context.Terminal.ReadAll() ?? "" : await File.ReadAllTextAsync(path, cancellationToken), path == "-" ? "The input" : path);
        var plans = new List<ObjectPlan>();
        foreach (var manifest in manifests)
        {
            var (kind, group) = ((string)manifest["kind"]!, (string)manifest["apiVersion"]!); // Manifests.Read has seen to it.
            if (s_kinds.TryGetValue(kind, out var type) && group == type.ApiVersion)
            {
                plans.Add(await PlanAsync(cluster, type, manifest, manifests, cancellationToken));
            }
            else
            {
                context.Terminal.Note($"{kind} \"{manifest["metadata"]!["name"]}\" is no kind of this operator and is passed over; kubectl diff tells of it.");
            }
        }

        if (format != Format.Table)
        {
            context.Terminal.Document(Documents.Write(new JsonObject { ["plans"] = new JsonArray([.. plans.Select(JsonOf)]) }, format));
        }
        else
        {
            Show(context.Terminal, plans);
        }

        return plans.Exists(plan => plan.Refusals.Count > 0) ? 1 : 0;
    }

    private static async Task<ObjectPlan> PlanAsync(ClusterAccess cluster, ResourceType type, JsonObject manifest, IReadOnlyList<JsonObject> all, CancellationToken cancellationToken)
    {
        var wanted = manifest.DeepClone().AsObject();
        wanted.Remove("status");
        var name = (string)wanted["metadata"]!["name"]!; // As above.
        var ns = (string?)wanted["metadata"]!["namespace"] ?? cluster.Namespace;
        wanted["metadata"]!["namespace"] = ns;
        var live = await FindAsync(cluster, type, ns, name, cancellationToken);
        var answer = live is null
            ? await cluster.TryAsync(HttpMethod.Post, type.CollectionPath(ns), "application/json", wanted, cancellationToken)
            : ThreeWayPatch.LastAppliedOf(live) is { } former
                ? await cluster.TryAsync(HttpMethod.Patch, type.ObjectPath(new(ns, name)), "application/merge-patch+json", ThreeWayPatch.For(former, wanted), cancellationToken)
                : await cluster.TryAsync(HttpMethod.Patch, type.ObjectPath(new(ns, name)) + "?fieldManager=kubectl&force=true", "application/apply-patch+yaml", wanted, cancellationToken);
        if (!answer.IsDone)
        {
            return new(type.Kind, ns, name, live is null, [], Refusals.Of(answer.Code, answer.Body, type.Kind, ns), answer.Warnings);
        }

        // What is new is told with the defaults that the server fills in, but without what every object has.
        var changes = live is null
            ? FieldDiff.Of(null, new JsonObject { ["spec"] = answer.Body?["spec"]?.DeepClone() })
            : FieldDiff.Of(live, answer.Body);
        var notes = type.Kind == Tenant.KubeKind ? await NotesAsync(cluster, ns, live, answer.Body!, all, cancellationToken) : [];
        return new(type.Kind, ns, name, live is null, changes, [], [.. answer.Warnings, .. notes]);
    }

    private static async Task<JsonObject?> FindAsync(ClusterAccess cluster, ResourceType type, string ns, string name, CancellationToken cancellationToken) => type.Kind switch
    {
        TenantUser.KubeKind => (await cluster.FindAsync<TenantUser>(ns, name, cancellationToken))?.Json,
        TenantPackage.KubeKind => (await cluster.FindAsync<TenantPackage>(ns, name, cancellationToken))?.Json,
        TenantPlatform.KubeKind => (await cluster.FindAsync<TenantPlatform>(ns, name, cancellationToken))?.Json,
        TenantTemplate.KubeKind => (await cluster.FindAsync<TenantTemplate>(ns, name, cancellationToken))?.Json,
        _ => (await cluster.FindAsync<Tenant>(ns, name, cancellationToken))?.Json,
    };

    private static async Task<IReadOnlyList<string>> NotesAsync(ClusterAccess cluster, string ns, JsonObject? live, JsonNode after, IReadOnlyList<JsonObject> all, CancellationToken cancellationToken)
    {
        async Task<IReadOnlySet<string>> NamesAsync<T>(string kind) => (await cluster.ListAsync<T>(ns, null, null, cancellationToken)).Select(found => (string)found.Json["metadata"]!["name"]!) // Every object has a name.
            .Concat(all.Where(each => (string?)each["kind"] == kind).Select(each => (string)each["metadata"]!["name"]!)).ToHashSet(StringComparer.Ordinal); // As above.
        var there = new Consequences.Neighbours(
            await NamesAsync<TenantPlatform>(TenantPlatform.KubeKind), await NamesAsync<TenantPackage>(TenantPackage.KubeKind), await NamesAsync<TenantTemplate>(TenantTemplate.KubeKind));
        var before = live?.Deserialize<Tenant>(RuntimeJson.Options)?.Spec;
        return [.. Consequences.Of(before, after.Deserialize<Tenant>(RuntimeJson.Options)!.Spec, there)]; // An object is never null.
    }

    private static void Show(Terminal terminal, IReadOnlyList<ObjectPlan> plans)
    {
        foreach (var plan in plans)
        {
            var what = plan.Refusals.Count > 0 ? "would be refused" : plan.IsNew ? "would be made" : plan.Changes.Count == 0 ? "would not change" : "would change";
            terminal.Line($"{plan.Kind} ", new Span(plan.Name, Colour.Strong), $" in namespace {plan.Namespace} ", new Span(what, plan.Refusals.Count > 0 ? Colour.Bad : Colour.None));
            foreach (var refusal in plan.Refusals)
            {
                terminal.Line(new Span("  ! ", Colour.Bad), refusal);
            }

            foreach (var change in plan.Changes)
            {
                terminal.Line(change switch
                {
                    { Before: null } => [new("  + ", Colour.Good), $"{change.Path}: {Documents.Line(change.After)}"],
                    { After: null } => [new("  - ", Colour.Bad), $"{change.Path}: {Documents.Line(change.Before)}"],
                    _ => [new("  ~ ", Colour.Waiting), $"{change.Path}: {Documents.Line(change.Before)} -> {Documents.Line(change.After)}"],
                });
            }

            foreach (var note in plan.Notes)
            {
                terminal.Line(new Span("  # ", Colour.Waiting), note);
            }
        }
    }

    private static JsonObject JsonOf(ObjectPlan plan) => new()
    {
        ["kind"] = plan.Kind,
        ["namespace"] = plan.Namespace,
        ["name"] = plan.Name,
        ["new"] = plan.IsNew,
        ["changes"] = new JsonArray([.. plan.Changes.Select(change => new JsonObject { ["path"] = change.Path, ["before"] = change.Before?.DeepClone(), ["after"] = change.After?.DeepClone() })]),
        ["refusals"] = new JsonArray([.. plan.Refusals.Select(each => JsonValue.Create(each))]),
        ["notes"] = new JsonArray([.. plan.Notes.Select(each => JsonValue.Create(each))]),
    };
}
