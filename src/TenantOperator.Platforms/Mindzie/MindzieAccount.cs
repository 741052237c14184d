using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Mindzie;

/// <summary>The connection to one mindzieStudio: its calls, one method each.</summary>
internal sealed class MindzieAccount(RemoteConnection connection, MindzieDialect dialect, IDisposable credentials, TimeSpan interval, TimeProvider clock)
    : RemoteAccount<MindzieRow, MindziePerson>(connection, credentials, interval, clock)
{
    // What lists of tenants allow; those of people would allow more.
    private const int PageSize = 100;
    private const int MostPages = 1000;

    /// <summary>Whether it answers at all; needs no key.</summary>
    public async Task<PlatformOutcome> PingAsync(CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, "api/ping/unauthorizedping", "", null, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok;

    public override async Task<RemoteResult<MindzieRow>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var row = ReadItem<MindzieRow>(await SendAsync(HttpMethod.Get, "api/tenant/" + Uri.EscapeDataString(id), tenant, null, cancellationToken));
        return !row.IsDone ? row : row.Value.Id.Length == 0 ? RemoteResult.NotUnderstood<MindzieRow>(dialect.Name) : RemoteResult.Of(row.Value with { Whole = true });
    }

    /// <summary>No filter is documented, so that a name is looked for in all pages. Names are unique.</summary>
    public override async Task<RemoteResult<IReadOnlyCollection<MindzieRow>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken) =>
        await ListAsync<MindzieRow>("api/tenant?", "tenants", tenant, row => row.Id, row => name is null || row.Name == name, cancellationToken);

    public async Task<RemoteResult<MindzieCreated>> CreateTenantAsync(MindzieNewTenant made, string tenant, CancellationToken cancellationToken) =>
        ReadItem<MindzieCreated>(await SendAsync(HttpMethod.Post, "api/tenant", tenant, made, cancellationToken));

    public async Task<RemoteResult<MindzieSaid>> ChangeTenantAsync(MindzieTenantChange change, string tenant, CancellationToken cancellationToken) =>
        ReadItem<MindzieSaid>(await SendAsync(HttpMethod.Put, "api/tenant", tenant, change, cancellationToken));

    public async Task<RemoteAnswer> DeleteTenantAsync(MindzieDeletion deletion, string tenant, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Delete, "api/tenant", tenant, deletion, cancellationToken);

    public async Task<RemoteResult<MindzieSaid>> AddPersonAsync(string id, MindzieNewPerson person, string tenant, CancellationToken cancellationToken) =>
        ReadItem<MindzieSaid>(await SendAsync(HttpMethod.Post, PeopleOf(id), tenant, person, cancellationToken));

    public async Task<RemoteResult<MindzieSaid>> ChangePersonAsync(string id, string person, MindziePersonChange change, string tenant, CancellationToken cancellationToken) =>
        ReadItem<MindzieSaid>(await SendAsync(HttpMethod.Put, $"{PeopleOf(id)}/{Uri.EscapeDataString(person)}", tenant, change, cancellationToken));

    /// <summary>Changes an account on the whole server.</summary>
    public async Task<RemoteResult<MindzieSaid>> ChangeAccountAsync(string person, MindzieAccountChange change, string tenant, CancellationToken cancellationToken) =>
        ReadItem<MindzieSaid>(await SendAsync(HttpMethod.Put, "api/user/" + Uri.EscapeDataString(person), tenant, change, cancellationToken));

    public async Task<RemoteAnswer> RemovePersonAsync(string id, string person, string tenant, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Delete, $"{PeopleOf(id)}/{Uri.EscapeDataString(person)}", tenant, null, cancellationToken);

    // Counts come from lists only, the limit of cases from the tenant alone.
    protected override MindzieRow Merge(MindzieRow known, MindzieRow read) => read with
    {
        CaseCount = read.CaseCount ?? known.CaseCount,
        UserCount = read.UserCount ?? known.UserCount,
        AnalystCount = read.AnalystCount ?? known.AnalystCount,
        Autoload = read.Autoload ?? known.Autoload,
        DateCreated = read.DateCreated ?? known.DateCreated,
        MaxCases = read.Whole ? read.MaxCases : known.MaxCases,
        Whole = read.Whole || known.Whole,
    };

    /// <summary>Disabled ones too: they would look missing.</summary>
    protected override Task<RemoteResult<IReadOnlyCollection<MindziePerson>>> ListPeopleAsync(string id, string tenant, CancellationToken cancellationToken) =>
        ListAsync<MindziePerson>(PeopleOf(id) + "?includeDisabled=true&", "users", tenant, row => row.UserId, _ => true, cancellationToken);

    private static string PeopleOf(string id) => $"api/tenant/{Uri.EscapeDataString(id)}/user";

    private RemoteResult<T> ReadItem<T>(RemoteAnswer answer)
        where T : class => RemoteResult.Read<T>(answer, dialect, MindzieJson.Item);

    // Rows may move between pages while they are read, so each id counts once.
    private async Task<RemoteResult<IReadOnlyCollection<T>>> ListAsync<T>(
        string path, string rowsName, string tenant, Func<T, string> idOf, Func<T, bool> wanted, CancellationToken cancellationToken)
        where T : class
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await SendAsync(HttpMethod.Get, $"{path}page={page}&pageSize={PageSize}", tenant, null, cancellationToken);
            var rows = RemoteResult.Read<List<T>>(answer, dialect, body => MindzieJson.Rows(body, rowsName));
            if (!rows.IsDone)
            {
                return RemoteResult.Not<IReadOnlyCollection<T>>(rows.Problem);
            }

            foreach (var row in rows.Value.Where(row => idOf(row).Length > 0 && wanted(row)))
            {
                found[idOf(row)] = row;
            }

            if (rows.Value.Count < PageSize)
            {
                break;
            }
        }

        return RemoteResult.Of<IReadOnlyCollection<T>>(found.Values);
    }
}
