namespace TenantOperator.Runtime;

/// <summary>What a cache watches and what it keeps.</summary>
public sealed class CacheOptions<TWire, T>
    where TWire : class
    where T : class
{
    private readonly Dictionary<string, Func<T, IEnumerable<string>>> _indexes = new(StringComparer.Ordinal);

    /// <summary>Only objects with these labels, in kubectl's syntax. Own writes must match it too.</summary>
    public string? LabelSelector { get; set; }

    /// <summary>Only objects with these fields, in kubectl's syntax.</summary>
    public string? FieldSelector { get; set; }

    /// <summary>The namespaces to watch; null means the operator's, empty means all.</summary>
    public IReadOnlyList<string>? Namespaces { get; set; }

    /// <summary>
    /// Only these objects of a cluster-scoped kind, each read by <c>get</c> every <see cref="ReadInterval"/> in place of a watch, for which roles in single namespaces do not suffice. Null: a watch.
    /// </summary>
    public IReadOnlyList<string>? Names { get; set; }

    /// <summary>How often <see cref="Names"/> are read; sooner while one of them is absent. Default 1 min.</summary>
    public TimeSpan ReadInterval { get; set; } = TimeSpan.FromMinutes(1);

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
