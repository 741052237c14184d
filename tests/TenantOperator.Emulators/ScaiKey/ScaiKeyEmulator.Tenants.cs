using System.Text.Json;

namespace TenantOperator.Emulators;

// Tenants API.
public sealed partial class ScaiKeyEmulator
{
    private Answer ListTenants(Call call)
    {
        var (search, status, partner) = (call.Query("search"), call.Query("status"), call.Query("partner_id"));
        var reach = Bearer(call)!;
        var rows = Listed.Tenants.Where(tenant =>
            (tenant.DeletedAt is null || _options.ListsDeleted)
            && IsInReach(reach, tenant)
            && (search is null || tenant.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || tenant.Slug.Contains(search, StringComparison.OrdinalIgnoreCase))
            && (status is null || StatusOf(tenant).Equals(status, StringComparison.OrdinalIgnoreCase))
            && (partner is null || tenant.PartnerId == partner));
        return List(call, "tenants", [.. rows], ToJson);
    }

    private Answer GetTenant(Call call)
    {
        var tenant = State.Tenants.Find(call.Route("tenant_id"));
        var isVisible = tenant is not null && (tenant.DeletedAt is null || _options.Deleted == ScaiKeyDeleted.Marked);
        return isVisible && IsInReach(Bearer(call)!, tenant!) ? Item(ToJson(tenant!)) : throw Refuse(404, "Tenant not found");
    }

    private Answer CreateTenant(Call call)
    {
        var body = call.Body();
        var name = body.Need("name", 1, 255);
        var slug = body.Text("slug", pattern: SlugForm());
        var partnerId = body.Need("partner_id");
        var email = body.Text("contact_email", email: true);
        var status = ReadStatus(body) ?? "ACTIVE";
        var settings = ReadSettings(body);
        var branding = body.Object("branding");
        call.Check();
        slug ??= name.ToLowerInvariant().Replace(' ', '-');
        var partner = GetPartner(partnerId);
        CheckSlug(slug, except: null);
        CheckRoom(partner);
        var tenant = new ScaiKeyTenant
        {
            Id = Ids.Hash("tnt_"),
            Name = name,
            Slug = slug,
            Status = status,
            ContactEmail = email,
            PartnerId = partner.Id,
            Settings = Changed(JsonElement.Parse("{}"), settings),
            Branding = Changed(JsonElement.Parse("{}"), branding),
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Item(ToJson(tenant), 201);
    }

    private Answer UpdateTenant(Call call)
    {
        var body = call.Body();
        var name = body.Text("name", 1, 255);
        var slug = body.Text("slug", pattern: SlugForm());
        var partnerId = body.Text("partner_id");
        var email = body.Text("contact_email", email: true);
        var status = ReadStatus(body);
        var settings = ReadSettings(body);
        var branding = body.Object("branding");
        call.Check();
        var tenant = GetLiveTenant(call.Route("tenant_id"));
        if (slug is not null)
        {
            CheckSlug(slug, except: tenant.Id);
        }

        if (partnerId is not null && partnerId != tenant.PartnerId)
        {
            CheckRoom(GetPartner(partnerId));
        }

        tenant = tenant with
        {
            Name = name ?? tenant.Name,
            Slug = slug ?? tenant.Slug,
            PartnerId = partnerId ?? tenant.PartnerId,
            ContactEmail = email ?? tenant.ContactEmail,
            Status = status ?? tenant.Status,
            Settings = Changed(tenant.Settings, settings),
            Branding = Changed(tenant.Branding, branding),
            UpdatedAt = Now,
        };
        Write(state => state with { Tenants = state.Tenants.With(tenant) });
        return Item(ToJson(tenant));
    }

    private Answer DeleteTenant(Call call)
    {
        var tenant = GetLiveTenant(call.Route("tenant_id"));
        Write(state => state with { Tenants = state.Tenants.With(tenant with { DeletedAt = Now }) });
        return Answer.NoContent;
    }

    private ScaiKeyTenant GetLiveTenant(string id) =>
        State.Tenants.Find(id) is { DeletedAt: null } tenant ? tenant : throw Refuse(404, "Tenant not found");

    private static bool IsInReach(Token token, ScaiKeyTenant tenant) => token.Role switch
    {
        "partner_admin" => tenant.PartnerId == token.PartnerId,
        "tenant_admin" => tenant.Id == token.TenantId,
        _ => true,
    };

    private void CheckSlug(string slug, string? except)
    {
        if (State.Tenants.Any(other => other.Slug == slug && other.Id != except && (other.DeletedAt is null || !_options.DeletionFreesSlug)))
        {
            throw Refuse(_options.ConflictStatus, $"Tenant with slug '{slug}' already exists");
        }
    }

    private void CheckRoom(ScaiKeyPartner partner)
    {
        if (State.LiveTenants.Count(tenant => tenant.PartnerId == partner.Id) >= (partner.MaxTenants ?? long.MaxValue))
        {
            throw Refuse(_options.LimitStatus, "The partner's limit of tenants is reached");
        }
    }

    // The four settings that the Tenants API names; others are free.
    private static JsonObject? ReadSettings(Fields body)
    {
        if (body.Object("settings") is not { } settings)
        {
            return null;
        }

        var violations = new List<Violation>();
        var fields = new Fields(settings, body.At("settings"), violations);
        _ = fields.Flag("mfa_required");
        _ = fields.Whole("session_timeout", 1);
        _ = fields.Object("password_policy");
        var isListOfMethods = settings["mfa_methods"] is null or JsonArray
            && (settings["mfa_methods"] as JsonArray ?? []).All(method => method is JsonValue value && value.TryGetValue<string>(out var text) && _mfaMethods.Contains(text, StringComparer.Ordinal));
        if (!isListOfMethods)
        {
            violations.Add(new(fields.At("mfa_methods"), "value is not a valid list of 'totp', 'sms', 'email', 'webauthn'", "type_error.list"));
        }

        violations.ForEach(body.Note);
        return settings;
    }

    private JsonElement Changed(JsonElement old, JsonObject? sent)
    {
        if (sent is null)
        {
            return old;
        }

        var json = _options.ObjectPatch == ScaiKeyObjectPatch.Merge ? (JsonObject)ToNode(old) : [];
        foreach (var (key, value) in sent)
        {
            if (value is null && _options.NullDeletesKey)
            {
                json.Remove(key);
            }
            else
            {
                json[key] = value?.DeepClone();
            }
        }

        return JsonElement.Parse(json.ToJsonString());
    }

    private static string StatusOf(ScaiKeyTenant tenant) => tenant.DeletedAt is null ? tenant.Status : "DELETED";

    private JsonObject ToJson(ScaiKeyTenant tenant)
    {
        var json = new JsonObject
        {
            ["id"] = tenant.Id,
            ["name"] = tenant.Name,
            ["slug"] = tenant.Slug,
            ["status"] = Cased(StatusOf(tenant)),
            ["partner_id"] = tenant.PartnerId,
            ["contact_email"] = tenant.ContactEmail,
            ["settings"] = ToNode(tenant.Settings),
            ["branding"] = ToNode(tenant.Branding),
            ["created_at"] = Json.Time(tenant.CreatedAt),
            ["updated_at"] = Json.Time(tenant.UpdatedAt),
        };
        if (tenant.DeletedAt is { } deleted)
        {
            json["deleted_at"] = Json.Time(deleted);
        }

        return json;
    }
}
