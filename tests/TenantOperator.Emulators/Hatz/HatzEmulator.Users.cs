namespace TenantOperator.Emulators;

// Admin - User and Admin - Roles, as far as they are documented: how to search and how to delete a user is not.
public sealed partial class HatzEmulator
{
    private Answer InviteUsers(Call call)
    {
        var body = call.Body();
        var tenantId = body.Need("tenant_id", pattern: TenantId());
        var users = body.Items("users", 1, 100, needed: true).Select(NewUser.Read).ToList();
        _ = body.Flag("send_email");
        call.Check();
        if (users.GroupBy(user => user.Email, StringComparer.OrdinalIgnoreCase).Any(group => group.Count() > 1))
        {
            throw Refuse(400, "Duplicate emails in request");
        }

        var tenant = GetTenant(tenantId);
        if (tenant.Status != ActiveStatus)
        {
            throw Refuse(400, $"Users cannot be invited while the tenant is {tenant.Status}");
        }

        var results = AddUsers(tenantId, users, call.FailingItems);
        var refused = results.Where(result => result.Error is not null).Select(result => result.Email).ToList();
        return Answer.Ok(new JsonObject
        {
            ["message"] = $"Successfully created {users.Count - refused.Count} users",
            ["total_new_users_created"] = users.Count - refused.Count,
            ["total_new_users_failed"] = refused.Count,
            ["new_users_failed_emails"] = Json.List(refused),
            ["results"] = Json.List(results, result => new JsonObject
            {
                ["email"] = result.Email,
                ["user_id"] = result.Id,
                ["success"] = result.Error is null,
                ["error"] = result.Error,
            }),
        });
    }

    private Answer UpdateUser(Call call)
    {
        var body = call.Body();
        var firstName = body.Text("first_name");
        var lastName = body.Text("last_name");
        var role = body.Text("role_name");
        var tenant = body.Text("tenant_id", pattern: TenantId());
        call.Check();
        var user = State.Users.Find(call.Route("user_id")) ?? throw Refuse(404, "User not found");
        if (!body.HasAny)
        {
            throw Refuse(400, "No fields to update");
        }

        if (role is not null && !IsRole(role))
        {
            throw Refuse(400, $"Role '{role}' not found");
        }

        if (tenant is not null)
        {
            _ = GetTenant(tenant);
        }

        Write(state => state with
        {
            Users = state.Users.With(user with
            {
                FirstName = firstName ?? user.FirstName,
                LastName = lastName ?? user.LastName,
                RoleName = role ?? user.RoleName,
                TenantId = tenant ?? user.TenantId,
            }),
        });
        return Answer.Ok(new JsonObject { ["message"] = "User updated successfully", ["user_id"] = user.Id });
    }

    private Answer ListRoles(Call call)
    {
        // Limit and offset count for each source apart.
        var limit = call.Query("limit", 10, 1, 100);
        var offset = call.Query("offset", 0, 0, int.MaxValue);
        call.Check();
        if (call.Query("tenant_id") is { } tenant)
        {
            _ = GetTenant(tenant);
        }

        var roles = Listed.Roles;
        var page = call.Page(roles.Where(role => !role.IsCustom), offset, limit).Concat(call.Page(roles.Where(role => role.IsCustom), offset, limit));
        return Answer.Ok(new JsonObject { ["roles"] = Json.List(page, ToJson), ["total_count"] = roles.Count });
    }

    private Answer GetRole(Call call)
    {
        var role = State.Roles.Find(call.Route("role_id")) ?? throw Refuse(404, "Role not found");
        var json = ToJson(role);
        json["permissions"] = Json.List(role.Permissions);
        return Answer.Ok(json);
    }

    private List<(string Email, string? Id, string? Error)> AddUsers(string tenantId, IReadOnlyList<NewUser> users, IReadOnlyCollection<int> failing)
    {
        var results = new List<(string, string?, string?)>();
        for (var index = 0; index < users.Count; index++)
        {
            var wanted = users[index];
            var role = wanted.Role ?? RoleNames[0];
            if (failing.Contains(index))
            {
                results.Add((wanted.Email, null, "Internal error while creating the user"));
            }
            else if (State.Users.Any(user => user.Email.Equals(wanted.Email, StringComparison.OrdinalIgnoreCase)))
            {
                results.Add((wanted.Email, null, "A user with this email already exists"));
            }
            else if (!IsRole(role))
            {
                results.Add((wanted.Email, null, $"Role '{role}' not found"));
            }
            else
            {
                var user = new HatzUser
                {
                    Id = Ids.Hash("user_"),
                    Email = wanted.Email,
                    FirstName = wanted.FirstName,
                    LastName = wanted.LastName,
                    TenantId = tenantId,
                    RoleName = role,
                };
                Write(state => state with { Users = state.Users.With(user) });
                results.Add((wanted.Email, user.Id, null));
            }
        }

        return results;
    }

    private bool IsRole(string name) => State.Roles.Any(role => role.Name == name);

    private JsonObject ToJson(HatzRole role) => new()
    {
        ["id"] = role.Id,
        ["name"] = role.Name,
        ["display_name"] = role.DisplayName,
        ["description"] = role.Description,
        ["user_credit_limit"] = role.UserCreditLimit is { } limit ? JsonValue.Create(limit) : null,
        ["role_source"] = role.IsCustom ? "custom" : "default",
        ["scope"] = role.IsCustom ? "tenant" : null,
        ["permissions_count"] = role.Permissions.Length,
        ["permissions_preview"] = Json.List(role.Permissions.Take(3)),
        ["assigned_users_count"] = State.Users.Count(user => user.RoleName == role.Name),
    };

    private sealed record NewUser(string Email, string? FirstName, string? LastName, string? Role)
    {
        public static NewUser Read(Fields fields)
        {
            var role = fields.Text("role");
            // The slug of a custom role goes before it.
            return new(fields.Need("email", email: true), fields.Text("first_name"), fields.Text("last_name"), fields.Text("custom_role_name") ?? role);
        }
    }
}
