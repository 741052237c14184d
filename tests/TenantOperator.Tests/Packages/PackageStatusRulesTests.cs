using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Packages;

public sealed class PackageStatusRulesTests
{
    [Theory]
    [InlineData(5, 2, 0, 0, "Available", "False", "3 of 5 units are free.")]
    [InlineData(5, 5, 0, 0, "Exhausted", "True", "All 5 units are held and 0 tenants are waiting.")]
    [InlineData(5, 5, 1, 0, "Exhausted", "True", "All 5 units are held and 1 tenant is waiting.")]
    [InlineData(0, 0, 2, 0, "Exhausted", "True", "spec.quantity is 0, so no unit is given, and 2 tenants are waiting. Raise it")]
    [InlineData(2, 5, 4, 3, "Surplus", "True", "5 units are held, 3 more than spec.quantity allows. Nothing is taken away; no new unit is given until 4 are freed or spec.quantity is raised.")]
    [InlineData(0, 2, 4, 2, "Surplus", "True", "2 units are held, 2 more than spec.quantity allows. Nothing is taken away; no new unit is given until spec.quantity is raised.")]
    public void A_package_says_what_is_left_of_it(int quantity, int held, int waiting, int surplus, string reason, string exhausted, string begin)
    {
        var package = A.Package("business", new TenantPackageSpec { Type = PackageType.Primary, Quantity = quantity });

        var status = PackageStatusRules.Next(package, new StockCount(true, quantity, held, waiting, surplus), A.Noon);

        Find(status, "Ready").Should().Match<Condition>(ready => ready.Status == ConditionStatus.True && ready.Reason == reason && ready.Message.StartsWith(begin));
        Find(status, "Exhausted").Status.ToString().Should().Be(exhausted);
        (status.Held, status.Waiting, status.Surplus).Should().Be((held, waiting, surplus > 0 ? surplus : null));
        status.Free.Should().Be(Math.Max(0, quantity - held));
    }

    [Fact]
    public void A_package_without_a_quantity_is_unlimited()
    {
        var status = PackageStatusRules.Next(A.Package("free"), new StockCount(true, null, 7, 0, 0), A.Noon);

        Find(status, "Ready").Reason.Should().Be("Unlimited");
        status.Free.Should().BeNull();
        status.Held.Should().Be(7);
    }

    [Fact]
    public void Nothing_new_is_the_same_status_and_times_move_only_with_a_change()
    {
        var package = A.Package("business", new TenantPackageSpec { Type = PackageType.Primary, Quantity = 1 });
        var first = PackageStatusRules.Next(package, new StockCount(true, 1, 0, 0, 0), A.Noon);
        var second = PackageStatusRules.Next(package with { Status = first }, new StockCount(true, 1, 0, 0, 0), A.Noon.AddHours(1));
        var third = PackageStatusRules.Next(package with { Status = second }, new StockCount(true, 1, 1, 0, 0), A.Noon.AddHours(2));

        second.Should().BeEquivalentTo(first);
        Find(third, "Exhausted").LastTransitionTime.Should().Be(A.Noon.AddHours(2));
        Find(third, "Ready").LastTransitionTime.Should().Be(A.Noon, "it was True all the time");
    }

    private static Condition Find(TenantPackageStatus status, string type) => status.Conditions!.Single(condition => condition.Type == type);
}
