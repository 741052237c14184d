using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace TenantOperator.Runtime;

/// <summary>The JSON contract of everything the runtime sends and reads.</summary>
public static class RuntimeJson
{
    /// <summary>
    /// As deep as the API server itself reads. A field of free JSON lets a user store an object deeper than the 64 levels that are usual here, and
    /// one such object must not stop the list it is in from being read.
    /// </summary>
    public const int MaxDepth = 10_000;

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>For readers of single tokens.</summary>
    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>KubernetesClient's own contract, without what kubectl and the API server keep in metadata for themselves: it more than doubles the size of an object.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions? options = null;
        // The only way to the client's options, which are not public.
        KubernetesJson.AddJsonOptions(theirs => options = new JsonSerializerOptions(theirs));
        options!.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(Slim).WithAddedModifier(SharedFragment.Apply);
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new SharedText.Converter());
        options.MakeReadOnly();
        return options;
    }

    // What nobody here reads, or everybody has alike, would be most of what the caches hold. Written is only what differs, so nothing is lost by that.
    private static void Slim(JsonTypeInfo type)
    {
        foreach (var property in type.Type == typeof(V1ObjectMeta) ? type.Properties.ToList() : [])
        {
            if (property is { Name: "annotations", Set: { } set })
            {
                property.Set = (metadata, value) => set(metadata, value is IDictionary<string, string> annotations && annotations.Remove(LastApplied) && annotations.Count == 0 ? null : value);
            }
            else if (property.Name is "uid" or "resourceVersion")
            {
                // Hardly two objects have these in common; shared, they would push out what many have.
                property.CustomConverter = JsonMetadataServices.StringConverter;
            }
            else if (property.Name == "finalizers")
            {
                SharedFragment.Share(property);
            }
            else if (property.Name == "managedFields")
            {
                type.Properties.Remove(property);
            }
        }
    }
}
