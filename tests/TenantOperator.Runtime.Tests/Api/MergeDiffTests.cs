using System.Text.Json.Nodes;
using CsCheck;

namespace TenantOperator.Runtime.Tests.Api;

public sealed class MergeDiffTests
{
    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Gen.Int[0, 3].Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Int[0, 2].Select(i => new[] { "", "a", "b" }[i]).Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Int[0, 2].Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => (JsonNode?)item)])));

    private static readonly Gen<JsonObject> Documents = ObjectOf(3);

    [Fact]
    public void The_difference_applied_to_the_old_document_gives_the_new_one() =>
        Gen.Select(Documents, Documents).Sample((before, after) =>
        {
            var patch = MergeDiff.Between(before, after);

            var result = patch is null ? before : MergeDiff.Apply(before, patch);
            JsonNode.DeepEquals(result, after).Should().BeTrue("{0} + {1} should be {2}", before, patch, after);
        });

    [Fact]
    public void Only_equal_documents_have_no_difference() =>
        Gen.Select(Documents, Documents).Sample((before, after) =>
            (MergeDiff.Between(before, after) is null).Should().Be(JsonNode.DeepEquals(before, after)));

    [Fact]
    public void Members_that_are_gone_become_null_and_lists_are_replaced_whole()
    {
        var before = JsonNode.Parse("""{"keep":1,"gone":{"x":1},"list":[1,2],"inner":{"a":1,"b":2}}""");
        var after = JsonNode.Parse("""{"keep":1,"list":[1,3],"inner":{"a":1}}""");

        MergeDiff.Between(before, after)!.ToJsonString().Should().Be("""{"list":[1,3],"inner":{"b":null},"gone":null}""");
    }

    [Fact]
    public void A_null_member_counts_as_absent() =>
        MergeDiff.Between(JsonNode.Parse("""{"a":null}"""), JsonNode.Parse("""{"b":null}""")).Should().BeNull();

    [Fact]
    public void Nothing_and_an_empty_document_are_equal() => MergeDiff.Between(null, new JsonObject()).Should().BeNull();

    private static Gen<JsonObject> ObjectOf(int depth)
    {
        var value = depth == 0 ? Leaf : Gen.OneOf(Leaf, ObjectOf(depth - 1).Select(inner => (JsonNode?)inner));
        return Gen.Select(Gen.Int[0, 3], value).Array[0, 4].Select(members =>
        {
            var result = new JsonObject();
            foreach (var (name, member) in members.Select(pair => ("abcd".Substring(pair.Item1, 1), pair.Item2)))
            {
                result[name] = member?.DeepClone();
            }

            return result;
        });
    }
}
