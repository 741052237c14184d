using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Prometheus;

/// <summary>Why a Prometheus could not be asked, or could not be understood.</summary>
/// <param name="Reason">One of <see cref="TenantPlatformReasons"/>.</param>
/// <param name="Message">The problem and what to do, for a person; without secrets, and the same as long as the problem is.</param>
/// <param name="OfConnection">Whether every other query would meet it too.</param>
public sealed record PrometheusProblem(string Reason, string Message, bool OfConnection);

/// <summary>What stands in the Secrets of one platform: how to sign in, and whom to trust. Kept in memory only.</summary>
internal sealed record PrometheusCredentials(AuthenticationHeaderValue? Authorization, string? Authority, IReadOnlyList<string> Secrets)
{
    private static readonly ResourceType SecretType = ResourceType.From<V1Secret>();

    /// <summary>
    /// Reads each Secret that is named, by its name, in the platform's own namespace. A Secret or key that is missing or cannot be used is a problem; a failure of the API
    /// server is thrown.
    /// </summary>
    public static async Task<(PrometheusCredentials? Credentials, PrometheusProblem? Problem)> ReadAsync(
        KubernetesApi api, string account, PrometheusSource source, CancellationToken cancellationToken)
    {
        PrometheusProblem? problem = null;
        var read = new Dictionary<string, V1Secret?>(StringComparer.Ordinal);
        var token = await TextAsync(source.BearerTokenSecretRef);
        var user = await TextAsync(source.BasicAuth?.UsernameSecretRef);
        var password = await TextAsync(source.BasicAuth?.PasswordSecretRef);
        var authority = await TextAsync(source.CaSecretRef);
        if (problem is null && token?.Any(letter => letter is <= ' ' or > '~') == true)
        {
            problem = Unusable(source.BearerTokenSecretRef!, "a token: it has white space or letters that no token has");
        }

        if (problem is null && user?.Contains(':', StringComparison.Ordinal) == true)
        {
            problem = Unusable(source.BasicAuth!.UsernameSecretRef, "a user name: it has a colon");
        }

        if (problem is null && authority is not null && CertificatesIn(authority) is null)
        {
            problem = Unusable(source.CaSecretRef!, "certificates in PEM form");
        }

        return problem is null ? (new PrometheusCredentials(Header(token, user, password), authority, Known(token, user, password)), null) : (null, problem);

        async Task<string?> TextAsync(SecretKeyReference? reference)
        {
            if (reference is null || problem is not null)
            {
                return null;
            }

            if (!read.TryGetValue(reference.Name, out var secret))
            {
                try
                {
                    read[reference.Name] = secret = await api.FindAsync<V1Secret>(SecretType, new(account, reference.Name), cancellationToken);
                }
                catch (ForbiddenException)
                {
                    problem = new(TenantPlatformReasons.SecretMissing, $"The operator may not read Secret \"{reference.Name}\" in namespace \"{account}\". Grant it get on secrets there.", true);
                    return null;
                }
            }

            // A line break at the end comes from an editor or from echo, and is never meant.
            var text = secret?.Data is { } data && data.TryGetValue(reference.Key, out var bytes) ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n') : "";
            problem = secret is null
                ? new(TenantPlatformReasons.SecretMissing, $"Secret \"{reference.Name}\" does not exist in namespace \"{account}\". Make it, or name another in spec.cluster.prometheus.", true)
                : text.Length == 0
                    ? new(TenantPlatformReasons.SecretKeyMissing, $"Secret \"{reference.Name}\" has no key \"{reference.Key}\", or it is empty. Put the value there, or name another key in spec.cluster.prometheus.", true)
                    : null;
            return problem is null ? text : null;
        }
    }

    /// <summary>The certificates of a text in PEM form; null if it has none.</summary>
    public static X509Certificate2Collection? CertificatesIn(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return certificates.Count == 0 ? null : certificates;
    }

    /// <summary>Words of the other side, with what we sent in secret left out.</summary>
    public string Without(string words) => Secrets.Aggregate(words, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));

    // A record would print them.
    /// <inheritdoc/>
    public override string ToString() => nameof(PrometheusCredentials);

    private static PrometheusProblem Unusable(SecretKeyReference reference, string what) =>
        new(TenantPlatformReasons.SecretKeyMissing, $"Key \"{reference.Key}\" of Secret \"{reference.Name}\" does not hold {what}. Put the right value there.", true);

    private static AuthenticationHeaderValue? Header(string? token, string? user, string? password) =>
        token is not null ? new("Bearer", token)
        : user is not null ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
        : null;

    // One letter would turn every such letter of a message into stars, and is no secret.
    private static IReadOnlyList<string> Known(string? token, string? user, string? password) =>
        [.. new[] { token, password, user is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) }.OfType<string>().Where(secret => secret.Length > 3)];
}
