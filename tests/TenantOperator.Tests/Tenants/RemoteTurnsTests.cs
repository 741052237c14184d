using TenantOperator.Runtime;
using TenantOperator.Tenants;

namespace TenantOperator.Tests.Tenants;

public sealed class RemoteTurnsTests
{
    private static readonly ObjectKey Slow = new("acc", "slow");
    private static readonly ObjectKey Quick = new("acc", "quick");

    private readonly List<string> called = [];

    [Fact]
    public void A_platform_gets_half_of_the_workers_and_all_of_them_three_quarters()
    {
        var turns = Of(workers: 8);

        Enter(turns, Slow, 10).Should().HaveCount(4);
        Enter(turns, Quick, 10).Should().HaveCount(2);
    }

    [Fact]
    public void Whoever_found_no_turn_is_called_in_order_when_one_is_free()
    {
        var turns = Of(workers: 2);
        var held = Enter(turns, Slow, 1).Single();
        turns.TryEnter(Slow, Key("first"), out _).Should().BeFalse();
        turns.TryEnter(Slow, Key("second"), out _).Should().BeFalse();
        turns.TryEnter(Slow, Key("first"), out _).Should().BeFalse("asked again it stands where it stood");

        held.Dispose();
        held.Dispose();
        called.Should().Equal("first");
        turns.TryEnter(Slow, Key("first"), out var next).Should().BeTrue();
        next!.Dispose();
        called.Should().Equal("first", "second");
    }

    [Fact]
    public void One_that_waits_for_a_full_platform_does_not_hold_up_those_of_another()
    {
        var turns = Of(workers: 4);
        var slow = Enter(turns, Slow, 2);
        var quick = Enter(turns, Quick, 1).Single();
        turns.TryEnter(Slow, Key("slow"), out _).Should().BeFalse();
        turns.TryEnter(Quick, Key("quick"), out _).Should().BeFalse("three of four are taken");

        quick.Dispose();
        called.Should().Equal("quick");
        slow[0].Dispose();
        called.Should().Equal("quick", "slow");
    }

    [Fact]
    public void In_the_place_of_one_that_is_gone_the_next_is_called()
    {
        var turns = Of(workers: 2);
        var held = Enter(turns, Slow, 1).Single();
        turns.TryEnter(Slow, Key("gone"), out _).Should().BeFalse();
        turns.TryEnter(Slow, Key("waits"), out _).Should().BeFalse();

        held.Dispose();
        called.Should().Equal("gone", "waits");
    }

    private static ObjectKey Key(string name) => new("acc", name);

    private static List<IDisposable> Enter(RemoteTurns turns, ObjectKey platform, int tenants) =>
        [.. Enumerable.Range(0, tenants).Select(number => turns.TryEnter(platform, Key($"{platform.Name}-{number}"), out var turn) ? turn : null).OfType<IDisposable>()];

    private RemoteTurns Of(int workers) => new(workers, key =>
    {
        called.Add(key.Name);
        return key.Name != "gone";
    });
}
