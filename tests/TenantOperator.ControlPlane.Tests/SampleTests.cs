using TenantOperator.ControlPlane.Trying;

namespace TenantOperator.ControlPlane.Tests;

public sealed class SampleTests
{
    [Theory]
    [InlineData("True", 2, true)]
    [InlineData("False", 2, false)]
    [InlineData("Unknown", 2, false)]
    [InlineData("True", 1, false)]
    public void A_sample_is_ready_when_its_condition_is_true_of_the_newest_spec(string status, int observed, bool ready)
    {
        var sample = Parse("Tenant", $$"""{"conditions":[{"type":"Synced","status":"True"},{"type":"Ready","status":"{{status}}","reason":"R","message":"M","observedGeneration":{{observed}}}]}""");

        sample.IsReady.Should().Be(ready);
        sample.Title.Should().Be("Tenant contoso/acme");
        sample.Conditions.Should().Equal("Synced=True : ", $"Ready={status} R: M");
    }

    [Fact]
    public void A_sample_that_nobody_has_looked_at_is_not_ready() => Parse("TenantUser", "{}").IsReady.Should().BeFalse();

    [Fact]
    public void A_template_needs_no_condition() => Parse("TenantTemplate", "{}").IsReady.Should().BeTrue();

    [Fact]
    public void Objects_of_other_groups_do_not_count() =>
        Sample.Parse("""{"items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"contoso"}}]}""").Should().BeEmpty();

    private static Sample Parse(string kind, string status) => Sample.Parse(
        $$"""{"apiVersion":"tenantoperator.io/v1alpha1","kind":"{{kind}}","metadata":{"name":"acme","namespace":"contoso","generation":2},"status":{{status}}}""").Single();
}
