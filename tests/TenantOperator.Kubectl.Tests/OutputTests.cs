using System.Text.Json.Nodes;
using CsCheck;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(false, "", "xterm", true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, null, "dumb", false)]
    [InlineData(false, null, null, false)]
    public void There_are_colours_only_on_a_terminal_and_not_against_a_wish(bool isRedirected, string? noColor, string? term, bool expected) =>
        Colours.AreWanted(isRedirected, noColor, term).Should().Be(expected);

    [Fact]
    public void Colours_surround_the_text_alone()
    {
        var screen = new Screen(colours: true);

        screen.Terminal.Line("state ", new Span("True", Colour.Good));

        screen.Output.Should().Be("state \e[32mTrue\e[0m\n");
    }

    [Theory]
    [InlineData("\e[31mred\e[0m", "\uFFFD[31mred\uFFFD[0m")]
    [InlineData("\u009b2J", "\uFFFD2J")]
    [InlineData("\e]0;title\a", "\uFFFD]0;title\uFFFD")]
    [InlineData("two\nlines\tand\rmore", "two lines and more")]
    [InlineData("\u202Eevil", "\uFFFDevil")]
    [InlineData("Zoë 北京 🚀", "Zoë 北京 🚀")]
    public void A_terminal_obeys_nothing_in_a_text(string text, string shown) => Words.Clean(text).Should().Be(shown);

    [Fact]
    public void No_text_puts_a_control_character_on_the_screen() => Gen.String.Sample(text =>
    {
        var screen = new Screen();
        screen.Terminal.Line(text);
        screen.Terminal.Note(text);
        return !(screen.Output.TrimEnd('\n') + screen.Error.TrimEnd('\n')).Any(char.IsControl);
    });

    [Fact]
    public void No_text_puts_an_escape_into_a_document() => Gen.String.Sample(text =>
        !Documents.Write(new JsonObject { ["text"] = text }, Format.Json).Contains('\e') && !Documents.Write(new JsonObject { ["text"] = text }, Format.Yaml).Contains('\e'));

    [Fact]
    public void A_table_has_three_spaces_between_columns_and_none_at_the_end_of_a_line()
    {
        var table = new Table("NAME", "READY", "NOTE");
        table.Add("a", "True", "");
        table.Add("longer", "False", "x");
        var screen = new Screen();

        table.WriteTo(screen.Terminal);

        screen.Output.Should().Be("NAME     READY   NOTE\na        True\nlonger   False   x\n");
    }

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(34, "34s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(7200, "2h")]
    [InlineData(172800, "2d")]
    [InlineData(63072000, "2y")]
    public void An_age_is_written_as_kubectl_writes_it(int seconds, string expected) => Words.Age(TimeSpan.FromSeconds(seconds)).Should().Be(expected);

    [Fact]
    public void Long_sentences_break_at_spaces_and_commands_stay_whole() =>
        Words.Wrap("one two three kubectl-get-something-very-long four", 12).Should().Equal("one two", "three", "kubectl-get-something-very-long", "four");

    [Theory]
    [InlineData("short", "short")]
    [InlineData("just enough", "just enough")]
    [InlineData("more than enough", "more than…")]
    public void A_long_text_is_cut(string text, string shown) => Words.Cut(text, 11).Should().Be(shown);

    [Fact]
    public void What_is_written_as_YAML_is_read_as_what_it_was()
    {
        var document = JsonNode.Parse("""
            {"apiVersion":"v1","kind":"X","metadata":{"name":"no","labels":{}},"list":[1,"2",{"a":["b",["c"]],"d":null},[]],"text":"a: b # c\nd","on":true,"number":1.5,"odd key: ":"yes"}
            """)!;

        var read = Manifests.Read(Documents.Yaml(document), "it");

        read.Should().ContainSingle().Which.ToJsonString().Should().Be(document.ToJsonString());
    }

    [Fact]
    public void Several_documents_are_a_list_in_JSON_and_apart_in_YAML()
    {
        JsonNode[] two = [new JsonObject { ["kind"] = "A" }, new JsonObject { ["kind"] = "B" }];

        Documents.WriteAll(two, Format.Yaml).Should().Be("kind: A\n---\nkind: B\n");
        JsonNode.Parse(Documents.WriteAll(two, Format.Json))!["items"]!.AsArray().Should().HaveCount(2);
    }

    [Theory]
    [InlineData("a: [", "is not YAML")]
    [InlineData("just words", "holds something that is no object")]
    [InlineData("kind: Tenant", "each needs apiVersion, kind and metadata.name")]
    public void A_file_that_holds_no_objects_is_named(string text, string words) =>
        FluentActions.Invoking(() => Manifests.Read(text, "x.yaml")).Should().Throw<UserError>().WithMessage($"x.yaml*{words}*");
}
