using System.Text;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Http;

/// <summary>Why something in a Secret cannot be had.</summary>
/// <param name="Reason">One of <see cref="TenantPlatformReasons"/>.</param>
/// <param name="Message">The problem and what to do, for a person.</param>
internal sealed record SecretProblem(string Reason, string Message);

/// <summary>Reads keys of Secrets by name, in one namespace, each Secret once. After the first problem nothing more is read.</summary>
/// <param name="api">The API server.</param>
/// <param name="account">The namespace.</param>
/// <param name="field">The field of the TenantPlatform that names them, for messages.</param>
internal sealed class SecretTexts(KubernetesApi api, string account, string field)
{
    private static readonly ResourceType SecretType = ResourceType.From<V1Secret>();

    private readonly Dictionary<string, V1Secret?> read = new(StringComparer.Ordinal);

    /// <summary>The first problem there was.</summary>
    public SecretProblem? Problem { get; private set; }

    /// <summary>The text under a key; null if no Secret is named, or it cannot be had. A failure of the API server is thrown.</summary>
    public async Task<string?> ReadAsync(string? name, string key, CancellationToken cancellationToken)
    {
        if (name is null || Problem is not null)
        {
            return null;
        }

        if (!read.TryGetValue(name, out var secret))
        {
            try
            {
                read[name] = secret = await api.FindAsync<V1Secret>(SecretType, new(account, name), cancellationToken);
            }
            catch (ForbiddenException)
            {
                Problem = new(TenantPlatformReasons.SecretMissing, $"The operator may not read Secret \"{name}\" in namespace \"{account}\". Grant it get on secrets there.");
                return null;
            }
        }

        // A line break at the end comes from an editor or from echo, and is never meant.
        var text = secret?.Data is { } data && data.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n') : "";
        Problem = secret is null
            ? new(TenantPlatformReasons.SecretMissing, $"Secret \"{name}\" does not exist in namespace \"{account}\". Make it, or name another in {field}.")
            : text.Length == 0
                ? new(TenantPlatformReasons.SecretKeyMissing, $"Secret \"{name}\" has no key \"{key}\", or it is empty. Put the value there, or name another key in {field}.")
                : null;
        return Problem is null ? text : null;
    }

    /// <summary>Notes that what was read cannot be what is meant.</summary>
    public void Refuse(string name, string key, string what) =>
        Problem ??= new(TenantPlatformReasons.SecretKeyMissing, $"Key \"{key}\" of Secret \"{name}\" does not hold {what}. Put the right value there.");
}
