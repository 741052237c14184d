namespace TenantOperator.Emulators;

// Users of a tenant, and of the organization.
public sealed partial class ProcessMindEmulator
{
    private Answer ListTenantUsers(Call call) =>
        Answer.Ok(Json.List(Listed.UsersOf(call.Route("tenantId")), row => ToJson(row.User, row.Access)));

    private Answer AddTenantUser(Call call)
    {
        var tenantId = call.Route("tenantId");
        var body = call.Body();
        var email = body.Need("email", email: true);
        var firstName = body.Text("firstName");
        var lastName = body.Text("lastName");
        var isActive = body.Flag("isActiveInTenant") ?? true;
        var isAdmin = body.Flag("isAdminInTenant") ?? false;
        var isDeveloper = body.Flag("isDeveloperInTenant") ?? false;
        call.Check();
        if (State.FindUser(email) is { } known && State.Access.Find(ProcessMindAccess.KeyOf(known.Id, tenantId)) is not null)
        {
            if (_options.ExistingUser == ProcessMindExistingUser.Refused)
            {
                throw Refuse(409, "The user is in this tenant already.");
            }

            if (_options.ExistingUser == ProcessMindExistingUser.KeepsFlags)
            {
                return Answer.Ok(new JsonObject { ["id"] = known.Id, ["message"] = "User added to tenant." });
            }
        }

        var user = State.FindUser(email);
        if (user is null && _options.MostUsers > 0 && State.Users.Count >= _options.MostUsers)
        {
            throw Refuse(_options.LimitStatus, "The plan allows no more users.");
        }

        user ??= new ProcessMindUser { Id = Ids.Guid(), Email = email, FirstName = firstName, LastName = lastName, CreatedAt = Now };
        Write(state => state with
        {
            Users = state.Users.With(user),
            Access = state.Access.With(new ProcessMindAccess(user.Id, tenantId, isActive, isAdmin, isDeveloper)),
        });
        return Answer.Ok(new JsonObject { ["id"] = user.Id, ["message"] = "User added to tenant." });
    }

    private Answer UpdateTenantUser(Call call)
    {
        var body = call.Body();
        var userId = body.Need("userId");
        var tenantId = body.Need("tenantId");
        var isAdmin = body.Flag("isAdminInTenant");
        var isActive = body.Flag("isActiveInTenant");
        var isDeveloper = body.Flag("isDeveloperInTenant");
        call.Check();
        var access = GetAccess(call, userId, tenantId);
        Write(state => state with
        {
            Access = state.Access.With(access with
            {
                IsAdminInTenant = isAdmin ?? access.IsAdminInTenant,
                IsActiveInTenant = isActive ?? access.IsActiveInTenant,
                IsDeveloperInTenant = isDeveloper ?? access.IsDeveloperInTenant,
            }),
        });
        return Answer.Ok(Said("User tenant settings updated."));
    }

    private Answer RemoveTenantUser(Call call)
    {
        var body = call.Body();
        var userId = body.Need("userId");
        var tenantId = body.Need("tenantId");
        call.Check();
        var access = GetAccess(call, userId, tenantId);
        if (ReachOf(call)?.UserId == userId)
        {
            throw Refuse(400, "Administrators cannot remove themselves.");
        }

        Write(state =>
        {
            var rest = state.Access.Without(access.Id);
            var isLast = _options.AccountsGoWithLastAccess && rest.All(other => other.UserId != userId);
            return state with { Access = rest, Users = isLast ? state.Users.Without(userId) : state.Users };
        });
        return Answer.Ok(Said("User removed from tenant."));
    }

    private Answer ListOrganizationUsers(Call call)
    {
        // A row as in a tenant; no example shows one.
        var anchor = call.Route("tenantId");
        return Answer.Ok(Json.List(Listed.Users, user =>
            ToJson(user, Listed.Access.Find(ProcessMindAccess.KeyOf(user.Id, anchor)) ?? new(user.Id, anchor, false, false, false))));
    }

    private Answer UpdateOrganizationUser(Call call)
    {
        var body = call.Body();
        var userId = body.Need("userId");
        var isActive = body.Flag("isActiveInOrganization");
        var isAdmin = body.Flag("isAdminInOrganization");
        call.Check();
        var user = State.Users.Find(userId) ?? throw Refuse(404, "User not found.");
        Write(state => state with
        {
            Users = state.Users.With(user with
            {
                IsActiveInOrganization = isActive ?? user.IsActiveInOrganization,
                IsAdminInOrganization = isAdmin ?? user.IsAdminInOrganization,
            }),
        });
        return Answer.Ok(Said("User organization settings updated."));
    }

    private Answer RemoveOrganizationUser(Call call)
    {
        var userId = call.Body().Need("userId");
        call.Check();
        _ = State.Users.Find(userId) ?? throw Refuse(404, "User not found.");
        Write(state => state with
        {
            Users = state.Users.Without(userId),
            Access = state.Access.Without(access => access.UserId == userId),
        });
        return Answer.Ok(Said("User removed from organization."));
    }

    private ProcessMindAccess GetAccess(Call call, string userId, string bodyTenantId)
    {
        var tenantId = call.Route("tenantId");
        if (tenantId != bodyTenantId)
        {
            tenantId = _options.TenantMismatch switch
            {
                ProcessMindTenantMismatch.Refused => throw Refuse(400, "The tenant in the body is not the one in the path."),
                ProcessMindTenantMismatch.BodyCounts => bodyTenantId,
                _ => tenantId,
            };
        }

        return State.Access.Find(ProcessMindAccess.KeyOf(userId, tenantId)) ?? throw Refuse(404, "User not found in this tenant.");
    }

    private JsonObject ToJson(ProcessMindUser user, ProcessMindAccess access) => new()
    {
        ["id"] = user.Id,
        ["email"] = user.Email,
        ["firstName"] = user.FirstName,
        ["lastName"] = user.LastName,
        ["createdAt"] = Json.Time(user.CreatedAt),
        ["lastLoginAt"] = Json.Time(user.LastLoginAt),
        ["tenantId"] = access.TenantId,
        ["isActiveInTenant"] = access.IsActiveInTenant,
        ["isAdminInTenant"] = access.IsAdminInTenant,
        ["isDeveloperInTenant"] = access.IsDeveloperInTenant,
        ["organizationId"] = State.Organization.Id,
        ["isActiveInOrganization"] = user.IsActiveInOrganization,
        ["isAdminInOrganization"] = user.IsAdminInOrganization,
    };
}
