namespace TenantOperator.Emulators.Tests;

public sealed class HatzTemplateTests
{
    [Theory]
    [InlineData("""{"name":"ab","package_name":"Professional"}""", 422)]
    [InlineData("""{"name":"abc"}""", 422)]
    [InlineData("""{"name":"abc","package_name":"Enterprise"}""", 400)]
    [InlineData("""{"name":"abc","package_name":"Intro"}""", 400)]
    [InlineData("""{"name":"abc","package_name":"Professional","default_model_name":"hal"}""", 400)]
    [InlineData("""{"name":"abc","package_name":"Professional","mfa_required":1}""", 422)]
    [InlineData("""{"name":"abc","package_name":"Professional"}""", 200)]
    public async Task A_template_is_checked(string body, int status)
    {
        await using var test = await HatzTest.StartAsync();

        (await test.Client.PostAsync("/admin/tenants/templates", body)).Status.Should().Be(status);
        test.Hatz.State.Templates.Count.Should().Be(status == 200 ? 1 : 0);
    }

    [Theory]
    [InlineData(false, "c b", "")]
    [InlineData(true, "c b", "b a")]
    public async Task Templates_of_one_moment_are_missed_or_come_twice(bool inclusive, string first, string second)
    {
        await using var test = await HatzTest.StartAsync(new() { CursorIsInclusive = inclusive });
        test.Hatz.AddTemplate("b");
        test.Hatz.AddTemplate("a");
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        test.Hatz.AddTemplate("c");

        var page = await test.Client.GetAsync("/admin/tenants/templates?limit=2");
        var next = await test.Client.GetAsync($"/admin/tenants/templates?limit=2&cursor={page.Said("next_cursor")}");

        Names(page).Should().Be(first);
        Names(next).Should().Be(second);
    }

    [Theory]
    [InlineData(HatzNothing.Empty)]
    [InlineData(HatzNothing.Null)]
    [InlineData(HatzNothing.Absent)]
    public async Task The_last_page_says_so_in_either_way(HatzNothing nothing)
    {
        await using var test = await HatzTest.StartAsync(new() { LastCursor = nothing });
        test.Hatz.AddTemplate("abc");

        var page = (await test.Client.GetAsync("/admin/tenants/templates")).Json!.AsObject();

        page.ContainsKey("next_cursor").Should().Be(nothing != HatzNothing.Absent);
        ((string?)page["next_cursor"]).Should().Be(nothing == HatzNothing.Empty ? "" : null);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("cursor=yesterday-ish")]
    public async Task A_page_that_cannot_be_is_refused(string query)
    {
        await using var test = await HatzTest.StartAsync();

        (await test.Client.GetAsync("/admin/tenants/templates?" + query)).Status.Should().Be(422);
    }

    private static string Names(Reply page) => string.Join(' ', page.At("templates")!.AsArray().Select(row => (string?)row!["name"]));
}
