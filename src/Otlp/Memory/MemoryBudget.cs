using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Memory;

/// <summary>
/// The account of the memory that holds data, one for the process: every byte is taken when it leaves a pool and given back when it returns.
/// </summary>
/// <remarks>
/// Only intake is ever refused, and before the limit is reached: what is accepted has to be split, compressed and sent, and may take what
/// is left up to <see cref="Limit"/>, and beyond it if it must, since refusing it memory would keep it in memory. Safe for concurrent use.
/// </remarks>
public sealed class MemoryBudget
{
    // in eighths of the limit
    private const long IntakeShare = 7;
    private const long IdlePayloadShare = 1;
    private const long IdleReceiveShare = 2;

    private readonly Counters _counters = new();

    /// <param name="limit">Bytes of data that may be in memory.</param>
    public MemoryBudget(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Limit = limit;
        IntakeLimit = Share(limit, IntakeShare);
    }

    /// <summary>A budget that refuses nothing.</summary>
    public static MemoryBudget Unlimited() => new(long.MaxValue);

    /// <summary>Bytes of data that may be in memory.</summary>
    public long Limit { get; }

    /// <summary>Bytes from which on nothing more is taken in.</summary>
    public long IntakeLimit { get; }

    /// <summary>Bytes that hold data now; what pools keep for later is not among them.</summary>
    public long Used => UsedFor(MemoryKind.Payload) + UsedFor(MemoryKind.Receive);

    /// <summary>Bytes of one kind.</summary>
    public long UsedFor(MemoryKind kind) => Volatile.Read(ref _counters[kind]);

    /// <summary>Takes memory that must be had.</summary>
    public void Take(MemoryKind kind, long bytes) => Interlocked.Add(ref _counters[kind], bytes);

    /// <summary>Gives memory back that was taken.</summary>
    public void Give(MemoryKind kind, long bytes) => Interlocked.Add(ref _counters[kind], -bytes);

    /// <summary>Takes memory for something that can be refused, unless that would leave too little for what was accepted.</summary>
    public bool TryTake(MemoryKind kind, long bytes)
    {
        Take(kind, bytes);
        if (Used <= IntakeLimit)
            return true;
        Give(kind, bytes);
        return false;
    }

    /// <summary>Whether the pool of idle memory of this kind may keep this much more; then it is taken.</summary>
    public bool TryKeep(MemoryKind idle, long bytes)
    {
        Take(idle, bytes);
        if (UsedFor(idle) <= Share(Limit, idle == MemoryKind.IdleReceive ? IdleReceiveShare : IdlePayloadShare))
            return true;
        Give(idle, bytes);
        return false;
    }

    private static long Share(long limit, long eighths) => (limit / 8 * eighths) + (limit % 8 * eighths / 8);

    /// <summary>The counters, each in a cache line of its own: they change with every request on every core.</summary>
    private sealed class Counters
    {
        private const int LongsPerLine = 16;

        private readonly long[] _values = new long[LongsPerLine * 5];

        public ref long this[MemoryKind kind]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ref _values[LongsPerLine * ((int)kind + 1)];
        }
    }
}
