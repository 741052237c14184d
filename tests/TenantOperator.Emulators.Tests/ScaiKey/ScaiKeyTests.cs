using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Emulators.Tests;

public sealed class ScaiKeyTests : IAsyncDisposable
{
    private const string Tenants = "/api/v1/admin/tenants/";
    private const string Users = "/api/v1/admin/users/";
    private const string AdminRoles = "/api/v1/admin/admin-roles/";
    private const string TokenPath = "/api/v1/platform/oauth/token";
    private const string Form = "application/x-www-form-urlencoded";
    private static readonly DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(_now);
    private readonly List<IAsyncDisposable> _started = [];

    [Fact]
    public async Task A_tenant_is_created_read_suspended_and_softly_deleted()
    {
        var (key, client) = await StartAsync(new() { RefuseUnknownFields = true });

        var created = await client.PostAsync(Tenants, $$$"""
            {"name":"Northwind Test","slug":"northwind-test","partner_id":"{{{key.PartnerId}}}","contact_email":"ops@example.test",
             "settings":{"mfa_required":true,"mfa_methods":["totp","webauthn"],"password_policy":{},"session_timeout":60}}
            """);
        created.Status.Should().Be(201);
        created.Json.ShouldBeGolden("scaikey/tenant", "id", "partner_id");

        var path = Tenants + created.Said("id");
        (await client.GetAsync(path)).Json.ShouldBeGolden("scaikey/tenant", "id", "partner_id");
        (await client.SendAsync("PATCH", path, """{"status":"SUSPENDED"}""")).Said("status").Should().Be("SUSPENDED");
        key.State.FindTenant("northwind-test")!.Settings.GetProperty("session_timeout").GetInt32().Should().Be(60);

        var deleted = await client.SendAsync("DELETE", path);
        (deleted.Status, deleted.Text).Should().Be((204, ""));
        (await client.SendAsync("DELETE", path)).Status.Should().Be(404);
        (await client.SendAsync("PATCH", path, """{"status":"ACTIVE"}""")).Status.Should().Be(404);
        key.State.FindTenant("northwind-test").Should().BeNull();
        key.State.Tenants.Should().ContainSingle().Which.DeletedAt.Should().Be(_now);
    }

    [Theory]
    [InlineData(ScaiKeyDeleted.Gone, false, 404, 0)]
    [InlineData(ScaiKeyDeleted.Marked, true, 200, 1)]
    public async Task A_deleted_tenant_is_seen_in_either_way(ScaiKeyDeleted deleted, bool listed, int status, int rows)
    {
        var (key, client) = await StartAsync(new() { Deleted = deleted, ListsDeleted = listed, ListEnvelope = ScaiKeyListEnvelope.Bare });
        var path = Tenants + key.AddTenant("acme").Id;
        await client.SendAsync("DELETE", path);

        var reply = await client.GetAsync(path);

        reply.Status.Should().Be(status);
        (await client.GetAsync(Tenants)).Json!.AsArray().Should().HaveCount(rows);
        if (status == 200)
        {
            (reply.Said("status"), reply.Said("deleted_at")).Should().Be(("DELETED", "2030-01-02T03:04:05Z"));
        }
    }

    [Theory]
    [InlineData(false, 409)]
    [InlineData(true, 201)]
    public async Task A_deleted_slug_may_be_free_again(bool free, int status)
    {
        var (key, client) = await StartAsync(new() { DeletionFreesSlug = free });
        await client.SendAsync("DELETE", Tenants + key.AddTenant("acme").Id);

        (await client.PostAsync(Tenants, $$"""{"name":"Acme","partner_id":"{{key.PartnerId}}"}""")).Status.Should().Be(status);
        key.PurgeTenant(key.State.Tenants.First().Id);
        key.State.Tenants.Count.Should().Be(free ? 1 : 0);
    }

    [Theory]
    [InlineData(ScaiKeyObjectPatch.Merge, false, """{"mfa_required":true,"theirs":1,"session_timeout":null}""")]
    [InlineData(ScaiKeyObjectPatch.Merge, true, """{"mfa_required":true,"theirs":1}""")]
    [InlineData(ScaiKeyObjectPatch.Replace, false, """{"mfa_required":true,"session_timeout":null}""")]
    [InlineData(ScaiKeyObjectPatch.Replace, true, """{"mfa_required":true}""")]
    public async Task Settings_are_merged_or_replaced(ScaiKeyObjectPatch patch, bool nullDeletes, string expected)
    {
        var (key, client) = await StartAsync(new() { ObjectPatch = patch, NullDeletesKey = nullDeletes });
        var tenant = key.AddTenant("acme");
        key.ChangeTenant(tenant.Id, one => one with
        {
            Settings = System.Text.Json.JsonElement.Parse("""{"mfa_required":false,"theirs":1,"session_timeout":5}"""),
        });

        var reply = await client.SendAsync("PATCH", Tenants + tenant.Id, """{"settings":{"mfa_required":true,"session_timeout":null}}""");

        JsonNode.DeepEquals(reply.At("settings"), JsonNode.Parse(expected)).Should().BeTrue(reply.Text);
        JsonNode.DeepEquals((await client.GetAsync(Tenants + tenant.Id)).At("settings"), JsonNode.Parse(expected)).Should().BeTrue();
    }

    [Theory]
    [InlineData(ScaiKeyListEnvelope.DataPagination, "data pagination meta")]
    [InlineData(ScaiKeyListEnvelope.DataTotal, "data total page page_size")]
    [InlineData(ScaiKeyListEnvelope.ItemsTotal, "items total")]
    [InlineData(ScaiKeyListEnvelope.NamedTotal, "tenants total")]
    [InlineData(ScaiKeyListEnvelope.Bare, "")]
    public async Task A_list_has_either_envelope(ScaiKeyListEnvelope envelope, string fields)
    {
        var (key, client) = await StartAsync(new() { ListEnvelope = envelope, ItemEnvelope = ScaiKeyItemEnvelope.Data });
        var tenant = key.AddTenant("acme");

        var list = (await client.GetAsync(Tenants)).Json!;

        var rows = list as JsonArray ?? list.AsObject().Select(field => field.Value).OfType<JsonArray>().Single();
        rows.Should().ContainSingle().Which!["id"]!.ToString().Should().Be(tenant.Id);
        string.Join(' ', (list as JsonObject)?.Select(field => field.Key) ?? []).Should().Be(fields);
        (await client.GetAsync(Tenants + tenant.Id)).Said("data", "slug").Should().Be("acme");
    }

    [Fact]
    public async Task Tenants_are_searched_and_paged()
    {
        var (key, client) = await StartAsync(new() { ListEnvelope = ScaiKeyListEnvelope.DataTotal, PageSize = 10, LargestPage = 50 });
        var other = key.AddPartner("Other", "other");
        for (var number = 0; number < 25; number++)
        {
            key.AddTenant("tenant-" + number, partnerId: number % 5 == 0 ? other.Id : null);
        }

        async Task<(string?, int)> AskAsync(string query)
        {
            var reply = await client.GetAsync(Tenants + "?" + query);
            return (reply.Said("total"), reply.At("data")!.AsArray().Count);
        }

        (await AskAsync("")).Should().Be(("25", 10));
        (await AskAsync("page=3")).Should().Be(("25", 5));
        (await AskAsync("page=2&per_page=24")).Should().Be(("25", 1));
        (await AskAsync("search=TENANT-24")).Should().Be(("1", 1));
        (await AskAsync("partner_id=" + other.Id)).Should().Be(("5", 5));
        (await AskAsync("status=suspended")).Should().Be(("0", 0));
        (await client.GetAsync(Tenants + "?per_page=51")).Status.Should().Be(422);
        (await client.GetAsync(Tenants + "?page=0")).Said("detail", 0, "loc", 1).Should().Be("page");
    }

    [Theory]
    [InlineData("""{"slug":"acme","partner_id":"P"}""", 422)]
    [InlineData("""{"name":"Acme","slug":"Acme Inc","partner_id":"P"}""", 422)]
    [InlineData("""{"name":"Acme"}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"prt_zzz"}""", 404)]
    [InlineData("""{"name":"Acme","partner_id":"P","status":"PAUSED"}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","contact_email":"x"}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":[]}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":{"mfa_required":"yes"}}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":{"mfa_methods":["pigeon"]}}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":{"session_timeout":0}}""", 422)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":{"password_policy":1}}""", 422)]
    [InlineData("""{"name":"Taken","partner_id":"P"}""", 409)]
    [InlineData("""{"name":"Acme","partner_id":"P","settings":{"mfa_methods":["sms"],"free":1}}""", 201)]
    public async Task A_new_tenant_is_checked(string body, int status)
    {
        var (key, client) = await StartAsync();
        key.AddTenant("taken");

        (await client.PostAsync(Tenants, body.Replace("\"P\"", $"\"{key.PartnerId}\"", StringComparison.Ordinal))).Status.Should().Be(status);
        key.State.Tenants.Count.Should().Be(status == 201 ? 2 : 1);
    }

    [Fact]
    public async Task A_violation_has_the_documented_form()
    {
        var (key, client) = await StartAsync();

        (await client.PostAsync(Tenants, $$"""{"partner_id":"{{key.PartnerId}}"}""")).Json.ShouldBeGolden("scaikey/error-422");
    }

    [Fact]
    public async Task A_slug_is_unique_when_it_is_changed_and_a_tenant_may_move_to_a_partner_with_room()
    {
        var (key, client) = await StartAsync(new() { ConflictStatus = 422, LimitStatus = 402 });
        var (full, roomy) = (key.AddPartner("Full", "full", maxTenants: 0), key.AddPartner("Roomy", "roomy", maxTenants: 1));
        key.AddTenant("taken");
        var path = Tenants + key.AddTenant("acme").Id;

        (await client.SendAsync("PATCH", path, """{"slug":"taken"}""")).Status.Should().Be(422);
        (await client.SendAsync("PATCH", path, """{"slug":"acme"}""")).Status.Should().Be(200);
        (await client.SendAsync("PATCH", path, $$"""{"partner_id":"{{full.Id}}"}""")).Status.Should().Be(402);
        (await client.SendAsync("PATCH", path, $$"""{"partner_id":"{{roomy.Id}}"}""")).Status.Should().Be(200);
        (await client.PostAsync(Tenants, $$"""{"name":"More","partner_id":"{{roomy.Id}}"}""")).Status.Should().Be(402);
    }

    [Fact]
    public async Task A_token_is_given_for_credentials_in_either_place_and_has_the_documented_claims()
    {
        var (key, _) = await StartAsync();
        using var basic = new Caller(key, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key.ClientId}:{key.ClientSecret}"))));
        using var plain = new Caller(key);

        var token = await basic.SendAsync("POST", TokenPath, "grant_type=client_credentials", Form);
        token.Json.ShouldBeGolden("scaikey/token", "access_token");
        var inForm = await plain.SendAsync(
            "POST", TokenPath, $"grant_type=client_credentials&client_id={key.ClientId}&client_secret={key.ClientSecret}&scope=admin%3Aread", Form);
        inForm.Said("scope").Should().Be("admin:read");

        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Said("access_token")!.Split('.')[1]))!;
        ((string?)claims["sub"], (bool)claims["platform_token"]!, (string?)claims["scope"]).Should().Be((key.ClientId, true, "admin:read admin:write"));
        ((long)claims["exp"]! - (long)claims["iat"]!).Should().Be(3600);
        using var bearer = new Caller(key, ("Authorization", "Bearer " + token.Said("access_token")));
        (await bearer.GetAsync(Tenants)).Status.Should().Be(200);
        (await plain.GetAsync("/api/v1/platform/oauth/.well-known/openid-configuration")).Said("token_endpoint").Should().EndWith(TokenPath);
        key.Log.Requests.Should().NotContain(request => request.ToString().Contains(key.ClientSecret));
    }

    [Theory]
    [InlineData("", 400, "invalid_request")]
    [InlineData("grant_type=password", 400, "unsupported_grant_type")]
    [InlineData("grant_type=client_credentials", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=app_emulator&client_secret=wrong", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=app_emulator&client_secret=scaikey-emulator-secret&scope=everything", 400, "invalid_scope")]
    public async Task A_token_is_refused_in_the_words_of_OAuth(string form, int status, string error)
    {
        var (key, _) = await StartAsync();
        using var plain = new Caller(key);

        var reply = await plain.SendAsync("POST", TokenPath, form, Form);

        (reply.Status, reply.Said("error")).Should().Be((status, error));
        key.TokensIssued.Should().Be(1, "that of the test itself");
    }

    [Fact]
    public async Task An_application_of_a_tenant_has_an_endpoint_of_its_own()
    {
        var (key, _) = await StartAsync();
        key.AddTenantApplication("app_t", "s", "users:read", "acme");
        using var plain = new Caller(key);
        var form = "grant_type=client_credentials&client_id=app_t&client_secret=s";

        (await plain.SendAsync("POST", TokenPath, form, Form)).Status.Should().Be(401);
        (await plain.SendAsync("POST", "/api/v1/auth/tenants/acme/oauth/token", form, Form)).Said("scope").Should().Be("users:read");
    }

    [Fact]
    public async Task A_token_ends_with_its_time_or_with_the_key()
    {
        var (key, client) = await StartAsync(new() { TokenLifetime = TimeSpan.FromMinutes(5) });

        _clock.Advance(TimeSpan.FromSeconds(299));
        (await client.GetAsync(Tenants)).Status.Should().Be(200);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await client.GetAsync(Tenants)).Said("detail").Should().Be("Invalid or expired token");

        using var next = new Caller(key, ("Authorization", "Bearer " + key.IssueToken()));
        (await next.GetAsync(Tenants)).Status.Should().Be(200);
        key.ExpireTokens();
        (await next.GetAsync(Tenants)).Status.Should().Be(401);
        key.ChangeSecret("other");
        (await next.SendAsync("POST", TokenPath, $"grant_type=client_credentials&client_id={key.ClientId}&client_secret=scaikey-emulator-secret", Form)).Status.Should().Be(401);
    }

    [Theory]
    [InlineData("admin:read", true, 200, 403)]
    [InlineData("admin:write", true, 200, 422)]
    [InlineData("admin:write", false, 403, 422)]
    [InlineData("users:read", true, 403, 403)]
    public async Task A_token_needs_the_scope_of_the_call(string scope, bool writeReads, int read, int write)
    {
        var (key, _) = await StartAsync(new() { WriteImpliesRead = writeReads });
        using var client = new Caller(key, ("Authorization", "Bearer " + key.IssueToken(scope)));

        var reply = await client.GetAsync(Tenants);
        reply.Status.Should().Be(read);
        (await client.PostAsync(Tenants, "{}")).Status.Should().Be(write);
        if (read == 403)
        {
            reply.Json.ShouldBeGolden("scaikey/error-403-scope");
        }
    }

    [Fact]
    public async Task Admins_of_partners_and_tenants_read_within_their_reach()
    {
        var (key, _) = await StartAsync(new() { ListEnvelope = ScaiKeyListEnvelope.Bare });
        var partner = key.AddPartner("Other", "other");
        var (own, other) = (key.AddTenant("own"), key.AddTenant("other", partnerId: partner.Id));
        using var super = new Caller(key, ("Authorization", "Bearer " + key.IssueUserToken("super_admin")));
        using var partnerAdmin = new Caller(key, ("Authorization", "Bearer " + key.IssueUserToken("partner_admin", partnerId: partner.Id)));
        using var tenantAdmin = new Caller(key, ("Authorization", "Bearer " + key.IssueUserToken("tenant_admin", tenantId: own.Id)));

        (await super.GetAsync(Tenants)).Json!.AsArray().Should().HaveCount(2);
        (await partnerAdmin.GetAsync(Tenants)).Said(0, "id").Should().Be(other.Id);
        (await tenantAdmin.GetAsync(Tenants)).Said(0, "id").Should().Be(own.Id);
        (await tenantAdmin.GetAsync(Tenants + other.Id)).Status.Should().Be(404);
        (await tenantAdmin.SendAsync("DELETE", Tenants + own.Id)).Status.Should().Be(403);
        (await partnerAdmin.GetAsync(AdminRoles)).Status.Should().Be(403);
        (await super.SendAsync("DELETE", Tenants + own.Id)).Status.Should().Be(204);
    }

    [Theory]
    [InlineData(ScaiKeyTrailingSlash.Redirected, 307)]
    [InlineData(ScaiKeyTrailingSlash.Optional, 200)]
    public async Task A_collection_without_its_slash_is_redirected_or_served(ScaiKeyTrailingSlash slash, int status)
    {
        var (key, client) = await StartAsync(new() { TrailingSlash = slash });

        var reply = await client.GetAsync("/api/v1/admin/tenants?page=1");

        reply.Status.Should().Be(status);
        reply.Header("Location").Should().Be(status == 307 ? key.Address.AbsoluteUri.TrimEnd('/') + Tenants + "?page=1" : null);
    }

    [Fact]
    public async Task Statuses_may_be_in_lower_case()
    {
        var (key, client) = await StartAsync(new() { LowerCaseStatus = true });
        var tenant = key.AddTenant("acme");

        (await client.SendAsync("PATCH", Tenants + tenant.Id, """{"status":"suspended"}""")).Said("status").Should().Be("suspended");
        key.State.Tenants[tenant.Id].Status.Should().Be("SUSPENDED");
    }

    [Theory]
    [InlineData(ScaiKeyErrorBody.DetailText, """{"detail":"Tenant not found"}""")]
    [InlineData(ScaiKeyErrorBody.DetailObject, """{"detail":{"message":"Tenant not found","field":null}}""")]
    [InlineData(ScaiKeyErrorBody.ErrorObject, """{"error":{"code":"not_found","message":"Tenant not found"}}""")]
    public async Task An_error_has_either_form(ScaiKeyErrorBody form, string body)
    {
        var (_, client) = await StartAsync(new() { ErrorBody = form });

        (await client.GetAsync(Tenants + "tnt_zzz")).Text.Should().Be(body);
    }

    [Fact]
    public async Task Users_are_created_changed_and_softly_deleted()
    {
        var (key, client) = await StartAsync();
        var partner = key.AddPartner("Small", "small", maxUsersPerTenant: 1);
        var tenant = key.AddTenant("acme", partnerId: partner.Id);

        var created = await client.PostAsync(Users, $$$"""{"tenant_id":"{{{tenant.Id}}}","email":"a@example.test","first_name":"Ann","custom_attributes":{"title":"Dr"}}""");
        created.Status.Should().Be(201);
        (created.Said("status"), created.Said("custom_attributes", "title")).Should().Be(("ACTIVE", "Dr"));
        (await client.PostAsync(Users, $$"""{"tenant_id":"{{tenant.Id}}","email":"A@example.test"}""")).Status.Should().Be(409);
        (await client.PostAsync(Users, $$"""{"tenant_id":"{{tenant.Id}}","email":"b@example.test"}""")).Status.Should().Be(403);
        (await client.PostAsync(Users, """{"email":"b@example.test"}""")).Status.Should().Be(422);
        (await client.PostAsync(Users, """{"tenant_id":"tnt_zzz","email":"b@example.test"}""")).Status.Should().Be(404);

        var path = Users + created.Said("id");
        (await client.SendAsync("PATCH", path, """{"status":"SUSPENDED","last_name":"Lee"}""")).Said("last_name").Should().Be("Lee");
        (await client.SendAsync("PATCH", path, """{"password":"secret"}""")).Status.Should().Be(422);
        (await client.GetAsync(Users + "?status=suspended&search=EXAMPLE&tenant_id=" + tenant.Id)).Said("pagination", "total").Should().Be("1");
        (await client.SendAsync("DELETE", path)).Status.Should().Be(204);
        (await client.GetAsync(path)).Status.Should().Be(404);
        key.State.UsersOf(tenant.Id).Should().BeEmpty();
    }

    [Fact]
    public async Task Admin_roles_are_granted_and_expire()
    {
        var (key, client) = await StartAsync();
        var tenant = key.AddTenant("acme");
        var user = key.AddUser(tenant.Id, "a@example.test");

        (await client.PostAsync(AdminRoles, $$"""{"user_id":"{{user.Id}}","role":"TENANT_ADMIN"}""")).Said("detail", 0, "loc", 1).Should().Be("tenant_id");
        (await client.PostAsync(AdminRoles, $$"""{"user_id":"{{user.Id}}","role":"PARTNER_ADMIN"}""")).Said("detail", 0, "loc", 1).Should().Be("partner_id");
        (await client.PostAsync(AdminRoles, $$"""{"user_id":"{{user.Id}}","role":"EMPEROR"}""")).Status.Should().Be(422);
        (await client.PostAsync(AdminRoles, """{"user_id":"usr_zzz","role":"SUPER_ADMIN"}""")).Status.Should().Be(404);
        var granted = await client.PostAsync(
            AdminRoles, $$"""{"user_id":"{{user.Id}}","role":"TENANT_ADMIN","tenant_id":"{{tenant.Id}}","expires_at":"2030-01-02T03:05:00Z"}""");
        granted.Status.Should().Be(201);

        (await client.GetAsync(AdminRoles + "?is_active=true&role=tenant_admin")).Said("data", 0, "id").Should().Be(granted.Said("id"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await client.GetAsync(AdminRoles + "?is_active=true")).Said("pagination", "total").Should().Be("0");
        (await client.GetAsync($"{AdminRoles}user/{user.Id}")).Said("data", 0, "is_active").Should().Be("false");
    }

    [Fact]
    public async Task A_platform_token_may_not_count_as_a_super_admin()
    {
        var (_, client) = await StartAsync(new() { PlatformTokenIsSuperAdmin = false });

        (await client.GetAsync(AdminRoles)).Status.Should().Be(403);
        (await client.GetAsync(Tenants)).Status.Should().Be(200);
    }

    [Fact]
    public async Task Partners_are_created_changed_and_deleted_when_they_have_no_tenants()
    {
        var (key, client) = await StartAsync();
        const string partners = "/api/v1/admin/partners/";

        var created = await client.PostAsync(partners, """{"name":"New","slug":"new","max_tenants":3}""");
        created.Status.Should().Be(201);
        (await client.PostAsync(partners, """{"name":"New","slug":"new"}""")).Status.Should().Be(409);
        var path = partners + created.Said("id");
        (await client.SendAsync("PATCH", path, """{"max_users_per_tenant":7}""")).Said("max_tenants").Should().Be("3");
        var tenant = key.AddTenant("acme", partnerId: created.Said("id"));
        (await client.SendAsync("DELETE", path)).Status.Should().Be(409);
        await client.SendAsync("DELETE", Tenants + tenant.Id);
        (await client.SendAsync("DELETE", path)).Status.Should().Be(204);
        (await client.GetAsync(path)).Status.Should().Be(404);
        (await client.GetAsync(partners)).Said("pagination", "total").Should().Be("1");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _started)
        {
            await one.DisposeAsync();
        }
    }

    private async Task<(ScaiKeyEmulator Key, Caller Client)> StartAsync(ScaiKeyOptions? options = null)
    {
        var key = await ScaiKeyEmulator.StartAsync((options ?? new()) with { Clock = _clock });
        _started.Add(key);
        return (key, new Caller(key, ("Authorization", "Bearer " + key.IssueToken())));
    }
}
