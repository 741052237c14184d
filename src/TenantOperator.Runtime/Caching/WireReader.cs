using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace TenantOperator.Runtime;

/// <summary>What a line of a watch says.</summary>
internal enum WatchEventKind
{
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}

/// <summary>Takes lists and watch lines apart without building a tree: each object is handed on as the bytes it came in.</summary>
internal static class WireReader
{
    /// <summary>Hands on each item of a list and returns what its metadata says.</summary>
    /// <exception cref="JsonException">The bytes are no list.</exception>
    public static (string ResourceVersion, string? Continue) ReadPage(ReadOnlySpan<byte> json, Action<ReadOnlySpan<byte>> item)
    {
        string? version = null, token = null;
        var reader = new Utf8JsonReader(json, RuntimeJson.ReaderOptions);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                Expect(ref reader, JsonTokenType.StartObject);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isVersion = reader.ValueTextEquals("resourceVersion"u8);
                    var isContinue = reader.ValueTextEquals("continue"u8);
                    reader.Read();
                    version = isVersion ? reader.GetString() : version;
                    token = isContinue ? reader.GetString() : token;
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("items"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    item(Whole(ref reader, json));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return (version ?? throw new JsonException("The list has no resourceVersion."), string.IsNullOrEmpty(token) ? null : token);
    }

    /// <summary>Splits a line of a watch into its kind and its object.</summary>
    /// <exception cref="JsonException">The bytes are no watch event.</exception>
    public static WatchEventKind ReadLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body)
    {
        WatchEventKind? kind = null;
        body = default;
        var reader = new Utf8JsonReader(line, RuntimeJson.ReaderOptions);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = KindOf(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                Expect(ref reader, JsonTokenType.StartObject);
                body = Whole(ref reader, line);
            }
            else
            {
                reader.Skip();
            }
        }

        return kind is { } known && !body.IsEmpty ? known : throw new JsonException("The line is no watch event.");
    }

    /// <summary>Which object this is and at which version, without decoding the rest.</summary>
    /// <exception cref="JsonException">The bytes are no object with metadata.</exception>
    public static (ObjectKey Key, ulong Version) ReadIdentity(ReadOnlySpan<byte> json)
    {
        string? ns = null, name = null, version = null;
        var reader = new Utf8JsonReader(json, RuntimeJson.ReaderOptions);
        Expect(ref reader, JsonTokenType.StartObject);
        while (name is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("metadata"u8))
            {
                reader.Skip();
                continue;
            }

            Expect(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("name"u8);
                var isNamespace = reader.ValueTextEquals("namespace"u8);
                var isVersion = reader.ValueTextEquals("resourceVersion"u8);
                reader.Read();
                name = isName ? reader.GetString() : name;
                ns = isNamespace ? reader.GetString() : ns;
                version = isVersion ? reader.GetString() : version;
                reader.Skip();
            }
        }

        return (new ObjectKey(ns ?? "", name ?? throw new JsonException("The object has no name.")), WireFormat<object>.VersionOf(version));
    }

    /// <summary>
    /// Hands on each line until the stream ends. <paramref name="beforeRead"/> is called before each wait, to push a deadline on.
    /// </summary>
    /// <exception cref="IOException">The stream ended inside a line.</exception>
    public static async Task ReadLinesAsync(Stream stream, Action<ReadOnlySpan<byte>> line, Action beforeRead, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                beforeRead();
                var read = await reader.ReadAsync(cancellationToken);
                var rest = HandOn(read.Buffer, line);
                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    if (!rest.IsEmpty)
                    {
                        throw new IOException("The watch ended inside a line.");
                    }

                    return;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static ReadOnlySequence<byte> HandOn(ReadOnlySequence<byte> buffer, Action<ReadOnlySpan<byte>> line)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var one = buffer.Slice(0, end);
            if (one.IsSingleSegment)
            {
                line(one.FirstSpan);
            }
            else
            {
                var length = (int)one.Length;
                var copy = ArrayPool<byte>.Shared.Rent(length);
                one.CopyTo(copy);
                line(copy.AsSpan(0, length));
                ArrayPool<byte>.Shared.Return(copy);
            }

            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }

    private static WatchEventKind KindOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) ? WatchEventKind.Added
        : reader.ValueTextEquals("MODIFIED"u8) ? WatchEventKind.Modified
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventKind.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventKind.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventKind.Error
        : throw new JsonException($"\"{reader.GetString()}\" is no type of watch event.");

    private static ReadOnlySpan<byte> Whole(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"Expected {token}, found {reader.TokenType}.");
        }
    }
}
