using System.Text.Json.Nodes;
using CsCheck;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Platforms.Tests.Amounts;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":2}""", """{ "a": 2, "b": 1 }""")]
    [InlineData("""{"hard":{"memory":"1024Mi","cpu":"0.1"}}""", """{"hard":{"cpu":"100m","memory":"1Gi"}}""")]
    [InlineData("""{"a":[{"y":1,"x":2}]}""", """{"a":[{"x":2,"y":1}]}""")]
    public void What_means_the_same_has_one_text(string one, string other) =>
        CanonicalJson.Of(JsonNode.Parse(one)!, amounts: true).Should().Be(CanonicalJson.Of(JsonNode.Parse(other)!, amounts: true));

    [Theory]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("""{"a":"1Gi"}""", """{"a":"1G"}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    public void What_differs_differs(string one, string other) =>
        CanonicalJson.Of(JsonNode.Parse(one)!, amounts: true).Should().NotBe(CanonicalJson.Of(JsonNode.Parse(other)!, amounts: true));

    [Fact]
    public void Without_amounts_texts_stay_as_they_are() => CanonicalJson.Of(JsonNode.Parse("""{"name":"1000m"}""")!).Should().Be("""{"name":"1000m"}""");

    [Fact]
    public void The_order_of_members_never_counts() => Gen.Select(Gen.Dictionary(Gen.String.AlphaNumeric, Gen.Int)[0, 8], Gen.Int).Sample((members, seed) =>
    {
        var shuffled = members.ToArray();
        new Random(seed).Shuffle(shuffled);

        var one = CanonicalJson.Of(Json(members));
        one.Should().Be(CanonicalJson.Of(Json(shuffled)));
        CanonicalJson.Of(JsonNode.Parse(one)!).Should().Be(one);

        static JsonObject Json(IEnumerable<KeyValuePair<string, int>> members) => new(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)member.Value)));
    });

    [Fact]
    public void A_digest_tells_texts_apart_and_shows_nothing_of_them()
    {
        CanonicalJson.Digest("jane").Should().Be(CanonicalJson.Digest("jane")).And.NotBe(CanonicalJson.Digest("joan")).And.MatchRegex("^[0-9a-f]{24}$");
    }
}
