using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansLb.Grains.Ejection;

namespace OrleansLb.Grains.Membership;

/// <summary>Backends that take nothing any more.</summary>
internal sealed partial class ResolverGrain
{
    private Ejections _ejections = null!;
    private IGrainTimer? _probing;
    private bool _probes;

    /// <inheritdoc/>
    public Task ReportHealth(HealthReport report)
    {
        if (!_ejections.IsOn || _unreadable is not null)
            return Task.CompletedTask;
        _ejections.Note(report);
        return EjectAndReadmit();
    }

    /// <inheritdoc/>
    public void Dispose() => _ejections?.Dispose();

    private Task ProbeEjected(CancellationToken cancellationToken)
    {
        _ejections.Tick();
        return EjectAndReadmit();
    }

    // the list of backends is as it was: only who is out may change
    private async Task EjectAndReadmit()
    {
        if (!await HasEpochs())
            return;
        var state = _ejections.Settle(State);
        if (ReferenceEquals(state, State))
            return;
        Tell(State, state);
        await Adopt(state);
    }

    private void Tell(MembershipState before, MembershipState after)
    {
        foreach (var seat in after.Slots)
        {
            bool was = before.Slots.Any(then => then.Slot == seat.Slot && then.Backend == seat.Backend && then.IsEjected);
            if (seat.IsEjected && !was)
            {
                LogEjected(_options.ComponentId, seat.Backend, seat.Slot, _options.Ejection.After.TotalSeconds);
                ejectionMetrics.Ejected(_options.ComponentId, seat.Backend);
            }
            else if (was && !seat.IsEjected)
            {
                LogReadmitted(_options.ComponentId, seat.Backend, seat.Slot);
                ejectionMetrics.Readmitted(_options.ComponentId, seat.Backend);
            }
        }

        int ejected = after.Slots.Count(static seat => seat.IsEjected);
        ejectionMetrics.Out(_options.ComponentId, ejected);
        if (_probing is null || _probes == ejected > 0)
            return;
        _probes = ejected > 0;
        var period = _probes ? BackendProbes.Period : Timeout.InfiniteTimeSpan;
        _probing.Change(_probes ? TimeSpan.Zero : period, period);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: backend {Backend} on ring slot {Slot} has taken nothing for {Seconds} s and is ejected: its keys and its queue go to the others until it takes something again")]
    private partial void LogEjected(string componentId, string backend, int slot, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{ComponentId}: backend {Backend} is back on ring slot {Slot}, with the keys that it had")]
    private partial void LogReadmitted(string componentId, string backend, int slot);
}
