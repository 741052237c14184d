using TenantOperator.Packages;
using TenantOperator.Runtime;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Packages;

public sealed class PackageStockTests
{
    [Fact]
    public void Units_are_given_lowest_slot_first_until_none_is_left()
    {
        var stock = Stock(quantity: 2);
        Arrive(stock, "a", "b", "c");

        stock.Reserve(Of("a")).Should().Be(new Reservation.Slot(0));
        stock.Reserve(Of("b")).Should().Be(new Reservation.Slot(1));
        stock.Reserve(Of("c")).Should().Be(new Reservation.Parked(Position: 1, Held: 2, Quantity: 2));
    }

    [Fact]
    public void Who_came_first_is_served_first_whoever_asks_first()
    {
        var stock = Stock(quantity: 1);
        Arrive(stock, "a", "b");

        stock.Reserve(Of("b")).Should().Be(new Reservation.Parked(Position: 2, Held: 0, Quantity: 1), "\"a\" is older and has not asked yet");
        stock.Reserve(Of("a")).Should().Be(new Reservation.Slot(0));
    }

    [Fact]
    public void Of_two_made_in_the_same_second_the_one_with_the_smaller_name_comes_first()
    {
        var stock = Stock(quantity: 1);
        var (anna, zoe) = (Of("anna", minute: 0), Of("zoe", minute: 0));
        stock.Want(zoe, 1);
        stock.Want(anna, 1);

        stock.Reserve(zoe).Should().BeOfType<Reservation.Parked>();
        stock.Reserve(anna).Should().BeOfType<Reservation.Slot>();
    }

    [Fact]
    public void Somebody_who_needs_two_units_is_not_overtaken_when_there_are_two()
    {
        var stock = Stock(quantity: 2);
        stock.Want(Of("a"), 2);
        stock.Want(Of("b"), 1);

        stock.Reserve(Of("b")).Should().BeOfType<Reservation.Parked>("both units are for \"a\", who came first");
        stock.Reserve(Of("a")).Should().Be(new Reservation.Slot(0));
        stock.Reserve(Of("a")).Should().Be(new Reservation.Slot(1));
    }

    [Fact]
    public void A_freed_unit_wakes_exactly_the_first_in_line()
    {
        var stock = Stock(quantity: 1);
        stock.Hold(0, "somebody");
        Arrive(stock, "a", "b", "c");
        foreach (var name in (string[])["c", "a", "b"])
        {
            stock.Reserve(Of(name));
        }

        stock.TakeNextInLine().Should().BeEmpty("nothing is free");
        stock.Free(0);

        stock.TakeNextInLine().Should().Equal(Of("a").Tenant);
        stock.TakeNextInLine().Should().BeEmpty("nobody is woken twice for one unit");
    }

    [Fact]
    public void The_front_of_the_line_names_those_who_were_told_a_place()
    {
        var stock = Stock(quantity: 0);
        Arrive(stock, "a", "b", "c", "d");
        foreach (var name in (string[])["a", "c", "d"])
        {
            stock.Reserve(Of(name));
        }

        stock.Front(3).Should().Equal((Of("a").Tenant, 1), (Of("c").Tenant, 3));
    }

    [Fact]
    public void A_larger_quantity_wakes_as_many_as_there_are_new_units()
    {
        var stock = Stock(quantity: 0);
        Arrive(stock, "a", "b", "c");
        foreach (var name in (string[])["a", "b", "c"])
        {
            stock.Reserve(Of(name));
        }

        stock.Declare(true, 2);

        stock.TakeNextInLine().Should().Equal(Of("a").Tenant, Of("b").Tenant);
    }

    [Fact]
    public void The_first_in_line_leaving_passes_its_turn_on()
    {
        var stock = Stock(quantity: 1);
        stock.Hold(0, "somebody");
        Arrive(stock, "a", "b");
        stock.Reserve(Of("a"));
        stock.Reserve(Of("b"));
        stock.Free(0);
        stock.TakeNextInLine();

        stock.Want(Of("a"), 0);

        stock.TakeNextInLine().Should().Equal(Of("b").Tenant);
    }

    [Fact]
    public void A_slot_that_another_process_took_first_puts_ours_back_in_line()
    {
        var stock = Stock(quantity: 2);
        Arrive(stock, "a");
        stock.Reserve(Of("a"));

        stock.Hold(0, "theirs").Should().Be(Of("a"));
        stock.Want(Of("a"), 1);

        stock.Reserve(Of("a")).Should().Be(new Reservation.Slot(1));
    }

    [Fact]
    public void Giving_back_a_slot_does_not_put_somebody_in_line_who_has_left()
    {
        var stock = Stock(quantity: 1);
        Arrive(stock, "a", "b");
        stock.Reserve(Of("a"));
        stock.Want(Of("a"), 0);

        stock.Unreserve(0);

        stock.Reserve(Of("b")).Should().Be(new Reservation.Slot(0));
    }

    [Fact]
    public void Lowering_the_quantity_takes_nothing_away_and_gives_nothing_new()
    {
        var stock = Stock(quantity: 3);
        stock.Hold(0, "x");
        stock.Hold(1, "y");
        stock.Hold(2, "z");

        stock.Declare(true, 1);
        Arrive(stock, "a");

        stock.Surplus.Should().Be(2);
        stock.Held.Should().Be(3);
        stock.Reserve(Of("a")).Should().BeOfType<Reservation.Parked>();
        stock.Free(2);
        stock.TakeNextInLine().Should().BeEmpty("two are still held of one");
    }

    [Fact]
    public void A_package_without_a_quantity_never_runs_out_and_one_that_is_not_declared_gives_nothing()
    {
        var unlimited = Stock(quantity: null);
        Arrive(unlimited, "a");
        unlimited.Reserve(Of("a")).Should().Be(new Reservation.Slot(0));

        var undeclared = new PackageStock();
        Arrive(undeclared, "a");
        undeclared.Reserve(Of("a")).Should().BeOfType<Reservation.Parked>();
    }

    [Fact]
    public void Who_waits_follows_from_the_line_alone_so_that_a_restart_counts_the_same()
    {
        var stock = Stock(quantity: 2);
        stock.Hold(0, "x");
        Arrive(stock, "a", "b", "c");

        stock.Waiting.Should().Be(2, "\"a\" will get the free unit, the others have not even asked yet and wait all the same");
    }

    private static PackageStock Stock(int? quantity)
    {
        var stock = new PackageStock();
        stock.Declare(true, quantity);
        return stock;
    }

    private static void Arrive(PackageStock stock, params string[] names)
    {
        foreach (var name in names)
        {
            stock.Want(Of(name), 1);
        }
    }

    // "a" came first, then "b", and so on.
    private static Claimant Of(string name, int? minute = null) =>
        new(A.Noon.UtcDateTime.AddMinutes(minute ?? name[0]), new ObjectKey(A.Account, name), "uid-of-" + name);
}
