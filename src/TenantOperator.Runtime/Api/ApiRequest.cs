using System.Buffers;

namespace TenantOperator.Runtime;

/// <summary>One request, ready to be sent any number of times.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, without a leading slash.</param>
/// <param name="Verb">Kubernetes' word for it, for metrics.</param>
/// <param name="Resource">The plural, for metrics.</param>
/// <param name="Body">UTF-8 JSON, or null.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Urgent">Not held back while the server throttles us, and not repeated: the lease, whose owner has its own rhythm.</param>
internal readonly record struct ApiRequest(
    HttpMethod Method, string Path, string Verb, string Resource, byte[]? Body = null, string ContentType = "application/json", bool Urgent = false)
{
    public const string MergePatch = "application/merge-patch+json";

    public override string ToString() => Verb + " " + Path;
}

/// <summary>A body in rented memory; disposing gives it back.</summary>
internal struct PooledBody : IDisposable
{
    private byte[]? _bytes;
    private int _length;

    public readonly ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Reads to the end. <paramref name="beforeRead"/> is called before each wait, to push a deadline on.</summary>
    public static async Task<PooledBody> ReadAsync(Stream stream, int sizeHint, Action beforeRead, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint + 1, 4096));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == bytes.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
                    bytes.AsSpan().CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(bytes);
                    bytes = larger;
                }

                beforeRead();
                var read = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return new PooledBody { _bytes = bytes, _length = length };
                }

                length += read;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    public void Dispose()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            _length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
