using System.Net;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Silo.Admin;

/// <summary>Reads <c>host:port</c> as Go's listeners do: no host means every address.</summary>
internal static class ListenAddress
{
    public static bool TryParse(string text, out IPEndPoint endpoint)
    {
        endpoint = new IPEndPoint(IPAddress.IPv6Any, 0);
        if (!HostPort.TryParseListener(text, out var listen, out _))
            return false;

        var address = listen.Host switch
        {
            "" or "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(listen.Host, out var parsed) ? parsed : null,
        };
        if (address is null)
            return false;
        endpoint = new IPEndPoint(address, listen.Port!.Value);
        return true;
    }
}
