using System.Text.Json;

namespace TenantOperator.Emulators;

// Users, admin roles and partners, as far as they are documented: how to reset a password and to revoke a role is not.
public sealed partial class ScaiKeyEmulator
{
    private Answer ListUsers(Call call)
    {
        var (search, status, tenantId, partner) = (call.Query("search"), call.Query("status"), call.Query("tenant_id"), call.Query("partner_id"));
        var reach = Bearer(call)!;
        var state = Listed;
        var rows = state.Users.Where(user =>
            user.DeletedAt is null
            && state.Tenants.Find(user.TenantId) is { } tenant && IsInReach(reach, tenant)
            && (search is null || user.Email.Contains(search, StringComparison.OrdinalIgnoreCase))
            && (status is null || user.Status.Equals(status, StringComparison.OrdinalIgnoreCase))
            && (tenantId is null || user.TenantId == tenantId)
            && (partner is null || tenant.PartnerId == partner));
        return List(call, "users", [.. rows], ToJson);
    }

    private Answer CreateUser(Call call)
    {
        var body = call.Body();
        var user = new ScaiKeyUser
        {
            Id = Ids.Hash("usr_"),
            TenantId = body.Need("tenant_id"),
            Email = body.Need("email", email: true),
            FirstName = body.Text("first_name"),
            LastName = body.Text("last_name"),
            DisplayName = body.Text("display_name"),
            HasPassword = body.Text("password", min: 1) is not null,
            CustomAttributes = ReadObject(body, "custom_attributes") ?? JsonElement.Parse("{}"),
            CreatedAt = Now,
        };
        call.Check();
        var tenant = GetLiveTenant(user.TenantId);
        var others = State.UsersOf(tenant.Id);
        if (others.Any(other => other.Email.Equals(user.Email, StringComparison.OrdinalIgnoreCase)))
        {
            throw Refuse(_options.ConflictStatus, $"User with email '{user.Email}' already exists");
        }

        if (others.Count >= (State.Partners.Find(tenant.PartnerId)?.MaxUsersPerTenant ?? long.MaxValue))
        {
            throw Refuse(_options.LimitStatus, "The partner's limit of users per tenant is reached");
        }

        Write(state => state with { Users = state.Users.With(user) });
        return Item(ToJson(user), 201);
    }

    private Answer UpdateUser(Call call)
    {
        var body = call.Body();
        var email = body.Text("email", email: true);
        var firstName = body.Text("first_name");
        var lastName = body.Text("last_name");
        var displayName = body.Text("display_name");
        var status = ReadStatus(body);
        var attributes = ReadObject(body, "custom_attributes");
        if (body.Has("password"))
        {
            body.Note(new(body.At("password"), "the password has a call of its own", "value_error"));
        }

        call.Check();
        var user = GetUser(call);
        user = user with
        {
            Email = email ?? user.Email,
            FirstName = firstName ?? user.FirstName,
            LastName = lastName ?? user.LastName,
            DisplayName = displayName ?? user.DisplayName,
            Status = status ?? user.Status,
            CustomAttributes = attributes ?? user.CustomAttributes,
        };
        Write(state => state with { Users = state.Users.With(user) });
        return Item(ToJson(user));
    }

    private Answer DeleteUser(Call call)
    {
        var user = GetUser(call);
        Write(state => state with { Users = state.Users.With(user with { DeletedAt = Now }) });
        return Answer.NoContent;
    }

    private Answer ListAdminRoles(Call call)
    {
        var (role, userId) = (call.Query("role"), call.Query("user_id"));
        var isActive = call.Query("is_active") is null ? (bool?)null : call.Query("is_active", otherwise: true);
        var rows = Listed.AdminRoles.Where(grant =>
            (role is null || grant.Role.Equals(role, StringComparison.OrdinalIgnoreCase))
            && (userId is null || grant.UserId == userId)
            && (isActive is null || isActive == IsActive(grant)));
        return List(call, "admin_roles", [.. rows], ToJson);
    }

    private Answer ListAdminRolesOfUser(Call call)
    {
        var user = GetUser(call);
        return List(call, "admin_roles", [.. Listed.AdminRoles.Where(grant => grant.UserId == user.Id)], ToJson);
    }

    private Answer GrantAdminRole(Call call)
    {
        var body = call.Body();
        var userId = body.Need("user_id");
        var role = body.Need("role");
        if (role.Length > 0 && role is not ("SUPER_ADMIN" or "PARTNER_ADMIN" or "TENANT_ADMIN"))
        {
            body.Note(new(body.At("role"), "value is not a valid enumeration member; permitted: 'SUPER_ADMIN', 'PARTNER_ADMIN', 'TENANT_ADMIN'", "type_error.enum"));
        }

        var partnerId = role == "PARTNER_ADMIN" ? body.Need("partner_id") : body.Text("partner_id");
        var tenantId = role == "TENANT_ADMIN" ? body.Need("tenant_id") : body.Text("tenant_id");
        var expires = body.Time("expires_at");
        call.Check();
        _ = State.Users.Find(userId) is { DeletedAt: null } ? true : throw Refuse(404, "User not found");
        _ = partnerId is null ? null : GetPartner(partnerId);
        _ = tenantId is null ? null : GetLiveTenant(tenantId);
        var grant = new ScaiKeyAdminRole(Ids.Hash("adr_"), userId, role, partnerId, tenantId, expires);
        Write(state => state with { AdminRoles = state.AdminRoles.With(grant) });
        return Item(ToJson(grant), 201);
    }

    private Answer ListPartners(Call call) => List(call, "partners", [.. Listed.Partners], ToJson);

    private Answer CreatePartner(Call call)
    {
        var body = call.Body();
        var partner = new ScaiKeyPartner
        {
            Id = Ids.Hash("prt_"),
            Name = body.Need("name", min: 1),
            Slug = body.Need("slug", pattern: SlugForm()),
            MaxTenants = body.Whole("max_tenants", 0),
            MaxUsersPerTenant = body.Whole("max_users_per_tenant", 0),
            CreatedAt = Now,
        };
        call.Check();
        if (State.Partners.Any(other => other.Slug == partner.Slug))
        {
            throw Refuse(_options.ConflictStatus, $"Partner with slug '{partner.Slug}' already exists");
        }

        Write(state => state with { Partners = state.Partners.With(partner) });
        return Item(ToJson(partner), 201);
    }

    private Answer UpdatePartner(Call call)
    {
        var body = call.Body();
        var name = body.Text("name", min: 1);
        var tenants = body.Whole("max_tenants", 0);
        var users = body.Whole("max_users_per_tenant", 0);
        call.Check();
        var partner = GetPartner(call.Route("partner_id"));
        partner = partner with
        {
            Name = name ?? partner.Name,
            MaxTenants = tenants ?? partner.MaxTenants,
            MaxUsersPerTenant = users ?? partner.MaxUsersPerTenant,
        };
        Write(state => state with { Partners = state.Partners.With(partner) });
        return Item(ToJson(partner));
    }

    private Answer DeletePartner(Call call)
    {
        var partner = GetPartner(call.Route("partner_id"));
        if (State.LiveTenants.Any(tenant => tenant.PartnerId == partner.Id))
        {
            throw Refuse(_options.ConflictStatus, "The partner has tenants");
        }

        Write(state => state with { Partners = state.Partners.Without(partner.Id) });
        return Answer.NoContent;
    }

    private ScaiKeyUser GetUser(Call call) =>
        State.Users.Find(call.Route("user_id")) is { DeletedAt: null } user
            && State.Tenants.Find(user.TenantId) is { } tenant && IsInReach(Bearer(call)!, tenant)
            ? user
            : throw Refuse(404, "User not found");

    private ScaiKeyPartner GetPartner(string id) => State.Partners.Find(id) ?? throw Refuse(404, "Partner not found");

    private bool IsActive(ScaiKeyAdminRole grant) => grant.ExpiresAt is null || grant.ExpiresAt > Now;

    private static JsonElement? ReadObject(Fields body, string name) =>
        body.Object(name) is { } json ? JsonElement.Parse(json.ToJsonString()) : null;

    private JsonObject ToJson(ScaiKeyUser user) => new()
    {
        ["id"] = user.Id,
        ["tenant_id"] = user.TenantId,
        ["email"] = user.Email,
        ["first_name"] = user.FirstName,
        ["last_name"] = user.LastName,
        ["display_name"] = user.DisplayName,
        ["status"] = Cased(user.Status),
        ["custom_attributes"] = ToNode(user.CustomAttributes),
        ["identity_source"] = user.IdentitySource,
        ["created_at"] = Json.Time(user.CreatedAt),
    };

    private JsonObject ToJson(ScaiKeyAdminRole grant) => new()
    {
        ["id"] = grant.Id,
        ["user_id"] = grant.UserId,
        ["role"] = grant.Role,
        ["partner_id"] = grant.PartnerId,
        ["tenant_id"] = grant.TenantId,
        ["expires_at"] = Json.Time(grant.ExpiresAt),
        ["is_active"] = IsActive(grant),
    };

    private JsonObject ToJson(ScaiKeyPartner partner) => new()
    {
        ["id"] = partner.Id,
        ["name"] = partner.Name,
        ["slug"] = partner.Slug,
        ["max_tenants"] = partner.MaxTenants,
        ["max_users_per_tenant"] = partner.MaxUsersPerTenant,
        ["created_at"] = Json.Time(partner.CreatedAt),
    };
}
