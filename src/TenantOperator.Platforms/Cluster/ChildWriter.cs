using System.Text.Json.Nodes;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>What was done to a child.</summary>
internal enum ChildChange
{
    None,
    Created,
    Corrected,
    Removed,
    Foreign,
}

/// <summary>
/// Makes children of one kind as they should be. Asks the server nothing in normal life: the cache says what is there, and a create under a fixed name
/// finds out about anything else.
/// </summary>
internal sealed class ChildWriter<TChild>(ResourceCache<TChild> cache, WriteGate gate, KubernetesApi api)
    where TChild : ClusterChild
{
    public string Kind => cache.Type.Kind;

    public async Task<ChildChange> EnsureAsync(DesiredChild desired, CancellationToken cancellationToken)
    {
        if (cache.Find(desired.Key) is { } present)
        {
            return await CorrectAsync(desired, present, cancellationToken);
        }

        try
        {
            await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
            return ChildChange.Created;
        }
        catch (AlreadyExistsException)
        {
            return await TakeUpAsync(desired, cancellationToken);
        }
    }

    public async Task<ChildChange> RemoveAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Find(key) is not { } present)
        {
            return ChildChange.None;
        }

        await gate.DeleteAsync(cache, key, present.Uid, cancellationToken);
        return ChildChange.Removed;
    }

    private async Task<ChildChange> CorrectAsync(DesiredChild desired, TChild present, CancellationToken cancellationToken)
    {
        var labels = LabelPatch(desired.Manifest, present);
        if (labels is null && present.Content == desired.Content)
        {
            return ChildChange.None;
        }

        // The role of a RoleBinding cannot be changed in place.
        if (present is RoleBindingChild binding && binding.RoleName != desired.Manifest.RoleRef?["name"]?.GetValue<string>())
        {
            await gate.DeleteAsync(cache, desired.Key, present.Uid, cancellationToken);
            await gate.CreateAsync(cache, desired.Manifest, cancellationToken);
            return ChildChange.Corrected;
        }

        var patch = present.Content == desired.Content ? [] : ContentPatch(desired.Manifest, present.Content);
        if (labels is not null)
        {
            patch["metadata"] = new JsonObject { ["labels"] = labels };
        }

        await gate.PatchAsync(cache, desired.Key, patch, present.ResourceVersion, cancellationToken);
        return ChildChange.Corrected;
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
            ["metadata"] = new JsonObject { ["labels"] = ToJson(desired.Manifest.Metadata.Labels) },
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

    private static JsonObject? LabelPatch(ChildWire desired, TChild present)
    {
        var mark = TenantMark.Of(desired.Metadata.Labels);
        return present.Managed && present.Mark == mark ? null : ToJson(desired.Metadata.Labels);
    }

    private static JsonObject ContentPatch(ChildWire desired, string content)
    {
        if (desired.RoleRef is not null)
        {
            return new JsonObject { ["subjects"] = desired.Subjects?.DeepClone() };
        }

        return new JsonObject { ["spec"] = MergeDiff.Between(JsonNode.Parse(content), desired.Spec) ?? [] };
    }

    private static JsonObject ToJson(IDictionary<string, string> labels)
    {
        var json = new JsonObject();
        foreach (var (key, value) in labels)
        {
            json[key] = value;
        }

        return json;
    }
}
