using System.Net.Sockets;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Silo.Hosting;

/// <summary>Why a cluster cannot be joined, in one line for the operator. Stores' messages name servers and ports; none shows a connection string.</summary>
internal static class JoinFailure
{
    public static string Text(Exception exception, ClusterSettings cluster)
    {
        var messages = new List<string>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            // the socket does not say which port it is about
            if (cause is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable })
                messages.Insert(0, FormattableString.Invariant($"cannot listen on {cluster.AdvertisedAddress}, ports {cluster.SiloPort} and {cluster.GatewayPort}"));
            if (!messages.Contains(cause.Message))
                messages.Add(cause.Message);
        }

        return string.Join(": ", messages);
    }
}
