namespace TenantOperator.Emulators;

// Admin - Tenant.
public sealed partial class HatzEmulator
{
    private Answer ListTenants(Call call)
    {
        var (otherwise, most) = IsD3 ? (100, 1000) : (20, 100);
        var limit = call.Query("limit", otherwise, 1, most);
        var offset = call.Query("offset", 0, 0, int.MaxValue);
        var name = IsD3 ? null : call.Query("name");
        call.Check();

        var state = Listed;
        var rows = state.Tenants.Where(tenant => name is null || tenant.Name == name);
        return Answer.Ok(Json.List(call.Page(rows, offset, limit), tenant => ToJson(state, tenant, isListed: true)));
    }

    private Answer GetMsp(Call call)
    {
        var msp = State.Msp;
        var json = new JsonObject { ["name"] = msp.Name, ["primary_package_name"] = msp.PrimaryPackageName };
        if (IsD3)
        {
            json["additional_package_names"] = new JsonArray();
            json["packages"] = new JsonObject();
        }

        json["total_credits_used"] = Json.Number(msp.TotalCreditsUsed);
        json["total_credit_limit"] = Json.Number(msp.TotalCreditLimit);
        if (IsD3)
        {
            json["admin_user_count"] = msp.UserCount;
            json["admin_recent_signin_count"] = 0;
            json["admin_login_rate"] = 0.5;
            json["tenant_user_count"] = State.Users.Count;
            json["tenant_recent_signin_count"] = 0;
            json["tenant_login_rate"] = 0.5;
        }
        else
        {
            json["user_count"] = msp.UserCount;
        }

        json["created_at"] = Json.Time(msp.CreatedAt);
        return Answer.Ok(json);
    }

    private Answer GetTenant(Call call) => Answer.Ok(ToJson(State, GetTenant(call.Route("tenant_id")), isListed: false));

    private Answer ListTenantUsers(Call call)
    {
        var limit = call.Query("limit", 100, 1, 1000);
        var offset = call.Query("offset", 0, 0, int.MaxValue);
        call.Check();
        var tenant = GetTenant(call.Route("tenant_id"));

        return Answer.Ok(Json.List(call.Page(Listed.UsersOf(tenant.Id), offset, limit), user => new JsonObject
        {
            ["id"] = user.Id,
            ["email"] = user.Email,
            ["first_name"] = user.FirstName,
            ["last_name"] = user.LastName,
            ["tenant_id"] = user.TenantId,
            ["role_name"] = user.RoleName,
            ["last_sign_in_at"] = Json.Time(user.LastSignInAt),
        }));
    }

    private Answer UpdateTenantConfig(Call call)
    {
        var body = call.Body();
        var beta = body.Flag("beta_features");
        var mfa = body.Flag("mfa_required");
        var model = body.Text("default_model_name");
        call.Check();
        var tenant = GetTenant(call.Route("tenant_id"));
        if (!body.HasAny)
        {
            throw Refuse(400, "No fields to update");
        }

        CheckModel(model);
        tenant = tenant with
        {
            BetaFeatures = beta ?? tenant.BetaFeatures,
            MfaRequired = mfa ?? tenant.MfaRequired,
            DefaultModelName = model ?? tenant.DefaultModelName,
        };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Answer.Ok(ConfigToJson(tenant));
    }

    private Answer CreateTenants(Call call)
    {
        var wanted = call.Body().Items("tenants", 1, 100, needed: true).Select(NewTenant.Read).ToList();
        call.Check();
        CheckBatch(wanted);

        var results = new JsonArray();
        var (created, failed) = (0, 0);
        for (var index = 0; index < wanted.Count; index++)
        {
            var result = call.FailingItems.Contains(index)
                ? Failed(wanted[index], "Internal error while creating the tenant")
                : CreateTenant(wanted[index]);
            _ = (bool)result["success"]! ? created++ : failed++;
            results.Add((JsonNode)result);
        }

        return new Answer(_options.CreatedStatus, new JsonObject
        {
            ["message"] = $"Successfully created {created} tenants",
            ["total_tenants_created"] = created,
            ["total_tenants_failed"] = failed,
            ["tenants"] = results,
        });
    }

    // What the documents answer with 400, for the whole batch.
    private void CheckBatch(List<NewTenant> wanted)
    {
        if (wanted.GroupBy(one => one.Name, StringComparer.FromComparison(NameComparison)).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Refuse(400, $"Duplicate tenant name: {twice.Key}");
        }

        if (wanted.SelectMany(one => one.Users).GroupBy(user => user.Email, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } email)
        {
            throw Refuse(400, $"Duplicate email: {email.Key}");
        }

        foreach (var one in wanted)
        {
            if (one is { PackageId: null, TemplateId: null })
            {
                throw Refuse(400, "Either package_id or template_id must be provided");
            }

            if (one is { PackageId: not null, TemplateId: not null } && _options.BothNamed == HatzBothNamed.Refused)
            {
                throw Refuse(400, "Only one of package_id and template_id may be provided");
            }

            if (one.PackageId is { } package && (!PackageId().IsMatch(package) || State.Packages.Find(package) is null))
            {
                throw Refuse(400, $"Invalid package ID: {package}");
            }

            if (one.TemplateId is { } template)
            {
                CheckTemplateId(template);
                _ = State.Templates.Find(template) ?? throw Refuse(400, TemplateNotFound);
            }

            if (_options.NameClash == HatzNameClash.Batch && IsNameTaken(one.Name))
            {
                throw Refuse(400, NameExists(one.Name));
            }
        }
    }

    private JsonObject CreateTenant(NewTenant wanted)
    {
        if (IsNameTaken(wanted.Name))
        {
            return Failed(wanted, NameExists(wanted.Name));
        }

        var template = State.Templates.Find(wanted.TemplateId);
        var package = wanted.PackageId is { } id && (template is null || _options.BothNamed == HatzBothNamed.PackageCounts)
            ? State.Packages[id]
            : State.Packages.FirstOrDefault(one => one.Name == template!.PackageName);
        var isPurchase = package is { Unassigned: 0 } && package.Purchased < _options.MostPurchases;
        if (package is null || (package.Unassigned == 0 && !isPurchase))
        {
            return Failed(wanted, $"No unassigned package of type '{package?.Name ?? template!.PackageName}' is available");
        }

        var tenant = new HatzTenant
        {
            Id = Ids.Hash("tenant_"),
            Name = wanted.Name,
            PrimaryPackageName = package.Name,
            CreatedAt = Now,
            TotalCreditLimit = package.CreditLimit,
            BetaFeatures = template?.BetaFeatures ?? false,
            MfaRequired = template?.MfaRequired ?? false,
            DefaultModelName = template?.DefaultModelName ?? "",
        };
        Write(state => state with
        {
            Tenants = state.Tenants.With(tenant),
            Packages = state.Packages.With(isPurchase
                ? package with { Purchased = package.Purchased + 1 }
                : package with { Unassigned = package.Unassigned - 1 }),
        });
        var refused = AddUsers(tenant.Id, wanted.Users, []).Where(result => result.Error is not null).Select(result => result.Email).ToList();

        return Result(wanted.Name, tenant.Id, null, wanted.Users.Count - refused.Count, refused, isPurchase);
    }

    private static JsonObject Failed(NewTenant wanted, string error) => Result(wanted.Name, null, error, 0, [], isPurchase: false);

    private static JsonObject Result(string name, string? id, string? error, int users, List<string> refused, bool isPurchase) => new()
    {
        ["tenant_name"] = name,
        ["tenant_id"] = id,
        ["success"] = error is null,
        ["error"] = error,
        ["total_new_users_created"] = users,
        ["total_new_users_failed"] = refused.Count,
        ["new_users_failed_emails"] = Json.List(refused),
        ["purchase_occurred"] = isPurchase,
    };

    private static string NameExists(string name) => $"Tenant name '{name}' already exists";

    private HatzTenant GetTenant(string id) => State.Tenants.Find(id) ?? throw Refuse(404, "Tenant not found");

    private JsonObject ToJson(HatzState state, HatzTenant tenant, bool isListed)
    {
        var json = new JsonObject
        {
            ["id"] = tenant.Id,
            ["name"] = tenant.Name,
            ["primary_package_name"] = tenant.PrimaryPackageName,
            ["additional_package_names"] = Json.List(tenant.AdditionalPackageNames),
            ["user_count"] = tenant.ShownUserCount ?? state.Users.Count(user => user.TenantId == tenant.Id),
            ["status"] = isListed && !IsD3 ? tenant.Status.ToLowerInvariant() : tenant.Status,
            ["created_at"] = Json.Time(tenant.CreatedAt),
            ["total_credits_used"] = Json.Number(tenant.TotalCreditsUsed),
            ["total_credit_limit"] = Json.Number(tenant.TotalCreditLimit),
            ["tenant_config"] = ConfigToJson(tenant),
        };
        if (IsD3 || !isListed)
        {
            json["disabled_model_names"] = Json.List(tenant.DisabledModelNames);
        }

        return json;
    }

    private JsonObject ConfigToJson(HatzTenant tenant) => WithModel(
        new JsonObject { ["beta_features"] = tenant.BetaFeatures, ["mfa_required"] = tenant.MfaRequired }, tenant.DefaultModelName);

    private sealed record NewTenant(string Name, string? PackageId, string? TemplateId, IReadOnlyList<NewUser> Users)
    {
        public static NewTenant Read(Fields fields) => new(
            fields.Need("tenant_name", 1, 255),
            fields.Text("package_id"),
            fields.Text("template_id"),
            [.. fields.Items("users", 0, 1000, needed: false).Select(NewUser.Read)]);
    }
}
