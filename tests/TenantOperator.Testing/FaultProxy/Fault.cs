namespace TenantOperator.Testing;

/// <summary>What the proxy does to a request instead of, or on top of, passing it on.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The connection breaks and the server never hears of the request.</summary>
    public static Fault CutBefore { get; } = new CutBeforeFault();

    /// <summary>The server does it, and the connection breaks before the answer.</summary>
    public static Fault CutAfter { get; } = new CutAfterFault();

    /// <summary>
    /// The client dies at this request: nothing that it sends afterwards reaches the server, and it hears of nothing any more. The callback is to see to it that others do not hear of it either.
    /// </summary>
    public static Fault Kill(Death moment, Action? callback = null) => new KillFault(moment, callback ?? (() => { }));

    /// <summary>Nobody ever answers and the server never hears of it.</summary>
    public static Fault NeverAnswer { get; } = new NeverAnswerFault();

    /// <summary>Passed on after a while.</summary>
    public static Fault Delay(TimeSpan time) => new DelayFault(time);

    /// <summary>Passed on once a task completes, so that a test decides when.</summary>
    public static Fault HoldUntil(Task released) => new HoldFault(released);

    /// <summary>The proxy answers in the server's place. An empty body becomes a Status of that code.</summary>
    public static Fault Answer(int status, string body = "", string reason = "", int? retryAfterSeconds = null) =>
        new AnswerFault(
            status,
            body.Length > 0 ? body : $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"made up by the proxy","reason":"{{reason}}","code":{{status}}}""",
            retryAfterSeconds);

    /// <summary>The headers and the first bytes of the body arrive, then nothing more.</summary>
    public static Fault StallAfterBytes(int bytes) => new StallFault(bytes);

    /// <summary>A watch delivers some lines, then nothing more, without an end.</summary>
    public static Fault SilentAfterLines(int lines) => new LinesFault(lines, LineEnd.Silence, "");

    /// <summary>A watch delivers some lines and half of the next; then the stream ends.</summary>
    public static Fault HalfLineAfterLines(int lines) => new LinesFault(lines, LineEnd.HalfLine, "");

    /// <summary>A watch delivers some lines and then ends as if the server had.</summary>
    public static Fault EndAfterLines(int lines) => new LinesFault(lines, LineEnd.End, "");

    /// <summary>A watch delivers some lines, then an ERROR event with this code, then ends.</summary>
    public static Fault ErrorEventAfterLines(int lines, int code, string reason) => new LinesFault(
        lines,
        LineEnd.Line,
        $$$"""{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"made up by the proxy","reason":"{{{reason}}}","code":{{{code}}}}}""");

    internal enum LineEnd
    {
        Silence,
        HalfLine,
        End,
        Line,
    }

    internal sealed record CutBeforeFault : Fault;

    internal sealed record CutAfterFault : Fault;

    internal sealed record KillFault(Death Moment, Action Callback) : Fault;

    internal sealed record NeverAnswerFault : Fault;

    internal sealed record DelayFault(TimeSpan Time) : Fault;

    internal sealed record HoldFault(Task Released) : Fault;

    internal sealed record AnswerFault(int Status, string Body, int? RetryAfterSeconds) : Fault;

    internal sealed record StallFault(int Bytes) : Fault;

    internal sealed record LinesFault(int Lines, LineEnd End, string Line) : Fault;
}

/// <summary>When, of all the moments around one request, a client dies.</summary>
public enum Death
{
    /// <summary>The server never hears of the request.</summary>
    BeforeSending,

    /// <summary>The server has done it, and the client does not learn so.</summary>
    BeforeAnswer,

    /// <summary>The client has the answer, and does nothing with it.</summary>
    AfterAnswer,
}

/// <summary>A fault that waits for its requests. Dispose to take it back.</summary>
public sealed class FaultRule : IDisposable
{
    private readonly Func<ProxiedRequest, bool> _match;
    private readonly int _first;
    private readonly int _times;
    private readonly Action<FaultRule> _remove;
    private readonly TaskCompletionSource _hit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _matched;
    private int _hits;

    internal FaultRule(Func<ProxiedRequest, bool> match, int nth, int times, Fault fault, Action<FaultRule> remove)
    {
        _match = match;
        _first = nth;
        _times = times;
        _remove = remove;
        Fault = fault;
    }

    /// <summary>How often it struck.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Completes when it strikes for the first time.</summary>
    public Task Hit => _hit.Task;

    internal Fault Fault { get; }

    /// <inheritdoc/>
    public void Dispose() => _remove(this);

    internal bool Strikes(ProxiedRequest request)
    {
        if (!_match(request))
        {
            return false;
        }

        var number = Interlocked.Increment(ref _matched);
        if (number < _first || number - _first >= _times)
        {
            return false;
        }

        Interlocked.Increment(ref _hits);
        _hit.TrySetResult();
        return true;
    }
}
