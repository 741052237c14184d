using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Remote;

/// <summary>The API key of a connection, from its Secret: read when it is needed first, when it was refused, and now and then, so that a new key counts without a restart. In memory only.</summary>
internal sealed class ApiKeySource(KubernetesApi api, string account, CredentialsReference reference, TimeProvider clock) : IDisposable
{
    /// <summary>How long a key is used before the Secret is looked at again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const string UsualKey = "apiKey";

    private readonly SemaphoreSlim reading = new(1);
    private string? known;
    private long readAt;

    /// <summary>The key, or why there is none. <paramref name="renew"/>: the former one was refused.</summary>
    public async Task<(string? Key, SecretProblem? Problem)> ReadAsync(bool renew, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (known is not null && !renew && clock.GetElapsedTime(readAt) < Lifetime)
            {
                return (known, null);
            }

            var texts = new SecretTexts(api, account, "credentialsSecretRef");
            var name = reference.Keys?.ApiKey ?? UsualKey;
            var key = await texts.ReadAsync(reference.Name, name, cancellationToken);
            if (key?.Any(letter => letter is <= ' ' or > '~') == true)
            {
                texts.Refuse(reference.Name, name, "an API key: it has white space or letters that no key has");
            }

            known = texts.Problem is null ? key : null;
            readAt = clock.GetTimestamp();
            return (known, texts.Problem);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();
}
