using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Describing;

/// <summary>Something more that a page tells: a heading and its lines.</summary>
internal sealed record Section(string Heading, IReadOnlyList<Span[]> Lines);

/// <summary>An object of any of our kinds with what is told of it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Json">As the server sent it.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Diagnosis">Why it is, or is not, Ready.</param>
/// <param name="Since">When Ready last changed.</param>
/// <param name="Sections">What else is told.</param>
internal sealed record DescribedObject(string Kind, JsonObject Json, V1ObjectMeta Metadata, Diagnosis Diagnosis, DateTimeOffset? Since, IReadOnlyList<Section> Sections)
{
    /// <summary>What is wrong with an object that this one depends on.</summary>
    public DescribedObject? Behind { get; init; }

    public static DescribedObject Of(Found<Tenant> found) => Of(
        Tenant.KubeKind, found.Json, found.Value.Metadata, found.Value.Status?.Conditions, found.Value.Status?.ObservedGeneration, NamesOf.Tenant(found.Value), TenantSections.Of(found.Value));

    public static DescribedObject Of(Found<TenantUser> found) => Of(
        TenantUser.KubeKind, found.Json, found.Value.Metadata, found.Value.Status?.Conditions, found.Value.Status?.ObservedGeneration, NamesOf.User(found.Value), OtherSections.Of(found.Value));

    public static DescribedObject Of(Found<TenantPackage> found) => Of(
        TenantPackage.KubeKind, found.Json, found.Value.Metadata, found.Value.Status?.Conditions, found.Value.Status?.ObservedGeneration, NamesOf.Package(found.Value), OtherSections.Of(found.Value));

    public static DescribedObject Of(Found<TenantPlatform> found) => Of(
        TenantPlatform.KubeKind, found.Json, found.Value.Metadata, found.Value.Status?.Conditions, found.Value.Status?.ObservedGeneration, NamesOf.Platform(found.Value), OtherSections.Of(found.Value));

    public static DescribedObject Of(Found<TenantTemplate> found) => Of(
        TenantTemplate.KubeKind, found.Json, found.Value.Metadata, found.Value.Status?.Conditions, found.Value.Status?.ObservedGeneration, NamesOf.Template(found.Value), OtherSections.Of(found.Value));

    private static DescribedObject Of(
        string kind, JsonObject json, V1ObjectMeta metadata, IReadOnlyList<Condition>? conditions, long? observed, IReadOnlyDictionary<string, string> names, IReadOnlyList<Section> sections) => new(
        kind,
        json,
        metadata,
        Diagnosis.Of(kind, conditions, metadata.Generation, observed, names),
        conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready)?.LastTransitionTime,
        sections);
}
