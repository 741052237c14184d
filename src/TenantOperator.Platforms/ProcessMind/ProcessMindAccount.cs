using System.Collections.Concurrent;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ProcessMind;

/// <summary>The connection to one organisation on ProcessMind: its calls, one method each. Those about the organisation go through its anchor tenant.</summary>
internal sealed class ProcessMindAccount(RemoteConnection connection, ProcessMindDialect dialect, string anchor, IDisposable credentials, TimeSpan interval, TimeProvider clock)
    : RemoteAccount<ProcessMindRow, ProcessMindPerson>(connection, credentials, interval, clock)
{
    private readonly ConcurrentDictionary<string, (ProcessMindStatistics? Numbers, long At)> statistics = new(StringComparer.Ordinal);

    /// <summary>The tenant through which the organisation is managed.</summary>
    public string Anchor => anchor;

    private string Organization => $"tenant/{Uri.EscapeDataString(anchor)}/organization";

    /// <summary>The organisation with its totals.</summary>
    public async Task<RemoteResult<PlatformAccount>> ReadOrganizationAsync(CancellationToken cancellationToken)
    {
        var organization = Read<ProcessMindOrganization>(await SendAsync(HttpMethod.Get, Organization, "", null, cancellationToken));
        if (!organization.IsDone)
        {
            return RemoteResult.Not<PlatformAccount>(organization.Problem);
        }

        var totals = Read<ProcessMindTotals>(await SendAsync(HttpMethod.Get, Organization + "/statistics", "", null, cancellationToken));
        return totals.IsDone
            ? RemoteResult.Of(new PlatformAccount
            {
                Id = organization.Value.Id,
                Name = organization.Value.DisplayName,
                CreatedAt = organization.Value.CreatedAt,
                Tenants = totals.Value.TenantCount,
                TenantUsers = totals.Value.TotalUserCount,
                Processes = totals.Value.TotalProcessCount,
                Datasets = totals.Value.TotalDatasetCount,
                StorageBytes = totals.Value.TotalStorageUsedBytes,
            })
            : RemoteResult.Not<PlatformAccount>(totals.Problem);
    }

    public override async Task<RemoteResult<ProcessMindRow>> ReadTenantAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var row = Read<ProcessMindRow>(await SendAsync(HttpMethod.Get, PathOf(id), tenant, null, cancellationToken));
        return row is { IsDone: true, Value.Id.Length: 0 } ? RemoteResult.NotUnderstood<ProcessMindRow>(dialect.Name) : row;
    }

    /// <summary>The list comes whole and does not show short names.</summary>
    public override async Task<RemoteResult<IReadOnlyCollection<ProcessMindRow>>> ListTenantsAsync(string? name, string tenant, CancellationToken cancellationToken)
    {
        var rows = Read<List<ProcessMindRow>>(await SendAsync(HttpMethod.Get, Organization + "/tenants", tenant, null, cancellationToken));
        return rows.IsDone
            ? RemoteResult.Of<IReadOnlyCollection<ProcessMindRow>>([.. rows.Value.Where(row => row.Id.Length > 0 && (name is null || row.DisplayName == name)).DistinctBy(row => row.Id)])
            : RemoteResult.Not<IReadOnlyCollection<ProcessMindRow>>(rows.Problem);
    }

    /// <summary>Makes a tenant. What the answer shows is not documented: an id, or words only.</summary>
    public async Task<RemoteResult<ProcessMindSaid>> CreateTenantAsync(ProcessMindNewTenant made, string tenant, CancellationToken cancellationToken) =>
        Read<ProcessMindSaid>(await SendAsync(HttpMethod.Post, Organization + "/tenants", tenant, made, cancellationToken));

    public async Task<RemoteResult<ProcessMindRow>> ChangeTenantAsync(string id, ProcessMindTenantChange change, string tenant, CancellationToken cancellationToken) =>
        Read<ProcessMindRow>(await SendAsync(HttpMethod.Put, PathOf(id), tenant, change, cancellationToken));

    public async Task<RemoteAnswer> DeleteTenantAsync(string id, string tenant, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Delete, $"{Organization}/tenants/{Uri.EscapeDataString(id)}", tenant, null, cancellationToken);

    /// <summary>A tenant that was just made uses nothing yet.</summary>
    public void LearnUnused(string id) => statistics[id] = (null, Clock.GetTimestamp());

    /// <summary>What a tenant uses, read once an interval: there is no list that tells it of all. Null if it was never read.</summary>
    public async Task<ProcessMindStatistics?> StatisticsAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        if (statistics.TryGetValue(id, out var known) && Clock.GetElapsedTime(known.At) < Interval)
        {
            return known.Numbers;
        }

        // Numbers are no reason to hold a tenant up: those of before stay.
        var read = Read<ProcessMindStatistics>(await SendAsync(HttpMethod.Get, PathOf(id) + "/statistics", tenant, null, cancellationToken));
        if (!read.IsDone)
        {
            return known.Numbers;
        }

        statistics[id] = (read.Value, Clock.GetTimestamp());
        return read.Value;
    }

    /// <summary>Adds a person. Whoever is in the tenant already keeps their flags, gets these, or is refused: no document says.</summary>
    public async Task<RemoteResult<ProcessMindSaid>> AddPersonAsync(string id, ProcessMindNewPerson person, string tenant, CancellationToken cancellationToken) =>
        Read<ProcessMindSaid>(await SendAsync(HttpMethod.Post, PathOf(id) + "/users", tenant, person, cancellationToken));

    public async Task<RemoteResult<ProcessMindSaid>> ChangePersonAsync(string id, ProcessMindFlags change, string tenant, CancellationToken cancellationToken) =>
        Read<ProcessMindSaid>(await SendAsync(HttpMethod.Put, PathOf(id) + "/users", tenant, change, cancellationToken));

    public async Task<RemoteResult<ProcessMindSaid>> ChangeInOrganizationAsync(ProcessMindOrganizationChange change, string tenant, CancellationToken cancellationToken) =>
        Read<ProcessMindSaid>(await SendAsync(HttpMethod.Put, Organization + "/users", tenant, change, cancellationToken));

    public async Task<RemoteAnswer> RemovePersonAsync(string id, string person, string tenant, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Delete, PathOf(id) + "/users", tenant, new ProcessMindFlags(person, id), cancellationToken);

    public async Task<RemoteAnswer> RemoveFromOrganizationAsync(string person, string tenant, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Delete, Organization + "/users", tenant, new ProcessMindOrganizationChange(person), cancellationToken);

    protected override ProcessMindRow Merge(ProcessMindRow known, ProcessMindRow read) => read with { Plan = read.Plan ?? known.Plan, Statistics = read.Statistics ?? known.Statistics };

    protected override async Task<RemoteResult<IReadOnlyCollection<ProcessMindPerson>>> ListPeopleAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var rows = Read<List<ProcessMindPerson>>(await SendAsync(HttpMethod.Get, PathOf(id) + "/users", tenant, null, cancellationToken));
        return rows.IsDone ? RemoteResult.Of<IReadOnlyCollection<ProcessMindPerson>>(rows.Value) : RemoteResult.Not<IReadOnlyCollection<ProcessMindPerson>>(rows.Problem);
    }

    private static string PathOf(string id) => "tenant/" + Uri.EscapeDataString(id);

    private RemoteResult<T> Read<T>(RemoteAnswer answer)
        where T : class => RemoteResult.Read<T>(answer, dialect);
}
