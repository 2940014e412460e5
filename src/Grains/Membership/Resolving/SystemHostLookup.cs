using System.Net;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>The operating system's resolver.</summary>
public sealed class SystemHostLookup : IHostLookup
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> LookupAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
}
