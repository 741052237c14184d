using TenantOperator.Api.Tests.Invalid;

namespace TenantOperator.Api.Tests;

public sealed class InvalidManifestTests(CrdServer server)
{
    public static TheoryData<string> Cases => [.. InvalidCase.All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public async Task A_bad_manifest_is_refused_with_its_field_and_remedy_and_its_twin_is_accepted(string name)
    {
        var one = InvalidCase.All[name];

        (await server.RefusalOfCreateAsync(one.Good)).Should().BeNull("the twin is good");
        var refusal = one.IsUpdate
            ? await server.RefusalOfUpdateAsync(one.Good, one.Bad)
            : await server.RefusalOfCreateAsync(one.Bad);

        refusal.Should().NotBeNull("the manifest is bad").And.ContainAll(one.Words);
    }

    [Fact]
    public async Task Every_rule_of_every_kind_is_broken_by_some_case()
    {
        var said = new List<(string Kind, string Refusal)>();
        foreach (var one in InvalidCase.All.Values)
        {
            var refusal = one.IsUpdate ? await server.RefusalOfUpdateAsync(one.Good, one.Bad) : await server.RefusalOfCreateAsync(one.Bad);
            said.Add((one.Kind, refusal ?? ""));
        }

        var unbroken = SchemaTests.RuleMessages()
            .Where(rule => !said.Any(one => one.Kind == rule.Kind && one.Refusal.Contains(rule.Message, StringComparison.Ordinal)))
            .Select(rule => $"{rule.Kind}: {rule.Message}");

        string.Join(Environment.NewLine, unbroken).Should().BeEmpty();
    }

    [Fact]
    public async Task A_tenant_with_as_many_initial_users_as_allowed_can_still_be_changed()
    {
        var full = InvalidCase.All["Tenant: 1001 initial users"].Good;
        var changed = full.DeepClone();
        changed["spec"]!["displayName"] = "Acme Two";

        (await server.RefusalOfUpdateAsync(full, changed)).Should().BeNull("to compare a thousand people must not cost more than the server grants a rule");
    }

    [Fact]
    public void There_are_enough_cases_and_every_kind_has_some()
    {
        InvalidCase.All.Should().HaveCountGreaterThan(150);
        InvalidCase.All.Values.Select(one => one.Kind).Distinct().Should()
            .BeEquivalentTo("Tenant", "TenantUser", "TenantPackage", "TenantTemplate", "TenantPlatform", "PackageAllocation");
    }
}
