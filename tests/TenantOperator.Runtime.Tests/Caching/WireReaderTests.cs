using System.Text;
using System.Text.Json;
using CsCheck;
using k8s.Models;

namespace TenantOperator.Runtime.Tests.Caching;

public sealed class WireReaderTests
{
    [Fact]
    public void A_page_is_taken_apart_whatever_the_order_of_its_members()
    {
        var items = new List<string>();

        var (version, token) = WireReader.ReadPage(
            """{"items":[{"a":{"items":[1]}},{"b":2}],"kind":"List","metadata":{"remainingItemCount":3,"continue":"next","x":{"y":1},"resourceVersion":"42"}}"""u8,
            item => items.Add(Encoding.UTF8.GetString(item)));

        (version, token).Should().Be(("42", "next"));
        items.Should().Equal("""{"a":{"items":[1]}}""", """{"b":2}""");
    }

    [Fact]
    public void An_empty_list_and_a_null_list_have_no_items()
    {
        foreach (var json in (string[])["""{"metadata":{"resourceVersion":"1"},"items":[]}""", """{"metadata":{"resourceVersion":"1","continue":""},"items":null}"""])
        {
            WireReader.ReadPage(Encoding.UTF8.GetBytes(json), _ => throw new InvalidOperationException("no item expected")).Should().Be(("1", null));
        }
    }

    [Fact]
    public void An_object_as_deep_as_the_server_allows_does_not_keep_its_list_from_being_read()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 9_000)) + "1" + new string('}', 9_000);
        var config = $$$"""{"metadata":{"name":"deep","managedFields":[{"fieldsV1":{{{deep}}}}]},"data":{}}""";
        var read = new List<V1ConfigMap?>();

        WireReader.ReadPage(
            Encoding.UTF8.GetBytes($$$"""{"metadata":{"resourceVersion":"42"},"items":[{{{config}}},{"metadata":{"name":"flat"}}]}"""),
            item => read.Add(JsonSerializer.Deserialize<V1ConfigMap>(item, RuntimeJson.Options)));
        WireReader.ReadLine(Encoding.UTF8.GetBytes($$$"""{"type":"ADDED","object":{{{config}}}}"""), out var body);

        read.Select(one => one?.Metadata.Name).Should().Equal("deep", "flat");
        Encoding.UTF8.GetString(body).Should().Be(config);
        JsonSerializer.Deserialize<JsonElement>(deep, RuntimeJson.Options).ValueKind.Should().Be(JsonValueKind.Object);
    }

    [Fact]
    public void A_line_is_split_into_its_kind_and_its_object()
    {
        var kind = WireReader.ReadLine("""{"object":{"x":[{"type":"ERROR"}]},"type":"DELETED"}"""u8, out var body);

        kind.Should().Be(WatchEventKind.Deleted);
        Encoding.UTF8.GetString(body).Should().Be("""{"x":[{"type":"ERROR"}]}""");
    }

    [Theory]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"NEWS","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{"a":""")]
    [InlineData("[]")]
    public void What_is_no_event_is_refused(string line)
    {
        var reading = () => WireReader.ReadLine(Encoding.UTF8.GetBytes(line), out _);

        reading.Should().Throw<JsonException>();
    }

    [Fact]
    public async Task Lines_arrive_whole_however_the_bytes_are_cut() =>
        await Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 40].Array[0, 12], Gen.Int[1, 50]).SampleAsync(async (lines, chunk) =>
        {
            var got = new List<string>();
            var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

            await WireReader.ReadLinesAsync(new Chunks(bytes, chunk), line => got.Add(Encoding.UTF8.GetString(line)), () => { }, CancellationToken.None);

            got.Should().Equal(lines);
        });

    [Fact]
    public async Task A_stream_that_ends_inside_a_line_is_an_error_and_the_lines_before_it_count()
    {
        var got = new List<string>();

        var reading = () => WireReader.ReadLinesAsync(
            new Chunks("one\ntwo\nthr"u8.ToArray(), 4), line => got.Add(Encoding.UTF8.GetString(line)), () => { }, CancellationToken.None);

        await reading.Should().ThrowAsync<IOException>();
        got.Should().Equal("one", "two");
    }

    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
