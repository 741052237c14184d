using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TenantOperator.Testing;

/// <summary>
/// Stands between a client and a real API server, on loopback: counts every request, and cuts, delays, answers itself or goes silent
/// where a rule says so. Speaks plain HTTP/1.1 to the client and the server's own TLS upstream.
/// </summary>
/// <example><code>
/// await using var proxy = await FaultProxy.StartAsync(server.Configuration);
/// using var rule = proxy.On("patch", "configmaps/status", Fault.CutAfter, nth: 2);
/// var mark = proxy.Mark();
/// ... new Kubernetes(proxy.Configuration()) ...
/// mark.Writes.Should().BeEmpty();
/// </code></example>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Kubernetes _upstream;
    private readonly ConcurrentQueue<ProxiedRequest> _requests = new();
    private readonly ConcurrentDictionary<OpenStream, byte> _streams = new();
    private readonly List<FaultRule> _rules = [];
    private readonly Lock _lock = new();
    private volatile bool _down;
    private volatile string? _token;

    private FaultProxy(WebApplication app, Kubernetes upstream)
    {
        _app = app;
        _upstream = upstream;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Every request so far, in the order of arrival.</summary>
    public IReadOnlyCollection<ProxiedRequest> Requests => _requests;

    /// <summary>Starts a proxy before the server a configuration leads to; its credentials are used for requests that carry none.</summary>
    public static async Task<FaultProxy> StartAsync(KubernetesClientConfiguration server)
    {
        // Empty: it watches no configuration files, so that there may be hundreds of them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new FaultProxy(app, new Kubernetes(server));
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>A client configuration that goes through the proxy.</summary>
    public KubernetesClientConfiguration Configuration(string? token = null) =>
        new() { Host = Address.AbsoluteUri.TrimEnd('/'), AccessToken = token };

    /// <summary>
    /// Lets a fault strike the <paramref name="nth"/> request that matches from now on (1 is the next), and as many after it as
    /// <paramref name="times"/> says. The first rule that strikes wins.
    /// </summary>
    public FaultRule On(Func<ProxiedRequest, bool> match, Fault fault, int nth = 1, int times = 1)
    {
        lock (_lock)
        {
            var rule = new FaultRule(match, nth, times, fault, Remove);
            _rules.Add(rule);
            return rule;
        }
    }

    /// <summary>By verb and resource; <c>*</c> stands for any.</summary>
    public FaultRule On(string verb, string resource, Fault fault, int nth = 1, int times = 1) =>
        On(request => (verb == "*" || verb == request.Verb) && (resource == "*" || resource == request.Resource), fault, nth, times);

    /// <summary>From now on only requests with this bearer token are let through; others get 401. Null lets all through.</summary>
    public void RequireToken(string? token) => _token = token;

    /// <summary>Breaks all connections and refuses new ones until <see cref="Up"/>, as a server that restarts.</summary>
    public void Down()
    {
        _down = true;
        CutStreams();
    }

    /// <summary>Whether it refuses everything, because of <see cref="Down"/> or a deadly fault.</summary>
    public bool IsDown => _down;

    /// <summary>Ends <see cref="Down"/>.</summary>
    public void Up() => _down = false;

    /// <summary>Breaks the watches of a resource that are open now, or all.</summary>
    public void CutStreams(string? resource = null) => ForStreams(resource, stream => stream.Cut());

    /// <summary>Lets nothing more through the watches that are open now, without ending them.</summary>
    public void FreezeStreams(string? resource = null) => ForStreams(resource, stream => stream.Frozen = true);

    /// <summary>Remembers this moment, to ask later what came after it.</summary>
    public Marker Mark() => new(this, _requests.Count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        CutStreams();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _upstream.Dispose();
    }

    private void ForStreams(string? resource, Action<OpenStream> action)
    {
        foreach (var stream in _streams.Keys.Where(stream => resource is null || stream.Request.Resource == resource))
        {
            action(stream);
        }
    }

    private void Remove(FaultRule rule)
    {
        lock (_lock)
        {
            _rules.Remove(rule);
        }
    }

    private Fault? FaultFor(ProxiedRequest request)
    {
        lock (_lock)
        {
            return _rules.Find(rule => rule.Strikes(request))?.Fault;
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = ProxiedRequest.Of(context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "");
        _requests.Enqueue(request);
        if (_down)
        {
            context.Abort();
            return;
        }

        if (_token is { } token && context.Request.Headers.Authorization != "Bearer " + token)
        {
            await AnswerAsync(context, request, (Fault.AnswerFault)Fault.Answer(401, reason: "Unauthorized"));
            return;
        }

        try
        {
            await HandleAsync(context, request, FaultFor(request));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, or a rule cut it off.
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // The server has gone: to the client that looks like a broken connection.
            context.Abort();
        }
    }

    private async Task HandleAsync(HttpContext context, ProxiedRequest request, Fault? fault)
    {
        switch (fault)
        {
            case Fault.CutBeforeFault:
                context.Abort();
                return;
            case Fault.KillFault { Moment: Death.BeforeSending } kill:
                kill.Callback();
                Down();
                context.Abort();
                return;
            case Fault.NeverAnswerFault:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                return;
            case Fault.AnswerFault answer:
                await AnswerAsync(context, request, answer);
                return;
            case Fault.DelayFault delay:
                await Task.Delay(delay.Time, TimeProvider.System, context.RequestAborted);
                break;
            case Fault.HoldFault hold:
                await hold.Released.WaitAsync(context.RequestAborted);
                break;
        }

        using var upstream = await ForwardAsync(context);
        if (fault is Fault.CutAfterFault or Fault.KillFault)
        {
            await upstream.Content.LoadIntoBufferAsync(context.RequestAborted);
            if (fault is Fault.KillFault kill)
            {
                // Before the answer goes out, so that nothing can be sent because of it.
                kill.Callback();
                Down();
            }

            if (fault is not Fault.KillFault { Moment: Death.AfterAnswer })
            {
                context.Abort();
                return;
            }
        }

        request.Status = (int)upstream.StatusCode;
        context.Response.StatusCode = request.Status;
        foreach (var (name, values) in upstream.Headers.Concat(upstream.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Content-Length"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await using var body = await upstream.Content.ReadAsStreamAsync(context.RequestAborted);
        if (request.Verb == "watch" && upstream.IsSuccessStatusCode)
        {
            await StreamAsync(context, request, body, fault as Fault.LinesFault);
        }
        else if (fault is Fault.StallFault stall)
        {
            var first = new byte[stall.Bytes];
            var read = await body.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, context.RequestAborted);
            await context.Response.Body.WriteAsync(first.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }
        else
        {
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(_upstream.BaseUri, context.Request.Path + context.Request.QueryString.Value))
        {
            // One connection for all watches, where the server can.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            message.Content = new ByteArrayContent(body.ToArray());
            message.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        message.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToArray());
        if (_token is null && context.Request.Headers.Authorization.Count > 0)
        {
            message.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToArray());
        }
        else if (_upstream.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(message, context.RequestAborted);
        }

        return await _upstream.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
    }

    private static async Task AnswerAsync(HttpContext context, ProxiedRequest request, Fault.AnswerFault answer)
    {
        request.Status = answer.Status;
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        if (answer.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, ProxiedRequest request, Stream body, Fault.LinesFault? fault)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var stream = new OpenStream(request, cut);
        _streams[stream] = 0;
        try
        {
            await PassLinesAsync(context, body, fault, stream, cut.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        finally
        {
            _streams.TryRemove(stream, out _);
        }
    }

    private static async Task PassLinesAsync(HttpContext context, Stream body, Fault.LinesFault? fault, OpenStream stream, CancellationToken cut)
    {
        await context.Response.StartAsync(cut);
        using var reader = new StreamReader(body);
        for (var lines = 0; ; lines++)
        {
            if (fault is not null && lines == fault.Lines && fault.End is not Fault.LineEnd.HalfLine)
            {
                await EndAsync(context, fault, cut);
                return;
            }

            if (await reader.ReadLineAsync(cut) is not { } line)
            {
                return;
            }

            if (fault is not null && lines == fault.Lines)
            {
                await WriteAsync(context, line[..(line.Length / 2)], cut);
                return;
            }

            if (stream.Frozen)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cut);
            }

            await WriteAsync(context, line + "\n", cut);
        }
    }

    private static async Task EndAsync(HttpContext context, Fault.LinesFault fault, CancellationToken cut)
    {
        if (fault.End == Fault.LineEnd.Silence)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cut);
        }

        if (fault.End == Fault.LineEnd.Line)
        {
            await WriteAsync(context, fault.Line + "\n", cut);
        }
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cut)
    {
        await context.Response.WriteAsync(text, cut);
        await context.Response.Body.FlushAsync(cut);
    }

    /// <summary>What came after a moment.</summary>
    public sealed class Marker
    {
        private readonly FaultProxy _proxy;
        private readonly int _count;

        internal Marker(FaultProxy proxy, int count)
        {
            _proxy = proxy;
            _count = count;
        }

        /// <summary>All requests since.</summary>
        public IReadOnlyList<ProxiedRequest> Requests => [.. _proxy._requests.Skip(_count)];

        /// <summary>Those that ask for a change, without the lease and Events.</summary>
        public IReadOnlyList<ProxiedRequest> Writes => [.. Requests.Where(request => request.IsWrite && request.Resource is not ("leases" or "events"))];

        /// <summary>How many of a verb and a resource.</summary>
        public int Count(string verb, string resource) => Requests.Count(request => request.Verb == verb && request.Resource == resource);
    }

    private sealed class OpenStream(ProxiedRequest request, CancellationTokenSource cut)
    {
        public ProxiedRequest Request => request;

        public volatile bool Frozen;

        public void Cut()
        {
            try
            {
                cut.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended by itself just now.
            }
        }
    }
}
