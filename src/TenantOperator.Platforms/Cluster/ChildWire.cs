using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace TenantOperator.Platforms.Cluster;

/// <summary>
/// Any object the cluster platform makes, as it travels: metadata is typed, the rest stays JSON. (The client library's own models would turn every
/// quantity into a fraction of big integers on the way in and out.)
/// </summary>
public sealed record ChildWire : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Group and version.</summary>
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "";

    /// <summary>The kind.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "";

    /// <summary>Name, labels and the rest.</summary>
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The spec, of kinds that have one.</summary>
    [JsonPropertyName("spec")]
    public JsonNode? Spec { get; set; }

    /// <summary>The status, of kinds that have one.</summary>
    [JsonPropertyName("status")]
    public JsonNode? Status { get; set; }

    /// <summary>The role of a RoleBinding.</summary>
    [JsonPropertyName("roleRef")]
    public JsonNode? RoleRef { get; set; }

    /// <summary>The subjects of a RoleBinding.</summary>
    [JsonPropertyName("subjects")]
    public JsonNode? Subjects { get; set; }
}
