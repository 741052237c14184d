using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Commands;
using TenantOperator.Kubectl.Usage;

namespace TenantOperator.Kubectl.Tests;

public sealed class UsageTests
{
    private static Tenant Busy => A.Tenant(status: A.Ready with
    {
        Effective = new() { Limits = new() { MaxUsers = 4, MaxCases = -1, Storage = "2Gi" } },
        Usage = new()
        {
            Users = 3,
            Cases = 12,
            CreditsUsed = 100,
            CreditLimit = 100,
            StorageBytes = 1L << 30,
            Resources = new Dictionary<string, ResourceUsage>(StringComparer.Ordinal) { ["requests.cpu"] = new() { Used = "500m", Hard = "2" }, ["pods"] = new() { Used = "0", Hard = "10" } },
        },
    });

    [Fact]
    public void Every_number_stands_beside_its_limit()
    {
        var screen = new Screen();

        UsageCommand.TableOf([Busy], withNamespace: false, history: null).WriteTo(screen.Terminal);

        screen.Output.Should().Be("""
            TENANT   WHAT           USED   LIMIT   SHARE
            acme     users          3      4       75%     ███████████████░░░░░
            acme     cases          12
            acme     credits        100    100     100%    ████████████████████
            acme     storage        1Gi    2Gi     50%     ██████████░░░░░░░░░░
            acme     pods           0      10      0%      ░░░░░░░░░░░░░░░░░░░░
            acme     requests.cpu   500m   2       25%     █████░░░░░░░░░░░░░░░

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void With_a_history_there_is_a_line_for_each_number_that_has_one()
    {
        var screen = new Screen();

        UsageCommand.TableOf([Busy], withNamespace: true, history: [new("contoso", "acme", "users", [1, 2, 3]), new("other", "acme", "cases", [1])]).WriteTo(screen.Terminal);

        screen.Output.Should().Contain("HISTORY").And.MatchRegex("contoso +acme +users +3 +4 +75% +▁▅█\n").And.MatchRegex("cases +12\n");
    }

    [Theory]
    [InlineData(0, "░░░░░░░░░░░░░░░░░░░░")]
    [InlineData(0.001, "█░░░░░░░░░░░░░░░░░░░")]
    [InlineData(0.999, "███████████████████░")]
    [InlineData(1, "████████████████████")]
    [InlineData(3, "████████████████████")]
    public void A_bar_shows_what_is_used_at_all_and_is_full_only_when_it_is(double share, string bar) => Sparks.Bar(share).Should().Be(bar);

    [Fact]
    public void A_line_goes_up_and_down_and_is_flat_when_nothing_changes()
    {
        Sparks.Line([0, 7, 3.5, 0]).Should().Be("▁█▅▁");
        Sparks.Line([5, 5]).Should().Be("▁▁");
        Sparks.Line([]).Should().BeEmpty();
        Sparks.Thin([1, 2, 3, 4, 5, 6], 3).Should().Equal(2, 4, 6);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1023, "1023")]
    [InlineData(1536, "1.5Ki")]
    [InlineData(5368709120, "5Gi")]
    public void Bytes_are_written_in_the_largest_unit(long bytes, string text) => UsageRows.Bytes(bytes).Should().Be(text);

    [Fact]
    public void The_series_of_Prometheus_are_those_of_the_operator()
    {
        var answer = JsonNode.Parse("""
            {"status":"success","data":{"resultType":"matrix","result":[
              {"metric":{"__name__":"tenantoperator_tenant_used_ratio","namespace":"contoso","tenant":"acme","resource":"pods"},"values":[[1,"0.1"],[2,"NaN"]]},
              {"metric":{"__name__":"tenantoperator_tenant_credits_used","namespace":"monitoring","exported_namespace":"contoso","tenant":"acme"},"values":[[1,"5"]]}]}}
            """);

        var series = UsageHistory.Read(answer);

        series.Select(each => (each.Namespace, each.Tenant, each.What)).Should().Equal(("contoso", "acme", "pods"), ("contoso", "acme", "credits"));
        series[0].Numbers.Should().Equal(0.1, 0);
        UsageHistory.Query(A.Now, TimeSpan.FromHours(1)).Should().Contain("step=60").And.Contain("used_ratio");
    }

    [Theory]
    [InlineData("""{"status":"error","error":"bad"}""")]
    [InlineData("{}")]
    public void What_is_no_answer_of_Prometheus_is_said(string answer) => FluentActions.Invoking(() => UsageHistory.Read(JsonNode.Parse(answer))).Should().Throw<UserError>().WithMessage("*not Prometheus*");
}
