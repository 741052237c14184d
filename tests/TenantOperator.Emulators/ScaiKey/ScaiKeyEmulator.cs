using System.Text.Json;
using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>
/// The administration API of ScaiKey: Tenants API, and as far as they are documented Admin API, users, partners, admin roles and OAuth
/// endpoints. It starts with one partner.
/// </summary>
public sealed partial class ScaiKeyEmulator : StatefulEmulator<ScaiKeyState>
{
    private static readonly string[] _mfaMethods = ["totp", "sms", "email", "webauthn"];
    private readonly ScaiKeyOptions _options;
    private readonly Tokens _tokens;

    private ScaiKeyEmulator(ScaiKeyOptions options)
        : base(options, new ScaiKeyState())
    {
        _options = options;
        _tokens = new Tokens(options.Clock, () => Address.AbsoluteUri.TrimEnd('/'), Ids);
        _tokens.AddApplication(options.ClientId, options.ClientSecret, options.AllowedScopes, tenantSlug: null);
        PartnerId = AddPartner("Emulated partner", "emulated").Id;
    }

    /// <summary>The partner that was there from the beginning.</summary>
    public string PartnerId { get; }

    /// <summary>The id of a GLOBAL service application.</summary>
    public string ClientId => _options.ClientId;

    /// <summary>The secret of that application.</summary>
    public string ClientSecret => _options.ClientSecret;

    /// <summary>How many tokens were given out.</summary>
    public int TokensIssued => _tokens.Issued;

    /// <summary>Starts it on loopback.</summary>
    public static Task<ScaiKeyEmulator> StartAsync(ScaiKeyOptions? options = null) =>
        ListenAsync(new ScaiKeyEmulator(options ?? new ScaiKeyOptions()));

    /// <summary>A token of the GLOBAL application without the way through the token endpoint; without scopes, with all that it may have.</summary>
    public string IssueToken(string? scopes = null) =>
        _tokens.Issue(new(ClientId, [.. (scopes ?? _options.AllowedScopes).Split(' ')], null, null, null), _options.TokenLifetime);

    /// <summary>A token of a user with a role: <c>super_admin</c>, <c>partner_admin</c> or <c>tenant_admin</c>, the latter two with their reach.</summary>
    public string IssueUserToken(string role, string? partnerId = null, string? tenantId = null) =>
        _tokens.Issue(new("usr_emulated", [], role, partnerId, tenantId), _options.TokenLifetime);

    /// <summary>Ends all tokens at once, as a change of the signing key does.</summary>
    public void ExpireTokens() => _tokens.Clear();

    /// <summary>Gives the application another secret; the old one is answered with <c>invalid_client</c>.</summary>
    public void ChangeSecret(string secret) => _tokens.AddApplication(ClientId, secret, _options.AllowedScopes, tenantSlug: null);

    /// <summary>Registers an application of one tenant, which gets its tokens at that tenant's endpoint only.</summary>
    public void AddTenantApplication(string clientId, string secret, string scopes, string tenantSlug) =>
        _tokens.AddApplication(clientId, secret, scopes, tenantSlug);

    /// <summary>Puts a partner there.</summary>
    public ScaiKeyPartner AddPartner(string name, string slug, long? maxTenants = null, long? maxUsersPerTenant = null)
    {
        var partner = new ScaiKeyPartner
        {
            Id = Ids.Hash("prt_"),
            Name = name,
            Slug = slug,
            MaxTenants = maxTenants,
            MaxUsersPerTenant = maxUsersPerTenant,
            CreatedAt = Now,
        };
        Change(state => state with { Partners = state.Partners.With(partner) });
        return partner;
    }

    /// <summary>Puts a tenant there; without a partner, with the first.</summary>
    public ScaiKeyTenant AddTenant(string slug, string? name = null, string? partnerId = null)
    {
        var tenant = new ScaiKeyTenant
        {
            Id = Ids.Hash("tnt_"),
            Name = name ?? slug,
            Slug = slug,
            PartnerId = partnerId ?? PartnerId,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        Change(state => state with { Tenants = state.Tenants.With(tenant) });
        return tenant;
    }

    /// <summary>Puts a user into a tenant.</summary>
    public ScaiKeyUser AddUser(string tenantId, string email)
    {
        var user = new ScaiKeyUser { Id = Ids.Hash("usr_"), TenantId = tenantId, Email = email, CreatedAt = Now };
        Change(state => state with { Users = state.Users.With(user) });
        return user;
    }

    /// <summary>Changes anything about a tenant behind the operator's back.</summary>
    public void ChangeTenant(string tenantId, Func<ScaiKeyTenant, ScaiKeyTenant> change) =>
        Change(state => state with { Tenants = state.Tenants.With(tenantId, change) });

    /// <summary>Changes anything about a user behind the operator's back.</summary>
    public void ChangeUser(string userId, Func<ScaiKeyUser, ScaiKeyUser> change) =>
        Change(state => state with { Users = state.Users.With(userId, change) });

    /// <summary>Takes a tenant away for ever, with its users; no documented call does.</summary>
    public void PurgeTenant(string tenantId) => Change(state => state with
    {
        Tenants = state.Tenants.Without(tenantId),
        Users = state.Users.Without(user => user.TenantId == tenantId),
    });

    internal override Answer Error(int status, string? message = null)
    {
        var (code, otherwise) = status switch
        {
            400 => ("bad_request", "Bad request"),
            401 => ("unauthorized", "Invalid or expired token"),
            403 => ("forbidden", "Insufficient permissions"),
            404 => ("not_found", "Not found"),
            409 => ("conflict", "Already exists"),
            429 => ("rate_limited", "Too many requests"),
            _ => ("internal_error", "Internal server error"),
        };
        return new(status, _options.ErrorBody switch
        {
            ScaiKeyErrorBody.DetailText => new JsonObject { ["detail"] = message ?? otherwise },
            ScaiKeyErrorBody.DetailObject => new JsonObject { ["detail"] = new JsonObject { ["message"] = message ?? otherwise, ["field"] = null } },
            _ => new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message ?? otherwise } },
        });
    }

    internal override Answer Invalid(IReadOnlyList<Violation> violations) =>
        new(422, new JsonObject { ["detail"] = Json.List(violations, violation => violation.ToJson()) });

    internal override void Authorize(Operation operation, Call call)
    {
        // The redirect comes before anybody looks at the token.
        if (_options.TrailingSlash == ScaiKeyTrailingSlash.Redirected && operation.Template.EndsWith('/') && !call.Path.EndsWith('/'))
        {
            throw new Refusal(new Answer(307).WithHeader("Location", Address.AbsoluteUri.TrimEnd('/') + call.Path + "/" + call.QueryString));
        }

        var token = Bearer(call) ?? throw Refuse(401);
        if (token.Role is null)
        {
            CheckScopes(operation, token);
        }
        else if (token.Role != "super_admin" && (operation.Verb != "GET" || operation.Template.Contains("admin-roles", StringComparison.Ordinal)))
        {
            throw Refuse(403);
        }
    }

    private protected override IReadOnlyList<Operation> ListOperations() =>
    [
        new("POST", "/api/v1/platform/oauth/token", call => IssueToken(call, null)) { IsOpen = true },
        new("POST", "/api/v1/auth/tenants/{slug}/oauth/token", call => IssueToken(call, call.Route("slug"))) { IsOpen = true },
        new("GET", "/api/v1/platform/oauth/.well-known/openid-configuration", Discover) { IsOpen = true },
        new("GET", "/api/v1/admin/tenants/", ListTenants, "page per_page search status partner_id"),
        new("POST", "/api/v1/admin/tenants/", CreateTenant),
        new("GET", "/api/v1/admin/tenants/{tenant_id}", GetTenant),
        new("PATCH", "/api/v1/admin/tenants/{tenant_id}", UpdateTenant),
        new("DELETE", "/api/v1/admin/tenants/{tenant_id}", DeleteTenant),
        new("GET", "/api/v1/admin/users/", ListUsers, "page per_page search status tenant_id partner_id"),
        new("POST", "/api/v1/admin/users/", CreateUser),
        new("GET", "/api/v1/admin/users/{user_id}", call => Item(ToJson(GetUser(call)))),
        new("PATCH", "/api/v1/admin/users/{user_id}", UpdateUser),
        new("DELETE", "/api/v1/admin/users/{user_id}", DeleteUser),
        new("GET", "/api/v1/admin/admin-roles/", ListAdminRoles, "page per_page role user_id is_active"),
        new("POST", "/api/v1/admin/admin-roles/", GrantAdminRole),
        new("GET", "/api/v1/admin/admin-roles/user/{user_id}", ListAdminRolesOfUser),
        new("GET", "/api/v1/admin/partners/", ListPartners, "page per_page"),
        new("POST", "/api/v1/admin/partners/", CreatePartner),
        new("GET", "/api/v1/admin/partners/{partner_id}", call => Item(ToJson(GetPartner(call.Route("partner_id"))))),
        new("PATCH", "/api/v1/admin/partners/{partner_id}", UpdatePartner),
        new("DELETE", "/api/v1/admin/partners/{partner_id}", DeletePartner),
    ];

    private Token? Bearer(Call call) =>
        call.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? _tokens.Find(header["Bearer ".Length..]) : null;

    private void CheckScopes(Operation operation, Token token)
    {
        var (mayRead, mayWrite) = (token.Scopes.Contains("admin:read"), token.Scopes.Contains("admin:write"));
        var isAllowed = operation.Verb == "GET" ? mayRead || (mayWrite && _options.WriteImpliesRead) : mayWrite;
        if (!isAllowed)
        {
            throw Refuse(403, "Platform token requires admin:read or admin:write scope");
        }

        if (operation.Template.Contains("admin-roles", StringComparison.Ordinal) && !_options.PlatformTokenIsSuperAdmin)
        {
            throw Refuse(403);
        }
    }

    private Answer Item(JsonObject json, int status = 200) => new(status, _options.ItemEnvelope == ScaiKeyItemEnvelope.Data
        ? new JsonObject { ["data"] = json, ["meta"] = new JsonObject() }
        : json);

    private Answer List<T>(Call call, string name, List<T> rows, Func<T, JsonObject> toJson)
    {
        var page = call.Query("page", 1, 1, int.MaxValue);
        var size = call.Query("per_page", _options.PageSize, 1, _options.LargestPage);
        call.Check();
        var list = Json.List(call.Page(rows, (page - 1L) * size, size), toJson);
        return Answer.Ok(_options.ListEnvelope switch
        {
            ScaiKeyListEnvelope.DataPagination => new JsonObject
            {
                ["data"] = list,
                ["pagination"] = new JsonObject { ["total"] = rows.Count, ["page"] = page, ["per_page"] = size },
                ["meta"] = new JsonObject(),
            },
            ScaiKeyListEnvelope.DataTotal => new JsonObject { ["data"] = list, ["total"] = rows.Count, ["page"] = page, ["page_size"] = size },
            ScaiKeyListEnvelope.ItemsTotal => new JsonObject { ["items"] = list, ["total"] = rows.Count },
            ScaiKeyListEnvelope.NamedTotal => new JsonObject { [name] = list, ["total"] = rows.Count },
            _ => list,
        });
    }

    private string Cased(string status) => _options.LowerCaseStatus ? status.ToLowerInvariant() : status;

    private static string? ReadStatus(Fields body)
    {
        var status = body.Text("status")?.ToUpperInvariant();
        if (status is not (null or "ACTIVE" or "SUSPENDED"))
        {
            body.Note(new(body.At("status"), "value is not a valid enumeration member; permitted: 'ACTIVE', 'SUSPENDED'", "type_error.enum"));
        }

        return status;
    }

    private static JsonNode ToNode(JsonElement element) => JsonNode.Parse(element.GetRawText())!;

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SlugForm();
}
