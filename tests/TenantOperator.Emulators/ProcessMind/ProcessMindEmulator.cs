using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>
/// The API of ProcessMind for tenants, their users and the organization: API Reference: Tenants, API Reference: Organizations. Every path
/// leads through a tenant of the organization, the anchor. It starts with one, for there always is one.
/// </summary>
public sealed partial class ProcessMindEmulator : StatefulEmulator<ProcessMindState>
{
    private readonly ProcessMindOptions _options;
    private ImmutableDictionary<string, Reach> _keys = ImmutableDictionary.Create<string, Reach>(StringComparer.Ordinal);

    private ProcessMindEmulator(ProcessMindOptions options)
        : base(options, Empty(options.Clock.GetUtcNow()))
    {
        _options = options;
        _keys = _keys.Add(options.Key, new Reach(null, null));
        AnchorId = AddTenant("anchor", "Anchor").Id;
    }

    /// <summary>A key for the whole organization.</summary>
    public string Key => _options.Key;

    /// <summary>The tenant that was there from the beginning.</summary>
    public string AnchorId { get; }

    /// <summary>Starts it on loopback.</summary>
    public static Task<ProcessMindEmulator> StartAsync(ProcessMindOptions? options = null) =>
        ListenAsync(new ProcessMindEmulator(options ?? new ProcessMindOptions()));

    /// <summary>Makes another key for the whole organization.</summary>
    public void AddKey(string key) => _keys = _keys.SetItem(key, new Reach(null, null));

    /// <summary>Makes a key that leads through one tenant only; it may belong to a user, who then cannot take away his own access.</summary>
    public void AddTenantKey(string key, string tenantId, string? userId = null) => _keys = _keys.SetItem(key, new Reach(tenantId, userId));

    /// <summary>Takes a key back: from now on it is answered with 401.</summary>
    public void RevokeKey(string key) => _keys = _keys.Remove(key);

    /// <summary>Puts an environment there.</summary>
    public ProcessMindTenant AddTenant(string shortName, string? displayName = null)
    {
        var tenant = new ProcessMindTenant { Id = Ids.Guid(), ShortName = shortName, DisplayName = displayName ?? shortName, CreatedAt = Now };
        Change(state => state with { Tenants = state.Tenants.With(tenant) });
        return tenant;
    }

    /// <summary>Gives somebody access to a tenant, with an account if there is none.</summary>
    public ProcessMindUser AddUser(string tenantId, string email, bool isAdmin = false, bool isDeveloper = false)
    {
        var user = State.FindUser(email) ?? new ProcessMindUser { Id = Ids.Guid(), Email = email, CreatedAt = Now };
        Change(state => state with
        {
            Users = state.Users.With(user),
            Access = state.Access.With(new ProcessMindAccess(user.Id, tenantId, IsActiveInTenant: true, isAdmin, isDeveloper)),
        });
        return user;
    }

    /// <summary>Lets somebody else on the product have a short name.</summary>
    public void TakeShortName(string shortName) =>
        Change(state => state with { ShortNamesOfOthers = state.ShortNamesOfOthers.Add(shortName) });

    /// <summary>Changes anything about a tenant behind the operator's back.</summary>
    public void ChangeTenant(string tenantId, Func<ProcessMindTenant, ProcessMindTenant> change) =>
        Change(state => state with { Tenants = state.Tenants.With(tenantId, change) });

    /// <summary>Changes what a user may do in a tenant behind the operator's back.</summary>
    public void ChangeAccess(string userId, string tenantId, Func<ProcessMindAccess, ProcessMindAccess> change) =>
        Change(state => state with { Access = state.Access.With(ProcessMindAccess.KeyOf(userId, tenantId), change) });

    /// <summary>Deletes a tenant, be it the last.</summary>
    public void DeleteTenant(string tenantId) => Change(state => WithoutTenant(state, tenantId));

    internal override Answer Error(int status, string? message = null)
    {
        var (code, otherwise) = status switch
        {
            400 => ("BAD_REQUEST", "Bad request."),
            401 => ("UNAUTHORIZED", "Invalid API key."),
            403 => ("FORBIDDEN", "Not allowed."),
            404 => ("NOT_FOUND", "Not found."),
            409 => ("CONFLICT", "Already exists."),
            429 => ("TOO_MANY_REQUESTS", "Too many requests."),
            _ => ("INTERNAL_ERROR", "Internal server error."),
        };
        return new(status, _options.ErrorBody switch
        {
            ProcessMindErrorBody.Message => new JsonObject { ["message"] = message ?? otherwise },
            ProcessMindErrorBody.Error => new JsonObject { ["error"] = message ?? otherwise },
            _ => new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message ?? otherwise } },
        });
    }

    internal override Answer Invalid(IReadOnlyList<Violation> violations) =>
        Error(400, string.Join("; ", violations.Select(violation => $"{violation.Place}: {violation.Message}")));

    internal override void Authorize(Operation operation, Call call)
    {
        if (ReachOf(call) is not { } reach)
        {
            throw Refuse(401);
        }

        if (reach.TenantId is not null
            && (call.Route("tenantId") != reach.TenantId || (IsOfOrganization(operation) && !_options.TenantKeysReachOrganization)))
        {
            throw Refuse(403);
        }

        if (State.Tenants.Find(call.Route("tenantId")) is null)
        {
            throw Refuse(404, "Tenant not found.");
        }
    }

    private protected override IReadOnlyList<Operation> ListOperations() =>
    [
        new("GET", "/tenant/{tenantId}", call => Answer.Ok(ToJson(State.Tenants[call.Route("tenantId")]))),
        new("PUT", "/tenant/{tenantId}", UpdateTenant),
        new("GET", "/tenant/{tenantId}/statistics", GetStatistics),
        new("GET", "/tenant/{tenantId}/users", ListTenantUsers),
        new("POST", "/tenant/{tenantId}/users", AddTenantUser),
        new("PUT", "/tenant/{tenantId}/users", UpdateTenantUser),
        new("DELETE", "/tenant/{tenantId}/users", RemoveTenantUser),
        new("GET", "/tenant/{tenantId}/organization", GetOrganization),
        new("GET", "/tenant/{tenantId}/organization/statistics", GetOrganizationStatistics),
        new("GET", "/tenant/{tenantId}/organization/tenants", ListTenants),
        new("POST", "/tenant/{tenantId}/organization/tenants", CreateTenant),
        new("DELETE", "/tenant/{tenantId}/organization/tenants/{targetTenantId}", DeleteTenant),
        new("GET", "/tenant/{tenantId}/organization/users", ListOrganizationUsers),
        new("PUT", "/tenant/{tenantId}/organization/users", UpdateOrganizationUser),
        new("DELETE", "/tenant/{tenantId}/organization/users", RemoveOrganizationUser),
    ];

    private static ProcessMindState Empty(DateTimeOffset now) =>
        new() { Organization = new ProcessMindOrganization("0f000000-5eed-4000-8000-000000000001", "Emulated organization", now) };

    private static bool IsOfOrganization(Operation operation) => operation.Template.Contains("/organization", StringComparison.Ordinal);

    private static ProcessMindState WithoutTenant(ProcessMindState state, string tenantId) => state with
    {
        Tenants = state.Tenants.Without(tenantId),
        Access = state.Access.Without(access => access.TenantId == tenantId),
    };

    private static JsonObject Said(string message) => new() { ["message"] = message };

    private Reach? ReachOf(Call call) => call.Header("x-api-key") is { } key ? _keys.GetValueOrDefault(key) : null;

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ShortNameForm();

    /// <summary>How far a key leads: through one tenant or all, and whose it is.</summary>
    private sealed record Reach(string? TenantId, string? UserId);
}
