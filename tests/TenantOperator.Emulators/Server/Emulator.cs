using System.Net;

namespace TenantOperator.Emulators;

/// <summary>
/// A platform as its documents describe it, on loopback, with its state in memory. Requests are done one after the other and wholly or not
/// at all. Faults, the request log and the limit of requests are the same for all platforms.
/// </summary>
/// <example><code>
/// await using var hatz = await HatzEmulator.StartAsync(new HatzOptions { Documents = HatzDocuments.D2 });
/// using var rule = hatz.On("POST /admin/tenants", PlatformFault.TimeOutAfterCommit);
/// ... a client of hatz.Address with hatz.Key ...
/// hatz.Log.Count("POST /admin/tenants").Should().Be(1);
/// hatz.State.Tenants.Should().ContainSingle();
/// </code></example>
public abstract class Emulator : IAsyncDisposable
{
    private readonly EmulatorOptions _options;
    private readonly List<PlatformFaultRule> _rules = [];
    private readonly Lock _rulesLock = new();
    private readonly Lock _commitLock = new();
    private readonly TokenBucket? _bucket;
    private IReadOnlyList<Operation> _operations = [];
    private WebApplication? _app;
    private volatile bool _down;

    private protected Emulator(EmulatorOptions options)
    {
        _options = options;
        _bucket = options.RequestsPerSecond > 0 ? new TokenBucket(options.RequestsPerSecond, options.Burst, options.Clock) : null;
        ListLag = options.ListLag;
        Log = new RequestLog(CheckRoute);
    }

    /// <summary>The base URL as the documents have it, with the path that belongs to it (<c>/v1</c> of Hatz). Calls are named below it.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Every request so far.</summary>
    public RequestLog Log { get; }

    /// <summary>How far lists stay behind what was written through the API, from now on.</summary>
    public TimeSpan ListLag { get; set; }

    /// <summary>Whether it refuses everything, because of <see cref="Down"/> or a deadly fault.</summary>
    public bool IsDown => _down;

    /// <summary>The names of all documented calls, as rules and the log have them.</summary>
    public IReadOnlyList<string> Routes => [.. _operations.Select(operation => operation.Name)];

    internal virtual string BasePath => "";

    /// <summary>The header that carries a request's id in both directions, or null when the platform knows none.</summary>
    internal virtual string? RequestIdHeader => null;

    internal DateTimeOffset Now => _options.Clock.GetUtcNow();

    internal Identifiers Ids { get; } = new();

    private protected Lock CommitLock => _commitLock;

    /// <summary>
    /// Lets a fault strike the <paramref name="nth"/> request that matches from now on (1 is the next), and as many after it as
    /// <paramref name="times"/> says. The first rule that strikes wins, and later rules do not count that request. A request over the limit of requests counts for no rule.
    /// </summary>
    public PlatformFaultRule On(Func<LoggedRequest, bool> match, PlatformFault fault, int nth = 1, int times = 1)
    {
        lock (_rulesLock)
        {
            var rule = new PlatformFaultRule(match, nth, times, fault, Remove);
            _rules.Add(rule);
            return rule;
        }
    }

    /// <summary>By a documented call (<c>POST /admin/tenants</c>), by verb and path of one thing (<c>GET /admin/tenants/tenant_1</c>), or <c>*</c> for any request.</summary>
    /// <exception cref="ArgumentException">The platform has no such call.</exception>
    public PlatformFaultRule On(string route, PlatformFault fault, int nth = 1, int times = 1)
    {
        if (route == "*")
        {
            return On(_ => true, fault, nth, times);
        }

        if (_operations.Any(operation => operation.Name == route))
        {
            return On(request => request.Route == route, fault, nth, times);
        }

        if (route.Split(' ') is [var verb, var path] && _operations.Any(operation => operation.Verb == verb && operation.Addresses(path)))
        {
            return On(request => request.Verb == verb && request.Path == path, fault, nth, times);
        }

        throw NoSuchRoute(route);
    }

    /// <summary>Refuses every connection's requests with a reset until <see cref="Up"/>, as a platform that is not there.</summary>
    public void Down() => _down = true;

    /// <summary>Ends <see cref="Down"/>.</summary>
    public void Up() => _down = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>An error in the platform's own form; without a message, with what the platform would say.</summary>
    internal abstract Answer Error(int status, string? message = null);

    /// <summary>What the platform says to a request that breaks its schema.</summary>
    internal abstract Answer Invalid(IReadOnlyList<Violation> violations);

    /// <summary>Ends the call when its key may not do this.</summary>
    internal abstract void Authorize(Operation operation, Call call);

    internal Refusal Refuse(int status, string? message = null) => new(Error(status, message));

    private protected abstract IReadOnlyList<Operation> ListOperations();

    private protected static async Task<TEmulator> ListenAsync<TEmulator>(TEmulator emulator)
        where TEmulator : Emulator
    {
        // Empty: it watches no configuration files, so that there may be hundreds of them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, emulator._options.Port);
        });
        var app = builder.Build();
        emulator._operations = emulator.ListOperations();
        foreach (var operation in emulator._operations)
        {
            app.MapMethods(emulator.BasePath + operation.Template, [operation.Verb], context => emulator.ServeAsync(context, operation));
        }

        app.MapFallback("{**path}", context => emulator.ServeAsync(context, null));
        await app.StartAsync();
        emulator._app = app;
        emulator.Address = new Uri(app.Urls.First() + emulator.BasePath);
        return emulator;
    }

    private static ArgumentException NoSuchRoute(string route) => new($"The platform has no call {route}.", nameof(route));

    private void CheckRoute(string route)
    {
        if (!Routes.Contains(route, StringComparer.Ordinal))
        {
            throw NoSuchRoute(route);
        }
    }

    private void Remove(PlatformFaultRule rule)
    {
        lock (_rulesLock)
        {
            _rules.Remove(rule);
        }
    }

    private PlatformFault? FaultFor(LoggedRequest request)
    {
        lock (_rulesLock)
        {
            return _rules.Find(rule => rule.Strikes(request))?.Fault;
        }
    }

    private async Task ServeAsync(HttpContext context, Operation? operation)
    {
        var path = context.Request.Path.Value ?? "/";
        path = path.StartsWith(BasePath, StringComparison.Ordinal) ? path[BasePath.Length..] : path;
        var logged = Log.Add(number => new LoggedRequest
        {
            Number = number,
            Verb = context.Request.Method,
            Route = operation?.Name ?? "",
            Path = path,
            Query = (operation?.Query ?? "").Split(' ')
                .Where(context.Request.Query.ContainsKey)
                .ToDictionary(name => name, name => context.Request.Query[name].ToString()),
            At = Now,
        });
        context.Features.Set(logged);
        if (RequestIdHeader is { } header)
        {
            context.Response.Headers[header] =
                context.Request.Headers.TryGetValue(header, out var id) && id.ToString().Length > 0 ? id.ToString() : Ids.Hash("req_");
        }

        try
        {
            await ServeAsync(context, operation, path, logged);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, or a rule cut it off.
        }
        finally
        {
            _options.Observer?.Invoke(logged);
        }
    }

    private async Task ServeAsync(HttpContext context, Operation? operation, string path, LoggedRequest logged)
    {
        if (_down)
        {
            Delivery.Reset(context);
            return;
        }

        if (IsOverLimit(out var wait))
        {
            var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString();
            await Delivery.SendAsync(context, Error(429).WithHeader("Retry-After", seconds));
            return;
        }

        if (operation is null)
        {
            var isKnownPath = _operations.Any(known => known.Addresses(path));
            await Delivery.SendAsync(context, Error(isKnownPath ? 405 : 404, isKnownPath ? "Method Not Allowed" : "Not Found"));
            return;
        }

        var fault = FaultFor(logged);
        logged.Fault = fault?.Name ?? "";
        if (!await GoesOnAsync(context, fault))
        {
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var call = new Call(context.Request, path, body.ToArray(), _options.RefuseUnknownFields, Invalid)
        {
            RowShift = (fault as PlatformFault.Shift)?.Rows ?? 0,
            FailingItems = (fault as PlatformFault.Partial)?.Failing ?? [],
        };
        var answer = Commit(operation, call);
        logged.Committed = answer.Status < 300;
        await AnswerAsync(context, fault, answer);
    }

    private bool IsOverLimit(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        lock (_rulesLock)
        {
            return _bucket?.TryTake(out wait) == false;
        }
    }

    // What strikes before the commit.
    private async Task<bool> GoesOnAsync(HttpContext context, PlatformFault? fault)
    {
        switch (fault)
        {
            case PlatformFault.Silence { Moment: Moment.BeforeCommit }:
                await Task.Delay(Timeout.InfiniteTimeSpan, _options.Clock, context.RequestAborted);
                return false;
            case PlatformFault.Reset { Moment: Moment.BeforeCommit }:
                Delivery.Reset(context);
                return false;
            case PlatformFault.Answered { AfterCommit: false } answered:
                await Delivery.SendAsync(context, answered, Error, Now);
                return false;
            case PlatformFault.Wait wait:
                await (wait.Released?.WaitAsync(context.RequestAborted) ?? Task.Delay(wait.Time!.Value, _options.Clock, context.RequestAborted));
                return true;
            case PlatformFault.Called { Moment: Moment.BeforeCommit } called:
                return await CallBackAsync(context, called);
            default:
                return true;
        }
    }

    private Answer Commit(Operation operation, Call call)
    {
        lock (_commitLock)
        {
            try
            {
                if (!operation.IsOpen)
                {
                    Authorize(operation, call);
                }

                return operation.Handle(call);
            }
            catch (Refusal refusal)
            {
                return refusal.Answer;
            }
        }
    }

    // What strikes after it.
    private async Task AnswerAsync(HttpContext context, PlatformFault? fault, Answer answer)
    {
        switch (fault)
        {
            case PlatformFault.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, _options.Clock, context.RequestAborted);
                break;
            case PlatformFault.Reset:
                Delivery.Reset(context);
                break;
            case PlatformFault.Answered answered:
                await Delivery.SendAsync(context, answered, Error, Now);
                break;
            case PlatformFault.Cut cut:
                await Delivery.SendAsync(context, answer, cut);
                break;
            case PlatformFault.Dripping dripping:
                await Delivery.SendAsync(context, answer, dripping, _options.Clock);
                break;
            case PlatformFault.Spoilt spoilt:
                await Delivery.SendAsync(context, answer, spoilt);
                break;
            case PlatformFault.Called { Moment: Moment.AfterCommit } called:
                if (await CallBackAsync(context, called))
                {
                    await Delivery.SendAsync(context, answer);
                }

                break;
            case PlatformFault.Called { Moment: Moment.AfterAnswer } called:
                // Before the answer goes out, so that nothing can be done because of it.
                _down |= called.IsDeadly;
                await Delivery.SendAsync(context, answer);
                await context.Response.CompleteAsync();
                await called.Callback();
                break;
            default:
                await Delivery.SendAsync(context, answer);
                break;
        }
    }

    private async Task<bool> CallBackAsync(HttpContext context, PlatformFault.Called called)
    {
        _down |= called.IsDeadly;
        await called.Callback();
        if (called.IsDeadly)
        {
            Delivery.Reset(context);
        }

        return !called.IsDeadly;
    }
}
