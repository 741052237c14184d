using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Platforms.Remote;

/// <summary>One connection for each TenantPlatform of a kind, made anew when its spec changes or when the object is another one.</summary>
internal sealed class RemoteConnections<T>(Func<TenantPlatform, T> open) : IDisposable
    where T : class, IDisposable
{
    private readonly ConcurrentDictionary<string, (TenantPlatformSpec Spec, T Connection)> connections = new(StringComparer.Ordinal);
    private readonly Lock opening = new();

    public T For(TenantPlatform platform)
    {
        var uid = platform.Metadata.Uid;
        if (connections.TryGetValue(uid, out var known) && IsSame(known.Spec, platform.Spec))
        {
            return known.Connection;
        }

        lock (opening)
        {
            if (connections.TryGetValue(uid, out known) && IsSame(known.Spec, platform.Spec))
            {
                return known.Connection;
            }

            // The former one ends with the calls that are under way over it.
            var connection = open(platform);
            connections[uid] = (platform.Spec, connection);
            return connection;
        }
    }

    public void Dispose()
    {
        foreach (var (_, connection) in connections.Values)
        {
            connection.Dispose();
        }
    }

    private static bool IsSame(TenantPlatformSpec one, TenantPlatformSpec other) =>
        ReferenceEquals(one, other) || (one.Hatz == other.Hatz && one.ProcessMind == other.ProcessMind && one.Mindzie == other.Mindzie && one.ScaiKey == other.ScaiKey);
}
