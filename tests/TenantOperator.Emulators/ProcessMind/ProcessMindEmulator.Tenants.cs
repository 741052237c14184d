namespace TenantOperator.Emulators;

// Tenants, and the organization that they belong to.
public sealed partial class ProcessMindEmulator
{
    private Answer UpdateTenant(Call call)
    {
        var body = call.Body();
        var displayName = body.Need("displayName", min: 1);
        call.Check();
        var tenant = State.Tenants[call.Route("tenantId")] with { DisplayName = displayName };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Answer.Ok(ToJson(tenant));
    }

    private Answer GetStatistics(Call call)
    {
        var tenant = State.Tenants[call.Route("tenantId")];
        return Answer.Ok(new JsonObject
        {
            ["processCount"] = tenant.ProcessCount,
            ["datasetCount"] = tenant.DatasetCount,
            ["userCount"] = tenant.ShownUserCount ?? State.UsersOf(tenant.Id).Count,
            ["storageUsedBytes"] = tenant.StorageUsedBytes,
        });
    }

    private Answer GetOrganization(Call call)
    {
        _ = call;
        return Answer.Ok(new JsonObject
        {
            ["id"] = State.Organization.Id,
            ["displayName"] = State.Organization.DisplayName,
            ["createdAt"] = Json.Time(State.Organization.CreatedAt),
        });
    }

    private Answer GetOrganizationStatistics(Call call)
    {
        _ = call;
        return Answer.Ok(new JsonObject
        {
            ["tenantCount"] = State.Tenants.Count,
            ["totalProcessCount"] = State.Tenants.Sum(tenant => tenant.ProcessCount),
            ["totalDatasetCount"] = State.Tenants.Sum(tenant => tenant.DatasetCount),
            ["totalUserCount"] = State.Users.Count,
            ["totalStorageUsedBytes"] = State.Tenants.Sum(tenant => tenant.StorageUsedBytes),
        });
    }

    private Answer ListTenants(Call call)
    {
        _ = call;
        return Answer.Ok(Json.List(Listed.Tenants, tenant => new JsonObject
        {
            ["id"] = tenant.Id,
            ["displayName"] = tenant.DisplayName,
            ["createdAt"] = Json.Time(tenant.CreatedAt),
        }));
    }

    private Answer CreateTenant(Call call)
    {
        var body = call.Body();
        var shortName = body.Need("shortName", pattern: ShortNameForm());
        var displayName = body.Text("displayName") ?? shortName;
        var description = body.Text("description");
        call.Check();
        if (State.ShortNamesOfOthers.Contains(shortName) || State.Tenants.Any(other => other.ShortName == shortName))
        {
            throw Refuse(409, $"The short name {shortName} is taken.");
        }

        if (_options.MostTenants > 0 && State.Tenants.Count >= _options.MostTenants)
        {
            throw Refuse(_options.LimitStatus, "The plan allows no more tenants.");
        }

        var tenant = new ProcessMindTenant
        {
            Id = Ids.Guid(),
            ShortName = shortName,
            DisplayName = displayName,
            Description = description,
            CreatedAt = Now,
        };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Answer.Ok(_options.Created switch
        {
            ProcessMindCreated.Tenant => ToJson(tenant),
            ProcessMindCreated.IdAndMessage => new JsonObject { ["id"] = tenant.Id, ["message"] = "Tenant created." },
            _ => Said("Tenant created."),
        });
    }

    private Answer DeleteTenant(Call call)
    {
        var target = State.Tenants.Find(call.Route("targetTenantId")) ?? throw Refuse(404, "Tenant not found.");
        if (State.Tenants.Count == 1)
        {
            throw Refuse(400, "The last tenant of an organization cannot be deleted.");
        }

        if (target.Id == call.Route("tenantId") && !_options.AnchorCanBeDeleted)
        {
            throw Refuse(400, "A tenant cannot be deleted through itself.");
        }

        Write(state => WithoutTenant(state, target.Id));
        return Answer.Ok(Said("Tenant deleted."));
    }

    private static JsonObject ToJson(ProcessMindTenant tenant) => new()
    {
        ["id"] = tenant.Id,
        ["displayName"] = tenant.DisplayName,
        ["createdAt"] = Json.Time(tenant.CreatedAt),
        ["plan"] = tenant.Plan,
    };
}
