using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>What was done to a child, or, where nothing may be written, what would have been.</summary>
internal enum ChildChange
{
    None,
    Created,
    Corrected,
    Removed,
    Foreign,
}

/// <summary>What became of a child, and which of its fields differed.</summary>
internal readonly record struct KeptChild(string Name, ChildChange Change, string? Fields = null)
{
    // What the schema of status.driftedFields allows.
    private const int MaxLength = 128;

    public bool Differed => Change is ChildChange.Created or ChildChange.Corrected or ChildChange.Removed;

    /// <summary>The child and what of it differed, such as <c>ResourceQuota tenant-quota (spec.hard.pods)</c>.</summary>
    public string Description
    {
        get
        {
            var text = Fields is null ? Name : $"{Name} ({Fields})";
            return text.Length <= MaxLength ? text : text[..(MaxLength - 4)] + "...)";
        }
    }
}

/// <summary>
/// Makes children of one kind as they should be. Asks the server nothing in normal life: the cache says what is there, and a create under a fixed name
/// finds out about anything else.
/// </summary>
internal sealed class ChildWriter<TChild>(ResourceCache<TChild> cache, WriteGate gate, KubernetesApi api)
    where TChild : ClusterChild
{
    /// <summary>Makes the child as it should be, or makes sure that it is not there. Without <paramref name="write"/> it only says what it would do.</summary>
    public async Task<KeptChild> KeepAsync(DesiredChild? desired, ObjectKey key, bool write, CancellationToken cancellationToken)
    {
        var name = $"{cache.Type.Kind} {key.Name}";
        var present = cache.Find(key);
        if (desired is null)
        {
            if (present is null)
            {
                return new(name, ChildChange.None);
            }

            if (write)
            {
                await gate.DeleteAsync(cache, key, present.Uid, cancellationToken);
            }

            return new(name, ChildChange.Removed, "not wanted");
        }

        if (present is null)
        {
            return write ? await CreateAsync(name, desired, cancellationToken) : new(name, ChildChange.Created, "missing");
        }

        var metadata = MetadataPatch(desired.Manifest, present);
        var content = present.Content == desired.Content ? null : ContentPatch(desired.Manifest, present);
        if (metadata is null && content is null)
        {
            return new(name, ChildChange.None);
        }

        IEnumerable<string> paths = content is null ? [] : PathsOf(content);
        var fields = string.Join(", ", metadata is null ? paths : paths.Prepend("labels"));
        if (write)
        {
            await CorrectAsync(desired, present, metadata, content ?? [], cancellationToken);
        }

        return new(name, ChildChange.Corrected, fields);
    }

    private async Task<KeptChild> CreateAsync(string name, DesiredChild desired, CancellationToken cancellationToken)
    {
        try
        {
            await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
            return new(name, ChildChange.Created, "missing");
        }
        catch (AlreadyExistsException)
        {
            return new(name, await TakeUpAsync(desired, cancellationToken), "labels");
        }
    }

    private async Task CorrectAsync(DesiredChild desired, TChild present, JsonObject? metadata, JsonObject patch, CancellationToken cancellationToken)
    {
        // The role of a RoleBinding cannot be changed in place.
        if (present is RoleBindingChild binding && binding.RoleName != desired.Manifest.RoleRef?["name"]?.GetValue<string>())
        {
            await gate.DeleteAsync(cache, desired.Key, present.Uid, cancellationToken);
            await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
            return;
        }

        if (metadata is not null)
        {
            patch["metadata"] = metadata;
        }

        await gate.PatchAsync(cache, desired.Key, patch, present.Version.ResourceVersion, cancellationToken);
    }

    // The name is in use and the cache does not know it: our labels are gone, or it never was ours.
    private async Task<ChildChange> TakeUpAsync(DesiredChild desired, CancellationToken cancellationToken)
    {
        if (await api.FindAsync<ChildWire>(cache.Type, desired.Key, cancellationToken) is not { } found)
        {
            await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
            return ChildChange.Created;
        }

        var mark = TenantMark.Of(found.Metadata.Labels);
        if (!mark.IsAny && !ChildProjection.IsManaged(found) && !IsWhatWeWouldMake(found, desired))
        {
            return ChildChange.Foreign;
        }

        // A merge patch of the whole, so that what somebody added to the object beside our fields stays.
        var patch = new JsonObject
        {
            ["metadata"] = MetadataOf(desired.Manifest),
        };
        if (desired.Manifest.RoleRef is not null)
        {
            if (!JsonNode.DeepEquals(found.RoleRef, desired.Manifest.RoleRef))
            {
                // Cannot be changed in place.
                await gate.DeleteAsync(cache, desired.Key, found.Metadata.Uid, cancellationToken);
                await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
                return ChildChange.Corrected;
            }

            patch["subjects"] = desired.Manifest.Subjects?.DeepClone();
        }
        else if (MergeDiff.Between(found.Spec, desired.Manifest.Spec) is { } change)
        {
            patch["spec"] = change;
        }

        await gate.PatchAsync(cache, desired.Key, patch, found.Metadata.ResourceVersion, cancellationToken);
        return ChildChange.Corrected;
    }

    // Ours with its labels taken away. Were it somebody else's after all, nothing of it would change but that it is labelled.
    private static bool IsWhatWeWouldMake(ChildWire found, DesiredChild desired) =>
        ChildProjection.ContentOf(found.Spec, found.RoleRef, found.Subjects)
        == ChildProjection.ContentOf(desired.Manifest.Spec, desired.Manifest.RoleRef, desired.Manifest.Subjects);

    private static JsonObject? MetadataPatch(ChildWire desired, TChild present) =>
        present.Managed && present.Mark == TenantMark.Of(desired.Metadata.Labels) && (present is not RoleBindingChild binding || (binding.ManagedPeople == MarkOf(desired) && binding.RoleLabel == ChildProjection.RoleLabelOf(desired)))
            ? null
            : MetadataOf(desired);

    private static string MarkOf(ChildWire desired) => desired.Metadata.Annotations?.TryGetValue(Annotations.ManagedSubjects, out var mark) == true ? mark : "";

    private static JsonObject MetadataOf(ChildWire desired)
    {
        var metadata = new JsonObject { ["labels"] = ToJson(desired.Metadata.Labels) };
        if (desired.Metadata.Annotations is { } annotations)
        {
            metadata["annotations"] = ToJson(annotations);
        }

        return metadata;
    }

    private static JsonObject ContentPatch(ChildWire desired, TChild present)
    {
        if (desired.RoleRef is not null)
        {
            return new JsonObject { ["subjects"] = desired.Subjects?.DeepClone() };
        }

        return new JsonObject { ["spec"] = MergeDiff.Between(JsonNode.Parse(present.Content), desired.Spec) ?? [] };
    }

    // The fields of a merge patch, as a person would name them. Not what is in them: subjects are people.
    private static IEnumerable<string> PathsOf(JsonObject patch, string prefix = "") => patch.SelectMany(member => member.Value is JsonObject { Count: > 0 } inner
        ? PathsOf(inner, prefix + member.Key + ".")
        : [prefix + member.Key]);

    private static JsonObject ToJson(IDictionary<string, string> texts)
    {
        var json = new JsonObject();
        foreach (var (key, value) in texts)
        {
            json[key] = value;
        }

        return json;
    }
}
