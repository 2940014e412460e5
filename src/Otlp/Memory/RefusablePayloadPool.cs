namespace OrleansLb.Otlp.Memory;

/// <summary>The pool of those who can do without: <see cref="PayloadPool.TryRent"/> has no memory for them when the budget nears its end.</summary>
/// <param name="pool">Where the memory comes from; it puts it on the account of the budget.</param>
/// <param name="budget">The account.</param>
public sealed class RefusablePayloadPool(PayloadPool pool, MemoryBudget budget) : PayloadPool
{
    /// <inheritdoc/>
    public override bool IsAmple => pool.IsAmple;

    /// <inheritdoc/>
    protected internal override byte[] RentArray(int minimumLength) => pool.RentArray(minimumLength);

    /// <inheritdoc/>
    protected internal override void ReturnArray(byte[] array) => pool.ReturnArray(array);

    /// <inheritdoc/>
    protected internal override void LeaveArray(byte[] array) => pool.LeaveArray(array);

    /// <inheritdoc/>
    protected internal override void Account(long bytes) => pool.Account(bytes);

    /// <inheritdoc/>
    protected internal override byte[]? TryRentArray(int minimumLength)
    {
        // taken before the array is, so that callers at the same moment cannot all find the same room
        if (!budget.TryTake(MemoryKind.Payload, minimumLength))
            return null;
        try
        {
            return pool.RentArray(minimumLength);
        }
        finally
        {
            budget.Give(MemoryKind.Payload, minimumLength);
        }
    }
}
