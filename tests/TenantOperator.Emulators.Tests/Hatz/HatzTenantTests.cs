namespace TenantOperator.Emulators.Tests;

public sealed class HatzTenantTests
{
    public static TheoryData<string, string, string> BadCreations => new()
    {
        { """{}""", "tenants", "value_error.missing" },
        { """{"tenants":null}""", "tenants", "type_error.none.not_allowed" },
        { """{"tenants":{}}""", "tenants", "type_error.list" },
        { """{"tenants":[]}""", "tenants", "value_error.list.min_items" },
        { """{"tenants":[1]}""", "tenants.0", "type_error.dict" },
        { """{"tenants":[{"package_id":"package_abc123"}]}""", "tenants.0.tenant_name", "value_error.missing" },
        { """{"tenants":[{"tenant_name":"","package_id":"package_abc123"}]}""", "tenants.0.tenant_name", "value_error.any_str.min_length" },
        { """{"tenants":[{"tenant_name":7,"package_id":"package_abc123"}]}""", "tenants.0.tenant_name", "type_error.str" },
        { """{"tenants":[{"tenant_name":"a","users":[{}]}]}""", "tenants.0.users.0.email", "value_error.missing" },
        { """{"tenants":[{"tenant_name":"a","users":[{"email":"nobody"}]}]}""", "tenants.0.users.0.email", "value_error.email" },
        { "[]", "", "type_error.dict" },
        { "{", "1", "value_error.jsondecode" },
        { """{"tenants":[],"tenants":[]}""", "0", "value_error.jsondecode" },
    };

    [Theory]
    [MemberData(nameof(BadCreations))]
    public async Task A_creation_against_the_schema_is_refused_with_what_is_wrong(string body, string place, string kind)
    {
        await using var test = await HatzTest.StartAsync();

        var reply = await test.Client.PostAsync("/admin/tenants", body);

        reply.Status.Should().Be(422);
        string.Join('.', reply.At("detail", 0, "loc")!.AsArray().Skip(1)).Should().Be(place);
        reply.Said("detail", 0, "type").Should().Be(kind);
        test.Hatz.State.Tenants.Should().BeEmpty();
    }

    [Fact]
    public async Task Names_lists_and_users_have_the_documented_limits()
    {
        await using var test = await HatzTest.StartAsync();
        string Users(int count) => string.Join(',', Enumerable.Range(0, count).Select(number => $$"""{"email":"u{{number}}@acme.com"}"""));
        string WithUsers(int count) => $$"""{"tenants":[{"tenant_name":"big","package_id":"package_abc123","users":[{{Users(count)}}]}]}""";
        string[] Names(int count) => [.. Enumerable.Range(0, count).Select(number => "tenant " + number)];

        (await test.CreateAsync(new string('x', 256))).Status.Should().Be(422);
        (await test.CreateAsync(Names(101))).Said("detail", 0, "type").Should().Be("value_error.list.max_items");
        (await test.Client.PostAsync("/admin/tenants", WithUsers(1001))).Said("detail", 0, "type").Should().Be("value_error.list.max_items");
        test.Hatz.State.Tenants.Should().BeEmpty();

        (await test.CreateAsync(new string('x', 255))).Status.Should().Be(200);
        (await test.CreateAsync(Names(99))).Said("total_tenants_created").Should().Be("99");
    }

    public static TheoryData<string, string> WrongCreations => new()
    {
        { """{"tenants":[{"tenant_name":"a"}]}""", "Either package_id or template_id must be provided" },
        { """{"tenants":[{"tenant_name":"a","package_id":null,"template_id":null}]}""", "Either package_id or template_id must be provided" },
        { """{"tenants":[{"tenant_name":"a","package_id":"package_zzz"}]}""", "Invalid package ID: package_zzz" },
        { """{"tenants":[{"tenant_name":"a","package_id":"Professional"}]}""", "Invalid package ID: Professional" },
        { """{"tenants":[{"tenant_name":"a","template_id":"nope"}]}""", "Invalid template ID: Must use template HashID format (tentemplate_xxxxx)" },
        { """{"tenants":[{"tenant_name":"a","template_id":"tentemplate_zzz"}]}""", "Template not found" },
        { HatzTest.Create("a", "a"), "Duplicate tenant name: a" },
        {
            """{"tenants":[{"tenant_name":"a","package_id":"package_abc123","users":[{"email":"A@acme.com"},{"email":"a@acme.com"}]}]}""",
            "Duplicate email: A@acme.com"
        },
    };

    [Theory]
    [MemberData(nameof(WrongCreations))]
    public async Task A_creation_that_cannot_be_is_refused_whole(string body, string detail)
    {
        await using var test = await HatzTest.StartAsync();

        var reply = await test.Client.PostAsync("/admin/tenants", body);

        (reply.Status, reply.Said("detail")).Should().Be((400, detail));
        test.Hatz.State.Tenants.Should().BeEmpty();
    }

    [Fact]
    public async Task A_body_that_is_not_sent_as_json_or_not_at_all_is_refused()
    {
        await using var test = await HatzTest.StartAsync();

        (await test.Client.SendAsync("POST", "/admin/tenants", HatzTest.Create("a"), "text/plain")).Status.Should().Be(422);
        (await test.Client.SendAsync("POST", "/admin/tenants")).Status.Should().Be(422);
    }

    [Fact]
    public async Task A_name_that_anyone_on_the_platform_has_fails_its_item_only()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.TakeName("rival");
        test.Hatz.AddTenant("ours");

        var reply = await test.CreateAsync("rival", "ours", "free");

        reply.Status.Should().Be(200);
        (reply.Said("total_tenants_created"), reply.Said("total_tenants_failed")).Should().Be(("1", "2"));
        reply.Said("tenants", 0, "success").Should().Be("false");
        reply.Said("tenants", 0, "error").Should().Be("Tenant name 'rival' already exists");
        reply.At("tenants", 1, "tenant_id").Should().BeNull();
        test.Hatz.State.Tenants.Select(tenant => tenant.Name).Should().Equal("ours", "free");
        test.Hatz.State.Packages["package_abc123"].Unassigned.Should().Be(99);
    }

    [Fact]
    public async Task A_taken_name_may_fail_the_batch()
    {
        await using var test = await HatzTest.StartAsync(new() { NameClash = HatzNameClash.Batch });
        test.Hatz.TakeName("rival");

        var reply = await test.CreateAsync("free", "rival");

        (reply.Status, reply.Said("detail")).Should().Be((400, "Tenant name 'rival' already exists"));
        test.Hatz.State.Tenants.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, "1")]
    [InlineData(true, "0")]
    public async Task Case_may_count_in_names(bool ignored, string created)
    {
        await using var test = await HatzTest.StartAsync(new() { NamesIgnoreCase = ignored });
        test.Hatz.AddTenant("Acme");

        (await test.CreateAsync("ACME")).Said("total_tenants_created").Should().Be(created);
    }

    [Fact]
    public async Task Without_an_unassigned_package_an_item_fails()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddPackage("Business", unassigned: 1, id: "package_b");

        var reply = await test.Client.PostAsync(
            "/admin/tenants", """{"tenants":[{"tenant_name":"a","package_id":"package_b"},{"tenant_name":"b","package_id":"package_b"}]}""");

        reply.Said("tenants", 0, "success").Should().Be("true");
        reply.Said("tenants", 1, "error").Should().Be("No unassigned package of type 'Business' is available");
        reply.Said("tenants", 1, "purchase_occurred").Should().Be("false");
    }

    [Fact]
    public async Task A_purchase_is_made_where_it_is_allowed_says_so_and_has_a_limit()
    {
        await using var test = await HatzTest.StartAsync(new() { MostPurchases = 2 });
        test.Hatz.AddPackage("Business", unassigned: 1, id: "package_b");

        var reply = await test.Client.PostAsync("/admin/tenants", HatzTest.Create("a", "b", "c", "d").Replace("package_abc123", "package_b", StringComparison.Ordinal));

        reply.At("tenants")!.AsArray().Select(one => (bool)one!["purchase_occurred"]!).Should().Equal(false, true, true, false);
        reply.Said("tenants", 3, "success").Should().Be("false");
        test.Hatz.State.Packages["package_b"].Should().Match<HatzPackage>(package => package.Purchased == 2 && package.Unassigned == 0);
    }

    [Fact]
    public async Task A_template_gives_package_and_settings_and_no_longer_matters_afterwards()
    {
        await using var test = await HatzTest.StartAsync();
        var template = test.Hatz.AddTemplate("standard", "Professional");
        test.Hatz.Change(state => state with
        {
            Templates = state.Templates.With(template with { MfaRequired = true, BetaFeatures = true, DefaultModelName = "gpt-4o" }),
        });

        await test.Client.PostAsync("/admin/tenants", $$"""{"tenants":[{"tenant_name":"a","template_id":"{{template.Id}}"}]}""");
        await test.Client.SendAsync("PUT", "/admin/tenants/templates/" + template.Id, """{"mfa_required":false}""");

        test.Hatz.State.FindTenant("a").Should().Match<HatzTenant>(tenant =>
            tenant.MfaRequired && tenant.BetaFeatures && tenant.DefaultModelName == "gpt-4o" && tenant.PrimaryPackageName == "Professional");
    }

    [Theory]
    [InlineData(HatzBothNamed.PackageCounts, "Professional")]
    [InlineData(HatzBothNamed.TemplateCounts, "Business")]
    [InlineData(HatzBothNamed.Refused, null)]
    public async Task Either_counts_when_package_and_template_are_named(HatzBothNamed both, string? package)
    {
        await using var test = await HatzTest.StartAsync(new() { BothNamed = both });
        test.Hatz.AddPackage("Business");
        var template = test.Hatz.AddTemplate("standard", "Business");

        await test.Client.PostAsync(
            "/admin/tenants", $$"""{"tenants":[{"tenant_name":"a","package_id":"package_abc123","template_id":"{{template.Id}}"}]}""");

        test.Hatz.State.FindTenant("a")?.PrimaryPackageName.Should().Be(package);
        (test.Hatz.State.FindTenant("a") is null).Should().Be(package is null);
    }

    [Fact]
    public async Task A_user_who_cannot_be_made_fails_inside_a_tenant_that_succeeds()
    {
        await using var test = await HatzTest.StartAsync();
        var other = test.Hatz.AddTenant("other");
        test.Hatz.AddUser(other.Id, "taken@acme.com");

        var reply = await test.Client.PostAsync("/admin/tenants", """
            {"tenants":[{"tenant_name":"a","package_id":"package_abc123",
             "users":[{"email":"Taken@acme.com"},{"email":"new@acme.com"},{"email":"odd@acme.com","role":"emperor"}]}]}
            """);

        reply.Said("tenants", 0, "success").Should().Be("true");
        reply.Said("tenants", 0, "total_new_users_created").Should().Be("1");
        reply.At("tenants", 0, "new_users_failed_emails")!.AsArray().Select(email => (string?)email).Should().Equal("Taken@acme.com", "odd@acme.com");
        test.Hatz.State.UsersOf(reply.Said("tenants", 0, "tenant_id")!).Should().ContainSingle().Which.RoleName.Should().Be("general_user");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public async Task A_creation_succeeds_with_either_status(int status)
    {
        await using var test = await HatzTest.StartAsync(new() { CreatedStatus = status });

        (await test.CreateAsync("a")).Status.Should().Be(status);
        (await test.Client.PostAsync("/admin/tenants/templates", """{"name":"abc","package_name":"Professional"}""")).Status.Should().Be(status);
    }

    [Theory]
    [InlineData(HatzDocuments.D2, 20, 100)]
    [InlineData(HatzDocuments.D3, 100, 1000)]
    public async Task Pages_have_the_size_of_their_documents(HatzDocuments documents, int otherwise, int most)
    {
        await using var test = await HatzTest.StartAsync(new() { Documents = documents });
        for (var number = 0; number < 120; number++)
        {
            test.Hatz.AddTenant("tenant " + number);
        }

        (await test.Client.GetAsync("/admin/tenants")).Json!.AsArray().Should().HaveCount(otherwise);
        (await test.Client.GetAsync("/admin/tenants?limit=" + most)).Json!.AsArray().Should().HaveCount(Math.Min(most, 120));
        (await test.Client.GetAsync("/admin/tenants?limit=7&offset=118")).Json!.AsArray().Select(row => (string?)row!["name"]).Should().Equal("tenant 118", "tenant 119");
        foreach (var query in new[] { "limit=0", "limit=" + (most + 1), "offset=-1", "limit=many" })
        {
            (await test.Client.GetAsync("/admin/tenants?" + query)).Status.Should().Be(422, query);
        }
    }

    [Fact]
    public async Task The_newer_documents_know_no_name_filter_and_show_more()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddTenant("a");
        test.Hatz.AddTenant("b");

        var list = await test.Client.GetAsync("/admin/tenants?name=a");

        list.Json!.AsArray().Should().HaveCount(2);
        list.Said(0, "status").Should().Be("Active");
        list.Json[0]!.AsObject().Should().ContainKey("disabled_model_names");
        var msp = (await test.Client.GetAsync("/admin/tenants/msp")).Json!.AsObject();
        msp.Should().ContainKeys("admin_user_count", "tenant_user_count", "packages").And.NotContainKey("user_count");
    }

    [Fact]
    public async Task The_oldest_documents_have_the_own_account_elsewhere()
    {
        await using var test = await HatzTest.StartAsync(new() { Documents = HatzDocuments.D1 });

        (await test.Client.GetAsync("/admin/tenants/msp")).Status.Should().Be(404);
        (await test.Client.GetAsync("/admin/tenants/internal-admin")).Status.Should().Be(200);
    }

    [Theory]
    [InlineData(HatzNothing.Empty)]
    [InlineData(HatzNothing.Null)]
    [InlineData(HatzNothing.Absent)]
    public async Task No_default_model_is_written_in_either_way(HatzNothing nothing)
    {
        await using var test = await HatzTest.StartAsync(new() { NoModel = nothing });
        var tenant = test.Hatz.AddTenant("a");

        var config = (await test.Client.GetAsync("/admin/tenants/" + tenant.Id)).At("tenant_config")!.AsObject();

        config.ContainsKey("default_model_name").Should().Be(nothing != HatzNothing.Absent);
        ((string?)config["default_model_name"]).Should().Be(nothing == HatzNothing.Empty ? "" : null);
    }

    [Fact]
    public async Task A_configuration_keeps_what_is_not_sent_and_refuses_what_cannot_be()
    {
        await using var test = await HatzTest.StartAsync();
        var tenant = test.Hatz.AddTenant("a");
        test.Hatz.ChangeTenant(tenant.Id, one => one with { MfaRequired = true, DefaultModelName = "gpt-4o" });
        var path = $"/admin/tenants/{tenant.Id}/config";

        (await test.Client.SendAsync("PATCH", path, """{"default_model_name":""}""")).Status.Should().Be(200);
        test.Hatz.State.Tenants[tenant.Id].Should().Match<HatzTenant>(one => one.MfaRequired && one.DefaultModelName == "");

        (await test.Client.SendAsync("PATCH", path, "{}")).Said("detail").Should().Be("No fields to update");
        (await test.Client.SendAsync("PATCH", path, """{"mfa_required":"yes"}""")).Status.Should().Be(422);
        (await test.Client.SendAsync("PATCH", path, """{"default_model_name":"hal"}""")).Status.Should().Be(400);
        (await test.Client.SendAsync("PATCH", "/admin/tenants/tenant_zzz/config", """{"mfa_required":true}""")).Status.Should().Be(404);
    }

    [Fact]
    public async Task What_happens_at_the_site_is_seen_in_the_api()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddPackage("SMB", creditLimit: 777);
        var tenant = test.Hatz.AddTenant("a");
        var path = "/admin/tenants/" + tenant.Id;
        test.Hatz.UseCredits(tenant.Id, 12.5m);
        test.Hatz.ChangePackage(tenant.Id, "SMB");
        test.Hatz.CancelTenant(tenant.Id);

        var pending = await test.Client.GetAsync(path);
        (pending.Said("status"), pending.Said("total_credits_used"), pending.Said("total_credit_limit")).Should().Be(("Pending Cancellation", "12.5", "777"));

        test.Hatz.StartMonth();
        var canceled = await test.Client.GetAsync(path);
        (canceled.Said("status"), canceled.Said("total_credits_used")).Should().Be(("Canceled", "0"));

        test.Hatz.ReactivateTenant(tenant.Id);
        (await test.Client.GetAsync(path)).Said("status").Should().Be("Active");

        test.Hatz.DeleteTenant(tenant.Id);
        (await test.Client.GetAsync(path)).Status.Should().Be(404);
    }
}
