namespace TenantOperator.Emulators;

// User API: global, and of one tenant.
public sealed partial class MindzieEmulator
{
    private Answer ListUsers(Call call)
    {
        var tenant = call.Path.StartsWith("/api/tenant", StringComparison.Ordinal) ? GetTenant(call) : null;
        var includesDisabled = call.Query("includeDisabled", otherwise: false);
        var (role, search) = (call.Query("role"), call.Query("search"));
        var state = Listed;
        var rows = state.Users.Where(user =>
            (tenant is null || state.Assignments.Find(MindzieAssignment.KeyOf(user.Id, tenant.Id)) is not null)
            && (includesDisabled || !user.Disabled)
            && (role is null || user.RoleName == role)
            && (search is null || user.Email.Contains(search, StringComparison.OrdinalIgnoreCase) || user.DisplayName.Contains(search, StringComparison.OrdinalIgnoreCase)));
        return Page(call, "users", [.. rows], most: 1000, ToJson);
    }

    private Answer CreateUser(Call call, MindzieTenant? tenant)
    {
        var body = call.Body();
        var email = body.Need("email", email: true);
        var displayName = body.Need("displayName", 2, 100);
        var roleName = ReadRole(body, needed: true)!;
        var firstName = body.Text("firstName", max: 50);
        var lastName = body.Text("lastName", max: 50);
        var isWelcomed = body.Flag("sendWelcomeEmail") ?? false;
        call.Check();
        var known = State.FindUser(email);
        if (known is not null && tenant is null)
        {
            throw Refuse(409, "DUPLICATE_EMAIL", "A user with this email already exists");
        }

        if (known is not null && State.Assignments.Find(MindzieAssignment.KeyOf(known.Id, tenant!.Id)) is not null)
        {
            throw Refuse(409, "ALREADY_ASSIGNED", "The user is already assigned to this tenant");
        }

        if (tenant is not null)
        {
            CheckCapacity(tenant, roleName);
        }

        var user = known ?? new MindzieUser
        {
            Id = Ids.Guid(),
            Email = email,
            DisplayName = displayName,
            FirstName = firstName,
            LastName = lastName,
            RoleName = roleName,
            DateCreated = Now,
        };
        Write(state => state with
        {
            Users = state.Users.With(user),
            Assignments = tenant is null ? state.Assignments : state.Assignments.With(new MindzieAssignment(user.Id, tenant.Id, roleName, Now)),
        });
        return Ok(new JsonObject
        {
            ["userId"] = user.Id,
            ["email"] = user.Email,
            ["displayName"] = user.DisplayName,
            ["message"] = known is null ? "User created successfully" : "User assigned to tenant",
            ["assignedToTenant"] = tenant is not null,
            ["tenantId"] = tenant?.Id,
            ["welcomeEmailSent"] = isWelcomed,
        }, tenant is null ? _options.CreatedStatus : 201);
    }

    private Answer UpdateUser(Call call)
    {
        var body = call.Body();
        var displayName = body.Text("displayName", 2, 100);
        var roleName = ReadRole(body, needed: false);
        var disabled = body.Flag("disabled");
        var isService = body.Flag("isServiceAccount");
        var home = body.Text("homeTenantId");
        call.Check();
        var user = GetUser(call);
        var changed = user with
        {
            DisplayName = displayName ?? user.DisplayName,
            RoleName = roleName ?? user.RoleName,
            Disabled = disabled ?? user.Disabled,
            IsServiceAccount = isService ?? user.IsServiceAccount,
            HomeTenantId = isService == false ? null : home ?? user.HomeTenantId,
        };
        if (changed.IsServiceAccount && changed.RoleName is not ("Administrator" or "TenantAdmin"))
        {
            throw Refuse(400, "INVALID_ROLE_FOR_SERVICE_ACCOUNT", "Service accounts must be Administrator or TenantAdmin");
        }

        if (changed is { IsServiceAccount: true, HomeTenantId: null })
        {
            throw Refuse(400, "HOME_TENANT_REQUIRED", "A service account needs a home tenant");
        }

        if (changed.HomeTenantId is { } id)
        {
            _ = FindTenant(id);
        }

        Write(state => state with { Users = state.Users.With(changed) });
        return Ok(new JsonObject { ["message"] = "User updated successfully" });
    }

    private Answer UpdateAssignment(Call call)
    {
        var body = call.Body();
        var displayName = body.Text("displayName", 2, 100);
        var roleName = ReadRole(body, needed: false);
        call.Check();
        var (user, assignment) = GetAssigned(call, GetUser(call));
        if (roleName == "Analyst" && (assignment.RoleName ?? user.RoleName) != "Analyst")
        {
            CheckAnalysts(FindTenant(assignment.TenantId));
        }

        Write(state => state with
        {
            Users = state.Users.With(user with { DisplayName = displayName ?? user.DisplayName }),
            Assignments = state.Assignments.With(assignment with { RoleName = roleName ?? assignment.RoleName }),
        });
        return Ok(new JsonObject { ["message"] = "User updated successfully" });
    }

    private Answer AssignUser(Call call)
    {
        var tenant = GetTenant(call);
        var user = GetUser(call);
        var roleName = call.HasBody ? ReadRole(call.Body(), needed: false) : null;
        call.Check();
        if (State.Assignments.Find(MindzieAssignment.KeyOf(user.Id, tenant.Id)) is not null)
        {
            throw Refuse(409, "ALREADY_ASSIGNED", "The user is already assigned to this tenant");
        }

        CheckCapacity(tenant, roleName ?? user.RoleName);
        Write(state => state with { Assignments = state.Assignments.With(new MindzieAssignment(user.Id, tenant.Id, roleName, Now)) });
        return Ok(new JsonObject { ["message"] = "User assigned to tenant" });
    }

    private Answer UnassignUser(Call call)
    {
        var user = GetUser(call);
        var key = MindzieAssignment.KeyOf(user.Id, GetTenant(call).Id);
        if (State.Assignments.Find(key) is null)
        {
            throw Refuse(404, "NOT_ASSIGNED", "The user is not assigned to this tenant");
        }

        Write(state => state with { Assignments = state.Assignments.Without(key) });
        return Ok(new JsonObject { ["message"] = "User removed from tenant" });
    }

    private MindzieUser GetUser(Call call) => State.Users.Find(call.Route("userId")) ?? throw Refuse(404, "USER_NOT_FOUND", "User not found");

    private MindzieUser GetUserByEmail(Call call) => State.FindUser(call.Route("email")) ?? throw Refuse(404, "USER_NOT_FOUND", "User not found");

    private (MindzieUser User, MindzieAssignment Assignment) GetAssigned(Call call, MindzieUser user) =>
        State.Assignments.Find(MindzieAssignment.KeyOf(user.Id, GetTenant(call).Id)) is { } assignment
            ? (user, assignment)
            : throw Refuse(404, "USER_NOT_IN_TENANT", "The user is not in this tenant");

    private void CheckCapacity(MindzieTenant tenant, string roleName)
    {
        if (State.UsersOf(tenant.Id).Count >= tenant.MaxUserCount)
        {
            throw Refuse(400, "USER_LIMIT_REACHED", $"The tenant allows {tenant.MaxUserCount} users");
        }

        if (roleName == "Analyst")
        {
            CheckAnalysts(tenant);
        }
    }

    private void CheckAnalysts(MindzieTenant tenant)
    {
        if (State.AnalystsOf(tenant.Id) >= tenant.MaxAnalystCount)
        {
            throw Refuse(400, "ANALYST_LIMIT_REACHED", $"The tenant allows {tenant.MaxAnalystCount} analysts");
        }
    }

    private static string? ReadRole(Fields body, bool needed)
    {
        var name = needed ? body.Need("roleName", min: 1) : body.Text("roleName");
        if (name is { Length: > 0 } && !_roles.Contains(name, StringComparer.Ordinal))
        {
            body.Note(new(body.At("roleName"), "unknown role", "value_error"));
        }

        return name;
    }

    private JsonArray TenantsOf(MindzieUser user) => Json.List(State.Assignments.Where(one => one.UserId == user.Id), one => new JsonObject
    {
        ["tenantId"] = one.TenantId,
        ["tenantName"] = State.Tenants[one.TenantId].Name,
        ["tenantDisplayName"] = State.Tenants[one.TenantId].DisplayName,
        ["roleName"] = one.RoleName,
        ["assignedDate"] = Json.Time(one.AssignedDate),
    });

    private JsonObject ToJson(MindzieUser user)
    {
        var tenants = TenantsOf(user);
        return new JsonObject
        {
            ["userId"] = user.Id,
            ["email"] = user.Email,
            ["displayName"] = user.DisplayName,
            ["firstName"] = user.FirstName,
            ["lastName"] = user.LastName,
            ["roleName"] = user.RoleName,
            ["disabled"] = user.Disabled,
            ["isServiceAccount"] = user.IsServiceAccount,
            ["homeTenantId"] = user.HomeTenantId,
            ["homeTenantName"] = State.Tenants.Find(user.HomeTenantId)?.Name,
            ["lastLogin"] = Json.Time(user.LastLogin),
            ["tenantCount"] = tenants.Count,
            ["tenantNames"] = tenants.Count == 0 ? null : string.Join(", ", tenants.Select(one => (string?)one!["tenantName"])),
            ["tenants"] = tenants,
            ["dateCreated"] = Json.Time(user.DateCreated),
        };
    }
}
