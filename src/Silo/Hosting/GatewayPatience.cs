using Microsoft.Extensions.Logging;
using Orleans;

namespace OrleansLb.Silo.Hosting;

/// <summary>Has the client of a cluster try again until a gateway answers or the program is stopped.</summary>
internal sealed partial class GatewayPatience(TimeProvider time, ILogger<GatewayPatience> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_reminder = TimeSpan.FromSeconds(30);

    private long _said;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_said == 0 || time.GetElapsedTime(_said) >= s_reminder)
        {
            _said = time.GetTimestamp();
            LogNoGateway(exception.Message);
        }

        await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    [LoggerMessage(LogLevel.Warning, "no gateway of the cluster can be reached; it is tried again until one can")]
    private partial void LogNoGateway(string reason);
}
