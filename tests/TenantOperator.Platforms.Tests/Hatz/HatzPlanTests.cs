using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Hatz;

namespace TenantOperator.Platforms.Tests.Hatz;

public sealed class HatzPlanTests
{
    [Theory]
    [InlineData(null, "gpt", null)]
    [InlineData("gpt", "gpt", null)]
    [InlineData("", null, null)]
    [InlineData("", "", null)]
    [InlineData("", "gpt", "")]
    [InlineData("gpt", null, "gpt")]
    [InlineData("gpt", "other", "gpt")]
    public void A_model_is_unmanaged_cleared_or_set(string? wished, string? now, string? sent) =>
        HatzPlan.ChangeOf(Wish(new EffectiveSettings { Hatz = new HatzTenant { DefaultModelName = wished } }), new HatzConfig { DefaultModelName = now })?.DefaultModelName.Should().Be(sent);

    [Fact]
    public void What_is_as_wished_is_not_sent()
    {
        var wish = Wish(new EffectiveSettings { EarlyFeatures = true, Security = new TenantSecurity { MfaRequired = false } });

        HatzPlan.ChangeOf(wish, new HatzConfig { BetaFeatures = true, MfaRequired = false, DefaultModelName = "gpt" }).Should().BeNull();
        HatzPlan.ChangeOf(wish, null).Should().Be(new HatzConfig { BetaFeatures = true });
    }

    [Theory]
    [InlineData("client_admin", true, false)]
    [InlineData("admin", true, false)]
    [InlineData("Admin", true, false)]
    [InlineData("general_user", true, true)]
    [InlineData("member", false, false)]
    [InlineData("workshop_user", false, false)]
    [InlineData("admin", false, true)]
    public void A_role_that_means_the_same_is_left(string now, bool admin, bool differs) =>
        HatzRoles.Differs(new TenantUser(), admin ? [TenantRole.Admin] : [TenantRole.Member], now).Should().Be(differs);

    [Fact]
    public void A_role_that_a_person_names_is_what_counts()
    {
        var user = new TenantUser { Spec = new TenantUserSpec { Hatz = new HatzUser { Role = "workshop_user" } } };

        HatzRoles.Differs(user, [TenantRole.Member], "general_user").Should().BeTrue();
        HatzRoles.Differs(user, [TenantRole.Member], "workshop_user").Should().BeFalse();
    }

    private static TenantWish Wish(EffectiveSettings effective) => new() { Tenant = new Tenant(), AccountUid = "account", Effective = effective };
}
