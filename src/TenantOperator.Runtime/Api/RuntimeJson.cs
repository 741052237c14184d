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

    /// <summary>For readers of single tokens.</summary>
    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>KubernetesClient's own contract, without <c>managedFields</c>: they double the size of an object and nobody here reads them.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions? options = null;
        // The only way to the client's options, which are not public.
        KubernetesJson.AddJsonOptions(theirs => options = new JsonSerializerOptions(theirs));
        options!.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(DropManagedFields).WithAddedModifier(SharedFragment.Apply);
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new SharedText.Converter());
        options.MakeReadOnly();
        return options;
    }

    private static void DropManagedFields(JsonTypeInfo type)
    {
        if (type.Type != typeof(V1ObjectMeta))
        {
            return;
        }

        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (string.Equals(type.Properties[i].Name, "managedFields", StringComparison.Ordinal))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }
}
