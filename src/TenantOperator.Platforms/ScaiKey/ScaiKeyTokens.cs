using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>
/// The access token of a connection, by client credentials (RFC 6749, section 4.4): asked for when it is needed first, shortly before it ends, and when it was refused. In memory only. The Secret is
/// read each time, so that a new one counts without a restart.
/// </summary>
internal sealed class ScaiKeyTokens(KubernetesApi api, string account, ScaiKeyPlatform settings, Uri address, HttpClient http, TimeProvider clock) : IDisposable
{
    private const int MostBytes = 64 << 10;
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromHours(1);
    private static readonly string[] UsualScopes = ["admin:read", "admin:write"];

    private readonly SemaphoreSlim asking = new(1);
    private string? known;
    private long askedAt;
    private TimeSpan lifetime;

    /// <summary>The token, or why there is none. <paramref name="refused"/>: the former one was, if it is still this one.</summary>
    public async Task<(string? Token, RemoteAnswer? Problem)> ReadAsync(string? refused, CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (known is not null && known != refused && clock.GetElapsedTime(askedAt) < lifetime)
            {
                return (known, null);
            }

            known = null;
            var texts = new SecretTexts(api, account, "credentialsSecretRef");
            var keys = settings.CredentialsSecretRef.Keys;
            var id = await texts.ReadAsync(settings.CredentialsSecretRef.Name, keys?.ClientId ?? "clientId", cancellationToken);
            var secret = await texts.ReadAsync(settings.CredentialsSecretRef.Name, keys?.ClientSecret ?? "clientSecret", cancellationToken);
            return texts.Problem is { } problem ? (null, new RemoteAnswer.Unauthorized(problem.Reason, problem.Message)) : await AskAsync(id!, secret!, cancellationToken);
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<(string? Token, RemoteAnswer? Problem)> AskAsync(string id, string secret, CancellationToken cancellationToken)
    {
        var path = settings.ApplicationScope == ScaiKeyApplicationScope.Tenant ? $"api/v1/auth/tenants/{Uri.EscapeDataString(settings.TenantSlug!)}/oauth/token" : "api/v1/platform/oauth/token";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path));
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = string.Join(' ', settings.Scopes is { Count: > 0 } scopes ? scopes : UsualScopes),
        });
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var body = await BoundedBody.ReadAsync(response, MostBytes, cancellationToken);
        var code = (int)response.StatusCode;
        if (code == 429 || (code == 503 && response.Headers.RetryAfter is not null))
        {
            return (null, new RemoteAnswer.Busy(RetryAfter.Of(response.Headers.RetryAfter, clock.GetUtcNow()), $"ScaiKey at {address.Authority} asks for fewer calls (HTTP {code}). Nothing is lost; it goes on by itself."));
        }

        if (code is >= 300 and < 400)
        {
            return (null, new RemoteAnswer.Unauthorized(TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} redirects to another address, which is not followed, since credentials would go there. Set baseUrl to the address of the API itself."));
        }

        var json = Parse(body);
        if (response.IsSuccessStatusCode && json?.Deserialize<ScaiKeyToken>(ScaiKeyJson.Options) is { AccessToken: { Length: > 0 } token } given)
        {
            (known, askedAt) = (token, clock.GetTimestamp());
            var whole = given.ExpiresIn is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : UsualLifetime;
            lifetime = whole > TimeSpan.FromMinutes(10) ? whole - TimeSpan.FromMinutes(1) : whole * 0.9;
            return (token, null);
        }

        return (null, WhyNot(response.StatusCode, json is { ValueKind: JsonValueKind.Object } error ? error : null));
    }

    private RemoteAnswer WhyNot(HttpStatusCode code, JsonElement? error)
    {
        var word = TextOf(error, "error");
        var described = RemoteWords.Sentence(TextOf(error, "error_description"));
        return word switch
        {
            "invalid_scope" => new RemoteAnswer.Unauthorized(
                TenantPlatformReasons.MissingScope,
                $"ScaiKey at {address.Authority} does not give the application the scopes {string.Join(' ', settings.Scopes ?? UsualScopes)}. {described} Add them to its allowed_scopes, or name others in spec.scaiKey.scopes."),
            not null when (int)code is >= 400 and < 500 => new RemoteAnswer.Unauthorized(
                TenantPlatformReasons.Unauthorized,
                $"ScaiKey at {address.Authority} gives no token ({RemoteWords.Line(word)}). {described} Put a valid clientId and clientSecret into the Secret that credentialsSecretRef names; they are read again by themselves."),
            _ when code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest => new RemoteAnswer.Unauthorized(
                TenantPlatformReasons.Unauthorized,
                $"ScaiKey at {address.Authority} gives no token (HTTP {(int)code}). Put a valid clientId and clientSecret into the Secret that credentialsSecretRef names; they are read again by themselves."),
            _ when code is HttpStatusCode.NotFound => new RemoteAnswer.Unauthorized(
                TenantPlatformReasons.UnexpectedAnswer, $"{address.Authority} has no token endpoint (HTTP 404). Set spec.scaiKey.baseUrl to the address of ScaiKey, and applicationScope and tenantSlug as the application has them."),
            _ => new RemoteAnswer.Silent($"ScaiKey at {address.Authority} gives no token (HTTP {(int)code}). It is tried again by itself."),
        };
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte>? body)
    {
        try
        {
            return body is { } bytes ? JsonElement.Parse(bytes.Span) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement? json, string name) => json is { ValueKind: JsonValueKind.Object } and { } some && some.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
