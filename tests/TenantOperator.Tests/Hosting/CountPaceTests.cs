using Microsoft.Extensions.Time.Testing;
using TenantOperator.Hosting;
using TenantOperator.Runtime;

namespace TenantOperator.Tests.Hosting;

public sealed class CountPaceTests
{
    private static readonly ObjectKey Package = new("contoso", "starter");

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_change_that_comes_alone_is_shown_soon()
    {
        var pace = new CountPace(clock);

        pace.DelayFor(Package).Should().Be(CountPace.Soon);

        clock.Advance(TimeSpan.FromMinutes(1));
        pace.DelayFor(Package).Should().Be(CountPace.Soon);
    }

    [Fact]
    public void Changes_that_keep_coming_share_one_moment_per_interval()
    {
        var pace = new CountPace(clock);
        var began = clock.GetUtcNow();
        var moments = new HashSet<TimeSpan>();

        for (var change = 0; change < 200; change++)
        {
            moments.Add(clock.GetUtcNow() + pace.DelayFor(Package) - began);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        moments.Should().Equal(Enumerable.Range(0, moments.Count).Select(interval => CountPace.Soon + (interval * CountPace.Interval)))
            .And.HaveCount(1 + (int)Math.Ceiling((TimeSpan.FromMilliseconds(100 * 199) - CountPace.Soon) / CountPace.Interval));
    }

    [Fact]
    public void One_number_does_not_wait_for_another()
    {
        var pace = new CountPace(clock);
        pace.DelayFor(Package);
        clock.Advance(CountPace.Soon);

        pace.DelayFor(Package).Should().Be(CountPace.Interval);
        pace.DelayFor(new ObjectKey("contoso", "professional")).Should().Be(CountPace.Soon);
    }
}
