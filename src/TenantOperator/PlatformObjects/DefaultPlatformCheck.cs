using System.Collections.Concurrent;
using System.Globalization;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.PlatformObjects;

/// <summary>
/// Whether the TenantPlatform named default is really absent. Its absence means something, namely that tenants live in this cluster, and kinds are watched one by one:
/// a Tenant may come into view before the platform that was applied ahead of it. So before the first act for a tenant the server is asked, once for all tenants of an account
/// that existed at that moment. (Resource versions of one server are comparable across kinds.)
/// </summary>
internal sealed class DefaultPlatformCheck(ResourceCache<TenantPlatform> platforms, KubernetesApi api, WriteGate gate, TimeProvider clock)
{
    // A burst of new tenants waits this long for one question in place of asking one each.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, Account> accounts = new(StringComparer.Ordinal);

    /// <summary>Returns once the cache is known to hold the default platform if there was one when the tenant was made.</summary>
    public async Task EnsureSeenAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var ns = tenant.Metadata.NamespaceProperty;
        var key = new ObjectKey(ns, ApiGroup.DefaultPlatformName);
        if (platforms.Find(key) is not null || !ulong.TryParse(tenant.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return;
        }

        var account = accounts.GetOrAdd(ns, _ => new Account());
        if (account.AbsentAt >= version)
        {
            return;
        }

        await account.Asking.WaitAsync(cancellationToken);
        try
        {
            if (account.AbsentAt >= version || platforms.Find(key) is not null)
            {
                return;
            }

            if (account.AskedAt is { } asked && clock.GetElapsedTime(asked) is var since && since < Pace)
            {
                await Task.Delay(Pace - since, clock, cancellationToken);
            }

            account.AskedAt = clock.GetTimestamp();
            var list = await api.SendAsync(
                HttpMethod.Get, $"apis/{ApiGroup.ApiVersion}/namespaces/{ns}/{TenantPlatform.KubePlural}?fieldSelector=metadata.name%3D{ApiGroup.DefaultPlatformName}", null, cancellationToken);
            if (list.GetProperty("items").GetArrayLength() > 0)
            {
                await gate.RefreshAsync(platforms, key, cancellationToken);
            }
            else if (list.GetProperty("metadata").TryGetProperty("resourceVersion", out var at)
                && ulong.TryParse(at.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var absentAt))
            {
                account.AbsentAt = absentAt;
            }
        }
        finally
        {
            account.Asking.Release();
        }
    }

    private sealed class Account
    {
        private long absentAt;

        /// <summary>The version of the server's state in which there was none.</summary>
        public ulong AbsentAt
        {
            get => (ulong)Interlocked.Read(ref absentAt);
            set => Interlocked.Exchange(ref absentAt, (long)value);
        }

        public long? AskedAt { get; set; }

        public SemaphoreSlim Asking { get; } = new(1);
    }
}
