using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Tenants;

public sealed class UnitPlanTests
{
    private static readonly Dictionary<string, TenantPackage> Packages = new[]
    {
        A.Package("small"), A.Package("big"),
        A.Package("seats", new TenantPackageSpec { Type = PackageType.AddOn }),
        A.Package("disk", new TenantPackageSpec { Type = PackageType.AddOn }),
    }.ToDictionary(package => package.Metadata.Name, StringComparer.Ordinal);

    // Wished for, held, missing, to be freed. "seats*2" is two units of an add-on; units are package:slot.
    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("small", "", "small", "")]
    [InlineData("small", "small:3", "", "")]
    [InlineData("", "small:3", "", "small:3")]
    [InlineData("big", "small:3", "big", "")]
    [InlineData("big", "small:3 big:0", "", "small:3")]
    [InlineData("small", "small:3 small:7", "", "small:7")]
    [InlineData("small seats*2", "small:0", "seats seats", "")]
    [InlineData("small seats*2", "small:0 seats:4", "seats", "")]
    [InlineData("small seats*1", "small:0 seats:4 seats:9", "", "seats:9")]
    [InlineData("small", "small:0 seats:4", "", "seats:4")]
    [InlineData("big seats*1", "small:0 disk:1 seats:2 seats:5", "big", "seats:5")]
    public void What_is_missing_is_claimed_before_anything_is_freed(string wished, string held, string missing, string superfluous)
    {
        var plan = Plan(wished, held);

        plan.Problem.Should().BeNull();
        string.Join(' ', plan.Missing).Should().Be(missing);
        string.Join(' ', plan.Superfluous.Select(unit => $"{unit.Package}:{unit.Slot}")).Should().Be(superfluous);
    }

    [Theory]
    [InlineData("small", "small:3", "small")]
    [InlineData("big", "small:3", "small")]
    [InlineData("big", "small:3 big:0", "big")]
    [InlineData("big", "", "")]
    [InlineData("small seats*2", "small:0 seats:1", "small seats*1")]
    [InlineData("small seats*1", "small:0 seats:1 seats:2", "small seats*1")]
    [InlineData("small", "small:0 seats:1", "small")]
    public void The_old_package_counts_until_the_new_one_is_held(string wished, string held, string inForce)
    {
        var units = UnitPlan.InForce(Tenant(wished), null, Held(held), Packages.GetValueOrDefault);

        string.Join(' ', units.Select(each => each.Package.Spec.Type == PackageType.Primary ? each.Package.Metadata.Name : $"{each.Package.Metadata.Name}*{each.Units}")).Should().Be(inForce);
    }

    [Theory]
    [InlineData("absent", TenantReasons.PackageNotFound)]
    [InlineData("seats", TenantReasons.PackageTypeMismatch)]
    [InlineData("small small*1", TenantReasons.PackageTypeMismatch)]
    public void A_package_that_is_not_there_or_of_the_wrong_type_is_named(string wished, string reason) =>
        Plan(wished, "").Problem.Should().BeOfType<StepOutcome.Blocked>().Which.Reason.Should().Be(reason);

    [Fact]
    public void The_status_shows_each_unit_held_waited_for_and_about_to_be_freed()
    {
        var plan = Plan("big seats*2", "small:3 seats:4");
        plan.NoteWaiting("big", 2);

        plan.Describe().Should().BeEquivalentTo(
            [
                new PackageUnit { Name = "big", Unit = 0, Type = PackageType.Primary, State = PackageUnitState.Waiting, Position = 2 },
                new PackageUnit { Name = "seats", Unit = 0, Type = PackageType.AddOn, State = PackageUnitState.Allocated, Slot = 4, Allocation = "seats-4" },
                new PackageUnit { Name = "seats", Unit = 1, Type = PackageType.AddOn, State = PackageUnitState.Waiting },
                new PackageUnit { Name = "small", Unit = 0, State = PackageUnitState.Releasing, Slot = 3, Allocation = "small-3" },
            ],
            options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(4, "4th")]
    [InlineData(10, "10th")]
    [InlineData(11, "not among the first 10")]
    public void Somebody_in_line_is_told_where(int position, string words) =>
        UnitPlan.WhyWaiting("business", new Reservation.Parked(position, 25, 25)).Should()
            .StartWith($"No unit of package \"business\" is free: 25 of 25 are held. You are {words} in line.");

    private static UnitPlan Plan(string wished, string held) => UnitPlan.For(Tenant(wished), null, Held(held), Packages.GetValueOrDefault);

    private static Tenant Tenant(string wished)
    {
        var names = wished.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return A.Tenant(spec: new TenantSpec
        {
            PackageRef = names.FirstOrDefault(name => !name.Contains('*')) is { } primary ? new PackageReference { Name = primary } : null,
            AddOns = [.. names.Where(name => name.Contains('*')).Select(name => new AddOn { Name = name.Split('*')[0], Units = int.Parse(name.Split('*')[1]) })],
        });
    }

    private static HeldUnit[] Held(string held) =>
        [.. held.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(unit => new HeldUnit(unit.Split(':')[0], int.Parse(unit.Split(':')[1])))];
}
