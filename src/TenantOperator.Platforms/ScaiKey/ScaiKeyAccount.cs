using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>The connection to one ScaiKey: its calls, one method each. Collections end in a slash: without it some versions redirect, and the credentials would be lost.</summary>
internal sealed class ScaiKeyAccount(RemoteConnection connection, ScaiKeyDialect dialect, IDisposable credentials, TimeSpan interval, TimeProvider clock)
    : RemoteAccount<ScaiKeyRow, ScaiKeyPerson>(connection, credentials, interval, clock)
{
    private const string Tenants = "api/v1/admin/tenants/";
    private const string Users = "api/v1/admin/users/";
    private const string Grants = "api/v1/admin/admin-roles/";
    private const int PageSize = 100;
    private const int MostPages = 1000;

    public async Task<RemoteResult<PlatformAccount>> ReadPartnerAsync(string id, CancellationToken cancellationToken)
    {
        var partner = ReadItem<ScaiKeyPartner>(await SendAsync(HttpMethod.Get, "api/v1/admin/partners/" + Uri.EscapeDataString(id), "", null, cancellationToken));
        return partner.IsDone
            ? RemoteResult.Of(new PlatformAccount
            {
                Id = partner.Value.Id,
                Name = partner.Value.Name,
                CreatedAt = partner.Value.CreatedAt,
                MaxTenants = partner.Value.MaxTenants,
                MaxUsersPerTenant = partner.Value.MaxUsersPerTenant,
            })
            : new(null, partner.Problem, partner.Refusal);
    }

    public override async Task<RemoteResult<ScaiKeyRow>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken) =>
        Checked(ReadItem<ScaiKeyRow>(await SendAsync(HttpMethod.Get, Tenants + Uri.EscapeDataString(id), tenant, null, cancellationToken)));

    /// <summary>What a search looks at is not documented, so that the slug is compared again here.</summary>
    public override Task<RemoteResult<IReadOnlyCollection<ScaiKeyRow>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken) =>
        ListAsync<ScaiKeyRow>(
            $"{Tenants}?{(name is null ? "" : $"search={Uri.EscapeDataString(name)}&")}", "tenants", tenant, row => row.Id, row => name is null || row.Slug == name, cancellationToken);

    /// <summary>Makes a tenant. An answer without it leaves the row empty.</summary>
    public async Task<RemoteResult<ScaiKeyRow>> CreateTenantAsync(ScaiKeyNewTenant made, string tenant, CancellationToken cancellationToken) =>
        ReadItem<ScaiKeyRow>(await SendAsync(HttpMethod.Post, Tenants, tenant, made, cancellationToken));

    public async Task<RemoteResult<ScaiKeyRow>> ChangeTenantAsync(string id, ScaiKeyTenantChange change, string tenant, CancellationToken cancellationToken) =>
        ReadItem<ScaiKeyRow>(await SendAsync(HttpMethod.Patch, Tenants + Uri.EscapeDataString(id), tenant, change, cancellationToken));

    public Task<RemoteAnswer> DeleteTenantAsync(string id, string tenant, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, Tenants + Uri.EscapeDataString(id), tenant, null, cancellationToken);

    public async Task<RemoteResult<ScaiKeyPerson>> AddPersonAsync(ScaiKeyNewPerson person, string tenant, CancellationToken cancellationToken) =>
        ReadItem<ScaiKeyPerson>(await SendAsync(HttpMethod.Post, Users, tenant, person, cancellationToken));

    public async Task<RemoteResult<ScaiKeyPerson>> ChangePersonAsync(string person, ScaiKeyPersonChange change, string tenant, CancellationToken cancellationToken) =>
        ReadItem<ScaiKeyPerson>(await SendAsync(HttpMethod.Patch, Users + Uri.EscapeDataString(person), tenant, change, cancellationToken));

    public Task<RemoteAnswer> DeletePersonAsync(string person, string tenant, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, Users + Uri.EscapeDataString(person), tenant, null, cancellationToken);

    public async Task<RemoteResult<ScaiKeyGrant>> GrantAsync(ScaiKeyNewGrant grant, string tenant, CancellationToken cancellationToken) =>
        ReadItem<ScaiKeyGrant>(await SendAsync(HttpMethod.Post, Grants, tenant, grant, cancellationToken));

    protected override ScaiKeyRow Merge(ScaiKeyRow known, ScaiKeyRow read) => read with
    {
        Settings = read.Settings ?? known.Settings,
        Branding = read.Branding ?? known.Branding,
        CreatedAt = read.CreatedAt ?? known.CreatedAt,
    };

    protected override async Task<RemoteResult<IReadOnlyCollection<ScaiKeyPerson>>> ListPeopleAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var people = await ListAsync<ScaiKeyPerson>(
            $"{Users}?tenant_id={Uri.EscapeDataString(id)}&", "users", tenant, person => person.Id, person => (person.TenantId is null || person.TenantId == id) && !person.IsDeleted, cancellationToken);
        if (!people.IsDone || people.Value.Count == 0)
        {
            return people;
        }

        // Grants cannot be listed by tenant. Only super admins may list them at all: without that nobody's role is known.
        var grants = await ListAsync<ScaiKeyGrant>($"{Grants}?is_active=true&", "admin_roles", tenant, grant => grant.Id ?? $"{grant.UserId}/{grant.Role}/{grant.TenantId}", grant => grant.IsActive != false, cancellationToken);
        if (!grants.IsDone && grants.Refusal?.Status != 403)
        {
            return RemoteResult.Not<IReadOnlyCollection<ScaiKeyPerson>>(grants.Problem);
        }

        var of = (grants.Value ?? []).ToLookup(grant => grant.UserId, StringComparer.Ordinal);
        return RemoteResult.Of<IReadOnlyCollection<ScaiKeyPerson>>([.. people.Value.Select(person => person with { Grants = [.. of[person.Id]] })]);
    }

    private RemoteResult<ScaiKeyRow> Checked(RemoteResult<ScaiKeyRow> row) => row is { IsDone: true, Value.Id.Length: 0 } ? RemoteResult.NotUnderstood<ScaiKeyRow>(dialect.Name) : row;

    private RemoteResult<T> ReadItem<T>(RemoteAnswer answer)
        where T : class => RemoteResult.Read<T>(answer, dialect, ScaiKeyJson.Item);

    // How large a page may be is not documented, so that a short one is not the last: the total tells, or a page that brings nothing new.
    private async Task<RemoteResult<IReadOnlyCollection<T>>> ListAsync<T>(
        string path, string rowsName, string tenant, Func<T, string> idOf, Func<T, bool> wanted, CancellationToken cancellationToken)
        where T : class
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await SendAsync(HttpMethod.Get, $"{path}page={page}&per_page={PageSize}", tenant, null, cancellationToken);
            var rows = RemoteResult.Read<List<T>>(answer, dialect, body => ScaiKeyJson.Rows(body, rowsName));
            if (!rows.IsDone)
            {
                return new(null, rows.Problem, rows.Refusal);
            }

            var before = found.Count;
            foreach (var row in rows.Value.Where(row => idOf(row).Length > 0))
            {
                found[idOf(row)] = row;
            }

            if (rows.Value.Count == 0 || found.Count == before || (answer is RemoteAnswer.Done done && ScaiKeyJson.Total(done.Body) is { } total && found.Count >= total))
            {
                break;
            }
        }

        return RemoteResult.Of<IReadOnlyCollection<T>>([.. found.Values.Where(wanted)]);
    }
}
