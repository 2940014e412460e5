using System.Net;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>
/// A file in the format of <c>/etc/hosts</c> that stands before another look-up, for tests and local trials. It is read
/// again for every look-up; names that it lacks are passed on. Replace the file by renaming: a half-written one is taken at its word.
/// </summary>
public sealed class HostsFileLookup(string path, IHostLookup otherwise) : IHostLookup
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> LookupAsync(string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var lines = await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false);
        var addresses = lines.Select(line => AddressFor(host.TrimEnd('.'), line)).OfType<IPAddress>().ToArray();
        return addresses.Length > 0 ? addresses : await otherwise.LookupAsync(host, cancellationToken).ConfigureAwait(false);
    }

    private static IPAddress? AddressFor(string host, string line)
    {
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        var fields = (comment < 0 ? line : line[..comment]).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(1).Contains(host, StringComparer.OrdinalIgnoreCase) && IPAddress.TryParse(fields[0], out var address) ? address : null;
    }
}
