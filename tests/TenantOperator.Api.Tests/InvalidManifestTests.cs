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
    public void There_are_enough_cases_and_every_kind_has_some()
    {
        InvalidCase.All.Should().HaveCountGreaterThan(150);
        InvalidCase.All.Values.Select(one => one.Kind).Distinct().Should()
            .BeEquivalentTo("Tenant", "TenantUser", "TenantPackage", "TenantTemplate", "TenantPlatform", "PackageAllocation");
    }
}
