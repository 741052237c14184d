using CsCheck;
using k8s.Models;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Platforms.Tests.Amounts;

public sealed class AmountTests
{
    private static readonly string[] Suffixes = ["", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"];

    private static readonly Gen<string> Texts =
        Gen.Select(Gen.Long[0, 4_000], Gen.Int[0, 999], Gen.Bool, Gen.Bool, Gen.Int[0, Suffixes.Length - 1], (whole, fraction, broken, minus, suffix) =>
            (minus ? "-" : "") + whole + (broken ? "." + fraction.ToString("000") : "") + Suffixes[suffix]);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.1", "100m")]
    [InlineData("100m", "100m")]
    [InlineData("1000m", "1")]
    [InlineData("1500m", "1500m")]
    [InlineData("1000", "1k")]
    [InlineData("1024", "1024")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1025Mi", "1025Mi")]
    [InlineData("0.5Gi", "512Mi")]
    [InlineData("0.5Ki", "512")]
    [InlineData("1.5", "1500m")]
    [InlineData("+2", "2")]
    [InlineData("-1Gi", "-1Gi")]
    [InlineData("1e3", "1k")]
    [InlineData("1E3", "1k")]
    [InlineData("2.5e-1", "250m")]
    [InlineData(".5", "500m")]
    [InlineData("5.", "5")]
    [InlineData("0.0000000001", "1n")]
    public void An_amount_has_one_canonical_text(string text, string canonical) => Amount.Parse(text).ToString().Should().Be(canonical);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Gi")]
    [InlineData("1.2.3")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1GiB")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("1e99")]
    [InlineData("99999999999999999999")]
    [InlineData("10E")]
    [InlineData("NaN")]
    public void What_is_no_amount_is_not_guessed_at(string? text)
    {
        Amount.TryParse(text).Should().BeNull();
    }

    [Fact]
    public void Amounts_compare_and_print_as_the_client_librarys_do() => Gen.Select(Texts, Texts).Sample((one, other) =>
    {
        var (left, right) = (Amount.Parse(one), Amount.Parse(other));

        Math.Sign(left.CompareTo(right)).Should().Be(Math.Sign(new ResourceQuantity(one).ToDecimal().CompareTo(new ResourceQuantity(other).ToDecimal())));
        left.ToDouble().Should().BeApproximately((double)new ResourceQuantity(one).ToDecimal(), 1e-6 * Math.Abs(left.ToDouble()) + 1e-9);
        (left == right).Should().Be(left.CompareTo(right) == 0);
        if (left == right)
        {
            left.GetHashCode().Should().Be(right.GetHashCode());
        }
    }, iter: 5_000);

    [Fact]
    public void The_canonical_text_means_the_same_and_is_its_own_canonical_text() => Texts.Sample(text =>
    {
        var amount = Amount.Parse(text);
        var canonical = amount.ToString();

        Amount.Parse(canonical).Should().Be(amount);
        Amount.Parse(canonical).ToString().Should().Be(canonical);
        canonical.Should().NotContain(".");
        new ResourceQuantity(canonical).ToDecimal().Should().Be(new ResourceQuantity(text).ToDecimal());
    }, iter: 5_000);

    [Fact]
    public void Sums_do_not_depend_on_their_order() => Gen.Select(Texts, Texts, Texts).Sample((a, b, c) =>
    {
        var (x, y, z) = (Amount.Parse(a), Amount.Parse(b), Amount.Parse(c));

        (x + y).Should().Be(y + x);
        ((x + y) + z).Should().Be(x + (y + z));
        (x + Amount.Zero).Should().Be(x);
        (Amount.Zero + x).ToString().Should().Be(x.ToString());
    }, iter: 2_000);

    [Theory]
    [InlineData("1m", 1)]
    [InlineData("1001m", 2)]
    [InlineData("2Ki", 2048)]
    [InlineData("0", 0)]
    public void Whole_numbers_are_rounded_up(string text, long whole) => Amount.Parse(text).ToLong().Should().Be(whole);
}
