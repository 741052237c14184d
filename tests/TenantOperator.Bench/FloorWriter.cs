using System.Text;
using System.Threading.Channels;

namespace TenantOperator.Bench;

/// <summary>
/// The floor: sends exactly the writes a tenant needs, one after another, several tenants at a time, and reads nothing. It is told on its input which
/// tenants there are, as if it had foreseen them.
/// </summary>
internal static class FloorWriter
{
    public static async Task<int> RunAsync(string kubeconfig, string templates, int workers, CancellationToken cancellationToken)
    {
        using var api = new ApiClient(kubeconfig);
        var writes = (await WriteTemplate.LoadAsync(templates, cancellationToken))
            .Select(write => (Method: new HttpMethod(write.Method), Path: new PieceText(write.Path), write.ContentType, Body: new PieceText(write.Body)))
            .ToList();
        var waiting = Channel.CreateUnbounded<string>();
        var open = 0;
        using var allWritten = new SemaphoreSlim(0);

        async Task WorkAsync()
        {
            await foreach (var line in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                byte[][] values = [.. line.Split(' ').Select(Encoding.UTF8.GetBytes)];
                foreach (var (method, path, contentType, body) in writes)
                {
                    await api.WriteAsync(method, Encoding.UTF8.GetString(path.With(values)), body.With(values), contentType, cancellationToken);
                }

                if (Interlocked.Decrement(ref open) == 0)
                {
                    allWritten.Release();
                }
            }
        }

        var work = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, cancellationToken)));
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                Interlocked.Increment(ref open);
                await waiting.Writer.WriteAsync(line, cancellationToken);
                continue;
            }

            while (Volatile.Read(ref open) > 0)
            {
                await await Task.WhenAny(work, allWritten.WaitAsync(cancellationToken));
            }

            await Console.Out.WriteLineAsync("done".AsMemory(), cancellationToken);
            await Console.Out.FlushAsync(cancellationToken);
        }

        waiting.Writer.Complete();
        await work;
        return 0;
    }
}
