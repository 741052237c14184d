namespace TenantOperator.Emulators;

/// <summary>When, in the life of one request, something happens.</summary>
public enum Moment
{
    /// <summary>The platform has the request and has done nothing yet; nor will it, unless the fault says that the request goes on.</summary>
    BeforeCommit,

    /// <summary>The platform has done it, and the client does not know.</summary>
    AfterCommit,

    /// <summary>The client has the answer.</summary>
    AfterAnswer,
}

/// <summary>What goes wrong with one request. The same for all platforms; only the bodies of errors are each platform's own.</summary>
public abstract record PlatformFault
{
    private PlatformFault()
    {
    }

    /// <summary>Not done and never answered. The connection stays open until the client gives up.</summary>
    public static PlatformFault TimeOutBeforeCommit { get; } = new Silence(Moment.BeforeCommit);

    /// <summary>Done and never answered.</summary>
    public static PlatformFault TimeOutAfterCommit { get; } = new Silence(Moment.AfterCommit);

    /// <summary>Not done; the connection is reset.</summary>
    public static PlatformFault ResetBeforeCommit { get; } = new Reset(Moment.BeforeCommit);

    /// <summary>Done; the connection is reset before a byte of the answer.</summary>
    public static PlatformFault ResetAfterCommit { get; } = new Reset(Moment.AfterCommit);

    /// <summary>Done; the answer is well framed and is no JSON.</summary>
    public static PlatformFault Malformed { get; } = new Spoilt(nameof(Malformed), Spoil.Malformed, 0);

    /// <summary>Done; the first value of each object in the answer stands there twice, first with something else in it.</summary>
    public static PlatformFault DuplicateKeys { get; } = new Spoilt(nameof(DuplicateKeys), Spoil.DuplicateKeys, 0);

    /// <summary>Done; headers and so many bytes of the body arrive, then the connection breaks.</summary>
    public static PlatformFault ResetInBody(int bytes = 1) => new Cut(bytes);

    /// <summary>Done; the body ends after so many bytes as if that were all.</summary>
    public static PlatformFault Truncated(int bytes = 1) => new Spoilt(nameof(Truncated), Spoil.Truncated, bytes);

    /// <summary>Done; the answer is right, behind so many bytes of white space.</summary>
    public static PlatformFault Huge(long bytes) => new Spoilt(nameof(Huge), Spoil.Huge, bytes);

    /// <summary>Done; the answer comes a few bytes at a time, with a pause by the emulator's clock before each.</summary>
    public static PlatformFault Drip(TimeSpan pause, int bytes = 1) => new Dripping(pause, bytes);

    /// <summary>Answered with this status in the platform's own form of error: 401, 403, 404, 409, 500...</summary>
    public static PlatformFault Refuse(int status, string? message = null, bool afterCommit = false) =>
        new Answered("Refuse" + status, status, message, AnswerForm.Error, null, afterCommit);

    /// <summary>Not done; 429, with Retry-After in seconds.</summary>
    public static PlatformFault TooManyRequests(TimeSpan after) => TooManyRequestsSaying(Math.Ceiling(after.TotalSeconds).ToString());

    /// <summary>Not done; 429, with Retry-After as an HTTP date, so long from now by the emulator's clock.</summary>
    public static PlatformFault TooManyRequestsUntil(TimeSpan fromNow) =>
        new Answered("TooManyRequests", 429, null, AnswerForm.Error, now => (now + fromNow).ToString("R"), AfterCommit: false);

    /// <summary>Not done; 429, with any text as Retry-After: negative, absurdly large, no number at all.</summary>
    public static PlatformFault TooManyRequestsSaying(string retryAfter) =>
        new Answered("TooManyRequests", 429, null, AnswerForm.Error, _ => retryAfter, AfterCommit: false);

    /// <summary>Answered by something before the platform, with a page for people.</summary>
    public static PlatformFault Html(int status = 502, bool afterCommit = false) =>
        new Answered("Html" + status, status, null, AnswerForm.Html, null, afterCommit);

    /// <summary>Not done; 200, and the body is that of an error.</summary>
    public static PlatformFault ErrorInside(string message = "Internal error") =>
        new Answered(nameof(ErrorInside), 200, message, AnswerForm.Error, null, AfterCommit: false);

    /// <summary>Answered with exactly this.</summary>
    public static PlatformFault Answer(int status, string body, bool afterCommit = false) =>
        new Answered("Answer" + status, status, body, AnswerForm.Raw, null, afterCommit);

    /// <summary>The items of a batch with these numbers, from 0, fail; the others are done. Calls that take no batch do not heed it.</summary>
    public static PlatformFault PartialBatch(params int[] failing) => new Partial([.. failing]);

    /// <summary>The page is read as if so many rows before it had gone since the page before (below 0: had come). Only for lists that page by number.</summary>
    public static PlatformFault ShiftPages(int rows) => new Shift(rows);

    /// <summary>Goes on after a while, by the emulator's clock.</summary>
    public static PlatformFault Delay(TimeSpan time) => new Wait(time, null);

    /// <summary>Goes on once a task completes, so that a test decides when.</summary>
    public static PlatformFault HoldUntil(Task released) => new Wait(null, released);

    /// <summary>Calls back at that moment, waits for it, and goes on as if nothing were.</summary>
    public static PlatformFault Hook(Moment moment, Func<Task> callback) => new Called(moment, callback, IsDeadly: false);

    /// <summary>
    /// The client dies at that moment: the callback is to kill it. The emulator refuses everything until <see cref="Emulator.Up"/>, so that
    /// nothing can come of what the client does while it dies; before and after the commit the connection is reset as well.
    /// </summary>
    public static PlatformFault Kill(Moment moment, Func<Task>? callback = null) =>
        new Called(moment, callback ?? (() => Task.CompletedTask), IsDeadly: true);

    /// <summary>The faults that need no more than their name.</summary>
    internal static IReadOnlyDictionary<string, PlatformFault> Named { get; } = new Dictionary<string, PlatformFault>(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(TimeOutBeforeCommit)] = TimeOutBeforeCommit,
        [nameof(TimeOutAfterCommit)] = TimeOutAfterCommit,
        [nameof(ResetBeforeCommit)] = ResetBeforeCommit,
        [nameof(ResetAfterCommit)] = ResetAfterCommit,
        [nameof(ResetInBody)] = ResetInBody(),
        [nameof(Malformed)] = Malformed,
        [nameof(Truncated)] = Truncated(),
        [nameof(DuplicateKeys)] = DuplicateKeys,
        [nameof(Html)] = Html(),
        [nameof(ErrorInside)] = ErrorInside(),
    };

    /// <summary>A fault by its name, or a refusal by its status.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    internal static PlatformFault Parse(string text) =>
        Named.TryGetValue(text, out var fault) ? fault : int.TryParse(text, out var status) ? Refuse(status) : throw new FormatException($"No fault is called {text}.");

    internal abstract string Name { get; }

    internal enum AnswerForm
    {
        Error,
        Html,
        Raw,
    }

    internal enum Spoil
    {
        Malformed,
        Truncated,
        DuplicateKeys,
        Huge,
    }

    internal sealed record Silence(Moment Moment) : PlatformFault
    {
        internal override string Name => "TimeOut" + Moment;
    }

    internal sealed record Reset(Moment Moment) : PlatformFault
    {
        internal override string Name => "Reset" + Moment;
    }

    internal sealed record Cut(int Bytes) : PlatformFault
    {
        internal override string Name => "ResetInBody";
    }

    internal sealed record Spoilt(string What, Spoil How, long Bytes) : PlatformFault
    {
        internal override string Name => What;
    }

    internal sealed record Dripping(TimeSpan Pause, int Bytes) : PlatformFault
    {
        internal override string Name => "Drip";
    }

    internal sealed record Answered(
        string What, int Status, string? Text, AnswerForm Form, Func<DateTimeOffset, string>? RetryAfter, bool AfterCommit) : PlatformFault
    {
        internal override string Name => What;
    }

    internal sealed record Partial(ImmutableArray<int> Failing) : PlatformFault
    {
        internal override string Name => "PartialBatch";
    }

    internal sealed record Shift(int Rows) : PlatformFault
    {
        internal override string Name => "ShiftPages";
    }

    internal sealed record Wait(TimeSpan? Time, Task? Released) : PlatformFault
    {
        internal override string Name => "Delay";
    }

    internal sealed record Called(Moment Moment, Func<Task> Callback, bool IsDeadly) : PlatformFault
    {
        internal override string Name => (IsDeadly ? "Kill" : "Hook") + Moment;
    }
}
