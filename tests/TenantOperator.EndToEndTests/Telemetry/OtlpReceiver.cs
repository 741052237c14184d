using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TenantOperator.EndToEndTests.Telemetry;

/// <summary>A span as it arrived.</summary>
internal sealed record ReceivedSpan(string Service, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>The series of a metric as they arrived in one export, each by its attributes: "namespace=contoso,tenant=acme".</summary>
internal sealed record ReceivedMetric(int Export, string Name, IReadOnlyList<string> Series);

/// <summary>An OpenTelemetry collector that keeps what it is sent, over HTTP with Protobuf.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private int exports;

    private OtlpReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public ConcurrentQueue<ReceivedMetric> Metrics { get; } = new();

    public string Address => app.Urls.First();

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/v1/traces", request => TakeAsync(request, receiver.TakeSpans));
        receiver.app.MapPost("/v1/metrics", request => TakeAsync(request, receiver.TakeMetrics));
        await receiver.app.StartAsync(cancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<Message> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        take(new Message(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeSpans(Message request)
    {
        foreach (var resource in request.All(1))
        {
            var service = AttributesOf(resource.All(1).SelectMany(each => each.All(1))).GetValueOrDefault("service.name", "");
            foreach (var span in resource.All(2).SelectMany(scope => scope.All(2)))
            {
                Spans.Enqueue(new(service, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), AttributesOf(span.All(9))));
            }
        }
    }

    private void TakeMetrics(Message request)
    {
        var export = Interlocked.Increment(ref exports);
        foreach (var metric in request.All(1).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2)))
        {
            // Gauge and sum have their attributes in the same field, the histogram in another.
            var points = metric.All(5).Concat(metric.All(7)).SelectMany(data => data.All(1)).Select(point => point.All(7))
                .Concat(metric.All(9).SelectMany(data => data.All(1)).Select(point => point.All(9)));
            Metrics.Enqueue(new(export, metric.Text(1), [.. points.Select(point => string.Join(',', AttributesOf(point).OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}={each.Value}")))]));
        }
    }

    private static Dictionary<string, string> AttributesOf(IEnumerable<Message> pairs) => pairs.ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single() is var value && value.Has(1) ? value.Text(1) : value.Number(3), StringComparer.Ordinal);

    /// <summary>A Protobuf message without its schema: fields by number.</summary>
    private sealed class Message
    {
        private readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> fields = [];

        public Message(ReadOnlyMemory<byte> bytes)
        {
            var at = 0;
            while (at < bytes.Length)
            {
                var tag = Varint(bytes.Span, ref at);
                var (field, length) = ((int)(tag >> 3), 0);
                ulong number = 0;
                switch (tag & 7)
                {
                    case 0:
                        number = Varint(bytes.Span, ref at);
                        break;
                    case 1:
                        length = 8;
                        break;
                    case 2:
                        length = (int)Varint(bytes.Span, ref at);
                        break;
                    case 5:
                        length = 4;
                        break;
                    default:
                        throw new InvalidDataException($"No wire type of Protobuf: {tag & 7}");
                }

                fields.Add((field, bytes.Slice(at, length), number));
                at += length;
            }
        }

        public bool Has(int field) => fields.Any(each => each.Field == field);

        public IEnumerable<Message> All(int field) => fields.Where(each => each.Field == field).Select(each => new Message(each.Bytes));

        public string Text(int field) => Encoding.UTF8.GetString(fields.FirstOrDefault(each => each.Field == field).Bytes.Span);

        public string Hex(int field) => Convert.ToHexStringLower(fields.FirstOrDefault(each => each.Field == field).Bytes.Span);

        public string Number(int field) => fields.FirstOrDefault(each => each.Field == field).Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

        private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = bytes[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
