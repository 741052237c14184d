using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TenantOperator.ControlPlane.Running;

/// <summary>Finds ports of the loopback interface that nobody listens on.</summary>
internal static class FreePorts
{
    // Below the range from which the kernel takes the ports of outgoing connections, so that none of those gets in the way
    // between our look and the server's bind, or while a server is restarted on its port.
    private const int First = 20_000;
    private const int End = 32_000;

    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(First, End));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
