using System.Net;
using TenantOperator.Platforms.Http;

namespace TenantOperator.Platforms.Tests.Http;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001:0:a00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    public void A_private_address_is_refused_unless_its_host_is_allowed(string address)
    {
        var parsed = IPAddress.Parse(address);

        AllowedHosts.IsPublic(parsed).Should().BeFalse();
        new AllowedHosts([]).Allows("prom.example.com", parsed).Should().BeFalse();
        new AllowedHosts(["prom.example.com"]).Allows("prom.example.com", parsed).Should().BeTrue();
        new AllowedHosts([address.Split('%')[0]]).Allows("prom.example.com", parsed).Should().BeFalse("hosts are allowed, not addresses behind other names");
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("11.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    public void A_public_address_needs_no_permission(string address) => new AllowedHosts([]).Allows("prom.example.com", IPAddress.Parse(address)).Should().BeTrue();

    [Theory]
    [InlineData("prometheus.monitoring", "prometheus.monitoring", true)]
    [InlineData("prometheus.monitoring", "PROMETHEUS.Monitoring", true)]
    [InlineData("prometheus.monitoring", "x.prometheus.monitoring", false)]
    [InlineData("prometheus.monitoring", "prometheus.monitoring.evil.example", false)]
    [InlineData("*.monitoring", "prometheus.monitoring", true)]
    [InlineData("*.monitoring", "a.b.monitoring", true)]
    [InlineData("*.monitoring", "monitoring", false)]
    [InlineData("*.monitoring", ".monitoring", false)]
    [InlineData("*.monitoring", "evilmonitoring", false)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.10", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("[::1]", "::1", true)]
    public void A_host_is_allowed_by_its_name_or_by_a_suffix(string pattern, string host, bool allowed) => new AllowedHosts([pattern]).Contains(host).Should().Be(allowed);

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.10.0.0.1")]
    [InlineData("a.*.b")]
    [InlineData("http://a")]
    [InlineData("a:9090")]
    [InlineData("a/b")]
    [InlineData("10.0.0.0/8")]
    public void What_is_no_host_is_refused(string pattern)
    {
        AllowedHosts.IsPattern(pattern).Should().BeFalse();
        FluentActions.Invoking(() => new AllowedHosts([pattern])).Should().Throw<ArgumentException>();
    }
}
