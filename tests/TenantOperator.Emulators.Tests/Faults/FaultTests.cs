using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantOperator.Emulators.Tests;

/// <summary>Each kind of fault, as a plain HTTP client sees it. Faults are the same for all platforms, so one platform will do.</summary>
public sealed class FaultTests
{
    private const string Create = "POST /admin/tenants";
    private const string List = "GET /admin/tenants";

    [Fact]
    public async Task A_time_out_before_the_commit_leaves_nothing_behind()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.TimeOutBeforeCommit);
        using var patience = new CancellationTokenSource();
        var sent = test.Client.SendWithPatienceAsync("POST", "/admin/tenants", HatzTest.Create("a"), patience.Token);

        await rule.Hit;
        sent.IsCompleted.Should().BeFalse();
        await patience.CancelAsync();

        await sent.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        test.Hatz.State.Tenants.Should().BeEmpty();
        test.Hatz.Log.Of(Create)[0].Should().Match<LoggedRequest>(request => request.Status == 0 && !request.Committed && request.Fault == "TimeOutBeforeCommit");
    }

    [Fact]
    public async Task A_time_out_after_the_commit_is_done_and_never_answered()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.TimeOutAfterCommit);
        using var patience = new CancellationTokenSource();
        var sent = test.Client.SendWithPatienceAsync("POST", "/admin/tenants", HatzTest.Create("a"), patience.Token);

        await Eventually.TrueAsync(() => test.Hatz.State.Tenants.Count == 1);
        await Eventually.TrueAsync(() => test.Hatz.Log.Of(Create)[0].Committed);
        sent.IsCompleted.Should().BeFalse();
        await patience.CancelAsync();

        await sent.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        test.Hatz.Log.Of(Create)[0].Status.Should().Be(0);
        (await test.CreateAsync("a")).Said("tenants", 0, "success").Should().Be("false");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_reset_comes_before_or_after_the_commit(bool after, int tenants)
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, after ? PlatformFault.ResetAfterCommit : PlatformFault.ResetBeforeCommit);

        await test.Invoking(one => one.CreateAsync("a")).Should().ThrowAsync<HttpRequestException>();

        test.Hatz.State.Tenants.Should().HaveCount(tenants);
        test.Hatz.Log.Count(Create).Should().Be(1);
        (await test.CreateAsync("b")).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_reset_in_the_body_comes_after_the_headers()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.ResetInBody(5));

        using var response = await test.Client.StartAsync("POST", "/admin/tenants", HatzTest.Create("a"));

        ((int)response.StatusCode).Should().Be(200);
        response.Content.Headers.ContentLength.Should().BeGreaterThan(5);
        var read = await Record.ExceptionAsync(() => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        read.Should().Match<Exception>(error => error is IOException || error is HttpRequestException);
        test.Hatz.State.Tenants.Should().ContainSingle();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_refusal_has_the_form_of_the_platform_and_comes_once(int status)
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.Refuse(status, "not today"));

        var refused = await test.CreateAsync("a");

        (refused.Status, refused.Said("detail")).Should().Be((status, "not today"));
        test.Hatz.State.Tenants.Should().BeEmpty();
        (await test.CreateAsync("a")).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_refusal_may_come_although_it_was_done()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.Refuse(500, afterCommit: true));

        (await test.CreateAsync("a")).Status.Should().Be(500);
        test.Hatz.State.Tenants.Should().ContainSingle();
    }

    [Fact]
    public async Task A_thing_that_is_listed_may_be_answered_with_404_by_its_path()
    {
        await using var test = await HatzTest.StartAsync();
        var (a, b) = (test.Hatz.AddTenant("a"), test.Hatz.AddTenant("b"));
        using var rule = test.Hatz.On($"GET /admin/tenants/{a.Id}", PlatformFault.Refuse(404), times: int.MaxValue);

        (await test.Client.GetAsync("/admin/tenants")).Json!.AsArray().Should().HaveCount(2);
        (await test.Client.GetAsync("/admin/tenants/" + a.Id)).Status.Should().Be(404);
        (await test.Client.GetAsync("/admin/tenants/" + b.Id)).Status.Should().Be(200);
    }

    [Fact]
    public async Task Too_many_requests_say_how_long_to_wait_in_every_way()
    {
        await using var test = await HatzTest.StartAsync();

        async Task<string?> AskAsync(PlatformFault fault)
        {
            using var rule = test.Hatz.On(List, fault);
            var reply = await test.Client.GetAsync("/admin/tenants");
            reply.Status.Should().Be(429);
            return reply.Header("Retry-After");
        }

        (await AskAsync(PlatformFault.TooManyRequests(TimeSpan.FromSeconds(2.5)))).Should().Be("3");
        (await AskAsync(PlatformFault.TooManyRequestsUntil(TimeSpan.FromMinutes(1)))).Should().Be("Mon, 15 Jan 2024 09:01:00 GMT");
        (await AskAsync(PlatformFault.TooManyRequestsSaying("99999999999999"))).Should().Be("99999999999999");
        (await AskAsync(PlatformFault.TooManyRequestsSaying("-1"))).Should().Be("-1");
    }

    [Fact]
    public async Task A_page_for_people_may_come_instead()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(List, PlatformFault.Html(502));

        var reply = await test.Client.GetAsync("/admin/tenants");

        reply.Status.Should().Be(502);
        reply.Header("Content-Type").Should().StartWith("text/html");
        reply.Text.Should().StartWith("<html>");
    }

    [Fact]
    public async Task An_error_may_come_with_200_and_anything_may_be_answered()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.ErrorInside("it broke"));
        using var other = test.Hatz.On(List, PlatformFault.Answer(200, """{"surprise":true}"""));

        var reply = await test.CreateAsync("a");

        (reply.Status, reply.Said("detail")).Should().Be((200, "it broke"));
        test.Hatz.State.Tenants.Should().BeEmpty();
        (await test.Client.GetAsync("/admin/tenants")).Text.Should().Be("""{"surprise":true}""");
    }

    [Fact]
    public async Task A_batch_may_succeed_in_part()
    {
        await using var test = await HatzTest.StartAsync();
        using var rule = test.Hatz.On(Create, PlatformFault.PartialBatch(1));

        var reply = await test.CreateAsync("a", "b", "c");

        reply.At("tenants")!.AsArray().Select(one => (bool)one!["success"]!).Should().Equal(true, false, true);
        test.Hatz.State.Tenants.Select(tenant => tenant.Name).Should().Equal("a", "c");
    }

    [Fact]
    public async Task An_invitation_may_succeed_in_part()
    {
        await using var test = await HatzTest.StartAsync();
        var tenant = test.Hatz.AddTenant("a");
        using var rule = test.Hatz.On("POST /admin/users/invite", PlatformFault.PartialBatch(0));

        await test.Client.PostAsync("/admin/users/invite", $$"""{"tenant_id":"{{tenant.Id}}","users":[{"email":"a@acme.com"},{"email":"b@acme.com"}]}""");

        test.Hatz.State.Users.Should().ContainSingle().Which.Email.Should().Be("b@acme.com");
    }

    [Fact]
    public async Task A_body_may_be_truncated_or_malformed_although_it_was_done()
    {
        await using var test = await HatzTest.StartAsync();
        using var truncated = test.Hatz.On(Create, PlatformFault.Truncated(12));
        using var malformed = test.Hatz.On(Create, PlatformFault.Malformed);

        var (first, second) = (await test.CreateAsync("a"), await test.CreateAsync("b"));

        first.Text.Should().Be("{\"message\":\"");
        foreach (var reply in new[] { first, second })
        {
            reply.Status.Should().Be(200);
            reply.Invoking(one => one.Json).Should().Throw<JsonException>();
        }

        test.Hatz.State.Tenants.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_body_may_have_keys_twice()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddTenant("a");
        using var rule = test.Hatz.On(List, PlatformFault.DuplicateKeys);

        var text = (await test.Client.GetAsync("/admin/tenants")).Text;

        var strict = () => JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        strict.Should().Throw<JsonException>();
        using var lenient = JsonDocument.Parse(text);
        lenient.RootElement[0].EnumerateObject().Count(field => field.Name == "id").Should().Be(2);
    }

    [Fact]
    public async Task A_body_may_be_huge()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddTenant("a");
        using var rule = test.Hatz.On(List, PlatformFault.Huge(3_000_000));

        var reply = await test.Client.GetAsync("/admin/tenants");

        reply.Text.Length.Should().BeGreaterThan(3_000_000);
        reply.Said(0, "name").Should().Be("a");
    }

    [Fact]
    public async Task A_body_may_drip()
    {
        await using var test = await HatzTest.StartAsync();
        test.Hatz.AddTenant("a");
        using var rule = test.Hatz.On(List, PlatformFault.Drip(TimeSpan.FromSeconds(10), bytes: 50));

        using var response = await test.Client.StartAsync("GET", "/admin/tenants");
        var body = response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.IsCompleted.Should().BeFalse();

        JsonNode.Parse(await Eventually.WhileTurningAsync(body, test.Clock, TimeSpan.FromSeconds(10)))![0]!["name"]!.ToString().Should().Be("a");
        (test.Clock.GetUtcNow() - test.Clock.Start).Should().BeGreaterThan(TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task A_request_may_be_delayed_by_the_clock_or_until_a_test_says_so()
    {
        await using var test = await HatzTest.StartAsync();
        var released = new TaskCompletionSource();
        using var delay = test.Hatz.On(Create, PlatformFault.Delay(TimeSpan.FromMinutes(1)));
        using var hold = test.Hatz.On(Create, PlatformFault.HoldUntil(released.Task));

        var delayed = test.CreateAsync("a");
        await delay.Hit;
        test.Hatz.State.Tenants.Should().BeEmpty();
        (await Eventually.WhileTurningAsync(delayed, test.Clock, TimeSpan.FromMinutes(1))).Status.Should().Be(200);

        var held = test.CreateAsync("b");
        await hold.Hit;
        test.Hatz.State.Tenants.Should().ContainSingle();
        released.SetResult();
        (await held).Status.Should().Be(200);
    }

    [Fact]
    public async Task Pages_may_shift_while_they_are_read()
    {
        await using var test = await HatzTest.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            test.Hatz.AddTenant(name);
        }

        async Task<string> SecondPageAsync(int rows)
        {
            using var rule = test.Hatz.On(List, PlatformFault.ShiftPages(rows));
            var reply = await test.Client.GetAsync("/admin/tenants?limit=2&offset=2");
            return string.Join(' ', reply.Json!.AsArray().Select(row => (string?)row!["name"]));
        }

        (await SecondPageAsync(1)).Should().Be("d e");
        (await SecondPageAsync(-1)).Should().Be("b c");
        (await SecondPageAsync(0)).Should().Be("c d");
    }

    [Fact]
    public async Task A_list_may_lag_behind_what_was_written()
    {
        await using var test = await HatzTest.StartAsync(new() { ListLag = TimeSpan.FromSeconds(30) });
        test.Hatz.AddTenant("before");

        var created = await test.CreateAsync("a");
        test.Clock.Advance(TimeSpan.FromSeconds(20));
        await test.CreateAsync("b");

        (await NamesAsync(test)).Should().Equal("before");
        (await test.Client.GetAsync("/admin/tenants/" + created.Said("tenants", 0, "tenant_id"))).Status.Should().Be(200);

        test.Clock.Advance(TimeSpan.FromSeconds(10));
        (await NamesAsync(test)).Should().Equal("before", "a");
        test.Clock.Advance(TimeSpan.FromSeconds(20));
        (await NamesAsync(test)).Should().Equal("before", "a", "b");

        test.Hatz.DeleteTenant(created.Said("tenants", 0, "tenant_id")!);
        (await NamesAsync(test)).Should().Contain("a");
        test.Hatz.ListLag = TimeSpan.Zero;
        (await NamesAsync(test)).Should().Equal("before", "b");
    }

    [Theory]
    [InlineData(Moment.BeforeCommit, 0)]
    [InlineData(Moment.AfterCommit, 1)]
    [InlineData(Moment.AfterAnswer, 1)]
    public async Task A_hook_is_called_at_its_moment_and_the_request_goes_on(Moment moment, int tenants)
    {
        await using var test = await HatzTest.StartAsync();
        var seen = new TaskCompletionSource<int>();
        using var rule = test.Hatz.On(Create, PlatformFault.Hook(moment, () =>
        {
            seen.SetResult(test.Hatz.State.Tenants.Count);
            return Task.CompletedTask;
        }));

        (await test.CreateAsync("a")).Said("tenants", 0, "success").Should().Be("true");
        (await seen.Task).Should().Be(tenants);
    }

    [Theory]
    [InlineData(Moment.BeforeCommit, 0)]
    [InlineData(Moment.AfterCommit, 1)]
    [InlineData(Moment.AfterAnswer, 1)]
    public async Task A_client_is_killed_at_its_moment_and_nothing_comes_of_what_it_does_then(Moment moment, int tenants)
    {
        await using var test = await HatzTest.StartAsync();
        var killed = new TaskCompletionSource();
        using var rule = test.Hatz.On(Create, PlatformFault.Kill(moment, () =>
        {
            killed.SetResult();
            return Task.CompletedTask;
        }));

        var error = await Record.ExceptionAsync(() => test.CreateAsync("a"));
        await killed.Task;

        (error is HttpRequestException).Should().Be(moment != Moment.AfterAnswer);
        test.Hatz.IsDown.Should().BeTrue();
        await test.Invoking(one => one.CreateAsync("b")).Should().ThrowAsync<HttpRequestException>();
        test.Hatz.State.Tenants.Should().HaveCount(tenants);

        test.Hatz.Up();
        (await test.CreateAsync("b")).Status.Should().Be(200);
    }

    [Fact]
    public async Task More_requests_than_the_limit_are_refused_until_time_has_passed()
    {
        await using var test = await HatzTest.StartAsync(new() { RequestsPerSecond = 0.5, Burst = 2 });

        (await test.Client.GetAsync("/admin/tenants")).Status.Should().Be(200);
        (await test.Client.GetAsync("/admin/tenants")).Status.Should().Be(200);
        var refused = await test.Client.GetAsync("/admin/tenants");
        (refused.Status, refused.Header("Retry-After")).Should().Be((429, "2"));

        test.Clock.Advance(TimeSpan.FromSeconds(2));
        (await test.Client.GetAsync("/admin/tenants")).Status.Should().Be(200);
        (await test.Client.GetAsync("/admin/tenants")).Status.Should().Be(429);
    }

    private static async Task<IReadOnlyList<string?>> NamesAsync(HatzTest test) =>
        [.. (await test.Client.GetAsync("/admin/tenants")).Json!.AsArray().Select(row => (string?)row!["name"])];
}
