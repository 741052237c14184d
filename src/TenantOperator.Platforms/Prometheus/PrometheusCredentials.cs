using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
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
    /// <summary>
    /// Reads each Secret that is named, by its name, in the platform's own namespace. A Secret or key that is missing or cannot be used is a problem; a failure of the API
    /// server is thrown.
    /// </summary>
    public static async Task<(PrometheusCredentials? Credentials, PrometheusProblem? Problem)> ReadAsync(
        KubernetesApi api, string account, PrometheusSource source, CancellationToken cancellationToken)
    {
        var secrets = new SecretTexts(api, account, "spec.cluster.prometheus");
        var token = await TextAsync(source.BearerTokenSecretRef);
        var user = await TextAsync(source.BasicAuth?.UsernameSecretRef);
        var password = await TextAsync(source.BasicAuth?.PasswordSecretRef);
        var authority = await TextAsync(source.CaSecretRef);
        if (token?.Any(letter => letter is <= ' ' or > '~') == true)
        {
            Refuse(source.BearerTokenSecretRef!, "a token: it has white space or letters that no token has");
        }

        if (user?.Contains(':', StringComparison.Ordinal) == true)
        {
            Refuse(source.BasicAuth!.UsernameSecretRef, "a user name: it has a colon");
        }

        if (authority is not null && CertificatesIn(authority) is null)
        {
            Refuse(source.CaSecretRef!, "certificates in PEM form");
        }

        return secrets.Problem is { } problem
            ? (null, new(problem.Reason, problem.Message, OfConnection: true))
            : (new PrometheusCredentials(Header(token, user, password), authority, Known(token, user, password)), null);

        Task<string?> TextAsync(SecretKeyReference? reference) => secrets.ReadAsync(reference?.Name, reference?.Key ?? "", cancellationToken);

        void Refuse(SecretKeyReference reference, string what) => secrets.Refuse(reference.Name, reference.Key, what);
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

    private static AuthenticationHeaderValue? Header(string? token, string? user, string? password) =>
        token is not null ? new("Bearer", token)
        : user is not null ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
        : null;

    // One letter would turn every such letter of a message into stars, and is no secret.
    private static IReadOnlyList<string> Known(string? token, string? user, string? password) =>
        [.. new[] { token, password, user is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) }.OfType<string>().Where(secret => secret.Length > 3)];
}
