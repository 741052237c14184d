namespace TenantOperator.Platforms.Http;

/// <summary>Reads answers that may be longer than we want to know.</summary>
internal static class BoundedBody
{
    /// <summary>The whole body; null when it is longer than <paramref name="mostBytes"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, int mostBytes, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > mostBytes)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > mostBytes)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
