using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Bench;

/// <summary>One write of the bare writer, with places for what differs between tenants.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with places.</param>
/// <param name="ContentType">The type of the body.</param>
/// <param name="Body">The body, with places.</param>
internal sealed record WriteTemplate(string Method, string Path, string ContentType, string Body)
{
    public const string Name = "{{name}}";
    public const string Uid = "{{uid}}";
    public const string Slot = "{{slot}}";

    private const string Signed = "?fieldManager=tenant-operator";

    /// <summary>
    /// What the operator wrote for a tenant, read back and turned into the shortest list of writes that makes another tenant like it: so both sides
    /// write the same objects, byte for byte.
    /// </summary>
    public static async Task<IReadOnlyList<WriteTemplate>> CaptureAsync(ApiClient api, string account, string tenant, CancellationToken cancellationToken)
    {
        var tenantPath = $"apis/tenantoperator.io/v1alpha1/namespaces/{account}/tenants/{tenant}";
        var made = await api.GetAsync(tenantPath, cancellationToken);
        var uid = (string)made["metadata"]!["uid"]!;
        var unit = made["status"]!["packages"]![0]!;
        var allocation = (string)unit["allocation"]!;
        var ns = $"{account}-{tenant}";

        var metadata = new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = made["metadata"]!["finalizers"]!.DeepClone(), ["annotations"] = made["metadata"]!["annotations"]!.DeepClone() } };
        var writes = new List<WriteTemplate> { new("PATCH", tenantPath + Signed, ApiClient.MergePatch, metadata.ToJsonString()) };
        foreach (var (collection, name) in ((string, string)[])
                 [
                     ($"apis/tenantoperator.io/v1alpha1/namespaces/{account}/packageallocations", allocation),
                     ("api/v1/namespaces", ns),
                     ($"api/v1/namespaces/{ns}/resourcequotas", "tenant-quota"),
                     ($"api/v1/namespaces/{ns}/limitranges", "tenant-limits"),
                     ($"apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies", "tenant-isolation"),
                     ($"apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", "tenant-developer"),
                     ($"apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", "tenant-analyst"),
                 ])
        {
            var child = await api.GetAsync($"{collection}/{name}", cancellationToken);
            writes.Add(new("POST", collection + Signed, ApiClient.Json, WithoutServerFields(child).ToJsonString()));
        }

        writes.Add(new("PATCH", tenantPath + "/status" + Signed, ApiClient.MergePatch, new JsonObject { ["status"] = made["status"]!.DeepClone() }.ToJsonString()));
        return [.. writes.Select(write => write with { Path = Open(write.Path), Body = Open(write.Body) })];

        // The slot stands alone as a number in the claim and in the status, and at the end of the claim's name.
        string Open(string text) => text
            .Replace(allocation, allocation[..(allocation.LastIndexOf('-') + 1)] + Slot, StringComparison.Ordinal)
            .Replace($"\"slot\":{unit["slot"]}", $"\"slot\":{Slot}", StringComparison.Ordinal)
            .Replace(tenant, Name, StringComparison.Ordinal)
            .Replace(uid, Uid, StringComparison.Ordinal);
    }

    public static async Task SaveAsync(IReadOnlyList<WriteTemplate> templates, string file, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(templates), cancellationToken);

    public static async Task<IReadOnlyList<WriteTemplate>> LoadAsync(string file, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<IReadOnlyList<WriteTemplate>>(await File.ReadAllTextAsync(file, cancellationToken))!;

    private static JsonObject WithoutServerFields(JsonNode read)
    {
        var body = read.DeepClone().AsObject();
        var metadata = body["metadata"]!.AsObject();
        foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"])
        {
            metadata.Remove(name);
        }

        body.Remove("status");
        if ((string?)body["kind"] == "Namespace")
        {
            body.Remove("spec");
            metadata["labels"]!.AsObject().Remove("kubernetes.io/metadata.name");
        }

        return body;
    }
}

/// <summary>A text with places, cut into bytes once, so that a body costs little more than a copy.</summary>
internal sealed class PieceText
{
    private readonly List<(byte[] Text, int Place)> pieces = [];

    public PieceText(string text)
    {
        string[] places = [WriteTemplate.Name, WriteTemplate.Uid, WriteTemplate.Slot];
        while (true)
        {
            var next = places.Select((place, number) => (At: text.IndexOf(place, StringComparison.Ordinal), number)).Where(each => each.At >= 0).OrderBy(each => each.At).FirstOrDefault((At: -1, number: -1));
            if (next.At < 0)
            {
                pieces.Add((Encoding.UTF8.GetBytes(text), -1));
                return;
            }

            pieces.Add((Encoding.UTF8.GetBytes(text[..next.At]), next.number));
            text = text[(next.At + places[next.number].Length)..];
        }
    }

    public byte[] With(ReadOnlySpan<byte[]> values)
    {
        var length = 0;
        foreach (var (text, place) in pieces)
        {
            length += text.Length + (place < 0 ? 0 : values[place].Length);
        }

        var filled = new byte[length];
        var at = filled.AsSpan();
        foreach (var (text, place) in pieces)
        {
            text.CopyTo(at);
            at = at[text.Length..];
            if (place >= 0)
            {
                values[place].CopyTo(at);
                at = at[values[place].Length..];
            }
        }

        return filled;
    }
}
