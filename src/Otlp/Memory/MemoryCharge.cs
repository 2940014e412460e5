namespace OrleansLb.Otlp.Memory;

/// <summary>Memory that is on a pool's account without being the pool's, until this is disposed, once.</summary>
public readonly struct MemoryCharge : IDisposable
{
    private readonly PayloadPool _pool;
    private readonly long _bytes;

    internal MemoryCharge(PayloadPool pool, long bytes)
    {
        (_pool, _bytes) = (pool, bytes);
        pool.Account(bytes);
    }

    /// <summary>Takes it off the account.</summary>
    public void Dispose() => _pool.Account(-_bytes);
}
