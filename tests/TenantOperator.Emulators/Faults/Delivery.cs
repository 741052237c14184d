using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace TenantOperator.Emulators;

/// <summary>Sends an answer, whole or as a fault spoils it.</summary>
internal static class Delivery
{
    private const string HtmlPage = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";

    public static Task SendAsync(HttpContext context, Answer answer) => SendAsync(context, answer, answer.ToBytes(), "application/json");

    /// <summary>Breaks the connection so that the client sees a reset and not an end.</summary>
    public static void Reset(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(true, 0);
        }

        context.Abort();
    }

    public static Task SendAsync(HttpContext context, PlatformFault.Answered fault, Func<int, string?, Answer> error, DateTimeOffset now)
    {
        var answer = fault.Form == PlatformFault.AnswerForm.Error
            ? error(fault.Status == 200 ? 500 : fault.Status, fault.Text) with { Status = fault.Status }
            : new Answer(fault.Status);
        if (fault.RetryAfter is { } retryAfter)
        {
            answer = answer.WithHeader("Retry-After", retryAfter(now));
        }

        return fault.Form switch
        {
            PlatformFault.AnswerForm.Html => SendAsync(context, answer, Encoding.UTF8.GetBytes(HtmlPage), "text/html"),
            PlatformFault.AnswerForm.Raw => SendAsync(context, answer, Encoding.UTF8.GetBytes(fault.Text ?? ""), "application/json"),
            _ => SendAsync(context, answer),
        };
    }

    public static async Task SendAsync(HttpContext context, Answer answer, PlatformFault.Cut fault)
    {
        var body = answer.ToBytes();
        Start(context, answer, "application/json");
        context.Response.ContentLength = Math.Max(body.Length, fault.Bytes + 1);
        await context.Response.Body.WriteAsync(body.AsMemory(0, Math.Min(body.Length, fault.Bytes)));
        // A reset could overtake the bytes before it. With fewer bytes than it promised, Kestrel closes the connection behind them.
        await context.Response.Body.FlushAsync();
    }

    public static async Task SendAsync(HttpContext context, Answer answer, PlatformFault.Dripping fault, TimeProvider clock)
    {
        var body = answer.ToBytes();
        Start(context, answer, "application/json");
        context.Response.ContentLength = body.Length;
        await context.Response.Body.FlushAsync();
        for (var sent = 0; sent < body.Length; sent += fault.Bytes)
        {
            await Task.Delay(fault.Pause, clock, context.RequestAborted);
            await context.Response.Body.WriteAsync(body.AsMemory(sent, Math.Min(fault.Bytes, body.Length - sent)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    public static async Task SendAsync(HttpContext context, Answer answer, PlatformFault.Spoilt fault)
    {
        var body = answer.ToBytes();
        switch (fault.How)
        {
            case PlatformFault.Spoil.Malformed:
                await SendAsync(context, answer, Encoding.UTF8.GetBytes("{\"id\": ,, nonsense"), "application/json");
                break;
            case PlatformFault.Spoil.Truncated:
                await SendAsync(context, answer, body[..(int)Math.Min(body.Length, fault.Bytes)], "application/json");
                break;
            case PlatformFault.Spoil.DuplicateKeys:
                await SendAsync(context, answer, WithDuplicateKeys(answer.Body), "application/json");
                break;
            default:
                Start(context, answer, "application/json");
                var space = new byte[16 * 1024];
                space.AsSpan().Fill((byte)' ');
                for (var left = fault.Bytes; left > 0; left -= space.Length)
                {
                    await context.Response.Body.WriteAsync(space.AsMemory(0, (int)Math.Min(left, space.Length)), context.RequestAborted);
                }

                await context.Response.Body.WriteAsync(body, context.RequestAborted);
                break;
        }
    }

    private static async Task SendAsync(HttpContext context, Answer answer, byte[] body, string contentType)
    {
        Start(context, answer, contentType);
        if (answer.Status != 204)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static void Start(HttpContext context, Answer answer, string contentType)
    {
        context.Response.StatusCode = answer.Status;
        context.Features.GetRequiredFeature<LoggedRequest>().Status = answer.Status;
        if (answer.Status != 204)
        {
            context.Response.ContentType = contentType;
        }

        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static byte[] WithDuplicateKeys(JsonNode? body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, body);
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                writer.WriteStartObject();
                if (json.Select(field => field.Key).FirstOrDefault(name => json[name] is null or JsonValue) is { } twice)
                {
                    writer.WriteString(twice, "duplicate");
                }

                foreach (var (name, value) in json)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
