namespace TenantOperator.Emulators;

// Tenant API.
public sealed partial class MindzieEmulator
{
    private static MindzieState WithoutTenant(MindzieState state, MindzieTenant tenant) => state with
    {
        Tenants = state.Tenants.Without(tenant.Id),
        Assignments = state.Assignments.Without(one => one.TenantId == tenant.Id),
        FormerNames = state.FormerNames.Add(tenant.Name),
    };

    private Answer ListTenants(Call call)
    {
        var state = Listed;
        return Page(call, "tenants", [.. state.Tenants], most: 100, tenant => ToJson(state, tenant, isListed: true));
    }

    private Answer CreateTenant(Call call)
    {
        var body = call.Body();
        var tenant = new MindzieTenant
        {
            Id = Ids.Guid(),
            Name = body.Need("name", 3, 63, NameForm()),
            DisplayName = body.Need("displayName", min: 1),
            Description = body.Text("description"),
            MaxUserCount = (int)(body.Whole("maxUsers", 1, int.MaxValue) ?? 1),
            MaxAnalystCount = (int)(body.Whole("maxAnalyst", 0, int.MaxValue) ?? 1),
            MaxCases = body.Whole("maxCases", 0),
            TimeZone = ReadZone(body) ?? "UTC",
            ExpirationDate = body.Time("expirationDate"),
            DateCreated = Now,
        };
        call.Check();
        if (State.FindTenant(tenant.Name) is not null || (_options.NamesStayTaken && State.FormerNames.Contains(tenant.Name)))
        {
            throw Refuse(409, $"Tenant with name '{tenant.Name}' already exists");
        }

        if (_options.LicensedTenants > 0 && State.Tenants.Count >= _options.LicensedTenants)
        {
            throw Refuse(_options.LicenceStatus, "The licence allows no more tenants");
        }

        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Ok(new JsonObject
        {
            ["tenantId"] = tenant.Id,
            ["name"] = tenant.Name,
            ["displayName"] = tenant.DisplayName,
            ["message"] = "Tenant created successfully",
            ["storageContainerCreated"] = !_options.StorageFails,
        }, _options.CreatedStatus);
    }

    private Answer UpdateTenant(Call call)
    {
        var body = call.Body();
        var id = body.Need("tenantId");
        var displayName = body.Text("displayName", min: 1);
        var description = body.Text("description");
        var users = body.Whole("maxUsers", 1, int.MaxValue);
        var analysts = body.Whole("maxAnalyst", 0, int.MaxValue);
        // -1 takes the limit away.
        var cases = body.Whole("maxCases", -1);
        var isDisabled = body.Flag("isDisabled");
        var isAcademic = body.Flag("isAcademic");
        var preRelease = body.Flag("preRelease");
        var zone = ReadZone(body);
        // An empty text or a date that is past takes the date away.
        var clearsExpiration = body.Text("expirationDate") == "";
        var expiration = clearsExpiration ? null : body.Time("expirationDate");
        call.Check();
        var tenant = FindTenant(id);
        if (_options.RefusesLimitsBelowCounts
            && (users < State.UsersOf(tenant.Id).Count || analysts < State.AnalystsOf(tenant.Id) || (cases >= 0 && cases < tenant.CaseCount)))
        {
            throw Refuse(400, "A limit cannot be lower than what the tenant has already");
        }

        tenant = tenant with
        {
            DisplayName = displayName ?? tenant.DisplayName,
            Description = description ?? tenant.Description,
            MaxUserCount = (int?)users ?? tenant.MaxUserCount,
            MaxAnalystCount = (int?)analysts ?? tenant.MaxAnalystCount,
            MaxCases = cases is { } limit ? (limit < 0 ? null : limit) : tenant.MaxCases,
            IsDisabled = isDisabled ?? tenant.IsDisabled,
            IsAcademic = isAcademic ?? tenant.IsAcademic,
            PreRelease = preRelease ?? tenant.PreRelease,
            TimeZone = zone ?? tenant.TimeZone,
            ExpirationDate = clearsExpiration || expiration < Now ? null : expiration ?? tenant.ExpirationDate,
        };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Ok(new JsonObject
        {
            ["tenantId"] = tenant.Id,
            ["name"] = tenant.Name,
            ["displayName"] = tenant.DisplayName,
            ["message"] = "Tenant updated successfully",
            ["isDisabled"] = tenant.IsDisabled,
            ["expirationDate"] = Json.Time(tenant.ExpirationDate),
        });
    }

    private Answer DeleteTenant(Call call)
    {
        var body = call.Body();
        var id = body.Need("tenantId");
        var name = body.Need("name");
        var displayName = body.Need("displayName");
        call.Check();
        var tenant = FindTenant(id);
        var comparison = _options.DeletionIgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (!tenant.Name.Equals(name, comparison))
        {
            throw Refuse(400, "Tenant name does not match");
        }

        if (!tenant.DisplayName.Equals(displayName, comparison))
        {
            throw Refuse(400, "Tenant display name does not match");
        }

        Write(state => WithoutTenant(state, tenant));
        return Ok(new JsonObject
        {
            ["message"] = "Tenant deleted successfully",
            ["tenantName"] = tenant.Name,
            ["tenantDisplayName"] = tenant.DisplayName,
            ["storageContainerDeleted"] = true,
        });
    }

    private MindzieTenant GetTenant(Call call) => FindTenant(call.Route("tenantId"));

    private MindzieTenant FindTenant(string id) => State.Tenants.Find(id) ?? throw Refuse(404, $"Tenant not found with ID '{id}'");

    private static string? ReadZone(Fields body)
    {
        var zone = body.Text("timeZone");
        if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) && !zone.Contains('/', StringComparison.Ordinal))
        {
            body.Note(new(body.At("timeZone"), "unknown time zone", "value_error"));
        }

        return zone;
    }

    private JsonObject ToJson(MindzieState state, MindzieTenant tenant, bool isListed)
    {
        var isShort = _options.TenantFields == MindzieTenantFields.TenantApi;
        var json = new JsonObject
        {
            ["tenantId"] = tenant.Id,
            ["name"] = tenant.Name,
            ["displayName"] = tenant.DisplayName,
            ["description"] = tenant.Description,
        };
        if (isListed || isShort)
        {
            json["caseCount"] = tenant.CaseCount;
            json["userCount"] = state.UsersOf(tenant.Id).Count;
            json["analystCount"] = state.AnalystsOf(tenant.Id);
        }

        json["maxUserCount"] = tenant.MaxUserCount;
        json["maxAnalystCount"] = tenant.MaxAnalystCount;
        json["isDisabled"] = tenant.IsDisabled;
        json["isAcademic"] = tenant.IsAcademic;
        json["preRelease"] = tenant.PreRelease;
        json["dateCreated"] = Json.Time(tenant.DateCreated);
        if (isShort)
        {
            return json;
        }

        json[isListed ? "autoload" : "maxCases"] = isListed ? JsonValue.Create(true) : tenant.MaxCases;
        json["expirationDate"] = Json.Time(tenant.ExpirationDate);
        json["daysUntilExpiration"] = tenant.ExpirationDate is { } end ? (int)Math.Ceiling((end - Now).TotalDays) : null;
        return json;
    }
}
