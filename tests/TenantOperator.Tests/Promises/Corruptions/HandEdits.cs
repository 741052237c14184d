using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tests.Promises.Corruptions;

/// <summary>A change that somebody makes to what the operator keeps.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="Path">The object: a resource of the account, or "ns/resource/name" for one in the tenant's namespace.</param>
/// <param name="Patch">The merge patch; null deletes the object.</param>
/// <param name="Reason">The reason of the Tenant's condition Ready that refuses it; null when it is put right.</param>
internal sealed record HandEdit(string What, string Path, string? Patch, string? Reason = null)
{
    public override string ToString() => $"{Path}: {What}";
}

internal static class HandEdits
{
    private static readonly (string Label, string Wrong)[] Marks =
    [
        (Labels.ManagedBy, "somebody"), (Labels.Account, "rival"), (Labels.AccountUid, "0"), (Labels.Tenant, "globex"), (Labels.TenantUid, "0"),
    ];

    private static readonly string[] Children = ["ns/resourcequotas/tenant-quota", "ns/limitranges/tenant-limits", "ns/networkpolicies/tenant-isolation", "ns/rolebindings/tenant-admin"];

    public static IReadOnlyList<HandEdit> All { get; } = [.. OfTenant(), .. OfUsers(), .. OfAllocations(), .. OfNamespace(), .. OfChildren()];

    private static IEnumerable<HandEdit> OfTenant() =>
    [
        new("the finalizer dropped", "tenants/acme", """{"metadata":{"finalizers":null}}"""),
        new("the copy of the template dropped", "tenants/acme", Annotation(Annotations.AppliedTemplate, null)),
        new("the copy of the template is no JSON", "tenants/acme", Annotation(Annotations.AppliedTemplate, "garbage"), TenantReasons.TemplateInvalid),
        new("the copy of the template is another JSON", "tenants/acme", Annotation(Annotations.AppliedTemplate, "[]"), TenantReasons.TemplateInvalid),
        new("the copy of the template is empty", "tenants/acme", Annotation(Annotations.AppliedTemplate, ""), TenantReasons.TemplateInvalid),
        new("the copy of the template is of another", "tenants/acme", Annotation(Annotations.AppliedTemplate, """{"name":"other","uid":"x","values":{}}"""), TenantReasons.TemplateInvalid),
        new("the copy of the template has values of another type", "tenants/acme", Annotation(Annotations.AppliedTemplate, """{"name":"standard","uid":"x","values":{"limits":"many"}}"""), TenantReasons.TemplateInvalid),
        new("the copy of the template has values that cannot be", "tenants/acme", Annotation(Annotations.AppliedTemplate, """{"name":"standard","uid":"x","values":{"addOns":[{"name":"x","units":2000000000}]}}"""), TenantReasons.TemplateInvalid),
        new("the note that initial users were made dropped", "tenants/acme", Annotation(Annotations.InitialUsersCreated, null)),
        new("all annotations dropped", "tenants/acme", """{"metadata":{"annotations":null}}"""),
    ];

    private static IEnumerable<HandEdit> OfUsers() =>
    [
        new("the finalizer dropped", "tenantusers/keep", """{"metadata":{"finalizers":null}}"""),
    ];

    private static IEnumerable<HandEdit> OfAllocations()
    {
        const string path = "packageallocations/business-0";
        yield return new("labels dropped", path, """{"metadata":{"labels":null}}""");
        yield return new("the owner dropped", path, """{"metadata":{"ownerReferences":null}}""");
        yield return new("the owner is another", path, $$$"""{"metadata":{"ownerReferences":[{"apiVersion":"{{{ApiGroup.ApiVersion}}}","kind":"Tenant","name":"globex","uid":"1"}]}}""");
        yield return new("deleted", path, null);
        foreach (var (label, wrong) in ((string, string)[])[(Labels.ManagedBy, "somebody"), (Labels.Package, "other"), (Labels.Tenant, "globex")])
        {
            yield return new($"{label} dropped", path, Label(label, null));
            yield return new($"{label} changed", path, Label(label, wrong));
        }
    }

    private static IEnumerable<HandEdit> OfNamespace()
    {
        foreach (var (label, wrong) in Marks)
        {
            yield return new($"{label} dropped", "ns", Label(label, null));
            yield return new($"{label} changed", "ns", Label(label, wrong));
        }

        foreach (var mode in (string[])["enforce", "audit", "warn"])
        {
            yield return new($"Pod Security {mode} dropped", "ns", Label("pod-security.kubernetes.io/" + mode, null));
            yield return new($"Pod Security {mode} weakened", "ns", Label("pod-security.kubernetes.io/" + mode, "privileged"));
        }

        yield return new("a label of the template dropped", "ns", Label("example.com/cost-center", null));
        yield return new("a label of the template changed", "ns", Label("example.com/cost-center", "0"));
        yield return new("said to be suspended", "ns", Label(Labels.Suspended, "true"));
        yield return new("all marks dropped", "ns", """{"metadata":{"labels":null}}""", TenantReasons.NamespaceTaken);
        yield return new("marks of another tenant", "ns", $$$$"""{"metadata":{"labels":{"{{{{Labels.TenantUid}}}}":"0","{{{{Labels.Tenant}}}}":"globex"}}}""", TenantReasons.NamespaceTaken);
        yield return new("marks of another account", "ns", $$$$"""{"metadata":{"labels":{"{{{{Labels.TenantUid}}}}":"0","{{{{Labels.AccountUid}}}}":"0"}}}""", TenantReasons.NamespaceTaken);
        yield return new("the display name dropped", "ns", Annotation(Annotations.DisplayName, null));
        yield return new("the display name changed", "ns", Annotation(Annotations.DisplayName, "Globex"));
        yield return new("the description dropped", "ns", Annotation(Annotations.Description, null));
        yield return new("the description changed", "ns", Annotation(Annotations.Description, new string('x', 5000)));
        yield return new("the list of the tenant's labels dropped", "ns", Annotation(Annotations.TenantLabels, null));
        yield return new("the list of the tenant's labels is garbage", "ns", Annotation(Annotations.TenantLabels, ",,," + Labels.TenantUid + ",kubernetes.io/metadata.name,"));
        yield return new("said to be left behind", "ns", Annotation(Annotations.RetainedAt, "garbage"));
    }

    private static IEnumerable<HandEdit> OfChildren()
    {
        foreach (var child in Children)
        {
            foreach (var (label, wrong) in Marks)
            {
                yield return new($"{label} dropped", child, Label(label, null));
                yield return new($"{label} changed", child, Label(label, wrong));
            }

            yield return new("all labels dropped", child, """{"metadata":{"labels":null}}""");
            yield return new("deleted", child, null);
        }

        yield return new("a limit raised", Children[0], """{"spec":{"hard":{"pods":"999"}}}""");
        yield return new("a limit dropped and another added", Children[0], """{"spec":{"hard":{"pods":null,"secrets":"1"}}}""");
        yield return new("all limits dropped", Children[0], """{"spec":{"hard":null}}""");
        yield return new("limits of another kind", Children[1], """{"spec":{"limits":[{"type":"Pod","max":{"cpu":"64"}}]}}""");
        yield return new("rules opened", Children[2], """{"spec":{"egress":[{}],"ingress":[{}]}}""");
        yield return new("rules dropped", Children[2], """{"spec":{"policyTypes":["Ingress"],"egress":null}}""");
        yield return new("the role label dropped", Children[3], Label(Labels.Role, null));
        yield return new("the role label changed", Children[3], Label(Labels.Role, "Member"));
        yield return new("subjects dropped", Children[3], """{"subjects":null}""");
        yield return new("subjects of other kinds", Children[3], """
            {"subjects":[{"kind":"Group","name":"everyone","apiGroup":"rbac.authorization.k8s.io"},{"kind":"ServiceAccount","name":"default","namespace":"kube-system"}]}
            """);
        yield return new("the people's digests dropped", Children[3], Annotation(Annotations.ManagedSubjects, null));
        yield return new("the people's digests are garbage", Children[3], Annotation(Annotations.ManagedSubjects, "garbage"));
    }

    private static string Annotation(string key, string? value) => Metadata("annotations", key, value);

    private static string Label(string key, string? value) => Metadata("labels", key, value);

    private static string Metadata(string kind, string key, string? value) => new System.Text.Json.Nodes.JsonObject
    {
        ["metadata"] = new System.Text.Json.Nodes.JsonObject { [kind] = new System.Text.Json.Nodes.JsonObject { [key] = value } },
    }.ToJsonString();
}
