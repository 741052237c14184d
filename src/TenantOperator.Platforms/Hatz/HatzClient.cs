using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>The calls of Hatz that the operator makes, one method each.</summary>
internal sealed class HatzClient(RemoteConnection connection, HatzDialect dialect)
{
    private const int PageSize = 100;
    private const int MostPages = 1000;
    private const int UserPageSize = 1000;
    private const string Templates = "admin/tenants/templates";

    public const int MostInvited = 100;

    /// <summary>The MSP's own account. The path had another name in an older version.</summary>
    public async Task<RemoteResult<HatzMsp>> ReadMspAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync("admin/tenants/msp", "", cancellationToken);
        if (answer is RemoteAnswer.NotFound)
        {
            answer = await GetAsync("admin/tenants/internal-admin", "", cancellationToken);
        }

        return Read<HatzMsp>(answer);
    }

    /// <summary>All tenants, or those of one name. They may move between pages while they are read, so each id counts once.</summary>
    public async Task<RemoteResult<IReadOnlyCollection<HatzTenantRow>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, HatzTenantRow>(StringComparer.Ordinal);
        for (var page = 0; page < MostPages; page++)
        {
            var filter = name is null ? "" : "&name=" + Uri.EscapeDataString(name);
            var rows = Read<List<HatzTenantRow>>(await GetAsync($"admin/tenants?limit={PageSize}&offset={page * PageSize}{filter}", tenant, cancellationToken));
            if (!rows.IsDone)
            {
                return new(null, rows.Problem);
            }

            // Not every version knows the filter.
            foreach (var row in rows.Value.Where(row => row.Id.Length > 0 && (name is null || row.Name == name)))
            {
                found[row.Id] = row;
            }

            if (rows.Value.Count < PageSize)
            {
                break;
            }
        }

        return RemoteResult.Of<IReadOnlyCollection<HatzTenantRow>>(found.Values);
    }

    public async Task<RemoteResult<HatzTenantRow>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var row = Read<HatzTenantRow>(await GetAsync("admin/tenants/" + Uri.EscapeDataString(id), tenant, cancellationToken));
        return row is { IsDone: true, Value.Id.Length: 0 } ? RemoteResult.NotUnderstood<HatzTenantRow>(dialect.Name) : row;
    }

    /// <summary>Makes a tenant. Also when it is done, what it says of the tenant counts.</summary>
    public async Task<RemoteResult<HatzCreated>> CreateTenantAsync(HatzNewTenant created, string tenant, CancellationToken cancellationToken) =>
        Read<HatzCreated>(await connection.SendAsync(new(HttpMethod.Post, "admin/tenants", tenant, new HatzCreateTenants([created])), cancellationToken));

    public async Task<RemoteResult<HatzConfig>> ChangeConfigAsync(string id, HatzConfig change, string tenant, CancellationToken cancellationToken) =>
        Read<HatzConfig>(await connection.SendAsync(new(HttpMethod.Patch, $"admin/tenants/{Uri.EscapeDataString(id)}/config", tenant, change), cancellationToken));

    public async Task<RemoteResult<IReadOnlyCollection<HatzUserRow>>> ListUsersAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, HatzUserRow>(StringComparer.OrdinalIgnoreCase);
        for (var page = 0; page < MostPages; page++)
        {
            var rows = Read<List<HatzUserRow>>(await GetAsync($"admin/tenants/{Uri.EscapeDataString(id)}/users?limit={UserPageSize}&offset={page * UserPageSize}", tenant, cancellationToken));
            if (!rows.IsDone)
            {
                return new(null, rows.Problem);
            }

            foreach (var row in rows.Value.Where(row => row.Email.Length > 0))
            {
                found[row.Email] = row;
            }

            if (rows.Value.Count < UserPageSize)
            {
                break;
            }
        }

        return RemoteResult.Of<IReadOnlyCollection<HatzUserRow>>(found.Values);
    }

    public async Task<RemoteResult<HatzInvited>> InviteAsync(HatzInvite invite, string tenant, CancellationToken cancellationToken) =>
        Read<HatzInvited>(await connection.SendAsync(new(HttpMethod.Post, "admin/users/invite", tenant, invite), cancellationToken));

    public async Task<RemoteResult<HatzInvited>> ChangeUserAsync(string id, HatzUserChange change, string tenant, CancellationToken cancellationToken) =>
        Read<HatzInvited>(await connection.SendAsync(new(HttpMethod.Patch, "admin/users/" + Uri.EscapeDataString(id), tenant, change), cancellationToken));

    /// <summary>All templates. Two may share the moment that is the cursor, so each id counts once.</summary>
    public async Task<RemoteResult<IReadOnlyCollection<HatzTemplateRow>>> ListTemplatesAsync(string tenant, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, HatzTemplateRow>(StringComparer.Ordinal);
        string? cursor = null;
        for (var number = 0; number < MostPages; number++)
        {
            var page = Read<HatzTemplatePage>(await GetAsync($"{Templates}?limit={PageSize}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", tenant, cancellationToken));
            if (!page.IsDone)
            {
                return RemoteResult.Not<IReadOnlyCollection<HatzTemplateRow>>(page.Problem);
            }

            var before = found.Count;
            foreach (var row in (page.Value.Templates ?? []).Where(row => row.Id.Length > 0))
            {
                found[row.Id] = row;
            }

            cursor = page.Value.NextCursor;
            if (string.IsNullOrEmpty(cursor) || found.Count == before)
            {
                break;
            }
        }

        return RemoteResult.Of<IReadOnlyCollection<HatzTemplateRow>>(found.Values);
    }

    public async Task<RemoteResult<HatzTemplateRow>> ReadTemplateAsync(string id, string tenant, CancellationToken cancellationToken) =>
        Read<HatzTemplateRow>(await GetAsync($"{Templates}/{Uri.EscapeDataString(id)}", tenant, cancellationToken));

    public async Task<RemoteResult<HatzTemplateRow>> CreateTemplateAsync(HatzNewTemplate made, string tenant, CancellationToken cancellationToken) =>
        Read<HatzTemplateRow>(await connection.SendAsync(new(HttpMethod.Post, Templates, tenant, made), cancellationToken));

    /// <summary>A PUT that changes only what is sent.</summary>
    public async Task<RemoteResult<HatzTemplateRow>> ChangeTemplateAsync(string id, HatzTemplateChange change, string tenant, CancellationToken cancellationToken) =>
        Read<HatzTemplateRow>(await connection.SendAsync(new(HttpMethod.Put, $"{Templates}/{Uri.EscapeDataString(id)}", tenant, change), cancellationToken));

    public async Task<PlatformOutcome> DeleteTemplateAsync(string id, string tenant, CancellationToken cancellationToken) =>
        (await connection.SendAsync(new(HttpMethod.Delete, $"{Templates}/{Uri.EscapeDataString(id)}", tenant), cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok;

    private Task<RemoteAnswer> GetAsync(string path, string tenant, CancellationToken cancellationToken) => connection.SendAsync(new(HttpMethod.Get, path, tenant), cancellationToken);

    private RemoteResult<T> Read<T>(RemoteAnswer answer)
        where T : class => RemoteResult.Read<T>(answer, dialect);
}
