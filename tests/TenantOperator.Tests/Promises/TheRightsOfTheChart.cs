using TenantOperator.Testing;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

/// <summary>
/// All tests of this assembly run the operator as the ServiceAccount of the chart, on an API server where roles decide. Once they have ended, this looks at what was asked for: nothing was refused,
/// and there is no right that nobody used. So a right too few makes some test fail, and a right too many makes this one.
/// </summary>
[Collection(nameof(AtTheEnd))]
public sealed class TheRightsOfTheChart(OperatorCluster fixture, ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_was_refused_and_no_right_is_there_for_nothing()
    {
        Assert.SkipWhen(Environment.GetCommandLineArgs().Any(each => each.StartsWith("--filter", StringComparison.Ordinal)), "Only the whole assembly uses every right.");
        var cluster = await fixture.ReadyAsync();
        Assert.SkipWhen(cluster.Local is null, "The cluster is not ours, and so is its audit log.");

        var requests = await AuditedRequests.OfAsync(cluster.Local!.AuditLogPath!, OperatorCluster.Operator.Name, TestContext.Current.CancellationToken);

        output.WriteLine(string.Join('\n', requests.GroupBy(each => $"{each.Verb} {each.Resource} {each.Code}", StringComparer.Ordinal).Select(group => $"{group.Key} x{group.Count()}").Order(StringComparer.Ordinal)));
        requests.Should().HaveCountGreaterThan(10_000, "hundreds of tests have run");
        requests.Where(each => each.Refusal.StartsWith(" forbid", StringComparison.Ordinal)).Select(each => each.ToString()).Distinct(StringComparer.Ordinal).Should().BeEmpty();
        var used = requests.Where(each => each.Done || each.Code is 404 or 409).Select(each => $"{each.Verb} {each.Resource}").ToHashSet(StringComparer.Ordinal);
        (await OperatorCluster.GrantedAsync(cluster)).Where(right => !used.Contains(right) && !Elsewhere.Contains(right)).Should().BeEmpty();
    }

    // What the operators of these tests do not do, and that of TheOperatorUnderItsRights does, which uses each of these rights. Leases: here they hold none. Lists: only a server is asked for them
    // that does not stream what a watch begins with.
    private static readonly IReadOnlySet<string> Elsewhere = new HashSet<string>(StringComparer.Ordinal)
    {
        "get leases", "patch leases", "create leases",
        "list tenants", "list tenantusers", "list tenanttemplates", "list tenantpackages", "list tenantplatforms", "list packageallocations",
        "list namespaces", "list resourcequotas", "list limitranges", "list networkpolicies", "list rolebindings",

        // Asked for when a RoleBinding is written, not by a request of its own.
        "bind clusterroles",
    };
}
