namespace TenantOperator.Emulators.Tests;

public sealed class RuleTests
{
    [Fact]
    public async Task A_rule_strikes_the_nth_request_and_so_many_after_it()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On("GET /admin/tenants", PlatformFault.Refuse(500), nth: 2, times: 2);

        var statuses = new List<int>();
        for (var number = 0; number < 5; number++)
        {
            statuses.Add((await test.Client.GetAsync("/admin/tenants")).Status);
            await test.Client.GetAsync("/admin/tenants/msp");
        }

        statuses.Should().Equal(200, 500, 500, 200, 200);
        rule.Hits.Should().Be(2);
    }

    [Fact]
    public async Task A_rule_may_match_anything_and_is_gone_once_disposed()
    {
        await using var test = await HatzTest.StartAsync();

        using (test.Hatz.On("*", PlatformFault.Refuse(503), times: int.MaxValue))
        using (test.Hatz.On(request => request.Query.GetValueOrDefault("offset") == "7", PlatformFault.Refuse(418)))
        {
            (await test.Client.GetAsync("/admin/roles")).Status.Should().Be(503);
            (await test.Client.GetAsync("/admin/tenants?offset=7")).Status.Should().Be(503, "the first rule that strikes wins");
        }

        (await test.Client.GetAsync("/admin/roles")).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_call_that_no_document_knows_is_a_mistake_of_the_test()
    {
        await using var test = await HatzTest.StartAsync();

        test.Hatz.Invoking(hatz => hatz.On("POST /admin/tenant", PlatformFault.Malformed)).Should().Throw<ArgumentException>();
        test.Hatz.Invoking(hatz => hatz.Log.Count("POST /admin/tenant")).Should().Throw<ArgumentException>();
        test.Hatz.Routes.Should().Contain("PATCH /admin/tenants/{tenant_id}/config");
    }

    [Fact]
    public void A_fault_is_found_by_its_name_or_by_a_status()
    {
        PlatformFault.Named.Should().NotContain(one => PlatformFault.Parse(one.Key) != one.Value);
        PlatformFault.Parse("timeOutAfterCommit").Should().Be(PlatformFault.TimeOutAfterCommit);
        PlatformFault.Parse("503").Should().Be(PlatformFault.Refuse(503));
        FluentActions.Invoking(() => PlatformFault.Parse("Earthquake")).Should().Throw<FormatException>();
    }

    [Fact]
    public async Task An_emulator_that_is_down_refuses_everything()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.Down();
        await test.Invoking(one => one.CreateAsync("a")).Should().ThrowAsync<HttpRequestException>();
        test.Hatz.State.Tenants.Should().BeEmpty();

        test.Hatz.Up();
        (await test.CreateAsync("a")).Status.Should().Be(200);
    }

    [Fact]
    public async Task The_log_has_what_was_asked_and_answered_and_no_secret()
    {
        await using var test = await HatzTest.StartAsync();
        await test.Client.GetAsync("/admin/tenants?limit=5&api_key=" + test.Hatz.Key);
        var mark = test.Hatz.Log.Mark();
        test.Clock.Advance(TimeSpan.FromSeconds(3));
        await test.CreateAsync("a");
        await test.Client.GetAsync("/admin/tenants/tenant_zzz");
        await test.Client.GetAsync("/nowhere");
        await test.Client.SendAsync("DELETE", "/admin/tenants");

        test.Hatz.Log.Requests.Select(request => (request.Route, request.Path, request.Status)).Should().Equal(
            ("GET /admin/tenants", "/admin/tenants", 200),
            ("POST /admin/tenants", "/admin/tenants", 200),
            ("GET /admin/tenants/{tenant_id}", "/admin/tenants/tenant_zzz", 404),
            ("", "/nowhere", 404),
            ("", "/admin/tenants", 405));
        test.Hatz.Log.Requests[0].Query.Should().ContainKey("limit").And.HaveCount(1);
        test.Hatz.Log.Requests[0].ToString().Should().Be("1 GET /admin/tenants?limit=5 200");
        test.Hatz.Log.Count("POST /admin/tenants").Should().Be(1);
        mark.Requests.Should().HaveCount(4);
        mark.Writes.Select(request => request.Status).Should().Equal(200, 405);
        mark.Requests[0].At.Should().Be(test.Clock.GetUtcNow());
        mark.Requests.Select(request => request.Committed).Should().Equal(true, false, false, false);
    }

    [Fact]
    public async Task The_observer_hears_of_each_request_once_it_is_over()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var test = await HatzTest.StartAsync(new() { Observer = request => heard.Enqueue(request.ToString()) });
        using var rule = test.Hatz.On("POST /admin/tenants", PlatformFault.ResetAfterCommit);

        await test.Invoking(one => one.CreateAsync("a")).Should().ThrowAsync<HttpRequestException>();

        await Eventually.TrueAsync(() => !heard.IsEmpty);
        heard.Should().Equal("1 POST /admin/tenants no answer ResetAfterCommit");
    }

    [Fact]
    public async Task A_request_id_is_sent_back_and_made_up_when_there_is_none()
    {
        await using var test = await HatzTest.StartAsync();
        using var named = new Caller(test.Hatz, ("X-API-Key", test.Hatz.Key), ("X-Request-ID", "mine"));

        (await named.GetAsync("/admin/tenants")).Header("X-Request-ID").Should().Be("mine");
        (await test.Client.GetAsync("/admin/tenants")).Header("X-Request-ID").Should().StartWith("req_");
    }

    [Fact]
    public async Task Fields_that_no_document_names_are_refused_on_request()
    {
        await using var lenient = await HatzTest.StartAsync();
        await using var strict = await HatzTest.StartAsync(new() { RefuseUnknownFields = true });
        var body = """{"tenants":[{"tenant_name":"a","package_id":"package_abc123","role_nam":"x"}]}""";

        (await lenient.Client.PostAsync("/admin/tenants", body)).Status.Should().Be(200);
        var refused = await strict.Client.PostAsync("/admin/tenants", body);

        (refused.Status, refused.Said("detail", 0, "loc", 3)).Should().Be((422, "role_nam"));
    }

    [Fact]
    public async Task Many_requests_at_once_are_done_one_after_the_other()
    {
        await using var test = await HatzTest.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => test.CreateAsync("same")));

        replies.Count(reply => reply.Said("tenants", 0, "success") == "true").Should().Be(1);
        test.Hatz.State.Tenants.Should().ContainSingle();
        test.Hatz.State.Packages["package_abc123"].Unassigned.Should().Be(99);
    }
}
