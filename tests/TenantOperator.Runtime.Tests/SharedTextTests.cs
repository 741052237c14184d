using System.Text.Json;
using CsCheck;

namespace TenantOperator.Runtime.Tests;

public sealed class SharedTextTests
{
    [Fact]
    public void Equal_texts_are_one_and_every_text_comes_back_as_it_was() => Gen.String.Array[0, 20].Sample(texts =>
    {
        var json = JsonSerializer.Serialize(texts, RuntimeJson.Options);
        var read = JsonSerializer.Deserialize<string[]>(json, RuntimeJson.Options)!;

        read.Should().Equal(JsonSerializer.Deserialize<string[]>(json)!);
    });

    [Fact]
    public void A_text_met_again_is_the_same_object()
    {
        var one = JsonSerializer.Deserialize<Dictionary<string, string>>("""{"some-key":"ünïcode \n value"}""", RuntimeJson.Options)!.Single();
        var two = JsonSerializer.Deserialize<Dictionary<string, string>>("""{"some-key":"\u00fcnïcode \u000a value"}""", RuntimeJson.Options)!.Single();

        two.Key.Should().BeSameAs(one.Key);
        two.Value.Should().BeSameAs(one.Value);
        SharedText.Of("ünïcode \n value").Should().BeSameAs(one.Value);
    }

    [Fact]
    public void A_text_met_often_survives_a_flood_of_others()
    {
        var often = SharedText.Of(new string('x', 40).AsSpan());
        var kept = 0;
        for (var i = 0; i < 200_000; i++)
        {
            SharedText.Of($"rare-{i}".AsSpan());
            kept += i % 100 == 0 && ReferenceEquals(SharedText.Of(new string('x', 40).AsSpan()), often) ? 1 : 0;
        }

        kept.Should().BeGreaterThan(1000, "out of 2000");
    }

    [Fact]
    public void A_long_text_is_left_alone()
    {
        var text = new string('y', SharedText.MaxLength + 1);

        SharedText.Of(text).Should().BeSameAs(text);
        JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text), RuntimeJson.Options).Should().Be(text);
    }
}
