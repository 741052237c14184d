namespace TenantOperator.Platforms.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Placeholder_until_the_first_real_test() => typeof(ReferenceTests).Should().NotBeNull();
}
