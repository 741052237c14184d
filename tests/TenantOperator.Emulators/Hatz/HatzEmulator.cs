using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>
/// The tenant administration API of Hatz AI: Admin - Tenant, Admin - Tenant Templates, and as far as it is documented Admin - User and
/// Admin - Roles. What happens at the admin site only is there as methods.
/// </summary>
public sealed partial class HatzEmulator : StatefulEmulator<HatzState>
{
    /// <summary>The status of a tenant that works.</summary>
    public const string ActiveStatus = "Active";

    /// <summary>The status of a tenant that ends with the month.</summary>
    public const string PendingCancellationStatus = "Pending Cancellation";

    /// <summary>The status of a tenant that has ended.</summary>
    public const string CanceledStatus = "Canceled";

    private static readonly string[] _packageNames = ["Intro", "Starter", "SMB", "Business", "Professional"];
    private readonly HatzOptions _options;
    private ImmutableDictionary<string, HatzRights> _keys;

    private HatzEmulator(HatzOptions options)
        : base(options, new HatzState { Msp = new HatzMsp { CreatedAt = options.Clock.GetUtcNow() } })
    {
        _options = options;
        _keys = ImmutableDictionary.Create<string, HatzRights>(StringComparer.Ordinal).Add(options.Key, HatzRights.All);
        Change(state => state with
        {
            Roles = RoleNames.Aggregate(state.Roles, (roles, name) => roles.With(new HatzRole
            {
                Id = Ids.Hash("role_"),
                Name = name,
                DisplayName = name.Replace('_', ' '),
                Permissions = ["chat"],
            })),
        });
    }

    /// <summary>A key that may do everything.</summary>
    public string Key => _options.Key;

    internal override string BasePath => "/v1";

    internal override string RequestIdHeader => "X-Request-ID";

    private IReadOnlyList<string> RoleNames => _options.RoleNames == HatzRoleNames.AdminMember
        ? ["member", "admin"]
        : ["general_user", "client_admin", "chat_only_user", "workshop_user"];

    private bool IsD3 => _options.Documents == HatzDocuments.D3;

    private StringComparison NameComparison =>
        _options.NamesIgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Starts it on loopback.</summary>
    public static Task<HatzEmulator> StartAsync(HatzOptions? options = null) => ListenAsync(new HatzEmulator(options ?? new HatzOptions()));

    /// <summary>Makes a key with fewer rights, or changes those of one.</summary>
    public void AddKey(string key, HatzRights rights) => _keys = _keys.SetItem(key, rights);

    /// <summary>Takes a key back: from now on it is answered with 401.</summary>
    public void RevokeKey(string key) => _keys = _keys.Remove(key);

    internal override Answer Error(int status, string? message = null) => new(status, new JsonObject
    {
        ["detail"] = message ?? status switch
        {
            400 => "Bad request",
            401 => "Invalid API key",
            403 => "Insufficient permissions",
            404 => "Not found",
            409 => "Conflict",
            429 => "Too many requests",
            _ => "Internal server error",
        },
    });

    internal override Answer Invalid(IReadOnlyList<Violation> violations) =>
        new(422, new JsonObject { ["detail"] = Json.List(violations, violation => violation.ToJson()) });

    internal override void Authorize(Operation operation, Call call)
    {
        if (call.Header("X-API-Key") is not { } key || !_keys.TryGetValue(key, out var rights))
        {
            throw Refuse(401);
        }

        if (!rights.HasFlag(RightFor(operation)))
        {
            // What is not there and what is not allowed cannot be told apart where templates are concerned.
            throw RightFor(operation) == HatzRights.Templates
                ? Refuse(404, "Template not found or insufficient permissions")
                : Refuse(403);
        }
    }

    private protected override IReadOnlyList<Operation> ListOperations() =>
    [
        new("GET", "/admin/tenants", ListTenants, "name limit offset"),
        new("GET", "/admin/tenants/" + (_options.Documents == HatzDocuments.D1 ? "internal-admin" : "msp"), GetMsp),
        new("GET", "/admin/tenants/{tenant_id}", GetTenant),
        new("GET", "/admin/tenants/{tenant_id}/users", ListTenantUsers, "limit offset"),
        new("POST", "/admin/tenants", CreateTenants),
        new("PATCH", "/admin/tenants/{tenant_id}/config", UpdateTenantConfig),
        new("GET", "/admin/tenants/templates", ListTemplates, "limit cursor"),
        new("GET", "/admin/tenants/templates/{template_id}", GetTemplate),
        new("POST", "/admin/tenants/templates", CreateTemplate),
        new("PUT", "/admin/tenants/templates/{template_id}", UpdateTemplate),
        new("DELETE", "/admin/tenants/templates/{template_id}", DeleteTemplate),
        new("POST", "/admin/users/invite", InviteUsers),
        new("PATCH", "/admin/users/{user_id}", UpdateUser),
        new("GET", "/admin/roles", ListRoles, "tenant_id limit offset"),
        new("GET", "/admin/roles/{role_id}", GetRole),
    ];

    private static HatzRights RightFor(Operation operation) => operation switch
    {
        { Template: var path } when path.Contains("/templates", StringComparison.Ordinal) => HatzRights.Templates,
        { Template: var path } when !path.StartsWith("/admin/tenants", StringComparison.Ordinal) => HatzRights.Users,
        { Verb: "GET" } => HatzRights.ReadTenants,
        _ => HatzRights.WriteTenants,
    };

    private bool IsNameTaken(string name) =>
        State.NamesOfOthers.Any(taken => taken.Equals(name, NameComparison))
        || State.Msp.Name.Equals(name, NameComparison)
        || State.Tenants.Any(tenant => tenant.Name.Equals(name, NameComparison));

    private void CheckModel(string? model)
    {
        if (!string.IsNullOrEmpty(model) && !State.Models.Contains(model))
        {
            throw Refuse(400, $"AI model '{model}' not found or not enabled");
        }
    }

    // Unset means without the field, too.
    private JsonObject WithModel(JsonObject json, string model)
    {
        if (model.Length > 0 || _options.NoModel != HatzNothing.Absent)
        {
            json["default_model_name"] = model.Length > 0 || _options.NoModel == HatzNothing.Empty ? model : null;
        }

        return json;
    }

    [GeneratedRegex("^tenant_[a-zA-Z0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex TenantId();

    [GeneratedRegex("^package_[a-zA-Z0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex PackageId();

    [GeneratedRegex("^tentemplate_[a-zA-Z0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex TemplateId();
}
