using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TenantOperator.Platforms.Cluster;

/// <summary>The few labels or annotations of one object, of which there are tens of thousands: a quarter of the memory of a dictionary, and found by looking through them.</summary>
internal sealed class FewTexts(IEnumerable<KeyValuePair<string, string>> texts) : IReadOnlyDictionary<string, string>
{
    private readonly KeyValuePair<string, string>[] pairs = [.. texts];

    public int Count => pairs.Length;

    public IEnumerable<string> Keys => pairs.Select(pair => pair.Key);

    public IEnumerable<string> Values => pairs.Select(pair => pair.Value);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no {key}.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var (name, text) in pairs)
        {
            if (string.Equals(name, key, StringComparison.Ordinal))
            {
                value = text;
                return true;
            }
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
