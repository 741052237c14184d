namespace TenantOperator.Emulators.Tests;

/// <summary>Every example of Admin - Tenant and Admin - Tenant Templates.</summary>
public sealed class HatzGoldenTests
{
    private static readonly DateTimeOffset _created = new(2024, 1, 15, 9, 0, 0, TimeSpan.Zero);

    private static readonly HatzTenant _acme = new()
    {
        Id = "tenant_abc123",
        Name = "Acme Corporation",
        PrimaryPackageName = "Professional",
        CreatedAt = _created,
        TotalCreditsUsed = 15000,
        TotalCreditLimit = 50000,
        DefaultModelName = "gpt-4o",
        ShownUserCount = 25,
    };

    [Fact]
    public async Task The_list_of_tenants_is_the_documented_one()
    {
        await using var test = await HatzTest.StartAsync(new() { Documents = HatzDocuments.D2 });
        test.Hatz.Change(state => state with { Tenants = state.Tenants.With(_acme with { AdditionalPackageNames = ["1500 Extra Credits"] }) });

        var reply = await test.Client.GetAsync("/admin/tenants?name=Acme%20Corporation");

        reply.Status.Should().Be(200);
        reply.Json.ShouldBeGolden("hatz/list-tenants.d2");
    }

    [Fact]
    public async Task The_own_account_is_the_documented_one()
    {
        await using var test = await HatzTest.StartAsync(new() { Documents = HatzDocuments.D2 });
        test.Hatz.Change(state => state with
        {
            Msp = new HatzMsp { TotalCreditsUsed = 125000, UserCount = 15, CreatedAt = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        });

        (await test.Client.GetAsync("/admin/tenants/msp")).Json.ShouldBeGolden("hatz/get-msp.d2");
    }

    [Theory]
    [InlineData(HatzDocuments.D2)]
    [InlineData(HatzDocuments.D3)]
    public async Task A_tenant_is_the_documented_one(HatzDocuments documents)
    {
        await using var test = await HatzTest.StartAsync(new() { Documents = documents });
        test.Hatz.Change(state => state with { Tenants = state.Tenants.With(_acme with { MfaRequired = true, DisabledModelNames = ["claude-3-opus"] }) });

        (await test.Client.GetAsync("/admin/tenants/tenant_abc123")).Json.ShouldBeGolden("hatz/get-tenant");
    }

    [Fact]
    public async Task The_users_of_a_tenant_are_the_documented_ones()
    {
        await using var test = await HatzTest.StartAsync(new() { RoleNames = HatzRoleNames.AdminMember });
        test.Hatz.Change(state => state with
        {
            Tenants = state.Tenants.With(_acme),
            Users = state.Users
                .With(new HatzUser
                {
                    Id = "user_xyz789",
                    Email = "john.doe@acme.com",
                    FirstName = "John",
                    LastName = "Doe",
                    TenantId = _acme.Id,
                    RoleName = "admin",
                    LastSignInAt = new(2024, 6, 15, 14, 30, 0, TimeSpan.Zero),
                })
                .With(new HatzUser
                {
                    Id = "user_abc456",
                    Email = "jane.smith@acme.com",
                    FirstName = "Jane",
                    LastName = "Smith",
                    TenantId = _acme.Id,
                    RoleName = "member",
                    LastSignInAt = new(2024, 6, 14, 9, 15, 0, TimeSpan.Zero),
                }),
        });

        (await test.Client.GetAsync("/admin/tenants/tenant_abc123/users?limit=50&offset=0")).Json.ShouldBeGolden("hatz/list-tenant-users");
    }

    [Fact]
    public async Task The_documented_creation_is_accepted_and_answered_as_documented()
    {
        await using var test = await HatzTest.StartAsync(new() { RoleNames = HatzRoleNames.AdminMember, RefuseUnknownFields = true });

        var reply = await test.Client.PostAsync("/admin/tenants", Golden.Text("hatz/create-tenants.request"));

        reply.Json.ShouldBeGolden("hatz/create-tenants.response", "tenant_id");
        test.Hatz.State.Tenants.Should().ContainSingle().Which.Should().Match<HatzTenant>(tenant =>
            tenant.Id == reply.Said("tenants", 0, "tenant_id") && tenant.Name == "Acme Corporation" && tenant.PrimaryPackageName == "Professional");
        test.Hatz.State.Users.Should().ContainSingle().Which.RoleName.Should().Be("admin");
    }

    [Fact]
    public async Task The_documented_change_of_a_configuration_is_accepted_and_answered_as_documented()
    {
        await using var test = await HatzTest.StartAsync(new() { RefuseUnknownFields = true });
        test.Hatz.Change(state => state with { Tenants = state.Tenants.With(_acme) });

        var reply = await test.Client.SendAsync("PATCH", "/admin/tenants/tenant_abc123/config", Golden.Text("hatz/update-config.request"));

        reply.Status.Should().Be(200);
        reply.Json.ShouldBeGolden("hatz/update-config.response");
        test.Hatz.State.Tenants["tenant_abc123"].Should().Be(_acme with { BetaFeatures = true, MfaRequired = true });
    }

    [Fact]
    public async Task The_list_of_templates_is_the_documented_one()
    {
        await using var test = await HatzTest.StartAsync();
        var older = new DateTimeOffset(2024, 1, 10, 12, 0, 0, TimeSpan.Zero);
        var template = new HatzTemplate
        {
            Id = "tentemplate_def456",
            Name = "Enterprise Template",
            PackageName = "Enterprise",
            DefaultModelName = "claude-3-5-sonnet",
            BetaFeatures = true,
            MfaRequired = true,
            CreatedAt = older,
            UpdatedAt = older,
        };
        test.Hatz.Change(state => state with
        {
            Templates = state.Templates.With(Standard()).With(template).With(template with { Id = "tentemplate_last", CreatedAt = older.AddDays(-1) }),
        });

        var reply = await test.Client.GetAsync("/admin/tenants/templates?limit=2");

        reply.Json.ShouldBeGolden("hatz/list-templates");
        (await test.Client.GetAsync("/admin/tenants/templates?limit=20&cursor=2024-01-10T12:00:00Z")).Said("templates", 0, "id").Should().Be("tentemplate_last");
    }

    [Fact]
    public async Task A_template_is_the_documented_one()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.Change(state => state with { Templates = state.Templates.With(Standard()) });

        (await test.Client.GetAsync("/admin/tenants/templates/tentemplate_abc123")).Json.ShouldBeGolden("hatz/get-template");
    }

    [Fact]
    public async Task A_template_is_created_changed_cleared_and_deleted_as_documented()
    {
        await using var test = await HatzTest.StartAsync(new() { RefuseUnknownFields = true });

        var created = await test.Client.PostAsync("/admin/tenants/templates", Golden.Text("hatz/create-template.request"));
        created.Json.ShouldBeGolden("hatz/create-template.response", "id");

        var path = "/admin/tenants/templates/" + created.Said("id");
        test.Clock.Advance(new TimeSpan(1, 1, 30, 0));
        var updated = await test.Client.SendAsync("PUT", path, Golden.Text("hatz/update-template.request"));
        updated.Json.ShouldBeGolden("hatz/update-template.response", "id");

        (await test.Client.SendAsync("PUT", path, Golden.Text("hatz/clear-default-model.request"))).Said("default_model_name").Should().BeEmpty();

        var deleted = await test.Client.SendAsync("DELETE", path);
        (deleted.Status, deleted.Text).Should().Be((204, ""));
        (await test.Client.SendAsync("DELETE", path)).Status.Should().Be(404);
    }

    [Fact]
    public async Task The_documented_errors_are_answered()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.Change(state => state with { Templates = state.Templates.With(Standard()) });
        var path = "/admin/tenants/templates/tentemplate_abc123";

        await ExpectAsync(400, "error-400-template-id", test.Client.GetAsync("/admin/tenants/templates/42"));
        await ExpectAsync(400, "error-400-model", test.Client.SendAsync("PUT", path, """{"default_model_name":"invalid-model"}"""));
        await ExpectAsync(400, "error-400-no-fields", test.Client.SendAsync("PUT", path, "{}"));
        await ExpectAsync(404, "error-404", test.Client.GetAsync("/admin/tenants/templates/tentemplate_zzz"));
        await ExpectAsync(422, "error-422", test.Client.PostAsync("/admin/tenants/templates", """{"package_name":"Professional"}"""));
    }

    [Fact]
    public async Task A_template_that_may_be_forbidden_is_answered_as_documented()
    {
        await using var test = await HatzTest.StartAsync(new() { NotFoundMayMeanForbidden = true });

        await ExpectAsync(404, "error-404-permissions", test.Client.GetAsync("/admin/tenants/templates/tentemplate_zzz"));
    }

    [Fact]
    public void A_wrong_name_type_or_value_is_seen()
    {
        var answer = System.Text.Json.Nodes.JsonNode.Parse(Golden.Text("hatz/get-msp.d2"))!;
        Golden.Differences(answer, "hatz/get-msp.d2").Should().BeEmpty();

        answer["user_count"] = "15";
        answer["more"] = 1;
        answer["name"] = "Other";
        answer.AsObject().Remove("created_at");

        Golden.Differences(answer, "hatz/get-msp.d2").Should().HaveCount(4);
        Golden.Differences(answer, "hatz/get-msp.d2", "name").Should().HaveCount(3);
    }

    private static HatzTemplate Standard() => new()
    {
        Id = "tentemplate_abc123",
        Name = "Standard Business Template",
        PackageName = "Professional",
        DefaultModelName = "gpt-4o",
        MfaRequired = true,
        CreatedAt = _created,
        UpdatedAt = _created,
    };

    private static async Task ExpectAsync(int status, string golden, Task<Reply> sent)
    {
        var reply = await sent;
        reply.Status.Should().Be(status);
        reply.Json.ShouldBeGolden("hatz/" + golden);
    }
}
