using System.Text;
using CsCheck;
using TenantOperator.Platforms.Prometheus;

namespace TenantOperator.Platforms.Tests.Prometheus;

public sealed class PrometheusAnswerTests
{
    [Fact]
    public void A_vector_is_read_with_its_namespaces()
    {
        var answer = Parse("""
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"namespace":"a","x":"y"},"value":[1767355200.781,"1.5"]},
              {"metric":{},"value":[1767355200,"NaN"]},
              {"metric":{"namespace":"b"},"value":[1767355200,"-Inf"]}]},"warnings":["w"]}
            """);

        answer.Should().BeOfType<PrometheusAnswer.Numbers>().Which.Samples.Should().Equal(new Sample("a", 1.5), new Sample(null, double.NaN), new Sample("b", double.NegativeInfinity));
    }

    [Fact]
    public void A_scalar_is_one_number() => Parse("""{"status":"success","data":{"resultType":"scalar","result":[1,"1e+06"]}}""")
        .Should().BeOfType<PrometheusAnswer.Numbers>().Which.Samples.Should().Equal(new Sample(null, 1e6));

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("<html>Sign in</html>", "not JSON")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[""", "not JSON")]
    [InlineData("[]", "not that of Prometheus")]
    [InlineData("{}", "not that of Prometheus")]
    [InlineData("""{"status":1}""", "not that of Prometheus")]
    [InlineData("""{"status":"success"}""", "no result")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":{}}}""", "no result")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""", "matrix")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"5"]}}""", "neither a vector nor a scalar")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,5]}}""", "no number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"five"]}}""", "no number")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}""", "no number")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}""", "no number")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[7]}}""", "no number")]
    [InlineData("""{"status":"\ud800"}""", "not JSON")]
    public void Anything_else_is_wrong_and_says_why(string body, string why) => Parse(body).Should().BeOfType<PrometheusAnswer.Wrong>().Which.Why.Should().Contain(why);

    [Fact]
    public void Words_of_Prometheus_are_cut_and_in_one_line()
    {
        var answer = Parse($$"""{"status":"error","errorType":"bad_data","error":"line one\nline \u001b[31mtwo{{new string('x', 500)}}"}""");

        var words = answer.Should().BeOfType<PrometheusAnswer.Refusal>().Which.Words;
        words.Should().StartWith("line one line  [31mtwo").And.HaveLength(PrometheusAnswer.MostWords);
        words.Should().NotContainAny("\n", "\u001b");
    }

    [Fact]
    public void No_body_makes_it_throw()
    {
        string[] pieces = ["{", "}", "[", "]", "\"status\":", "\"success\"", "\"data\":", "\"result\":", "\"resultType\":", "\"vector\"", "\"value\":", ",", "1", "\"\\ud800\"", "null"];
        var almost = Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]).Array[0, 20].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));

        Gen.OneOf(Gen.Byte.Array, almost).Sample(body => PrometheusAnswer.Parse(body) is not null);
    }

    private static PrometheusAnswer Parse(string body) => PrometheusAnswer.Parse(Encoding.UTF8.GetBytes(body));
}
