using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Memory;

/// <summary>Puts what another pool hands out on the account of the process, by the real lengths of the arrays.</summary>
public sealed class AccountedPayloadPool(PayloadPool pool, MemoryBudget budget) : PayloadPool
{
    /// <summary>
    /// Bytes that each array is charged with beyond its length, for the objects that come with a payload: itself, its message, its place in a queue.
    /// A million tiny requests are no small thing.
    /// </summary>
    public const int Overhead = 512;

    private readonly ConditionalWeakTable<byte[], Leftover> _leftovers = [];

    /// <inheritdoc/>
    public override bool IsAmple => budget.Used <= budget.Limit / 2;

    /// <inheritdoc/>
    protected internal override byte[] RentArray(int minimumLength)
    {
        byte[] array = pool.RentArray(minimumLength);
        budget.Take(MemoryKind.Payload, Cost(array));
        return array;
    }

    /// <inheritdoc/>
    protected internal override void ReturnArray(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        budget.Give(MemoryKind.Payload, Cost(array));
        pool.ReturnArray(array);
    }

    /// <inheritdoc/>
    protected internal override void LeaveArray(byte[] array)
    {
        // one that several owners leave is given back once
        _leftovers.GetValue(array, left => new Leftover(budget, Cost(left)));
        pool.LeaveArray(array);
    }

    /// <inheritdoc/>
    protected internal override void Account(long bytes) => budget.Take(MemoryKind.Payload, bytes);

    private static long Cost(byte[] array) => array.LongLength + Overhead;

    /// <summary>Goes when its array goes, and gives the memory back then.</summary>
    private sealed class Leftover(MemoryBudget budget, long bytes)
    {
        ~Leftover() => budget.Give(MemoryKind.Payload, bytes);
    }
}
