using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using TenantOperator.Platforms.Prometheus;

namespace TenantOperator.Platforms.Tests.Prometheus;

public sealed class TenantQueryTests
{
    // Names that try to get out: quotes of all kinds, escapes, ends of lines, our own words, any other character.
    private static readonly string[] Pieces =
        ["\"", "\\", "'", "`", "\n", "\r", "#", "{", "}", ")", "|", ".*", "$", "$namespace", "$namespaces", "\\\"", "acme", "é", "\u2028", "\0", "😀", "\ud800"];

    private static readonly Gen<string> Names = Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[0, 8].Select(string.Concat));

    [Theory]
    [InlineData("sum(cases{namespace=$namespace})", "sum(cases{namespace=\"acme\"})")]
    [InlineData("$namespace", "\"acme\"")]
    [InlineData("a{namespace=$namespace} / b{namespace=$namespace}", "a{namespace=\"acme\"} / b{namespace=\"acme\"}")]
    [InlineData("a{of=\"x\\\"\",namespace=$namespace}", "a{of=\"x\\\"\",namespace=\"acme\"}")]
    [InlineData("a{of='it\\'s',p=`\\`,namespace=$namespace}", "a{of='it\\'s',p=`\\`,namespace=\"acme\"}")]
    [InlineData("a{of=~\"x$\",namespace=$namespace} # don't\n + 1", "a{of=~\"x$\",namespace=\"acme\"} # don't\n + 1")]
    public void The_namespace_is_filled_in_as_a_quoted_text(string query, string filled)
    {
        var parsed = TenantQuery.Parse(query, out var problem)!;

        problem.Should().BeNull();
        parsed.IsForMany.Should().BeFalse();
        parsed.For("acme").Should().Be(filled);
    }

    [Fact]
    public void Many_namespaces_are_filled_in_as_one_anchored_pattern()
    {
        var parsed = TenantQuery.Parse("sum by (namespace) (increase(credits_total{namespace=~$namespaces}[30d]))", out _)!;

        parsed.IsForMany.Should().BeTrue();
        parsed.For(["contoso-acme", "contoso.x"]).Should().Be("sum by (namespace) (increase(credits_total{namespace=~\"^(?:contoso-acme|contoso\\\\.x)$\"}[30d]))");
    }

    [Theory]
    [InlineData("sum(cases)", "neither")]
    [InlineData("sum(cases{namespace=$namespaced})", "neither")]
    [InlineData("sum(cases{namespace=$namespace_})", "neither")]
    [InlineData("a{namespace=$namespace} + b{namespace=~$namespaces}", "both")]
    [InlineData("a{namespace=\"$namespace\"}", "quotes")]
    [InlineData("a{namespace=~\"x-$namespaces\"}", "quotes")]
    [InlineData("a{namespace='$namespace'}", "quotes")]
    [InlineData("a{namespace=`$namespace`}", "quotes")]
    [InlineData("a{x=\"\\\"$namespace\"}", "quotes")]
    [InlineData("a{namespace=\"acme\"} # not $namespace", "comment")]
    public void A_query_that_is_not_for_tenants_is_refused_in_words(string query, string words)
    {
        TenantQuery.Parse(query, out var problem).Should().BeNull();

        problem.Should().Contain(words);
    }

    [Fact]
    public void No_name_gets_out_of_its_quotes() => Names.Sample(name =>
    {
        const string Before = "sum(a{namespace=", After = "}) or vector(0)";
        var filled = TenantQuery.Parse(Before + "$namespace" + After, out _)!.For(name);

        return filled.StartsWith(Before, StringComparison.Ordinal)
            && ReadQuoted(filled, Before.Length, out var text) == filled.Length - After.Length
            && filled.EndsWith(After, StringComparison.Ordinal)
            && text == WithoutHalfSurrogates(name);
    });

    [Fact]
    public void A_pattern_matches_its_names_and_no_other() => Gen.Select(Names, Names, Names).Sample((one, two, other) =>
    {
        const string Before = "a{namespace=~";
        var filled = TenantQuery.Parse(Before + "$namespaces}", out _)!.For([one, two]);
        var end = ReadQuoted(filled, Before.Length, out var pattern);

        // .NET lets $ match before a last line break; Prometheus does not.
        pattern[^1].Should().Be('$');
        bool Matches(string name) => Regex.IsMatch(WithoutHalfSurrogates(name), pattern[..^1] + @"\z", RegexOptions.None, TimeSpan.FromSeconds(1));

        return filled[end..] == "}" && Matches(one) && Matches(two) && (Matches(other) == (WithoutHalfSurrogates(other) == WithoutHalfSurrogates(one) || WithoutHalfSurrogates(other) == WithoutHalfSurrogates(two)));
    });

    // Reads a text in double quotes as Prometheus does (the escapes of Go); returns where it ends.
    private static int ReadQuoted(string query, int at, out string text)
    {
        var read = new StringBuilder();
        query[at].Should().Be('"');
        for (at++; query[at] != '"'; at++)
        {
            query[at].Should().NotBe('\n', "a text ends with its line");
            if (query[at] != '\\')
            {
                read.Append(query[at]);
                continue;
            }

            var digits = query[++at] switch
            {
                'u' => 4,
                'U' => 8,
                '"' or '\\' => 0,
                var letter => throw new InvalidOperationException($"PromQL knows no escape {letter}."),
            };
            if (digits == 0)
            {
                read.Append(query[at]);
                continue;
            }

            read.Append(new Rune(int.Parse(query.AsSpan(at + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            at += digits;
        }

        text = read.ToString();
        return at + 1;
    }

    private static string WithoutHalfSurrogates(string text) => string.Concat(text.EnumerateRunes());
}
