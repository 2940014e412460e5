using Orleans;

namespace OrleansLb.Embedded.Engine;

/// <summary>Idleness. It is counted from the first sweep after the last call, so that a call costs no look at the clock.</summary>
internal sealed partial class Activation
{
    private bool _used = true;
    private DateTimeOffset _idleSince;
    private DateTimeOffset _keepUntil;

    public void DelayDeactivation(TimeSpan timeSpan)
    {
        lock (_gate)
        {
            _keepUntil = timeSpan == Timeout.InfiniteTimeSpan || timeSpan == TimeSpan.MaxValue
                ? DateTimeOffset.MaxValue
                : _directory.Time.GetUtcNow() + timeSpan;
        }
    }

    /// <summary>Ends the activation if nobody has used it for its collection age.</summary>
    public void CollectIfIdle(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_used)
            {
                _used = false;
                _idleSince = now;
                return;
            }

            var age = _class.CollectionAge ?? _directory.Options.CollectionAge;
            bool busy = _state != ActivationState.Active || _running > 0 || _waiting.Count > 0;
            if (busy || now < _keepUntil || now - _idleSince < age)
                return;
        }

        Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Nobody has called the grain for its collection age."));
    }
}
