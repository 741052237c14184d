using TenantOperator.Hosting;

namespace TenantOperator.Tests.Hosting;

/// <summary>Memory is given back once after work, not again and again at rest, and during work only when much of it is garbage.</summary>
public sealed class MemoryTrimTests : IDisposable
{
    private const long InUse = 20 << 20;

    private readonly MemoryTrim trim = new(TimeProvider.System);

    public void Dispose() => trim.Dispose();

    [Fact]
    public void Once_after_a_burst_and_not_again_at_rest()
    {
        trim.IsDue(500 << 20, InUse).Should().BeFalse("work is under way");
        trim.IsDue(501 << 20, InUse).Should().BeTrue("work has ended");

        Enumerable.Range(502, 20).Should().NotContain(mebibytes => trim.IsDue((long)mebibytes << 20, InUse), "a quiet tick costs nothing");
    }

    [Fact]
    public void A_little_work_is_not_worth_a_pause() => trim.IsDue(MemoryTrim.AllocatedAtRest - 1, InUse).Should().BeFalse();

    [Fact]
    public void Slow_but_steady_allocation_is_swept_up_now_and_then()
    {
        var due = Enumerable.Range(1, 100).Count(step => trim.IsDue(step * (MemoryTrim.AllocatedAtRest - 1), InUse));

        due.Should().BeInRange(8, 13);
    }

    [Fact]
    public void With_much_in_use_a_collection_costs_more_and_is_made_less_often() =>
        Enumerable.Range(1, 100).Count(step => trim.IsDue(step * (MemoryTrim.AllocatedAtRest - 1), inUse: 200 << 20)).Should().BeInRange(1, 2);

    [Theory]
    [InlineData(60, 0, false)]
    [InlineData(70, 0, true)]
    [InlineData(130, 100, false)]
    [InlineData(150, 100, true)]
    public void A_heap_is_swept_when_much_of_it_is_garbage(long inUse, long survived, bool swollen) => MemoryTrim.IsSwollen(inUse << 20, survived << 20).Should().Be(swollen);
}
