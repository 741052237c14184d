using System.Net;
using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;

namespace TenantOperator.Platforms.Remote;

/// <summary>How a kind of platform talks. One for each kind.</summary>
internal interface IRemoteDialect
{
    /// <summary>What kind of platform it is.</summary>
    PlatformType Type { get; }

    /// <summary>Its name, for messages.</summary>
    string Name { get; }

    /// <summary>How values are written and read.</summary>
    JsonSerializerOptions Json { get; }

    /// <summary>Adds the credentials to a request, or says why there are none. <paramref name="renew"/>: the former ones were refused.</summary>
    Task<RemoteAnswer?> SignAsync(HttpRequestMessage request, bool renew, CancellationToken cancellationToken);

    /// <summary>What an error body of a documented form says; null if it has another form, or is none.</summary>
    /// <param name="body">The body.</param>
    /// <param name="refused">Whether the HTTP status is that of an error; without it only what cannot be anything else is one.</param>
    RemoteError? WordsOf(JsonElement body, bool refused);

    /// <summary>Why the credentials, valid or not, do not do for a call, in words of ours; null if that is not what a refusal is about.</summary>
    /// <param name="status">The HTTP status, 401 or 403.</param>
    /// <param name="error">The platform's words, if they have a documented form.</param>
    /// <param name="host">Where it is.</param>
    RemoteAnswer.Unauthorized? WhyDenied(int status, RemoteError? error, string host) => null;
}

/// <summary>What a platform says of an error.</summary>
/// <param name="Words">For people.</param>
/// <param name="Field">The field it is about.</param>
/// <param name="Code">For programs.</param>
internal sealed record RemoteError(string Words, string? Field = null, string? Code = null);

/// <summary>
/// The connection to one remote platform: every call waits for its turn, ends within a time, is read within bounds, and comes back as one of a closed set of answers. A platform that asks
/// for silence, or fails again and again, is left alone for a while by all callers. Nothing is repeated here, but once after a 401 with newer credentials.
/// </summary>
internal sealed class RemoteConnection : IDisposable
{
    /// <summary>Under which name the client is configured.</summary>
    public const string HttpClientName = "platform";

    /// <summary>The longest answer that is read.</summary>
    public const int MostBytes = 8 << 20;

    // So many failures in a row open the breaker.
    private const int Tolerated = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Uri address;
    private readonly bool insecure;
    private readonly IRemoteDialect dialect;
    private readonly HttpClient http;
    private readonly CallGate gate;
    private readonly TimeProvider clock;
    private int failures;
    private string? silence;

    public RemoteConnection(string address, RemotePlatform settings, IRemoteDialect dialect, HttpClient http, TimeProvider clock)
    {
        this.address = new Uri(address.TrimEnd('/') + "/");
        this.dialect = dialect;
        this.http = http;
        this.clock = clock;
        insecure = settings.Insecure == true;
        gate = new CallGate(settings.MaxRequestsPerSecond ?? 5, settings.MaxConcurrency ?? 4, clock);
    }

    /// <summary>How long the platform is left alone, and why; zero if it is not.</summary>
    public (TimeSpan Time, string? Why) Pause => gate.BlockedFor is var time && time > TimeSpan.Zero ? (time, silence) : (TimeSpan.Zero, null);

    /// <summary>Makes a call when it is its turn. Throws only when cancelled, and what the API server throws when a Secret is read.</summary>
    public async Task<RemoteAnswer> SendAsync(RemoteCall call, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !insecure)
        {
            return new RemoteAnswer.Unauthorized(TenantPlatformReasons.HostNotAllowed, "The baseUrl does not start with https://, and insecure is not set; credentials would travel in the open.");
        }

        using var activity = RemoteMetrics.Follow(dialect.Type, call, address);

        // A pass is not held for minutes; whoever asks comes again.
        if (Pause is { Time: var pause, Why: { } why } && pause > TimeSpan.Zero)
        {
            var held = new RemoteAnswer.Busy(pause, why);
            RemoteMetrics.Count(dialect.Type, call, held, took: null, activity);
            return held;
        }

        var asked = clock.GetTimestamp();
        using var turn = await gate.EnterAsync(call.Tenant, cancellationToken);
        RemoteMetrics.Waited(dialect.Type, clock.GetElapsedTime(asked));
        var sent = clock.GetTimestamp();
        var (answer, refused) = await ExchangeAsync(call, renew: false, cancellationToken);
        if (refused)
        {
            // The Secret may have been renewed, or the token have run out.
            (answer, _) = await ExchangeAsync(call, renew: true, cancellationToken);
        }

        RemoteMetrics.Count(dialect.Type, call, answer, clock.GetElapsedTime(sent), activity);
        Learn(answer);
        return answer;
    }

    public void Dispose()
    {
        gate.Dispose();
        http.Dispose();
    }

    private async Task<(RemoteAnswer Answer, bool Refused)> ExchangeAsync(RemoteCall call, bool renew, CancellationToken cancellationToken)
    {
        // The client's own ends when the headers are there.
        using var limit = new CancellationTokenSource(http.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(call.Method, new Uri(address, call.Path));
            request.Headers.Accept.Add(new("application/json"));
            if (call.Body is not null)
            {
                request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call.Body, call.Body.GetType(), dialect.Json));
                request.Content.Headers.ContentType = new("application/json");
            }

            if (await dialect.SignAsync(request, renew, either.Token) is { } unsigned)
            {
                return (unsigned, false);
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await BoundedBody.ReadAsync(response, MostBytes, either.Token);
            return (Understand(response, body), response.StatusCode == HttpStatusCode.Unauthorized);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (Silent($"gave no whole answer within {http.Timeout.TotalSeconds} s"), false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return HostNotAllowedException.In(error) is { } refused
                ? (new RemoteAnswer.Unauthorized(
                    TenantPlatformReasons.HostNotAllowed,
                    $"The host \"{refused.Host}\" of baseUrl has a private address, and this operator does not call those. Use a public address, or start the operator with --allow-hosts {refused.Host}."), false)
                : (Silent(error is HttpRequestException failed ? WhatFailed(failed.HttpRequestError) : "broke off its answer"), false);
        }
    }

    private RemoteAnswer Understand(HttpResponseMessage response, ReadOnlyMemory<byte>? body)
    {
        var code = (int)response.StatusCode;
        if (code is >= 300 and < 400)
        {
            return new RemoteAnswer.Unauthorized(TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} redirects to another address, which is not followed, since credentials would go there. Set baseUrl to the address of the API itself.");
        }

        if (code == 429 || (code == 503 && response.Headers.RetryAfter is not null))
        {
            var delay = RetryAfter.Of(response.Headers.RetryAfter, clock.GetUtcNow());
            return new RemoteAnswer.Busy(delay, $"{dialect.Name} at {address.Authority} asks for fewer calls (HTTP {code}). Nothing is lost; it goes on by itself. A lower maxRequestsPerSecond of the platform makes this rarer.");
        }

        if (code >= 500)
        {
            return Silent($"answers HTTP {code}");
        }

        if (body is not { } bytes)
        {
            return Silent($"sent more than {MostBytes >> 20} MiB");
        }

        if (!TryParse(bytes, out var json))
        {
            return code is >= 200 and < 300 ? Silent("sent an answer that is no JSON") : Without(code, null);
        }

        var done = code is >= 200 and < 300;
        var said = json.ValueKind == JsonValueKind.Undefined ? null : dialect.WordsOf(json, refused: !done);
        if (done)
        {
            return said is null ? new RemoteAnswer.Done(json) : Silent($"answers HTTP {code} with an error in it ({RemoteWords.Line(said.Words)})");
        }

        return Without(code, said);
    }

    private RemoteAnswer Without(int code, RemoteError? error) => code switch
    {
        401 or 403 when dialect.WhyDenied(code, error, address.Authority) is { } denied => denied,
        401 => new RemoteAnswer.Unauthorized(
            TenantPlatformReasons.Unauthorized, $"{dialect.Name} at {address.Authority} does not accept the credentials (HTTP 401). Put valid ones into the Secret that credentialsSecretRef names; they are read again by themselves."),
        404 => new RemoteAnswer.NotFound(RemoteWords.Line(error?.Words)),
        408 => Silent("answers HTTP 408"),
        _ => new RemoteAnswer.Refused(code, RemoteWords.Line(error?.Words) is { Length: > 0 } words ? words : $"HTTP {code}", error?.Field, error?.Code),
    };

    private RemoteAnswer.Silent Silent(string what) => new($"{dialect.Name} at {address.Authority} {what}. It is tried again by itself; what was asked for may have been done, and is looked up first.");

    private static bool TryParse(ReadOnlyMemory<byte> bytes, out JsonElement json)
    {
        json = default;
        if (bytes.Span.Trim(" \r\n\t"u8).IsEmpty)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string WhatFailed(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "has a name that DNS does not know",
        HttpRequestError.SecureConnectionError => "has a certificate that is not trusted, or no TLS",
        HttpRequestError.ConnectionError => "cannot be connected to",
        _ => "broke off its answer",
    };

    private void Learn(RemoteAnswer answer)
    {
        switch (answer)
        {
            case RemoteAnswer.Busy busy:
                silence = busy.Message;
                gate.Block(busy.Delay);
                break;
            case RemoteAnswer.Silent silent when Interlocked.Increment(ref failures) is var count && count >= Tolerated:
                var pause = FirstPause * Math.Pow(2, Math.Min(count - Tolerated, 10));
                silence = silent.Message;
                gate.Block(pause < LongestPause ? pause : LongestPause);
                break;
            case RemoteAnswer.Silent:
                break;
            default:
                Interlocked.Exchange(ref failures, 0);
                break;
        }
    }
}
