namespace TenantOperator.Emulators;

// Admin - Tenant Templates.
public sealed partial class HatzEmulator
{
    private string TemplateNotFound =>
        _options.NotFoundMayMeanForbidden ? "Template not found or insufficient permissions" : "Template not found";

    private Answer ListTemplates(Call call)
    {
        var limit = call.Query("limit", 50, 1, 100);
        DateTimeOffset? before = null;
        if (call.Query("cursor") is { Length: > 0 } cursor)
        {
            if (DateTimeOffset.TryParse(cursor, null, System.Globalization.DateTimeStyles.AssumeUniversal, out var time))
            {
                before = time;
            }
            else
            {
                call.Refuse(new(["query", "cursor"], "invalid datetime format", "value_error.datetime"));
            }
        }

        call.Check();
        var rows = Listed.Templates
            .Where(template => before is null || template.CreatedAt < before || (_options.CursorIsInclusive && template.CreatedAt == before))
            .OrderByDescending(template => template.CreatedAt)
            .ToList();
        var page = rows.Take(limit).ToList();
        var json = new JsonObject { ["templates"] = Json.List(page, ToJson) };
        if (page.Count < rows.Count)
        {
            json["next_cursor"] = Json.Time(page[^1].CreatedAt);
        }
        else if (_options.LastCursor != HatzNothing.Absent)
        {
            json["next_cursor"] = _options.LastCursor == HatzNothing.Empty ? "" : null;
        }

        return Answer.Ok(json);
    }

    private Answer GetTemplate(Call call) => Answer.Ok(ToJson(GetTemplate(call.Route("template_id"))));

    private Answer CreateTemplate(Call call)
    {
        var body = call.Body();
        var template = new HatzTemplate
        {
            Id = Ids.Hash("tentemplate_"),
            Name = body.Need("name", 3, 255),
            PackageName = body.Need("package_name"),
            DefaultModelName = body.Text("default_model_name") ?? "",
            BetaFeatures = body.Flag("beta_features") ?? false,
            MfaRequired = body.Flag("mfa_required") ?? false,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        call.Check();
        CheckPackageName(template.PackageName);
        CheckModel(template.DefaultModelName);
        Write(state => state with { Templates = state.Templates.With(template) });
        return new Answer(_options.CreatedStatus, ToJson(template));
    }

    private Answer UpdateTemplate(Call call)
    {
        var body = call.Body();
        var name = body.Text("name", 3, 255);
        var package = body.Text("package_name");
        var model = body.Text("default_model_name");
        var beta = body.Flag("beta_features");
        var mfa = body.Flag("mfa_required");
        call.Check();
        var template = GetTemplate(call.Route("template_id"));
        if (!body.HasAny)
        {
            throw Refuse(400, "No fields to update");
        }

        if (package is not null)
        {
            CheckPackageName(package);
        }

        CheckModel(model);
        template = template with
        {
            Name = name ?? template.Name,
            PackageName = package ?? template.PackageName,
            DefaultModelName = model ?? template.DefaultModelName,
            BetaFeatures = beta ?? template.BetaFeatures,
            MfaRequired = mfa ?? template.MfaRequired,
            UpdatedAt = Now,
        };
        Write(state => state with { Templates = state.Templates.With(template) });
        return Answer.Ok(ToJson(template));
    }

    private Answer DeleteTemplate(Call call)
    {
        var template = GetTemplate(call.Route("template_id"));
        Write(state => state with { Templates = state.Templates.Without(template.Id) });
        return Answer.NoContent;
    }

    private HatzTemplate GetTemplate(string id)
    {
        CheckTemplateId(id);
        return State.Templates.Find(id) ?? throw Refuse(404, TemplateNotFound);
    }

    private void CheckTemplateId(string id)
    {
        if (!TemplateId().IsMatch(id))
        {
            throw Refuse(400, "Invalid template ID: Must use template HashID format (tentemplate_xxxxx)");
        }
    }

    private void CheckPackageName(string name)
    {
        if (!_packageNames.Contains(name, StringComparer.Ordinal))
        {
            throw Refuse(400, $"Package name must be one of {string.Join(", ", _packageNames)}");
        }

        if (State.Packages.All(package => package.Name != name))
        {
            throw Refuse(400, $"Package '{name}' is not available");
        }
    }

    private JsonObject ToJson(HatzTemplate template)
    {
        var json = WithModel(
            new JsonObject { ["id"] = template.Id, ["name"] = template.Name, ["package_name"] = template.PackageName },
            template.DefaultModelName);
        json["beta_features"] = template.BetaFeatures;
        json["mfa_required"] = template.MfaRequired;
        json["created_at"] = Json.Time(template.CreatedAt);
        json["updated_at"] = Json.Time(template.UpdatedAt);
        return json;
    }
}
