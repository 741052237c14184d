using System.Diagnostics.CodeAnalysis;

namespace TenantOperator.Runtime;

/// <summary>All objects of one kind as this process knows them. Readers take no lock.</summary>
public sealed class ResourceCache<T>
    where T : class
{
    internal ResourceCache(ResourceType type) => Type = type;

    /// <summary>The kind that is kept.</summary>
    public ResourceType Type { get; }

    /// <summary>Whether the first list is complete.</summary>
    public bool Synced => throw new NotSupportedException();

    /// <summary>How many entries there are.</summary>
    public int Count => throw new NotSupportedException();

    /// <summary>All entries, each as it is when it is reached.</summary>
    public IEnumerable<T> Items => throw new NotSupportedException();

    /// <summary>The entry, or false.</summary>
    public bool TryGet(ObjectKey key, [NotNullWhen(true)] out T? value) => throw new NotSupportedException();

    /// <summary>The entry, or null.</summary>
    public T? Find(ObjectKey key) => TryGet(key, out var value) ? value : null;

    /// <summary>A snapshot of the entries that carry a value in a named index, in no order.</summary>
    /// <exception cref="KeyNotFoundException">No such index was declared.</exception>
    public IReadOnlyCollection<T> ByIndex(string index, string value) => throw new NotSupportedException();

    /// <summary>Uid and version of the entry that is shown, or null.</summary>
    public EntryMeta? MetaOf(ObjectKey key) => throw new NotSupportedException();

    /// <summary>
    /// Tells of every change, in order, on the writer's thread and under its lock: the handler must be quick and write nothing.
    /// What is already there is told first, marked <see cref="CacheChange{T}.Initial"/>. Dispose to stop.
    /// </summary>
    public IDisposable Subscribe(Action<CacheChange<T>> handler) => throw new NotSupportedException();

    /// <summary>Completes when <see cref="Synced"/> is true.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>What a cache watches and what it keeps.</summary>
public sealed class CacheOptions<TWire, T>
    where TWire : class
    where T : class
{
    private readonly Dictionary<string, Func<T, IEnumerable<string>>> _indexes = [];

    /// <summary>Only objects with these labels, in kubectl's syntax. Own writes must match it too.</summary>
    public string? LabelSelector { get; set; }

    /// <summary>Only objects with these fields, in kubectl's syntax.</summary>
    public string? FieldSelector { get; set; }

    /// <summary>The namespaces to watch; null means the operator's, empty means all.</summary>
    public IReadOnlyList<string>? Namespaces { get; set; }

    /// <summary>What is kept of an object; null leaves it out. Not needed where both types are the same.</summary>
    public Func<TWire, T?>? Project { get; set; }

    /// <summary>The indexes declared so far.</summary>
    public IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes => _indexes;

    /// <summary>Declares an index: the values under which an entry is found.</summary>
    public CacheOptions<TWire, T> Index(string name, Func<T, IEnumerable<string>> values)
    {
        _indexes.Add(name, values);
        return this;
    }
}
