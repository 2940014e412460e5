namespace OrleansLb.Otlp.Memory;

/// <summary>Keeps what comes back for the next user, as far as the budget allows, and lets go what was not needed for a while.</summary>
/// <remarks>
/// The runtime's shared pool knows no bound over all lengths, and lets go only when the garbage collector has looked at everything: after a change of
/// the usual length it can hold as much idle memory as there is data. Safe for concurrent use.
/// </remarks>
public sealed class BoundedPayloadPool : PayloadPool, IDisposable
{
    /// <summary>After this time an array that was never needed is let go.</summary>
    public static readonly TimeSpan TrimPeriod = TimeSpan.FromSeconds(10);

    private readonly PoolShelf[] _shelves = new PoolShelf[SizeClasses.Count];
    private readonly MemoryBudget _budget;
    private readonly ITimer _timer;
    // counts without care: it only tells which length was asked for longer ago
    private long _uses;

    /// <param name="budget">Says how much may be kept.</param>
    /// <param name="time">The clock of the trimming.</param>
    public BoundedPayloadPool(MemoryBudget budget, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _budget = budget;
        for (int i = 0; i < _shelves.Length; i++)
            _shelves[i] = new PoolShelf();
        _timer = time.CreateTimer(static pool => ((BoundedPayloadPool)pool!).Trim(), this, TrimPeriod, TrimPeriod);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();

        // nobody has taken anything in between the two, or it comes back and is kept to no harm
        Trim();
        Trim();
    }

    /// <inheritdoc/>
    protected internal override byte[] RentArray(int minimumLength)
    {
        int index = SizeClasses.IndexOf(minimumLength);
        if (index >= _shelves.Length)
            return GC.AllocateUninitializedArray<byte>(minimumLength);
        if (!_shelves[index].TryTake(out byte[]? array, ++_uses))
            return GC.AllocateUninitializedArray<byte>(SizeClasses.LengthOf(index));
        _budget.Give(MemoryKind.IdlePayload, array.Length);
        return array;
    }

    /// <inheritdoc/>
    protected internal override void ReturnArray(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        int index = SizeClasses.IndexOf(array.Length);
        if (index < _shelves.Length && SizeClasses.LengthOf(index) == array.Length && MayKeep(array.Length, index))
            _shelves[index].Put(array);
    }

    // Rather than this array, one goes whose length nobody has asked for the longest.
    private bool MayKeep(int length, int index)
    {
        while (!_budget.TryKeep(MemoryKind.IdlePayload, length))
        {
            int coldest = index;
            for (int i = 0; i < _shelves.Length; i++)
            {
                if (_shelves[i].LastUse < _shelves[coldest].LastUse && _shelves[i].Count > 0)
                    coldest = i;
            }

            if (coldest == index)
                return false;
            if (_shelves[coldest].TryDrop())
                _budget.Give(MemoryKind.IdlePayload, SizeClasses.LengthOf(coldest));
        }

        return true;
    }

    private void Trim()
    {
        for (int i = 0; i < _shelves.Length; i++)
            _budget.Give(MemoryKind.IdlePayload, (long)_shelves[i].Trim() * SizeClasses.LengthOf(i));
    }
}
