using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Emulators.Tests;

public sealed class ProcessMindTests : IAsyncDisposable
{
    private const string TenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
    private const string UserId = "b2c3d4e5-f6a7-8901-bcde-f23456789012";
    private static readonly DateTimeOffset _created = new(2024, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private readonly List<IAsyncDisposable> _started = [];

    [Fact]
    public async Task A_tenant_and_its_statistics_are_the_documented_ones()
    {
        var (mind, client) = await StartAsync();

        (await client.GetAsync("/tenant/" + TenantId)).Json.ShouldBeGolden("processmind/get-tenant");
        (await client.GetAsync($"/tenant/{TenantId}/statistics")).Json.ShouldBeGolden("processmind/get-statistics");

        var updated = await client.SendAsync("PUT", "/tenant/" + TenantId, Golden.Text("processmind/update-tenant.request"));
        updated.Json.ShouldBeGolden("processmind/get-tenant", "displayName");
        updated.Said("displayName").Should().Be("New Company Name");
        mind.State.Tenants[TenantId].DisplayName.Should().Be("New Company Name");
    }

    [Fact]
    public async Task The_users_of_a_tenant_are_the_documented_ones()
    {
        var (_, client) = await StartAsync();

        (await client.GetAsync($"/tenant/{TenantId}/users")).Json.ShouldBeGolden("processmind/list-users");
    }

    [Fact]
    public async Task Users_are_added_changed_and_removed_as_documented()
    {
        var (mind, client) = await StartAsync(new() { RefuseUnknownFields = true });
        var path = $"/tenant/{TenantId}/users";

        var added = await client.PostAsync(path, Golden.Text("processmind/add-user.request"));
        added.Json.ShouldBeGolden("processmind/add-user.response", "id");
        mind.State.Users[added.Said("id")!].Should().Match<ProcessMindUser>(user => user.Email == "newuser@example.com" && user.LastName == "Doe");

        (await client.SendAsync("PUT", path, Golden.Text("processmind/update-user.request"))).Json.ShouldBeGolden("processmind/update-user.response");
        mind.State.Access[ProcessMindAccess.KeyOf(UserId, TenantId)].IsAdminInTenant.Should().BeTrue();

        (await client.SendAsync("DELETE", path, Golden.Text("processmind/remove-user.request"))).Json.ShouldBeGolden("processmind/remove-user.response");
        mind.State.UsersOf(TenantId).Should().ContainSingle().Which.User.Email.Should().Be("newuser@example.com");
        (await client.SendAsync("DELETE", path, Golden.Text("processmind/remove-user.request"))).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_user_without_flags_is_active_and_nothing_more()
    {
        var (mind, client) = await StartAsync();

        var added = await client.PostAsync($"/tenant/{TenantId}/users", """{"email":"a@example.com"}""");

        mind.State.Access[ProcessMindAccess.KeyOf(added.Said("id")!, TenantId)].Should().Be(
            new ProcessMindAccess(added.Said("id")!, TenantId, IsActiveInTenant: true, IsAdminInTenant: false, IsDeveloperInTenant: false));
    }

    [Theory]
    [InlineData("{}", "email: field required")]
    [InlineData("""{"email":"nobody"}""", "email: value is not a valid email address")]
    [InlineData("""{"email":"a@example.com","isAdminInTenant":"yes"}""", "isAdminInTenant: value could not be parsed to a boolean")]
    public async Task A_user_is_checked(string body, string message)
    {
        var (_, client) = await StartAsync();

        var reply = await client.PostAsync($"/tenant/{TenantId}/users", body);

        (reply.Status, reply.Said("message")).Should().Be((400, message));
    }

    [Theory]
    [InlineData(ProcessMindExistingUser.KeepsFlags, 200, false)]
    [InlineData(ProcessMindExistingUser.SetsFlags, 200, true)]
    [InlineData(ProcessMindExistingUser.Refused, 409, false)]
    public async Task A_user_who_is_there_already_is_met_in_either_way(ProcessMindExistingUser existing, int status, bool isAdmin)
    {
        var (mind, client) = await StartAsync(new() { ExistingUser = existing });

        var reply = await client.PostAsync($"/tenant/{TenantId}/users", """{"email":"USER@example.com","isAdminInTenant":true}""");

        reply.Status.Should().Be(status);
        mind.State.Access[ProcessMindAccess.KeyOf(UserId, TenantId)].IsAdminInTenant.Should().Be(isAdmin);
        mind.State.Users.Should().ContainSingle();
    }

    [Theory]
    [InlineData(ProcessMindTenantMismatch.Refused, 400, false, false)]
    [InlineData(ProcessMindTenantMismatch.PathCounts, 200, true, false)]
    [InlineData(ProcessMindTenantMismatch.BodyCounts, 200, false, true)]
    public async Task Another_tenant_in_the_body_is_met_in_either_way(ProcessMindTenantMismatch mismatch, int status, bool path, bool body)
    {
        var (mind, client) = await StartAsync(new() { TenantMismatch = mismatch });
        mind.AddUser(mind.AnchorId, "user@example.com");

        var reply = await client.SendAsync(
            "PUT", $"/tenant/{TenantId}/users", $$"""{"userId":"{{UserId}}","tenantId":"{{mind.AnchorId}}","isDeveloperInTenant":true}""");

        reply.Status.Should().Be(status);
        mind.State.Access[ProcessMindAccess.KeyOf(UserId, TenantId)].IsDeveloperInTenant.Should().Be(path);
        mind.State.Access[ProcessMindAccess.KeyOf(UserId, mind.AnchorId)].IsDeveloperInTenant.Should().Be(body);
    }

    [Theory]
    [InlineData(ProcessMindCreated.Tenant, "id displayName createdAt plan")]
    [InlineData(ProcessMindCreated.IdAndMessage, "id message")]
    [InlineData(ProcessMindCreated.MessageOnly, "message")]
    public async Task A_tenant_is_created_through_the_anchor_and_answered_in_either_way(ProcessMindCreated created, string fields)
    {
        var (mind, client) = await StartAsync(new() { Created = created });

        var reply = await client.PostAsync(Tenants(mind), """{"shortName":"acme-eu","displayName":"Acme","description":"demo"}""");

        reply.Status.Should().Be(200);
        string.Join(' ', reply.Json!.AsObject().Select(field => field.Key)).Should().Be(fields);
        mind.State.Tenants.Should().Contain(tenant => tenant.ShortName == "acme-eu" && tenant.DisplayName == "Acme" && tenant.Description == "demo");
        var row = (await client.GetAsync(Tenants(mind))).Json!.AsArray()[^1]!.AsObject();
        row.Select(field => field.Key).Should().Equal("id", "displayName", "createdAt");
    }

    [Theory]
    [InlineData("""{"displayName":"Acme"}""", 400)]
    [InlineData("""{"shortName":"Acme"}""", 400)]
    [InlineData("""{"shortName":"acme eu"}""", 400)]
    [InlineData("""{"shortName":"-acme"}""", 400)]
    [InlineData("""{"shortName":"anchor"}""", 409)]
    [InlineData("""{"shortName":"rival"}""", 409)]
    [InlineData("""{"shortName":"acme"}""", 200)]
    public async Task A_short_name_is_checked(string body, int status)
    {
        var (mind, client) = await StartAsync();
        mind.TakeShortName("rival");

        (await client.PostAsync(Tenants(mind), body)).Status.Should().Be(status);
    }

    [Fact]
    public async Task The_plan_limits_tenants_and_users()
    {
        var (mind, client) = await StartAsync(new() { MostTenants = 3, MostUsers = 2, LimitStatus = 402 });

        (await client.PostAsync(Tenants(mind), """{"shortName":"third"}""")).Status.Should().Be(200);
        (await client.PostAsync(Tenants(mind), """{"shortName":"fourth"}""")).Status.Should().Be(402);
        (await client.PostAsync($"/tenant/{TenantId}/users", """{"email":"second@example.com"}""")).Status.Should().Be(200);
        (await client.PostAsync($"/tenant/{TenantId}/users", """{"email":"third@example.com"}""")).Status.Should().Be(402);
    }

    [Theory]
    [InlineData(false, 400)]
    [InlineData(true, 200)]
    public async Task The_anchor_may_be_deleted_through_itself_and_the_last_tenant_never(bool allowed, int status)
    {
        var (mind, client) = await StartAsync(new() { AnchorCanBeDeleted = allowed });
        string Delete(string through, string target) => $"/tenant/{through}/organization/tenants/{target}";

        (await client.SendAsync("DELETE", Delete(mind.AnchorId, mind.AnchorId))).Status.Should().Be(status);
        if (!allowed)
        {
            (await client.SendAsync("DELETE", Delete(TenantId, mind.AnchorId))).Status.Should().Be(200);
        }

        (await client.GetAsync("/tenant/" + mind.AnchorId)).Status.Should().Be(404, "nothing leads through a tenant that is gone");
        (await client.SendAsync("DELETE", Delete(TenantId, mind.AnchorId))).Status.Should().Be(404);
        (await client.SendAsync("DELETE", Delete(TenantId, TenantId))).Status.Should().Be(400);
        mind.State.Tenants.Should().ContainSingle();
    }

    [Fact]
    public async Task The_organization_is_read_and_its_users_are_changed()
    {
        var (mind, client) = await StartAsync();
        var path = $"/tenant/{mind.AnchorId}/organization";

        (await client.GetAsync(path)).Said("id").Should().Be(mind.State.Organization.Id);
        (await client.GetAsync(path + "/statistics")).Said("totalStorageUsedBytes").Should().Be("1073741824");
        (await client.GetAsync(path + "/users")).Said(0, "email").Should().Be("user@example.com");

        await client.SendAsync("PUT", path + "/users", $$"""{"userId":"{{UserId}}","isActiveInOrganization":false,"isAdminInOrganization":true}""");
        mind.State.Users[UserId].Should().Match<ProcessMindUser>(user => !user.IsActiveInOrganization && user.IsAdminInOrganization);

        await client.SendAsync("DELETE", path + "/users", $$"""{"userId":"{{UserId}}"}""");
        mind.State.Users.Should().BeEmpty();
        mind.State.Access.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task An_account_may_go_with_the_last_access(bool goes, int users)
    {
        var (mind, client) = await StartAsync(new() { AccountsGoWithLastAccess = goes });

        await client.SendAsync("DELETE", $"/tenant/{TenantId}/users", Golden.Text("processmind/remove-user.request"));

        mind.State.Users.Should().HaveCount(users);
    }

    [Theory]
    [InlineData(false, 403)]
    [InlineData(true, 200)]
    public async Task A_key_leads_as_far_as_it_may(bool reaches, int status)
    {
        var (mind, _) = await StartAsync(new() { TenantKeysReachOrganization = reaches });
        mind.AddTenantKey("own", TenantId, UserId);
        using var own = new Caller(mind, ("x-api-key", "own"));
        using var none = new Caller(mind, ("Authorization", "Bearer " + mind.Key));

        (await none.GetAsync("/tenant/" + TenantId)).Status.Should().Be(401);
        (await own.GetAsync("/tenant/" + TenantId)).Status.Should().Be(200);
        (await own.GetAsync("/tenant/" + mind.AnchorId)).Status.Should().Be(403);
        (await own.GetAsync($"/tenant/{TenantId}/organization/tenants")).Status.Should().Be(status);
        (await own.SendAsync("DELETE", $"/tenant/{TenantId}/users", Golden.Text("processmind/remove-user.request"))).Said("message")
            .Should().Be("Administrators cannot remove themselves.");
        mind.RevokeKey("own");
        (await own.GetAsync("/tenant/" + TenantId)).Status.Should().Be(401);
    }

    [Theory]
    [InlineData(ProcessMindErrorBody.Message, """{"message":"Tenant not found."}""")]
    [InlineData(ProcessMindErrorBody.Error, """{"error":"Tenant not found."}""")]
    [InlineData(ProcessMindErrorBody.ErrorObject, """{"error":{"code":"NOT_FOUND","message":"Tenant not found."}}""")]
    public async Task An_error_has_either_form(ProcessMindErrorBody form, string body)
    {
        var (_, client) = await StartAsync(new() { ErrorBody = form });

        (await client.GetAsync("/tenant/nope")).Text.Should().Be(body);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _started)
        {
            await one.DisposeAsync();
        }
    }

    private static string Tenants(ProcessMindEmulator mind) => $"/tenant/{mind.AnchorId}/organization/tenants";

    private async Task<(ProcessMindEmulator Mind, Caller Client)> StartAsync(ProcessMindOptions? options = null)
    {
        var mind = await ProcessMindEmulator.StartAsync((options ?? new()) with { Clock = new FakeTimeProvider(_created) });
        _started.Add(mind);
        mind.Change(state => state with
        {
            Organization = state.Organization with { Id = "c3d4e5f6-a7b8-9012-cdef-345678901234" },
            Tenants = state.Tenants.With(new ProcessMindTenant
            {
                Id = TenantId,
                ShortName = "my-company",
                DisplayName = "My Company",
                CreatedAt = _created,
                ProcessCount = 15,
                DatasetCount = 8,
                ShownUserCount = 5,
                StorageUsedBytes = 1073741824,
            }),
            Users = state.Users.With(new ProcessMindUser
            {
                Id = UserId,
                Email = "user@example.com",
                FirstName = "John",
                LastName = "Doe",
                CreatedAt = _created,
                LastLoginAt = new(2024, 3, 1, 14, 0, 0, TimeSpan.Zero),
            }),
            Access = state.Access.With(new ProcessMindAccess(UserId, TenantId, true, false, false)),
        });
        return (mind, new Caller(mind, ("x-api-key", mind.Key)));
    }
}
