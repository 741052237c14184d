using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace TenantOperator.Runtime;

/// <summary>Sends <c>events.k8s.io/v1</c> from a bounded channel. Nobody waits for it and nothing depends on it.</summary>
internal sealed partial class EventRecorder(KubernetesApi api, string controller, string instance, TimeProvider clock, ILogger<EventRecorder> logger)
    : IEventRecorder
{
    private static readonly ResourceType Type = new("events.k8s.io", "v1", "Event", "events");
    private static readonly TimeSpan Folding = TimeSpan.FromMinutes(10);
    private const int Remembered = 4096;
    private const int NoteBytes = 1024;

    private readonly Channel<JsonObject> _channel = Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Dictionary<(string Uid, string Reason, string Note), long> _sent = [];
    private readonly Lock _lock = new();
    private long _number;

    public void Record(V1ObjectReference regarding, EventType type, string reason, string action, string note, V1ObjectReference? related = null)
    {
        if (!IsNews((regarding.Uid ?? regarding.NamespaceProperty + "/" + regarding.Name, reason, note)))
        {
            Count("folded");
            return;
        }

        if (!_channel.Writer.TryWrite(EventOf(regarding, type, reason, action, note, related)))
        {
            Count("dropped");
        }
    }

    /// <summary>Sends until cancelled; then what is left, as far as <paramref name="drain"/> allows.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken drain)
    {
        await using var _ = stop.UnsafeRegister(static writer => ((ChannelWriter<JsonObject>)writer!).TryComplete(), _channel.Writer);
        try
        {
            await foreach (var one in _channel.Reader.ReadAllAsync(drain))
            {
                await SendAsync(one, drain);
            }
        }
        catch (OperationCanceledException)
        {
            // Time is up; what is left is not worth waiting for.
        }
    }

    /// <summary>Cuts a text so that it fits into a number of UTF-8 bytes, never inside a character.</summary>
    internal static string Cut(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var length = 0;
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private bool IsNews((string, string, string) what)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (_sent.TryGetValue(what, out var before) && clock.GetElapsedTime(before, now) < Folding)
            {
                return false;
            }

            if (_sent.Count >= Remembered)
            {
                foreach (var old in _sent.Where(pair => clock.GetElapsedTime(pair.Value, now) >= Folding).Select(pair => pair.Key).ToList())
                {
                    _sent.Remove(old);
                }

                if (_sent.Count >= Remembered)
                {
                    // Better a repeated event than memory without bound.
                    _sent.Clear();
                }
            }

            _sent[what] = now;
            return true;
        }
    }

    private JsonObject EventOf(V1ObjectReference regarding, EventType type, string reason, string action, string note, V1ObjectReference? related)
    {
        var now = clock.GetUtcNow();
        var suffix = now.UtcTicks.ToString("x", CultureInfo.InvariantCulture) + Interlocked.Increment(ref _number).ToString("x", CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["apiVersion"] = Type.ApiVersion,
            ["kind"] = Type.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = Cut(regarding.Name, 200) + "." + suffix,
                ["namespace"] = string.IsNullOrEmpty(regarding.NamespaceProperty) ? "default" : regarding.NamespaceProperty,
            },
            ["eventTime"] = KubernetesLeaseStore.TimeText(now),
            ["reportingController"] = controller,
            ["reportingInstance"] = Cut(instance, 128),
            ["type"] = type == EventType.Warning ? "Warning" : "Normal",
            ["reason"] = Cut(reason, 128),
            ["action"] = Cut(action, 128),
            ["note"] = Cut(note, NoteBytes),
            ["regarding"] = ReferenceOf(regarding),
        };
        if (related is not null)
        {
            body["related"] = ReferenceOf(related);
        }

        return body;
    }

    private static JsonObject ReferenceOf(V1ObjectReference reference)
    {
        var node = new JsonObject();
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)
                 [
                     ("apiVersion", reference.ApiVersion), ("kind", reference.Kind), ("namespace", reference.NamespaceProperty),
                     ("name", reference.Name), ("uid", reference.Uid), ("fieldPath", reference.FieldPath),
                 ])
        {
            if (!string.IsNullOrEmpty(value))
            {
                node[name] = value;
            }
        }

        return node;
    }

    private async Task SendAsync(JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.ExchangeAsync(api.CreateRequest(Type, (string)body["metadata"]!["namespace"]!, body), cancellationToken);
            Count("sent");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Count("failed");
            LogFailed((string)body["reason"]!, error.Message);
        }
    }

    private static void Count(string outcome) => RuntimeMetrics.Events.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    [LoggerMessage(LogLevel.Debug, "Event {Reason} could not be sent: {Error}")]
    private partial void LogFailed(string reason, string error);
}
