using System.Diagnostics.CodeAnalysis;
using k8s.Authentication;

namespace TenantOperator.Runtime;

/// <summary>The credentials all requests share. After a 401 one caller reads them anew while the others wait for it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never asked for holds nothing to dispose of.")]
internal sealed class SharedCredentials(ServiceClientCredentials? initial, Func<ServiceClientCredentials?>? reload)
{
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile Generation _current = new(0, initial);

    /// <summary>Signs a request; returns which generation of credentials it was signed with.</summary>
    public async Task<int> ApplyAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var current = _current;
        if (current.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(message, cancellationToken);
        }

        return current.Number;
    }

    /// <summary>Replaces the refused generation, unless somebody has already. False if there is no way to.</summary>
    public async Task<bool> RenewAsync(int refused, CancellationToken cancellationToken)
    {
        if (reload is null)
        {
            return false;
        }

        await _renewing.WaitAsync(cancellationToken);
        try
        {
            if (_current.Number == refused)
            {
                _current = new(refused + 1, reload());
            }

            return true;
        }
        finally
        {
            _renewing.Release();
        }
    }

    private sealed record Generation(int Number, ServiceClientCredentials? Credentials);
}
