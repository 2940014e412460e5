using System.Net;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>From a host name to its addresses of both families.</summary>
public interface IHostLookup
{
    /// <summary>The addresses, in any order.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known or the name service failed.</exception>
    /// <exception cref="IOException">The file that answers cannot be read.</exception>
    Task<IReadOnlyList<IPAddress>> LookupAsync(string host, CancellationToken cancellationToken);
}
