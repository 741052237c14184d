using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TenantOperator.Emulators;

/// <summary>Whom a token speaks for: an application by its scopes, or a user by a role and its reach.</summary>
internal sealed record Token(string Subject, ImmutableHashSet<string> Scopes, string? Role, string? PartnerId, string? TenantId);

/// <summary>Gives out JWTs as Tokens and Scopes describes them, signed with ES256, and knows which of them are good.</summary>
internal sealed class Tokens(TimeProvider clock, Func<string> issuer, Identifiers ids)
{
    private readonly ConcurrentDictionary<string, (Token Token, DateTimeOffset Expires)> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Application> _applications = new(StringComparer.Ordinal);
    private readonly Lazy<ECDsa> _key = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private int _issued;

    public int Issued => Volatile.Read(ref _issued);

    public void AddApplication(string id, string secret, string scopes, string? tenantSlug) =>
        _applications[id] = new Application(secret, [.. scopes.Split(' ')], tenantSlug);

    /// <summary>The scopes of the application with these credentials, or null.</summary>
    public ImmutableHashSet<string>? Authenticate(string? id, string? secret, string? tenantSlug) =>
        id is not null && _applications.TryGetValue(id, out var found) && found.Secret == secret && found.TenantSlug == tenantSlug ? found.Scopes : null;

    public string Issue(Token token, TimeSpan lifetime)
    {
        var now = clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = issuer(),
            ["aud"] = issuer(),
            ["sub"] = token.Subject,
            ["jti"] = ids.Hash("evt_"),
            ["scope"] = string.Join(' ', token.Scopes.Order(StringComparer.Ordinal)),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        };
        if (token.Role is null)
        {
            claims["client_id"] = token.Subject;
            claims["app_scope"] = "GLOBAL";
            claims["platform_token"] = true;
            claims["token_type"] = "client_credentials";
        }
        else
        {
            claims["roles"] = new JsonArray(token.Role);
        }

        var signed = Part("""{"alg":"ES256","typ":"JWT"}""") + "." + Part(claims.ToJsonString());
        var text = signed + "." + Base64Url.EncodeToString(_key.Value.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
        _tokens[text] = (token, now + lifetime);
        Interlocked.Increment(ref _issued);
        return text;
    }

    public Token? Find(string text) => _tokens.TryGetValue(text, out var found) && found.Expires > clock.GetUtcNow() ? found.Token : null;

    public void Clear() => _tokens.Clear();

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private sealed record Application(string Secret, ImmutableHashSet<string> Scopes, string? TenantSlug);
}
