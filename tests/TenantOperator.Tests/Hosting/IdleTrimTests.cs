using TenantOperator.Hosting;

namespace TenantOperator.Tests.Hosting;

/// <summary>Memory is given back once after work, neither during it nor again and again at rest.</summary>
public sealed class IdleTrimTests : IDisposable
{
    private const long InUse = 20 << 20;

    private readonly IdleTrim trim = new(TimeProvider.System);

    public void Dispose() => trim.Dispose();

    [Fact]
    public void Once_after_a_burst_and_not_again_at_rest()
    {
        trim.IsDue(500 << 20, InUse).Should().BeFalse("work is under way");
        trim.IsDue(501 << 20, InUse).Should().BeTrue("work has ended");

        Enumerable.Range(502, 20).Should().NotContain(mebibytes => trim.IsDue((long)mebibytes << 20, InUse), "a quiet tick costs nothing");
    }

    [Fact]
    public void A_little_work_is_not_worth_a_pause() => trim.IsDue(IdleTrim.AllocatedAtRest - 1, InUse).Should().BeFalse();

    [Fact]
    public void Slow_but_steady_allocation_is_swept_up_now_and_then()
    {
        var due = Enumerable.Range(1, 100).Count(step => trim.IsDue(step * (IdleTrim.AllocatedAtRest - 1), InUse));

        due.Should().BeInRange(8, 13);
    }

    [Fact]
    public void With_much_in_use_a_collection_costs_more_and_is_made_less_often() =>
        Enumerable.Range(1, 100).Count(step => trim.IsDue(step * (IdleTrim.AllocatedAtRest - 1), inUse: 200 << 20)).Should().BeInRange(1, 2);
}
