using System.Globalization;
using System.Text;
using k8s.Models;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>
/// What a cache keeps of <see cref="V1ObjectMeta"/>, in a third of its memory: uid and version as the numbers that they are, and room for what most objects lack only where it is there.
/// </summary>
internal sealed record PackedMetadata
{
    private const int LongText = 64;

    private readonly Guid uid;
    private readonly ulong version;
    private readonly DateTime created;
    private readonly long generation;
    private readonly IList<string>? finalizers;
    private readonly Rare? rare;

    private PackedMetadata(V1ObjectMeta metadata, Guid uid, ulong version)
    {
        Name = metadata.Name;
        Namespace = metadata.NamespaceProperty;
        this.uid = uid;
        this.version = version;
        created = metadata.CreationTimestamp!.Value;
        generation = metadata.Generation ?? -1;
        finalizers = metadata.Finalizers;
        rare = metadata is { Labels: null, Annotations: null, OwnerReferences: null, GenerateName: null, DeletionTimestamp: null, DeletionGracePeriodSeconds: null }
            ? null
            : new(Pairs(metadata.Labels), Pairs(metadata.Annotations), metadata.OwnerReferences, metadata.GenerateName, metadata.DeletionTimestamp, metadata.DeletionGracePeriodSeconds);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The namespace.</summary>
    public string? Namespace { get; }

    /// <summary>The packed form, or null for metadata that would not be the same after <see cref="Unpack"/>, such as that of an object which was never stored.</summary>
    public static PackedMetadata? Of(V1ObjectMeta metadata) =>
        metadata is { Name: not null, CreationTimestamp: not null, ManagedFields: null, SelfLink: null, Generation: null or >= 0 }
        && Guid.TryParseExact(metadata.Uid, "D", out var uid) && uid.ToString() == metadata.Uid
        && ulong.TryParse(metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && Text(version) == metadata.ResourceVersion
            ? new(metadata, uid, version)
            : null;

    /// <summary>A copy in the usual form. Its finalizers and owners are lists that all copies share, to be read only; what else is changed in it changes nothing here.</summary>
    public V1ObjectMeta Unpack() => new()
    {
        Name = Name,
        NamespaceProperty = Namespace,
        Uid = uid.ToString(),
        ResourceVersion = Text(version),
        CreationTimestamp = created,
        Generation = generation < 0 ? null : generation,
        Finalizers = finalizers,
        Labels = Texts(rare?.Labels),
        Annotations = Texts(rare?.Annotations),
        OwnerReferences = rare?.OwnerReferences,
        GenerateName = rare?.GenerateName,
        DeletionTimestamp = rare?.DeletionTimestamp,
        DeletionGracePeriodSeconds = rare?.DeletionGracePeriodSeconds,
    };

    private static string Text(ulong version) => version.ToString(CultureInfo.InvariantCulture);

    // A dictionary of three texts is four times as large as their array, and a long text, such as the copy of a template, twice as large as its bytes.
    private static KeyValuePair<string, object>[]? Pairs(IDictionary<string, string>? texts) => texts is null
        ? null
        : [.. texts.Select(text => KeyValuePair.Create(text.Key, text.Value.Length > LongText && Ascii.IsValid(text.Value) ? (object)Encoding.ASCII.GetBytes(text.Value) : text.Value))];

    private static Dictionary<string, string>? Texts(KeyValuePair<string, object>[]? pairs) =>
        pairs?.ToDictionary(pair => pair.Key, pair => pair.Value is byte[] bytes ? Encoding.ASCII.GetString(bytes) : (string)pair.Value, StringComparer.Ordinal);

    private sealed record Rare(
        KeyValuePair<string, object>[]? Labels,
        KeyValuePair<string, object>[]? Annotations,
        IList<V1OwnerReference>? OwnerReferences,
        string? GenerateName,
        DateTime? DeletionTimestamp,
        long? DeletionGracePeriodSeconds);
}
