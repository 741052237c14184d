using System.Net;
using System.Net.Sockets;

namespace TenantOperator.Platforms.Http;

/// <summary>
/// Which hosts the operator may call although their address is private. A platform admin writes addresses into objects; without this rule they could make the operator call
/// what only the operator reaches: services of the cluster, the node, the cloud's metadata. Pure.
/// </summary>
public sealed class AllowedHosts
{
    private const string Wildcard = "*.";

    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            // "This network", private, shared by carriers, loopback, link-local, for protocols, documentation, 6to4 relays, benchmarks, multicast, reserved and broadcast.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // Unspecified, loopback and the old form of IPv4 in IPv6; translation (which leads to any IPv4 address); discard, protocols with Teredo, documentation, 6to4, unique
            // local, link-local, site-local, multicast.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> suffixes = [];

    /// <summary>Each pattern is a host name, an address, or a suffix such as <c>*.monitoring.svc</c>, which stands for all names below it.</summary>
    /// <exception cref="ArgumentException">A pattern is none of these.</exception>
    public AllowedHosts(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (!IsPattern(pattern))
            {
                throw new ArgumentException($"\"{pattern}\" is not a host.", nameof(patterns));
            }

            if (pattern.StartsWith(Wildcard, StringComparison.Ordinal))
            {
                suffixes.Add(pattern[1..]);
            }
            else
            {
                names.Add(pattern.Trim('[', ']'));
            }
        }
    }

    /// <summary>Whether a text can be in the list: a host name, an address, or such a suffix.</summary>
    public static bool IsPattern(string pattern)
    {
        var name = pattern.StartsWith(Wildcard, StringComparison.Ordinal) ? pattern[Wildcard.Length..] : pattern;
        return Uri.CheckHostName(name) is UriHostNameType.Dns || (name == pattern && IPAddress.TryParse(name, out _));
    }

    /// <summary>Whether the host may be called whatever its address is.</summary>
    public bool Contains(string host) => names.Contains(host) || suffixes.Exists(suffix => host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a connection of this host to this address may be opened.</summary>
    public bool Allows(string host, IPAddress address) => Contains(host) || IsPublic(address);

    /// <summary>Whether an address is one of the open internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !Array.Exists(NotPublic, network => network.Contains(plain));
    }
}
