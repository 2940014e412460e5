using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>The A and AAAA records of a name. An address that is listed twice counts once.</summary>
internal sealed class DnsResolver(ResolverOptions.Dns options, IHostLookup lookup, TimeProvider time) : IBackendResolver
{
    // zero means the default, as in the Collector
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    public TimeSpan? Interval => options.Interval > TimeSpan.Zero ? options.Interval : DefaultInterval;

    private TimeSpan Timeout => options.Timeout > TimeSpan.Zero ? options.Timeout : DefaultTimeout;

    public async Task<Resolution> ResolveAsync(CancellationToken cancellationToken)
    {
        using var expiry = new RunningTimeout(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            // the system's look-up cannot always be interrupted: leave it behind rather than wait for it
            var addresses = await lookup.LookupAsync(options.Hostname, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return Resolution.Of(addresses.Select(Endpoint).Distinct(StringComparer.Ordinal).Select(Backend.FromString));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Resolution.Failed(string.Create(CultureInfo.InvariantCulture, $"no answer for {options.Hostname} within {Timeout.TotalSeconds} s"));
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Resolution.Failed($"looking up {options.Hostname}: {exception.Message}");
        }
    }

    private string Endpoint(IPAddress address) =>
        BackendEndpoint.Of(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, options.Port);
}
