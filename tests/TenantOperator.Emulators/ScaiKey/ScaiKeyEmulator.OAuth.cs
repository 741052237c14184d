using System.Text;

namespace TenantOperator.Emulators;

// OAuth endpoints: client credentials only.
public sealed partial class ScaiKeyEmulator
{
    private Answer IssueToken(Call call, string? tenantSlug)
    {
        var form = call.Form();
        if (form.GetValueOrDefault("grant_type") is not { } grant)
        {
            return OAuthError(400, "invalid_request", "grant_type is required");
        }

        if (grant != "client_credentials")
        {
            return OAuthError(400, "unsupported_grant_type", $"Grant type {grant} is not supported");
        }

        var (id, secret) = Basic(call) ?? (form.GetValueOrDefault("client_id"), form.GetValueOrDefault("client_secret"));
        if (_tokens.Authenticate(id, secret, tenantSlug) is not { } allowed)
        {
            return OAuthError(401, "invalid_client", "Client authentication failed");
        }

        var scopes = form.GetValueOrDefault("scope") is { Length: > 0 } wanted ? [.. wanted.Split(' ')] : allowed;
        if (!scopes.IsSubsetOf(allowed))
        {
            return OAuthError(400, "invalid_scope", "A scope is not allowed for this client");
        }

        return Answer.Ok(new JsonObject
        {
            ["access_token"] = _tokens.Issue(new Token(id!, scopes, null, null, null), _options.TokenLifetime),
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)_options.TokenLifetime.TotalSeconds,
            ["scope"] = string.Join(' ', scopes.Order(StringComparer.Ordinal)),
        }).WithHeader("Cache-Control", "no-store");
    }

    private Answer Discover(Call call)
    {
        _ = call;
        var root = Address.AbsoluteUri.TrimEnd('/');
        return Answer.Ok(new JsonObject
        {
            ["issuer"] = root,
            ["token_endpoint"] = root + "/api/v1/platform/oauth/token",
            ["grant_types_supported"] = new JsonArray("client_credentials"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post"),
        });
    }

    private static Answer OAuthError(int status, string error, string description) =>
        new(status, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static (string? Id, string? Secret)? Basic(Call call)
    {
        if (call.Header("Authorization") is not { } header || !header.StartsWith("Basic ", StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..], bytes, out var length))
        {
            return ("", "");
        }

        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var id, var secret]
            ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret))
            : ("", "");
    }
}
