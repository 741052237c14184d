using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace TenantOperator.Platforms.Http;

/// <summary>
/// Makes the handlers of all calls to addresses that somebody wrote into an object: no redirect and no proxy is followed, no cookie is kept, and a private address is refused when the
/// connection is made, unless its host is allowed.
/// </summary>
public static class OutgoingHandler
{
    // Shorter than what servers and load balancers keep, so that none is used just as it is closed.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Makes one.</summary>
    /// <param name="allowed">The hosts whose address may be private.</param>
    /// <param name="connectTimeout">The longest a connection may take to be made.</param>
    /// <param name="authorities">Whom to trust in place of the system's authorities; null: those.</param>
    public static SocketsHttpHandler Create(AllowedHosts allowed, TimeSpan connectTimeout, X509Certificate2Collection? authorities = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy would resolve the name itself, past our look at the address.
            UseProxy = false,
            MaxConnectionsPerServer = 64,
            PooledConnectionIdleTimeout = IdleTimeout,
            ConnectTimeout = connectTimeout,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(allowed, context.DnsEndPoint, cancellationToken),
        };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    // Connects to the very address that was looked at: a name that is asked for twice may have two answers.
    private static async ValueTask<Stream> ConnectAsync(AllowedHosts allowed, DnsEndPoint target, CancellationToken cancellationToken)
    {
        var host = target.Host.Trim('[', ']');
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var may = found.Where(each => allowed.Allows(host, each)).ToArray();
        if (may.Length == 0)
        {
            throw new HostNotAllowedException(host);
        }

        for (var i = 0; ; i++)
        {
            var socket = new Socket(may[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(may[i], target.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i < may.Length - 1)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

#pragma warning disable CA1032, RCS1194 // Thrown in this file only.
/// <summary>A host has no address that the operator may call.</summary>
internal sealed class HostNotAllowedException(string host) : Exception($"The host \"{host}\" has a private address.")
{
    public string Host { get; } = host;

    /// <summary>The one that is the cause of an error, or null.</summary>
    public static HostNotAllowedException? In(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is HostNotAllowedException refused)
            {
                return refused;
            }
        }

        return null;
    }
}
#pragma warning restore CA1032, RCS1194
