using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Tests.Cluster;

public sealed class NamespaceClaimTests
{
    // Marks of the namespace: account, account uid, tenant, tenant uid. The wish is of contoso/account-uid, acme/tenant-uid.
    [Theory]
    [InlineData("contoso", "account-uid", "acme", "tenant-uid", false, "Ours")]
    [InlineData("contoso", "account-uid", "acme", "former-uid", false, "TakenUp")]
    [InlineData("contoso", "account-uid", "acme", "former-uid", true, "Taken")]
    [InlineData("contoso", "account-uid", "acme", "", false, "TakenUp")]
    [InlineData("contoso", "other-uid", "acme", "former-uid", false, "Taken")]
    [InlineData("contoso", "", "acme", "former-uid", false, "Taken")]
    [InlineData("rival", "account-uid", "acme", "former-uid", false, "Taken")]
    [InlineData("contoso", "account-uid", "globex", "former-uid", false, "Taken")]
    [InlineData("edited", "edited", "edited", "tenant-uid", false, "Ours")]
    [InlineData("", "", "", "tenant-uid", false, "Ours")]
    [InlineData("", "", "", "", false, "Taken")]
    public void A_namespace_is_ours_only_by_our_mark(string account, string accountUid, string tenant, string tenantUid, bool formerLives, string expected)
    {
        var claim = NamespaceClaim.Decide(A.Wish(), Observed(new TenantMark(account, accountUid, tenant, tenantUid)), uid => formerLives && uid == "former-uid");

        Word(claim).Should().Be(expected);
    }

    [Theory]
    [InlineData("tenant-uid", "Terminating")]
    [InlineData("former-uid", "Terminating")]
    public void One_of_ours_that_goes_away_is_waited_for(string uid, string expected) =>
        Word(NamespaceClaim.Decide(A.Wish(), Observed(new TenantMark("contoso", "account-uid", "acme", uid), terminating: true), _ => false)).Should().Be(expected);

    [Fact]
    public void Somebody_elses_is_taken_even_while_it_goes_away() =>
        Word(NamespaceClaim.Decide(A.Wish(), Observed(default(TenantMark) with { Account = "", AccountUid = "", Tenant = "", TenantUid = "" }, terminating: true), _ => false)).Should().Be("Taken");

    [Fact]
    public void That_of_an_account_of_the_same_name_that_is_gone_says_how_to_take_it_up()
    {
        var claim = NamespaceClaim.Decide(A.Wish(), Observed(new TenantMark("contoso", "former-account", "acme", "former-uid")), _ => false);

        claim.Should().BeOfType<NamespaceClaim.Taken>().Which.Message.Should().EndWith("kubectl label namespace contoso-acme tenantoperator.io/account-uid=account-uid --overwrite");
    }

    [Fact]
    public void A_name_nobody_has_is_free() => Word(NamespaceClaim.Decide(A.Wish(), null, _ => false)).Should().Be("Free");

    private static string Word(NamespaceClaim claim) => claim is NamespaceClaim.Ours { TakenUp: true } ? "TakenUp" : claim.GetType().Name;

    private static NamespaceChild Observed(TenantMark mark, bool terminating = false) =>
        new(new ObjectKey("", "contoso-acme"), new ObjectVersion(Guid.NewGuid(), 1), mark, terminating, new Dictionary<string, string>(), new Dictionary<string, string>());
}
