namespace TenantOperator.Emulators.Tests;

public sealed class HatzUserTests
{
    [Fact]
    public async Task Users_are_invited_each_with_a_result_of_their_own()
    {
        await using var test = await HatzTest.StartAsync(new() { RefuseUnknownFields = true });
        var tenant = test.Hatz.AddTenant("a");
        test.Hatz.AddCustomRole("engineering-lead", 5000);
        test.Hatz.AddUser(tenant.Id, "old@acme.com");

        var reply = await test.Client.PostAsync("/admin/users/invite", $$"""
            {"tenant_id":"{{tenant.Id}}","send_email":false,"users":[
             {"email":"new@acme.com","first_name":"New","last_name":null,"role":"client_admin"},
             {"email":"lead@acme.com","custom_role_name":"engineering-lead"},{"email":"old@acme.com"}]}
            """);

        (reply.Status, reply.Said("total_new_users_created"), reply.Said("total_new_users_failed")).Should().Be((200, "2", "1"));
        reply.Said("new_users_failed_emails", 0).Should().Be("old@acme.com");
        test.Hatz.State.UsersOf(tenant.Id).Select(user => user.RoleName).Should().Equal("general_user", "client_admin", "engineering-lead");
    }

    [Theory]
    [InlineData("""{"tenant_id":"T","users":[]}""", 422)]
    [InlineData("""{"users":[{"email":"a@acme.com"}]}""", 422)]
    [InlineData("""{"tenant_id":"nope","users":[{"email":"a@acme.com"}]}""", 422)]
    [InlineData("""{"tenant_id":"tenant_zzz","users":[{"email":"a@acme.com"}]}""", 404)]
    [InlineData("""{"tenant_id":"T","users":[{"email":"a@acme.com"},{"email":"A@acme.com"}]}""", 400)]
    public async Task An_invitation_is_checked(string body, int status)
    {
        await using var test = await HatzTest.StartAsync();
        var tenant = test.Hatz.AddTenant("a");

        (await test.Client.PostAsync("/admin/users/invite", body.Replace("\"T\"", $"\"{tenant.Id}\"", StringComparison.Ordinal))).Status.Should().Be(status);
        test.Hatz.State.Users.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancelled_tenant_takes_no_new_users()
    {
        await using var test = await HatzTest.StartAsync();
        var tenant = test.Hatz.AddTenant("a");
        test.Hatz.CancelTenant(tenant.Id);

        (await test.Client.PostAsync("/admin/users/invite", $$"""{"tenant_id":"{{tenant.Id}}","users":[{"email":"a@acme.com"}]}""")).Status.Should().Be(400);
    }

    [Fact]
    public async Task A_user_is_changed_and_moved()
    {
        await using var test = await HatzTest.StartAsync();
        var (from, to) = (test.Hatz.AddTenant("a"), test.Hatz.AddTenant("b"));
        var user = test.Hatz.AddUser(from.Id, "a@acme.com");
        var path = "/admin/users/" + user.Id;

        var reply = await test.Client.SendAsync("PATCH", path, $$"""{"first_name":"Ann","role_name":"client_admin","tenant_id":"{{to.Id}}"}""");

        (reply.Status, reply.Said("user_id")).Should().Be((200, user.Id));
        test.Hatz.State.UsersOf(to.Id).Should().ContainSingle().Which.Should().Be(user with { FirstName = "Ann", RoleName = "client_admin", TenantId = to.Id });
        (await test.Client.SendAsync("PATCH", path, """{"role_name":"emperor"}""")).Status.Should().Be(400);
        (await test.Client.SendAsync("PATCH", path, "{}")).Status.Should().Be(400);
        (await test.Client.SendAsync("PATCH", path, """{"tenant_id":"tenant_zzz"}""")).Status.Should().Be(404);
        (await test.Client.SendAsync("PATCH", "/admin/users/user_zzz", """{"first_name":"x"}""")).Status.Should().Be(404);
    }

    [Theory]
    [InlineData(HatzRoleNames.ClientAdmin, "general_user", "admin")]
    [InlineData(HatzRoleNames.AdminMember, "member", "client_admin")]
    public async Task Only_the_role_names_of_one_document_are_known(HatzRoleNames names, string otherwise, string unknown)
    {
        await using var test = await HatzTest.StartAsync(new() { RoleNames = names });
        var tenant = test.Hatz.AddTenant("a");

        var reply = await test.Client.PostAsync(
            "/admin/users/invite", $$"""{"tenant_id":"{{tenant.Id}}","users":[{"email":"a@acme.com"},{"email":"b@acme.com","role":"{{unknown}}"}]}""");

        reply.Said("new_users_failed_emails", 0).Should().Be("b@acme.com");
        test.Hatz.State.Users.Should().ContainSingle().Which.RoleName.Should().Be(otherwise);
    }

    [Fact]
    public async Task Roles_are_paged_for_each_source_apart()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddCustomRole("lead", 5000.5m);
        test.Hatz.AddCustomRole("intern");

        var reply = await test.Client.GetAsync("/admin/roles?limit=1");

        reply.Said("total_count").Should().Be("6");
        reply.At("roles")!.AsArray().Select(role => (string?)role!["name"]).Should().Equal("general_user", "lead");
        reply.Said("roles", 1, "user_credit_limit").Should().Be("5000.5");
        (await test.Client.GetAsync("/admin/roles/" + reply.Said("roles", 0, "id"))).Said("permissions", 0).Should().Be("chat");
        (await test.Client.GetAsync("/admin/roles/role_zzz")).Status.Should().Be(404);
    }

    [Fact]
    public async Task Only_a_known_key_in_its_header_opens()
    {
        await using var test = await HatzTest.StartAsync();
        using var none = new Caller(test.Hatz);
        using var wrong = new Caller(test.Hatz, ("X-API-Key", "wrong"));
        using var bearer = new Caller(test.Hatz, ("Authorization", "Bearer " + test.Hatz.Key));

        (await none.GetAsync("/admin/tenants?X-API-Key=" + test.Hatz.Key)).Status.Should().Be(401);
        (await wrong.GetAsync("/admin/tenants")).Said("detail").Should().Be("Invalid API key");
        (await bearer.GetAsync("/admin/tenants")).Status.Should().Be(401);
        test.Hatz.RevokeKey(test.Hatz.Key);
        (await test.Client.GetAsync("/admin/tenants")).Status.Should().Be(401);
    }

    [Fact]
    public async Task A_key_may_read_and_not_write_and_never_learns_whether_a_template_exists()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddKey("reader", HatzRights.ReadTenants);
        using var reader = new Caller(test.Hatz, ("X-API-Key", "reader"));

        (await reader.GetAsync("/admin/tenants")).Status.Should().Be(200);
        (await reader.PostAsync("/admin/tenants", HatzTest.Create("a"))).Status.Should().Be(403);
        (await reader.GetAsync("/admin/roles")).Status.Should().Be(403);
        var template = await reader.GetAsync("/admin/tenants/templates");
        (template.Status, template.Said("detail")).Should().Be((404, "Template not found or insufficient permissions"));
    }
}
