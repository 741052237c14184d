using System.Text.Json.Nodes;
using FluentAssertions.Primitives;

namespace TenantOperator.EndToEndTests.Chart;

internal static class JsonAssertions
{
    /// <summary>The same JSON, whatever the order of the members.</summary>
    public static void BeJson(this ObjectAssertions actual, string expected)
    {
        var given = (JsonNode?)actual.Subject;
        JsonNode.DeepEquals(given, JsonNode.Parse(expected)).Should().BeTrue("it should be {0} and is {1}", expected, given?.ToJsonString());
    }
}
