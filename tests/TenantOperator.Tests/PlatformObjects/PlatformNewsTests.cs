using TenantOperator.Api.V1Alpha1;
using TenantOperator.PlatformObjects;

namespace TenantOperator.Tests.PlatformObjects;

public sealed class PlatformNewsTests
{
    [Theory]
    [InlineData(null, 79, false)]
    [InlineData(null, 80, true)]
    [InlineData(79, 80, true)]
    [InlineData(80, 95, false)]
    [InlineData(95, 0, false)]
    public void Credits_that_run_low_are_told_once(int? before, int now, bool told)
    {
        var news = PlatformStatusRules.News(before is { } used ? Spent(used) : null, Spent(now));

        news.Select(each => each.Reason).Should().Equal(told ? [TenantPlatformReasons.AccountCreditsLow] : []);
    }

    [Theory]
    [InlineData(null, 0, false)]
    [InlineData(null, 3, true)]
    [InlineData(3, 3, false)]
    [InlineData(3, 2, false)]
    [InlineData(3, 4, true)]
    public void Tenants_without_an_object_are_told_when_they_become_more(int? before, int now, bool told)
    {
        var news = PlatformStatusRules.News(Has(before), Has(now));

        news.Select(each => each.Reason).Should().Equal(told ? [TenantPlatformReasons.TenantsDiscovered] : []);
    }

    private static TenantPlatformStatus Spent(int used) => new() { Account = new PlatformAccount { CreditsUsed = used, CreditLimit = 100 } };

    private static TenantPlatformStatus Has(int? unmanaged) => new() { Tenants = new PlatformTenantCounts { Unmanaged = unmanaged } };
}
