using System.Net.Http.Headers;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Tests.Remote;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 1)]
    [InlineData("99999999", 900)]
    [InlineData("Wed, 02 Jan 2030 03:05:05 GMT", 60)]
    [InlineData("Wed, 02 Jan 2030 03:00:00 GMT", 1)]
    [InlineData("Fri, 02 Jan 2099 03:00:00 GMT", 900)]
    public void A_wish_is_obeyed_within_bounds(string header, int seconds) => RetryAfter.Of(RetryConditionHeaderValue.Parse(header), Now).Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Without_a_wish_it_is_half_a_minute() => RetryAfter.Of(null, Now).Should().Be(TimeSpan.FromSeconds(30));
}
