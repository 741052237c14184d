using TenantOperator.Platforms.Prometheus;

namespace TenantOperator.Platforms.Tests.Prometheus;

public sealed class UsageFiguresTests
{
    [Fact]
    public void One_result_is_the_number_and_none_means_no_number()
    {
        UsageFigures.ForOne([new(null, 12.9)]).Should().Be(new UsageFigure(12.9));
        UsageFigures.ForOne([new("whatever", 0)]).Should().Be(new UsageFigure(0));
        UsageFigures.ForOne([]).Should().Be(new UsageFigure(null));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "infinite")]
    [InlineData(double.NegativeInfinity, "infinite")]
    [InlineData(-0.5, "negative")]
    public void What_no_tenant_can_use_is_a_problem(double value, string words)
    {
        var figure = UsageFigures.ForOne([new(null, value)]);

        figure.Value.Should().BeNull();
        figure.Problem.Should().Contain(words);
    }

    [Fact]
    public void Two_results_for_one_tenant_are_a_problem_of_that_tenant_only()
    {
        UsageFigures.ForOne([new(null, 1), new(null, 1)]).Problem.Should().Contain("more than one");
        UsageFigures.ForMany([new("a", 1), new("b", 2), new("b", 3), new("other", 4)], ["a", "b", "c"])
            .Should().Equal(new UsageFigure(1), new UsageFigure(null, "more than one result"), new UsageFigure(null));
    }

    [Fact]
    public void A_result_of_nobody_makes_the_whole_answer_useless() => UsageFigures.ForMany([new("a", 1), new(null, 2)], ["a"]).Should().BeNull();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.999, 0)]
    [InlineData(41.9, 41)]
    [InlineData(9007199254740993, 9007199254740992)]
    [InlineData(9.3e18, long.MaxValue)]
    [InlineData(1e300, long.MaxValue)]
    public void A_number_is_rounded_down_and_cut(double value, long shown) => UsageFigures.Shown(value).Should().Be(shown);
}
