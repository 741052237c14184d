using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>Who an object says it belongs to. A claim of its labels, to be compared with what is expected.</summary>
/// <param name="Account">The namespace of the Tenant.</param>
/// <param name="AccountUid">The uid of that namespace.</param>
/// <param name="Tenant">The name of the Tenant.</param>
/// <param name="TenantUid">The uid of the Tenant.</param>
public readonly record struct TenantMark(string Account, string AccountUid, string Tenant, string TenantUid)
{
    /// <summary>Whether any part of the mark is there.</summary>
    public bool IsAny => Account.Length + AccountUid.Length + Tenant.Length + TenantUid.Length > 0;

    /// <summary>The Tenant the mark names, or null.</summary>
    public ObjectKey? TenantKey => Account.Length > 0 && Tenant.Length > 0 ? new ObjectKey(Account, Tenant) : null;

    internal static TenantMark Of(IDictionary<string, string>? labels) => labels is null
        ? new("", "", "", "")
        : new(Text(labels, Labels.Account), Text(labels, Labels.AccountUid), Text(labels, Labels.Tenant), Text(labels, Labels.TenantUid));

    private static string Text(IDictionary<string, string> labels, string key) =>
        labels.TryGetValue(key, out var value) ? SharedText.Of(value) : "";
}

/// <summary>
/// One incarnation of an object and its version, in the form that takes least memory: Kubernetes documents uids as UUIDs and versions as numbers.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ObjectVersion(Guid Uid, ulong Number)
{
    /// <summary>The uid, as the API server writes it.</summary>
    public string UidText => Uid.ToString();

    /// <summary>The resourceVersion, as the API server writes it.</summary>
    public string ResourceVersion => Number.ToString(CultureInfo.InvariantCulture);

    internal static ObjectVersion Of(V1ObjectMeta metadata) => new(Guid.Parse(metadata.Uid), ulong.Parse(metadata.ResourceVersion, CultureInfo.InvariantCulture));
}

/// <summary>
/// What is kept in memory of an object the operator makes in a tenant's namespace: whose it is, and what the operator owns in it in canonical form.
/// Tenants with the same package share that text, so ten thousand of them cost little more than one.
/// </summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="Version">Which one of that name it is, and its version, for compare-and-swap.</param>
/// <param name="Mark">Whose it says it is.</param>
/// <param name="Managed">Whether the managed-by label is ours.</param>
/// <param name="Content">What the operator owns beside the labels, canonical.</param>
public abstract record ClusterChild(ObjectKey Key, ObjectVersion Version, TenantMark Mark, bool Managed, string Content)
{
    /// <summary>Its uid.</summary>
    public string Uid => Version.UidText;
}

/// <summary>A ResourceQuota, with what it counts.</summary>
public sealed record QuotaChild(ObjectKey Key, ObjectVersion Version, TenantMark Mark, bool Managed, string Content, string? Used)
    : ClusterChild(Key, Version, Mark, Managed, Content)
{
    /// <summary>Projects the object to what is kept.</summary>
    public static QuotaChild From(ChildWire wire) => new(
        ChildProjection.KeyOf(wire), ObjectVersion.Of(wire.Metadata), TenantMark.Of(wire.Metadata.Labels), ChildProjection.IsManaged(wire),
        ChildProjection.ContentOf(wire), wire.Status is JsonObject status ? SharedText.Of(CanonicalJson.Of(status, amounts: true)) : null);
}

/// <summary>A LimitRange.</summary>
public sealed record LimitRangeChild(ObjectKey Key, ObjectVersion Version, TenantMark Mark, bool Managed, string Content)
    : ClusterChild(Key, Version, Mark, Managed, Content)
{
    /// <summary>Projects the object to what is kept.</summary>
    public static LimitRangeChild From(ChildWire wire) => new(
        ChildProjection.KeyOf(wire), ObjectVersion.Of(wire.Metadata), TenantMark.Of(wire.Metadata.Labels), ChildProjection.IsManaged(wire),
        ChildProjection.ContentOf(wire));
}

/// <summary>A NetworkPolicy.</summary>
public sealed record NetworkPolicyChild(ObjectKey Key, ObjectVersion Version, TenantMark Mark, bool Managed, string Content)
    : ClusterChild(Key, Version, Mark, Managed, Content)
{
    /// <summary>Projects the object to what is kept.</summary>
    public static NetworkPolicyChild From(ChildWire wire) => new(
        ChildProjection.KeyOf(wire), ObjectVersion.Of(wire.Metadata), TenantMark.Of(wire.Metadata.Labels), ChildProjection.IsManaged(wire),
        ChildProjection.ContentOf(wire));
}

/// <summary>A RoleBinding: the ClusterRole it gives, the users among its subjects, and digests of those of them whom the operator added.</summary>
public sealed record RoleBindingChild(
    ObjectKey Key, ObjectVersion Version, TenantMark Mark, bool Managed, string Content, string RoleName, IReadOnlyList<string> People, string ManagedPeople, string RoleLabel)
    : ClusterChild(Key, Version, Mark, Managed, Content)
{
    /// <summary>Projects the object to what is kept.</summary>
    public static RoleBindingChild From(ChildWire wire)
    {
        var managed = wire.Metadata.Annotations?.TryGetValue(Annotations.ManagedSubjects, out var mark) == true ? mark : "";
        return new(
            ChildProjection.KeyOf(wire), ObjectVersion.Of(wire.Metadata), TenantMark.Of(wire.Metadata.Labels), ChildProjection.IsManaged(wire),
            SharedText.Of(CanonicalJson.Digest(ChildProjection.ContentOf(wire.Spec, wire.RoleRef, wire.Subjects) + managed)), SharedText.Of(wire.RoleRef?["name"]?.GetValue<string>() ?? ""), PeopleOf(wire), managed, ChildProjection.RoleLabelOf(wire));
    }

    private static string[] PeopleOf(ChildWire wire) =>
    [
        .. (wire.Subjects as JsonArray ?? [])
            .Where(subject => (string?)subject?["kind"] == "User" && subject["name"] is not null)
            .Select(subject => SharedText.Of((string)subject!["name"]!))
            .Order(StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public bool Equals(RoleBindingChild? other) => base.Equals(other) && RoleName == other.RoleName && ManagedPeople == other.ManagedPeople && RoleLabel == other.RoleLabel;

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>
/// A Namespace, any of the cluster: of those that are no tenant's only uid and mark are kept, to know the uid of an account and who has a name.
/// </summary>
public sealed record NamespaceChild(
    ObjectKey Key,
    ObjectVersion Version,
    TenantMark Mark,
    bool Terminating,
    IReadOnlyDictionary<string, string>? OwnLabels,
    IReadOnlyDictionary<string, string>? OwnAnnotations)
{
    // One line of a condition.
    private const int MostWords = 400;

    /// <summary>Its uid.</summary>
    public string Uid => Version.UidText;

    /// <summary>The class of operator that serves the account which the namespace may be; empty for the one without a class.</summary>
    public string ControllerClass { get; init; } = "";

    /// <summary>Of a namespace that is being deleted: what is left in it, in the API server's words; empty if it does not say.</summary>
    public string Left { get; init; } = "";

    /// <summary>Projects the object to what is kept.</summary>
    public static NamespaceChild From(ChildWire wire)
    {
        var mark = TenantMark.Of(wire.Metadata.Labels);
        return new(
            ChildProjection.KeyOf(wire), ObjectVersion.Of(wire.Metadata), mark, wire.Metadata.DeletionTimestamp is not null,
            mark.IsAny ? Shared(wire.Metadata.Labels) : null, mark.IsAny ? Shared(wire.Metadata.Annotations) : null)
        {
            ControllerClass = wire.Metadata.Labels?.TryGetValue(Labels.ControllerClass, out var name) == true ? SharedText.Of(name) : "",
            Left = mark.IsAny && wire.Metadata.DeletionTimestamp is not null ? LeftIn(wire.Status) : "",
        };
    }

    // The namespace controller of Kubernetes says which resources and whose finalizers remain.
    private static string LeftIn(JsonNode? status)
    {
        var words = string.Join(" ", ((status as JsonObject)?["conditions"] as JsonArray ?? [])
            .Where(condition => (string?)condition?["status"] == "True" && (string?)condition["type"] is "NamespaceContentRemaining" or "NamespaceFinalizersRemaining" or "NamespaceDeletionContentFailure")
            .Select(condition => (string?)condition!["message"]));
        return words.Length <= MostWords ? words : words[..MostWords] + "...";
    }

    // kubectl's last-applied annotation and the like would only cost memory; of our own, however long, we must know what they say.
    private static FewTexts Shared(IDictionary<string, string>? texts) => new((texts ?? new Dictionary<string, string>())
        .Where(text => text.Value.Length <= 2048 || text.Key.StartsWith(ApiGroup.Group + "/", StringComparison.Ordinal)));
}

internal static class ChildProjection
{
    public static ObjectKey KeyOf(ChildWire wire) => new(SharedText.Of(wire.Metadata.NamespaceProperty ?? ""), SharedText.Of(wire.Metadata.Name));

    public static string RoleLabelOf(ChildWire wire) => wire.Metadata.Labels?.TryGetValue(Labels.Role, out var role) == true ? SharedText.Of(role) : "";

    public static bool IsManaged(ChildWire wire) =>
        wire.Metadata.Labels?.TryGetValue(Labels.ManagedBy, out var by) == true && by == OperatorIdentity.Name;

    public static string ContentOf(ChildWire wire) => SharedText.Of(ContentOf(wire.Spec, wire.RoleRef, wire.Subjects));

    /// <summary>What the operator owns of an object beside labels: the spec, or role and subjects, with quantities compared by value.</summary>
    public static string ContentOf(JsonNode? spec, JsonNode? roleRef = null, JsonNode? subjects = null) =>
        roleRef is null ? CanonicalJson.Of(spec ?? new JsonObject(), amounts: true) : CanonicalJson.Of(roleRef) + CanonicalJson.Of(subjects ?? new JsonArray());
}
