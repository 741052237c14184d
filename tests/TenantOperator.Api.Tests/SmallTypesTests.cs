using System.Reflection;
using CsCheck;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Api.Tests;

public sealed class SmallTypesTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("72h", 259200)]
    [InlineData("8760h", 31536000)]
    public void A_duration_is_read_as_Go_reads_it(string text, int seconds)
    {
        GoDuration.TryParse(text, out var duration).Should().BeTrue();
        duration.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("72")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("3d")]
    [InlineData("1h ")]
    [InlineData("1..5h")]
    [InlineData("99999999999999999999999999999h")]
    [InlineData("9999999999999999999h")]
    public void What_is_no_duration_is_refused(string? text) => GoDuration.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void No_text_makes_the_reading_of_a_duration_throw() =>
        Gen.String[Gen.Char["0123456789.smh -µ"], 0, 40].Sample(text => GoDuration.TryParse(text, out var duration) || duration == TimeSpan.Zero);

    [Theory]
    [InlineData("2031-01-02T03:04:05Z", "2031-01-02T03:04:05.0000000+00:00")]
    [InlineData("2031-01-02t03:04:05.5z", "2031-01-02T03:04:05.5000000+00:00")]
    [InlineData("2031-01-02T03:04:05.123456789123+02:00", "2031-01-02T01:04:05.1234567+00:00")]
    [InlineData("2031-01-01T00:00:00+23:59", "2030-12-31T00:01:00.0000000+00:00")]
    [InlineData("2032-02-29T00:00:00Z", "2032-02-29T00:00:00.0000000+00:00")]
    [InlineData("0000-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.9999999+00:00")]
    public void A_moment_is_read_however_RFC_3339_writes_it(string text, string read)
    {
        Moment.TryParse(text, out var moment).Should().BeTrue();
        moment.ToString("O").Should().Be(read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("2031-01-01")]
    [InlineData("2031-02-29T00:00:00Z")]
    [InlineData("2031-13-01T00:00:00Z")]
    [InlineData("2031-01-01T24:00:00Z")]
    [InlineData("2031-01-01T00:00:00")]
    [InlineData("2031-01-01T00:00:00Z\n")]
    public void What_is_no_moment_is_refused(string? text) => Moment.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void No_text_makes_the_reading_of_a_moment_throw() =>
        Gen.String[Gen.Char["0123456789-T:Z+. t"], 0, 40].Sample(text => Moment.TryParse(text, out var moment) || moment == default);

    [Theory]
    [InlineData("5", 100, 5)]
    [InlineData("0", 100, 0)]
    [InlineData("10%", 100, 10)]
    [InlineData("10%", 3, 1)]
    [InlineData("10%", 0, 1)]
    [InlineData("0%", 100, 0)]
    [InlineData("100%", 2000000000, 2000000000)]
    [InlineData("all", 100, 0)]
    [InlineData("-5", 100, 0)]
    [InlineData("%", 100, 0)]
    public void A_count_or_percentage_allows_so_many_of_a_total(string text, int total, int allowed) =>
        new CountOrPercent(text).Of(total).Should().Be(allowed);

    [Theory]
    [InlineData(typeof(TenantReasons))]
    [InlineData(typeof(TenantUserReasons))]
    [InlineData(typeof(TenantPackageReasons))]
    [InlineData(typeof(TenantPlatformReasons))]
    [InlineData(typeof(TenantTemplateReasons))]
    [InlineData(typeof(TenantConditions))]
    [InlineData(typeof(TenantUserConditions))]
    [InlineData(typeof(TenantPackageConditions))]
    [InlineData(typeof(TenantPlatformConditions))]
    [InlineData(typeof(TenantTemplateConditions))]
    [InlineData(typeof(CommonConditions))]
    [InlineData(typeof(CommonReasons))]
    public void A_reason_is_the_word_it_is_named_after(Type type)
    {
        var constants = type.GetFields(BindingFlags.Public | BindingFlags.Static);

        constants.Should().NotBeEmpty();
        constants.Should().OnlyContain(field => field.Name == (string)field.GetRawConstantValue()!);
        constants.Should().OnlyContain(field => field.Name.Length <= 128 && char.IsAsciiLetterUpper(field.Name[0]), "the API server wants CamelCase");
    }

    [Fact]
    public void An_allocation_is_named_after_its_package_and_slot() => PackageAllocation.NameOf("business", 7).Should().Be("business-7");
}
