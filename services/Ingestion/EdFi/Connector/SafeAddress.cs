using System.Net;
using System.Net.Sockets;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>An address was refused that only the service can reach.</summary>
internal sealed class AddressRefusedException() : IOException("The address lies in a private network.");

/// <summary>
/// Which addresses the connector may call. A name is resolved once and the connection goes to what was checked, so that it cannot turn into a private address in between;
/// redirects are not followed.
/// </summary>
internal static class SafeAddress
{
    static readonly IPNetwork[] Private =
    [
        .. new[] { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "::/128", "::1/128", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8" }
            .Select(text => IPNetwork.Parse(text)),
    ];

    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Private.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>The address if it may be configured: http or https, no user, no query.</summary>
    public static Uri? Parse(string? text, bool allowPrivate) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0 && text!.Length <= 500
        && (allowPrivate || !(IPAddress.TryParse(address.IdnHost, out var ip) && IsPrivate(ip)) && !address.IsLoopback)
            ? address : null;

    public static HttpClient Client(bool allowPrivate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AutomaticDecompression = DecompressionMethods.All,
        ConnectCallback = async (context, cancellation) =>
        {
            var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
            var allowed = addresses.Where(a => allowPrivate || !IsPrivate(a)).ToArray();
            if (allowed.Length == 0)
                throw new AddressRefusedException();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception)
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = TimeSpan.FromSeconds(100), MaxResponseContentBufferSize = 64 << 20 };
}
