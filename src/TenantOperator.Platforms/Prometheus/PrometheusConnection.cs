using System.Net;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Prometheus;

/// <summary>The results of a query, or why there are none. Exactly one of the two is set.</summary>
public sealed record PrometheusReply(IReadOnlyList<Sample>? Samples, PrometheusProblem? Problem);

/// <summary>
/// Asks the Prometheus of one TenantPlatform. Every request ends within <see cref="TimeLimit"/> and reads no more than <see cref="MostBytes"/>; redirects and proxies are
/// not followed, and a private address is refused when the connection is made, unless its host is allowed. Safe for a few requests at a time.
/// </summary>
public sealed class PrometheusConnection : IDisposable
{
    /// <summary>From the first step of a request to the last byte of its answer.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer that is read.</summary>
    public const int MostBytes = 4 << 20;

    private readonly PrometheusSource source;
    private readonly string account;
    private readonly KubernetesApi api;
    private readonly AllowedHosts allowed;
    private readonly TimeProvider clock;
    private readonly Uri address;
    private readonly SemaphoreSlim signingIn = new(1);
    private PrometheusCredentials? credentials;
    private bool readAgain;
    private HttpMessageInvoker? client;
    private string? trusted;

    /// <summary>Opens nothing yet. Secrets are read in the namespace <paramref name="account"/>.</summary>
    public PrometheusConnection(PrometheusSource source, string account, KubernetesApi api, AllowedHosts allowed, TimeProvider clock)
    {
        this.source = source;
        this.account = account;
        this.api = api;
        this.allowed = allowed;
        this.clock = clock;
        address = new Uri(source.Url.TrimEnd('/') + "/api/v1/query");
    }

    /// <summary>Lets the Secrets be read anew before the next query, and once more if it is refused.</summary>
    public void BeginRound()
    {
        credentials = null;
        readAgain = false;
    }

    /// <summary>Asks for the value of a query now. Fails only with what the API server throws when a Secret is read, or when it is cancelled.</summary>
    /// <param name="query">The query, filled in.</param>
    /// <param name="what">Where it comes from, for messages, such as spec.cluster.prometheus.queries.credits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PrometheusReply> QueryAsync(string query, string what, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttps && source.Insecure != true)
        {
            return Failed(TenantPlatformReasons.HostNotAllowed, "spec.cluster.prometheus.url does not start with https://, and spec.cluster.prometheus.insecure is not set.");
        }

        var (mine, problem) = await SignInAsync(null, cancellationToken);
        if (problem is not null)
        {
            return new(null, problem);
        }

        var reply = await AskAsync(mine!, query, what, cancellationToken);
        if (reply.Problem is { Reason: TenantPlatformReasons.Unauthorized } && mine!.Authorization is not null)
        {
            // The Secret may have been renewed since the round began.
            (var newer, problem) = await SignInAsync(mine, cancellationToken);
            reply = problem is not null ? new(null, problem) : ReferenceEquals(newer, mine) ? reply : await AskAsync(newer!, query, what, cancellationToken);
        }

        return reply;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client?.Dispose();
        signingIn.Dispose();
    }

    private async Task<(PrometheusCredentials? Credentials, PrometheusProblem? Problem)> SignInAsync(PrometheusCredentials? refused, CancellationToken cancellationToken)
    {
        await signingIn.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have read them meanwhile.
            if (credentials is not null && (!ReferenceEquals(credentials, refused) || readAgain))
            {
                return (credentials, null);
            }

            readAgain = refused is not null;
            var read = await PrometheusCredentials.ReadAsync(api, account, source, cancellationToken);
            if (read.Problem is not null)
            {
                return read;
            }

            credentials = read.Credentials!;
            if (client is null || trusted != credentials.Authority)
            {
                client?.Dispose();
                client = new HttpMessageInvoker(OutgoingHandler.Create(allowed, TimeLimit, credentials.Authority is { } authority ? PrometheusCredentials.CertificatesIn(authority) : null));
                trusted = credentials.Authority;
            }

            return read;
        }
        finally
        {
            signingIn.Release();
        }
    }

    private async Task<PrometheusReply> AskAsync(PrometheusCredentials mine, string query, string what, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent([new("query", query), new("timeout", $"{TimeLimit.TotalSeconds}s")]),
            };
            request.Headers.Authorization = mine.Authorization;
            request.Headers.Accept.Add(new("application/json"));
            using var response = await client!.SendAsync(request, either.Token);
            var body = await BoundedBody.ReadAsync(response, MostBytes, either.Token);
            return Understand(response.StatusCode, body, mine, what);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable($"gave no whole answer within {TimeLimit.TotalSeconds} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException)
        {
            return HostNotAllowedException.In(error) is { } refused
                ? Failed(
                    TenantPlatformReasons.HostNotAllowed,
                    $"The host \"{refused.Host}\" of spec.cluster.prometheus.url has a private address, and this operator does not call those. "
                    + $"Use a public address, or start the operator with --allow-hosts {refused.Host}.")
                : Unreachable(error is HttpRequestException http ? WhatFailed(http.HttpRequestError) : "broke off its answer");
        }
    }

    private PrometheusReply Understand(HttpStatusCode code, ReadOnlyMemory<byte>? body, PrometheusCredentials mine, string what)
    {
        if (code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return Failed(
                TenantPlatformReasons.Unauthorized,
                $"Prometheus at {address.Authority} answers HTTP {(int)code}. " + (mine.Authorization is null
                    ? "Name a Secret in spec.cluster.prometheus.bearerTokenSecretRef or basicAuth."
                    : "Put credentials that may query into the Secrets that spec.cluster.prometheus names."));
        }

        if ((int)code is >= 300 and < 400)
        {
            return Failed(TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} redirects to another address, which is not followed. Set spec.cluster.prometheus.url to the address of Prometheus itself.");
        }

        var answer = body is { } bytes ? PrometheusAnswer.Parse(bytes) : new PrometheusAnswer.Wrong($"is longer than {MostBytes >> 20} MiB");
        return answer switch
        {
            // A query that asks too much or is none: others may do better.
            PrometheusAnswer.Refusal refusal => new(
                null,
                new(TenantPlatformReasons.UnexpectedAnswer, $"Prometheus refuses the query in {what}: {mine.Without(refusal.Words)}", OfConnection: false)),
            _ when code == HttpStatusCode.TooManyRequests => Unreachable("asks for fewer requests (HTTP 429; a longer spec.cluster.usageInterval, or queries with $namespaces, make fewer)"),
            _ when (int)code >= 500 => Unreachable($"answers HTTP {(int)code}"),
            _ when code != HttpStatusCode.OK => Failed(
                TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} answers HTTP {(int)code} where the API of Prometheus should be. Check spec.cluster.prometheus.url; /api/v1/query is added to it."),
            PrometheusAnswer.Wrong wrong => new(
                null,
                new(TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} was asked the query in {what}. Its answer {wrong.Why}. Check spec.cluster.prometheus.url and the query.", OfConnection: false)),
            PrometheusAnswer.Numbers numbers => new(numbers.Samples, null),
            _ => throw new InvalidOperationException("The set of answers is closed."),
        };
    }

    private PrometheusReply Unreachable(string what) => Failed(
        TenantPlatformReasons.PrometheusUnreachable,
        $"Prometheus at {address.Authority} {what}. Check spec.cluster.prometheus.url and whether the operator can reach it. Numbers stay as they were last read; it is asked again by itself.");

    private static PrometheusReply Failed(string reason, string message) => new(null, new(reason, message, OfConnection: true));

    private static string WhatFailed(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "has a name that DNS does not know",
        HttpRequestError.SecureConnectionError => "has a certificate that is not trusted, or no TLS (the authority of its certificate goes into spec.cluster.prometheus.caSecretRef)",
        HttpRequestError.ConnectionError => "cannot be connected to",
        _ => "broke off its answer",
    };
}
