using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Emulators.Tests;

public sealed class MindzieTests : IAsyncDisposable
{
    private const string TenantId = "0b6f0c5e-0000-4000-8000-000000000001";
    private const string Tenant = "/api/tenant/" + TenantId;
    private static readonly DateTimeOffset _created = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly List<IAsyncDisposable> _started = [];

    [Fact]
    public async Task A_tenant_has_the_documented_fields_in_list_and_detail()
    {
        var (_, client) = await StartAsync(new() { TenantFields = MindzieTenantFields.TenantApi });

        (await client.GetAsync(Tenant)).Json.ShouldBeGolden("mindzie/tenant");
        var list = await client.GetAsync("/api/tenant");
        list.At("tenants", 0).ShouldBeGolden("mindzie/tenant");
        (list.Said("totalCount"), list.Said("page"), list.Said("pageSize")).Should().Be(("1", "1", "50"));
    }

    [Fact]
    public async Task List_and_detail_differ_as_the_client_has_them()
    {
        var (_, client) = await StartAsync();

        var row = (await client.GetAsync("/api/tenant")).At("tenants", 0)!.AsObject();
        var detail = (await client.GetAsync(Tenant)).Json!.AsObject();

        row.Should().ContainKeys("caseCount", "userCount", "analystCount", "autoload").And.NotContainKey("maxCases");
        detail.Should().ContainKeys("maxCases", "expirationDate").And.NotContainKeys("caseCount", "userCount", "autoload");
        row.Should().NotContainKey("timeZone");
    }

    [Fact]
    public async Task A_tenant_is_created_and_deleted_as_documented()
    {
        var (mindzie, client) = await StartAsync(new() { RefuseUnknownFields = true });

        var created = await client.PostAsync("/api/tenant", Golden.Text("mindzie/create-tenant.request"));
        created.Status.Should().Be(201);
        created.Json.ShouldBeGolden("mindzie/create-tenant.response", "tenantId");
        mindzie.State.Tenants[created.Said("tenantId")!].Should().Match<MindzieTenant>(tenant =>
            tenant.MaxUserCount == 10 && tenant.MaxAnalystCount == 2 && tenant.MaxCases == 100000 && tenant.TimeZone == "UTC");

        var deleted = await client.SendAsync("DELETE", "/api/tenant", Golden.Text("mindzie/delete-tenant.request"));
        deleted.Status.Should().Be(200);
        deleted.Json.ShouldBeGolden("mindzie/delete-tenant.response");
        mindzie.State.Tenants.Should().ContainSingle();
        mindzie.State.Users.Should().ContainSingle("accounts stay");
        mindzie.State.Assignments.Should().BeEmpty();
        (await client.SendAsync("DELETE", "/api/tenant", Golden.Text("mindzie/delete-tenant.request"))).Status.Should().Be(404);
    }

    [Theory]
    [InlineData("name", "Northwind-Test", 400)]
    [InlineData("displayName", "northwind test", 400)]
    [InlineData("tenantId", "0b6f0c5e-0000-4000-8000-00000000000f", 404)]
    [InlineData("name", null, 400)]
    public async Task A_deletion_needs_all_three_identifiers(string field, string? value, int status)
    {
        var (mindzie, client) = await StartAsync();
        var body = System.Text.Json.Nodes.JsonNode.Parse(Golden.Text("mindzie/delete-tenant.request"))!;
        body[field] = value;

        (await client.SendAsync("DELETE", "/api/tenant", body.ToJsonString())).Status.Should().Be(status);
        mindzie.State.Tenants.Should().ContainSingle();
    }

    [Theory]
    [InlineData(false, 400)]
    [InlineData(true, 200)]
    public async Task A_deletion_may_ignore_case(bool ignores, int status)
    {
        var (_, client) = await StartAsync(new() { DeletionIgnoresCase = ignores });

        var body = Golden.Text("mindzie/delete-tenant.request").Replace("Northwind Test", "NORTHWIND TEST", StringComparison.Ordinal);
        (await client.SendAsync("DELETE", "/api/tenant", body)).Status.Should().Be(status);
    }

    [Theory]
    [InlineData("""{"displayName":"x"}""", 400)]
    [InlineData("""{"name":"ab","displayName":"x"}""", 400)]
    [InlineData("""{"name":"Big","displayName":"x"}""", 400)]
    [InlineData("""{"name":"abc"}""", 400)]
    [InlineData("""{"name":"abc","displayName":"x","maxUsers":0}""", 400)]
    [InlineData("""{"name":"abc","displayName":"x","maxUsers":1.5}""", 400)]
    [InlineData("""{"name":"abc","displayName":"x","timeZone":"Moon"}""", 400)]
    [InlineData("""{"name":"northwind-test","displayName":"x"}""", 409)]
    [InlineData("""{"name":"abc","displayName":"x"}""", 200)]
    public async Task A_new_tenant_is_checked(string body, int status)
    {
        var (_, client) = await StartAsync(new() { CreatedStatus = 200 });

        (await client.PostAsync("/api/tenant", body)).Status.Should().Be(status);
    }

    [Fact]
    public async Task A_tenant_is_updated_and_keeps_what_is_not_sent()
    {
        var (mindzie, client) = await StartAsync();
        mindzie.ChangeTenant(TenantId, tenant => tenant with { MaxCases = 5, ExpirationDate = _created.AddDays(3) });

        (await client.GetAsync(Tenant)).Said("daysUntilExpiration").Should().Be("3");
        var reply = await client.SendAsync(
            "PUT", "/api/tenant", $$"""{"tenantId":"{{TenantId}}","maxUsers":20,"maxCases":-1,"isDisabled":true,"expirationDate":"","timeZone":"Europe/Berlin"}""");

        (reply.Status, reply.Said("isDisabled"), reply.Said("expirationDate")).Should().Be((200, "true", null));
        mindzie.State.Tenants[TenantId].Should().Match<MindzieTenant>(tenant => tenant.MaxUserCount == 20 && tenant.MaxCases == null
            && tenant.IsDisabled && tenant.ExpirationDate == null && tenant.MaxAnalystCount == 2 && tenant.TimeZone == "Europe/Berlin");
        (await client.SendAsync("PUT", "/api/tenant", """{"maxUsers":20}""")).Status.Should().Be(400);
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 400)]
    public async Task A_limit_below_the_count_may_be_refused(bool refuses, int status)
    {
        var (_, client) = await StartAsync(new() { RefusesLimitsBelowCounts = refuses });

        (await client.SendAsync("PUT", "/api/tenant", $$"""{"tenantId":"{{TenantId}}","maxAnalyst":0}""")).Status.Should().Be(status);
    }

    [Fact]
    public async Task The_licence_limits_tenants_and_a_container_may_fail()
    {
        var (_, client) = await StartAsync(new() { LicensedTenants = 2, LicenceStatus = 402, StorageFails = true });

        (await client.PostAsync("/api/tenant", """{"name":"second","displayName":"x"}""")).Said("storageContainerCreated").Should().Be("false");
        (await client.PostAsync("/api/tenant", """{"name":"third","displayName":"x"}""")).Status.Should().Be(402);
    }

    [Theory]
    [InlineData(false, 201)]
    [InlineData(true, 409)]
    public async Task A_deleted_name_may_stay_taken(bool stays, int status)
    {
        var (mindzie, client) = await StartAsync(new() { NamesStayTaken = stays });
        mindzie.DeleteTenant(TenantId);

        (await client.PostAsync("/api/tenant", """{"name":"northwind-test","displayName":"x"}""")).Status.Should().Be(status);
    }

    [Fact]
    public async Task Users_are_created_assigned_changed_and_removed()
    {
        var (mindzie, client) = await StartAsync();
        var body = """{"email":"dev@example.test","displayName":"Dev","roleName":"Developer","sendWelcomeEmail":true}""";

        var created = await client.PostAsync(Tenant + "/user", body);
        (created.Status, created.Said("assignedToTenant"), created.Said("tenantId"), created.Said("welcomeEmailSent")).Should().Be((201, "true", TenantId, "true"));
        (await client.PostAsync(Tenant + "/user", body)).Said("code").Should().Be("ALREADY_ASSIGNED");
        (await client.PostAsync("/api/user", body)).Said("code").Should().Be("DUPLICATE_EMAIL");

        var user = Tenant + "/user/" + created.Said("userId");
        (await client.SendAsync("PUT", user, """{"displayName":"Developer","roleName":"User"}""")).Status.Should().Be(200);
        (await client.GetAsync(user)).Said("tenants", 0, "roleName").Should().Be("User");
        (await client.GetAsync(Tenant + "/user/by-email/dev%40example.test")).Said("displayName").Should().Be("Developer");
        (await client.GetAsync("/api/user/by-email/DEV%40example.test")).Said("tenantNames").Should().Be("northwind-test");
        (await client.GetAsync($"/api/user/{created.Said("userId")}/tenants")).Said("tenants", 0, "tenantId").Should().Be(TenantId);

        (await client.SendAsync("DELETE", user)).Status.Should().Be(200);
        (await client.SendAsync("DELETE", user)).Said("code").Should().Be("NOT_ASSIGNED");
        (await client.GetAsync(user)).Said("code").Should().Be("USER_NOT_IN_TENANT");
        (await client.GetAsync("/api/user/nobody")).Said("code").Should().Be("USER_NOT_FOUND");
        (await client.SendAsync("POST", user)).Status.Should().Be(200);
        (await client.SendAsync("POST", user)).Status.Should().Be(409);
        mindzie.State.UsersOf(TenantId).Should().HaveCount(2);
    }

    [Theory]
    [InlineData("""{"displayName":"Dev","roleName":"User"}""")]
    [InlineData("""{"email":"a@example.test","roleName":"User"}""")]
    [InlineData("""{"email":"a@example.test","displayName":"D","roleName":"User"}""")]
    [InlineData("""{"email":"a@example.test","displayName":"Dev"}""")]
    [InlineData("""{"email":"a@example.test","displayName":"Dev","roleName":"Emperor"}""")]
    public async Task A_new_user_is_checked(string body)
    {
        var (_, client) = await StartAsync();

        (await client.PostAsync(Tenant + "/user", body)).Status.Should().Be(400);
    }

    [Fact]
    public async Task A_tenant_has_room_for_so_many_users_and_analysts()
    {
        var (mindzie, client) = await StartAsync();
        mindzie.ChangeTenant(TenantId, tenant => tenant with { MaxUserCount = 2, MaxAnalystCount = 1 });
        string Body(string name, string role) => $$"""{"email":"{{name}}@example.test","displayName":"{{name}}","roleName":"{{role}}"}""";

        (await client.PostAsync(Tenant + "/user", Body("analyst", "Analyst"))).Said("code").Should().Be("ANALYST_LIMIT_REACHED");
        (await client.PostAsync(Tenant + "/user", Body("second", "User"))).Status.Should().Be(201);
        (await client.PostAsync(Tenant + "/user", Body("third", "User"))).Said("code").Should().Be("USER_LIMIT_REACHED");
        var second = mindzie.State.FindUser("second@example.test")!;
        (await client.SendAsync("PUT", $"{Tenant}/user/{second.Id}", """{"roleName":"Analyst"}""")).Said("code").Should().Be("ANALYST_LIMIT_REACHED");
    }

    [Fact]
    public async Task A_service_account_has_rules_of_its_own()
    {
        var (mindzie, client) = await StartAsync();
        var path = "/api/user/" + mindzie.AddUser("robot@example.test").Id;

        (await client.SendAsync("PUT", path, """{"isServiceAccount":true}""")).Said("code").Should().Be("INVALID_ROLE_FOR_SERVICE_ACCOUNT");
        (await client.SendAsync("PUT", path, """{"isServiceAccount":true,"roleName":"Administrator"}""")).Said("code").Should().Be("HOME_TENANT_REQUIRED");
        (await client.SendAsync("PUT", path, $$"""{"isServiceAccount":true,"roleName":"Administrator","homeTenantId":"{{TenantId}}"}""")).Status.Should().Be(200);
        (await client.GetAsync(path)).Said("homeTenantName").Should().Be("northwind-test");
        await client.SendAsync("PUT", path, """{"isServiceAccount":false}""");
        mindzie.State.FindUser("robot@example.test")!.HomeTenantId.Should().BeNull();
    }

    [Fact]
    public async Task Users_are_searched_and_hidden_while_disabled()
    {
        var (mindzie, client) = await StartAsync();
        var user = mindzie.AddUser("gone@example.test", "User", TenantId);
        mindzie.ChangeUser(user.Id, one => one with { Disabled = true });

        (await client.GetAsync(Tenant + "/user")).Said("totalCount").Should().Be("1");
        (await client.GetAsync(Tenant + "/user?includeDisabled=true")).Said("totalCount").Should().Be("2");
        (await client.GetAsync("/api/user?includeDisabled=true&search=GONE")).Said("users", 0, "email").Should().Be("gone@example.test");
        (await client.GetAsync("/api/user?role=Analyst")).Said("totalCount").Should().Be("1");
        (await client.GetAsync("/api/user?includeDisabled=perhaps")).Status.Should().Be(400);
    }

    [Fact]
    public async Task Pages_have_their_documented_sizes()
    {
        var (mindzie, client) = await StartAsync();
        for (var number = 0; number < 60; number++)
        {
            mindzie.AddTenant("tenant-" + number);
        }

        (await client.GetAsync("/api/tenant")).At("tenants")!.AsArray().Should().HaveCount(50);
        (await client.GetAsync("/api/tenant?page=2")).At("tenants")!.AsArray().Should().HaveCount(11);
        (await client.GetAsync("/api/tenant?pageSize=101")).Status.Should().Be(400);
        (await client.GetAsync("/api/user?pageSize=1000")).Status.Should().Be(200);
        (await client.GetAsync("/api/tenant?page=0")).Status.Should().Be(400);
    }

    [Fact]
    public async Task A_key_of_a_tenant_reaches_its_users_only()
    {
        var (mindzie, client) = await StartAsync();
        mindzie.AddTenantKey("own", TenantId);
        using var own = new Caller(mindzie, ("Authorization", "Bearer own"));
        using var none = new Caller(mindzie, ("x-api-key", mindzie.Key));

        var refused = await own.GetAsync("/api/tenant");
        refused.Status.Should().Be(401);
        refused.Json.ShouldBeGolden("mindzie/error-401-tenant-key");
        (await own.GetAsync(Tenant)).Status.Should().Be(401);
        (await own.GetAsync("/api/user")).Status.Should().Be(401);
        (await own.GetAsync(Tenant + "/user")).Status.Should().Be(200);
        (await own.GetAsync($"/api/tenant/{mindzie.AddTenant("other").Id}/user")).Status.Should().Be(401);
        (await none.GetAsync("/api/tenant")).Status.Should().Be(401);
        (await none.GetAsync("/api/ping/unauthorizedping")).Status.Should().Be(200);
        (await client.GetAsync("/api/tenant/0b6f0c5e-0000-4000-8000-00000000000f")).Json.ShouldBeGolden("mindzie/error-404");
        mindzie.RevokeKey(mindzie.Key);
        (await client.GetAsync("/api/tenant")).Status.Should().Be(401);
    }

    [Fact]
    public async Task Further_headers_may_be_needed()
    {
        var (mindzie, client) = await StartAsync(new() { NeedsTenantHeaders = true });
        using var full = new Caller(mindzie, ("Authorization", "Bearer " + mindzie.Key), ("X-Tenant-Id", TenantId), ("X-Project-Id", "p"));

        (await client.GetAsync("/api/tenant")).Status.Should().Be(401);
        (await full.GetAsync("/api/tenant")).Status.Should().Be(200);
    }

    [Theory]
    [InlineData(MindzieCodeField.Code, """{"error":"User not found","code":"USER_NOT_FOUND"}""")]
    [InlineData(MindzieCodeField.ErrorCode, """{"error":"User not found","errorCode":"USER_NOT_FOUND"}""")]
    [InlineData(MindzieCodeField.InText, """{"error":"USER_NOT_FOUND: User not found"}""")]
    public async Task A_code_stands_in_either_place(MindzieCodeField field, string body)
    {
        var (_, client) = await StartAsync(new() { CodeField = field });

        (await client.GetAsync("/api/user/nobody")).Text.Should().Be(body);
    }

    [Fact]
    public async Task Errors_and_answers_may_have_the_general_form()
    {
        var (_, client) = await StartAsync(new() { ErrorBody = MindzieErrorBody.ErrorObject, WrapsAnswers = true });

        var error = await client.PostAsync("/api/tenant", """{"name":"abc"}""");
        (error.Said("error", "code"), error.Said("error", "details", "field")).Should().Be(("VALIDATION_ERROR", "displayName"));
        (await client.GetAsync(Tenant)).Said("data", "name").Should().Be("northwind-test");
        var list = await client.GetAsync("/api/tenant");
        (list.Said("data", 0, "name"), list.Said("pagination", "totalItems"), list.Said("pagination", "hasNext")).Should().Be(("northwind-test", "1", "false"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _started)
        {
            await one.DisposeAsync();
        }
    }

    private async Task<(MindzieEmulator Mindzie, Caller Client)> StartAsync(MindzieOptions? options = null)
    {
        var mindzie = await MindzieEmulator.StartAsync((options ?? new()) with { Clock = new FakeTimeProvider(_created) });
        _started.Add(mindzie);
        mindzie.Change(state => state with
        {
            Tenants = state.Tenants.With(new MindzieTenant
            {
                Id = TenantId,
                Name = "northwind-test",
                DisplayName = "Northwind Test",
                Description = "demo",
                CaseCount = 1200,
                MaxUserCount = 10,
                MaxAnalystCount = 2,
                DateCreated = _created,
            }),
        });
        mindzie.AddUser("ana@example.test", "Analyst", TenantId);
        return (mindzie, new Caller(mindzie, ("Authorization", "Bearer " + mindzie.Key)));
    }
}
