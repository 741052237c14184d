using TenantOperator.Platforms.Hatz;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Tests.Remote;

public sealed class RemoteCreationsTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly CreationAttempt Attempt = new("1", Noon, "Acme");

    [Theory]
    [InlineData(0, true)]
    [InlineData(-30, true)]
    [InlineData(3600, true)]
    [InlineData(-120, false)]
    public void A_tenant_found_by_name_is_ours_when_it_was_made_since_the_attempt(int seconds, bool ours) =>
        RemoteCreations.IsOurs(new HatzTenantRow { Name = "Acme", CreatedAt = Noon.AddSeconds(seconds) }, Attempt).Should().Be(ours);

    [Fact]
    public void Without_a_date_nothing_is_ours() => RemoteCreations.IsOurs(new HatzTenantRow { Name = "Acme" }, Attempt).Should().BeFalse();

    [Theory]
    [InlineData("Tenant already exists", 30, true)]
    [InlineData("HTTP 409", 30, true)]
    [InlineData("Tenant already exists", 300, false)]
    [InlineData("No unassigned package", 30, false)]
    public void A_name_that_is_taken_right_after_an_attempt_may_be_ours(string words, int seconds, bool maybe) =>
        RemoteCreations.MayBeOurs(Attempt, words, Noon.AddSeconds(seconds)).Should().Be(maybe);
}
