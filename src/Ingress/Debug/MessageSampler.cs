namespace OrleansLb.Ingress.Debug;

/// <summary>Lets the first messages of each second through, then every n-th. Its caller sees to it that one thread uses it at a time.</summary>
internal sealed class MessageSampler(int initial, int thereafter, TimeProvider time)
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private long _periodStart = time.GetTimestamp();
    private long _seen;

    public bool TryTake()
    {
        if (time.GetElapsedTime(_periodStart) >= s_period)
        {
            _periodStart = time.GetTimestamp();
            _seen = 0;
        }

        _seen++;
        return _seen <= initial || thereafter > 0 && (_seen - initial) % thereafter == 0;
    }
}
