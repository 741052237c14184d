using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>The connection to one MSP.</summary>
internal sealed class HatzAccountConnection(HatzClient client, RemoteConnection connection, IDisposable credentials, TimeSpan interval, TimeProvider clock)
    : RemoteAccount<HatzTenantRow, HatzUserRow>(connection, credentials, interval, clock)
{
    public HatzClient Client => client;

    public override Task<RemoteResult<HatzTenantRow>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken) => client.ReadTenantAsync(id, tenant, cancellationToken);

    public override Task<RemoteResult<IReadOnlyCollection<HatzTenantRow>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken) =>
        client.ListTenantsAsync(name, tenant, cancellationToken);

    protected override Task<RemoteResult<IReadOnlyCollection<HatzUserRow>>> ListPeopleAsync(string id, string tenant, CancellationToken cancellationToken) =>
        client.ListUsersAsync(id, tenant, cancellationToken);
}
