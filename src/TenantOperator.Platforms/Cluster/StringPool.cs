using System.Collections.Concurrent;

namespace TenantOperator.Platforms.Cluster;

/// <summary>
/// Keeps one copy of texts that many cached objects share: names, label values, specs. Bounded, so that a flood of distinct texts costs memory
/// only for a while: a full pool is emptied, and texts in use simply stay alive with their objects.
/// </summary>
internal static class StringPool
{
    private const int MaxTexts = 100_000;
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);
    private static int count;

    public static string Share(string text)
    {
        if (Texts.TryGetValue(text, out var shared))
        {
            return shared;
        }

        if (Interlocked.Increment(ref count) > MaxTexts)
        {
            Texts.Clear();
            Interlocked.Exchange(ref count, 0);
        }

        return Texts.GetOrAdd(text, text);
    }
}
