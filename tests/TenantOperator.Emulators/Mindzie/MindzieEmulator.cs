using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>The API of mindzieStudio for tenants and users of one installation: Tenant API, User API, Response Formats.</summary>
public sealed partial class MindzieEmulator : StatefulEmulator<MindzieState>
{
    private static readonly string[] _roles = ["TenantAdmin", "Administrator", "ITAdmin", "Analyst", "Developer", "User"];
    private readonly MindzieOptions _options;
    private ImmutableDictionary<string, string> _keys;

    private MindzieEmulator(MindzieOptions options)
        : base(options, new MindzieState())
    {
        _options = options;
        _keys = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal).Add(options.Key, "");
    }

    /// <summary>A global key.</summary>
    public string Key => _options.Key;

    internal override string RequestIdHeader => "X-Request-Id";

    /// <summary>Starts it on loopback.</summary>
    public static Task<MindzieEmulator> StartAsync(MindzieOptions? options = null) =>
        ListenAsync(new MindzieEmulator(options ?? new MindzieOptions()));

    /// <summary>Makes another global key.</summary>
    public void AddKey(string key) => _keys = _keys.SetItem(key, "");

    /// <summary>Makes a key of one tenant: 401 for every global call and for every other tenant.</summary>
    public void AddTenantKey(string key, string tenantId) => _keys = _keys.SetItem(key, tenantId);

    /// <summary>Takes a key back: from now on it is answered with 401.</summary>
    public void RevokeKey(string key) => _keys = _keys.Remove(key);

    /// <summary>Puts a tenant there, whatever the licence says.</summary>
    public MindzieTenant AddTenant(string name, string? displayName = null, int maxUsers = 10, int maxAnalysts = 2)
    {
        var tenant = new MindzieTenant
        {
            Id = Ids.Guid(),
            Name = name,
            DisplayName = displayName ?? name,
            MaxUserCount = maxUsers,
            MaxAnalystCount = maxAnalysts,
            DateCreated = Now,
        };
        Change(state => state with { Tenants = state.Tenants.With(tenant) });
        return tenant;
    }

    /// <summary>Puts an account there and assigns it to a tenant, if one is named, whatever its limits say.</summary>
    public MindzieUser AddUser(string email, string roleName = "User", string? tenantId = null)
    {
        var user = State.FindUser(email)
            ?? new MindzieUser { Id = Ids.Guid(), Email = email, DisplayName = email, RoleName = roleName, DateCreated = Now };
        Change(state => state with
        {
            Users = state.Users.With(user),
            Assignments = tenantId is null ? state.Assignments : state.Assignments.With(new MindzieAssignment(user.Id, tenantId, roleName, Now)),
        });
        return user;
    }

    /// <summary>Changes anything about a tenant behind the operator's back.</summary>
    public void ChangeTenant(string tenantId, Func<MindzieTenant, MindzieTenant> change) =>
        Change(state => state with { Tenants = state.Tenants.With(tenantId, change) });

    /// <summary>Changes anything about an account behind the operator's back.</summary>
    public void ChangeUser(string userId, Func<MindzieUser, MindzieUser> change) =>
        Change(state => state with { Users = state.Users.With(userId, change) });

    /// <summary>Deletes a tenant with its assignments; the accounts stay.</summary>
    public void DeleteTenant(string tenantId) => Change(state => WithoutTenant(state, state.Tenants[tenantId]));

    internal override Answer Error(int status, string? message = null) => Error(status, null, message);

    internal override Answer Invalid(IReadOnlyList<Violation> violations) =>
        Error(400, "VALIDATION_ERROR", $"{violations[0].Place}: {violations[0].Message}", (violations[0].Place, violations[0].Message));

    internal override void Authorize(Operation operation, Call call)
    {
        var header = call.Header("Authorization");
        if (header?.StartsWith("Bearer ", StringComparison.Ordinal) != true || !_keys.TryGetValue(header["Bearer ".Length..], out var tenantId))
        {
            throw Refuse(401, "Invalid API key");
        }

        if (_options.NeedsTenantHeaders && (call.Header("X-Tenant-Id") is null || call.Header("X-Project-Id") is null))
        {
            throw Refuse(401, "X-Tenant-Id and X-Project-Id headers are required");
        }

        var isOfTenant = operation.Template.StartsWith("/api/tenant/{tenantId}/user", StringComparison.Ordinal);
        if (tenantId.Length > 0 && (!isOfTenant || call.Route("tenantId") != tenantId))
        {
            var refused = Error(401, "This endpoint requires a Global API key");
            refused.Body!["hint"] = "Global API keys are created at /admin/global-api-keys";
            throw new Refusal(refused);
        }
    }

    private protected override IReadOnlyList<Operation> ListOperations() =>
    [
        new("GET", "/api/ping/unauthorizedping", _ => Answer.Ok(new JsonObject { ["message"] = "pong" })) { IsOpen = true },
        new("GET", "/api/tenant", ListTenants, "page pageSize"),
        new("GET", "/api/tenant/{tenantId}", call => Ok(ToJson(State, GetTenant(call), isListed: false))),
        new("POST", "/api/tenant", CreateTenant),
        new("PUT", "/api/tenant", UpdateTenant),
        new("DELETE", "/api/tenant", DeleteTenant),
        new("GET", "/api/user", ListUsers, "page pageSize includeDisabled role search"),
        new("POST", "/api/user", call => CreateUser(call, null)),
        new("GET", "/api/user/{userId}", call => Ok(ToJson(GetUser(call)))),
        new("PUT", "/api/user/{userId}", UpdateUser),
        new("GET", "/api/user/by-email/{email}", call => Ok(ToJson(GetUserByEmail(call)))),
        new("GET", "/api/user/{userId}/tenants", call => Ok(new JsonObject { ["tenants"] = TenantsOf(GetUser(call)) })),
        new("GET", "/api/tenant/{tenantId}/user", ListUsers, "page pageSize includeDisabled role search"),
        new("POST", "/api/tenant/{tenantId}/user", call => CreateUser(call, GetTenant(call))),
        new("GET", "/api/tenant/{tenantId}/user/{userId}", call => Ok(ToJson(GetAssigned(call, GetUser(call)).User))),
        new("GET", "/api/tenant/{tenantId}/user/by-email/{email}", call => Ok(ToJson(GetAssigned(call, GetUserByEmail(call)).User))),
        new("PUT", "/api/tenant/{tenantId}/user/{userId}", UpdateAssignment),
        new("POST", "/api/tenant/{tenantId}/user/{userId}", AssignUser),
        new("DELETE", "/api/tenant/{tenantId}/user/{userId}", UnassignUser),
    ];

    private Answer Error(int status, string? code, string? message, (string Field, string Reason)? detail = null)
    {
        message ??= status switch
        {
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not found",
            409 => "Conflict",
            429 => "Rate limit exceeded",
            _ => "Internal server error",
        };
        if (_options.ErrorBody == MindzieErrorBody.ErrorObject)
        {
            return new(status, new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["code"] = code ?? "ERROR_" + status,
                    ["message"] = message,
                    ["details"] = detail is { } about ? new JsonObject { ["field"] = about.Field, ["reason"] = about.Reason } : null,
                    ["timestamp"] = Json.Time(Now),
                    ["requestId"] = Ids.Hash("req_"),
                },
            });
        }

        var body = new JsonObject
        {
            ["error"] = code is not null && _options.CodeField == MindzieCodeField.InText ? $"{code}: {message}" : message,
        };
        if (code is not null && _options.CodeField != MindzieCodeField.InText)
        {
            body[_options.CodeField == MindzieCodeField.Code ? "code" : "errorCode"] = code;
        }

        return new(status, body);
    }

    private Refusal Refuse(int status, string code, string message) => new(Error(status, code, message));

    private Answer Ok(JsonNode body, int status = 200) => new(status, _options.WrapsAnswers
        ? new JsonObject { ["data"] = body, ["metadata"] = new JsonObject { ["timestamp"] = Json.Time(Now) } }
        : body);

    private Answer Page<T>(Call call, string name, List<T> rows, int most, Func<T, JsonNode> toJson)
    {
        var page = call.Query("page", 1, 1, int.MaxValue);
        var size = call.Query("pageSize", 50, 1, most);
        call.Check();
        var list = Json.List(call.Page(rows, (page - 1L) * size, size), toJson);
        if (!_options.WrapsAnswers)
        {
            return Answer.Ok(new JsonObject { [name] = list, ["totalCount"] = rows.Count, ["page"] = page, ["pageSize"] = size });
        }

        var pages = (rows.Count + size - 1) / size;
        return Answer.Ok(new JsonObject
        {
            ["data"] = list,
            ["metadata"] = new JsonObject { ["timestamp"] = Json.Time(Now) },
            ["pagination"] = new JsonObject
            {
                ["currentPage"] = page,
                ["totalPages"] = pages,
                ["totalItems"] = rows.Count,
                ["itemsPerPage"] = size,
                ["hasNext"] = page < pages,
                ["hasPrevious"] = page > 1,
            },
        });
    }

    [GeneratedRegex("^[a-z0-9-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
